"""Artifact -> what Python calls: the C library or the plain cell's module, its exceptions and traces."""
