"""The composition root: the only place that knows every part, and puts them together.

``clone_command`` does the terminal's ``clone``, ``window`` opens the window.
"""
