"""The steps of build.py, each from chapter to chapter, and the rules that chapters keep."""
