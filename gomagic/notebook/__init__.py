"""The magics and what they show: alone in knowing IPython."""
