"""Outliers of a series of numbers."""

import numpy as np


def find(series):
    """Return the positions where `series` is more than two standard deviations from its mean.

    series: float64, shape (n,); it is only read.
    Raises ValueError when there is no number, or one that is not finite.
    """
    if not series.size:
        raise ValueError("the series is empty")
    if not np.isfinite(series).all():
        raise ValueError(f"the value at {np.argmin(np.isfinite(series))} is not finite")
    return np.flatnonzero(np.abs(series - series.mean()) > 2 * series.std())
