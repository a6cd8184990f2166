"""The window: PySide6 and qasync live only here."""
