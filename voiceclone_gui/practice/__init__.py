"""The built-in practice service: the same HTTP contract on this computer, with a stand-in voice."""
