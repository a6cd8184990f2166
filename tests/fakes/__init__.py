"""Hand-written stand-ins, and servers that answer exactly what a test tells them to."""
