"""VoiceClone: a desktop program for cloning voices through the MiniMax voice-clone interface."""

__version__ = "0.1.0"
