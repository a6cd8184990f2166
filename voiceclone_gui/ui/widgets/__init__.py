"""The window's parts: each lays out, shows a state, and forwards what the user wants."""
