"""What a text says: the cell, Go's source, C headers. Nothing here reads a file or starts a process."""
