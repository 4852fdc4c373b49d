"""What runs in a process of its own: programs, tests, isolated cells, the doctor's checks."""
