"""What build.py works on: chapters, the rules they keep, what gofmt, go vet and ruff say of their cells."""
