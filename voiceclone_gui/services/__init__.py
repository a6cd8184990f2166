"""Use cases: async, without Qt; they know core, api, audio and storage."""
