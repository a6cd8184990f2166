"""The domain: what a clone request is, what forbids it, what a voice is. Standard library only."""
