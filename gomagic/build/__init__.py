"""Cell -> Artifact: what a build depends on, the cache, and the programs that build."""
