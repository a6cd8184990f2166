"""What is kept on this computer: paths, the library, atomic writes."""
