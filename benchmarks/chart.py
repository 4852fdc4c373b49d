"""The charts of chapter 17. Colours are Okabe and Ito's, which the colour-blind tell apart; every value is labelled."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import LogLocator

COLOURS = {"Go": "#0072B2", "C": "#009E73", "NumPy": "#E69F00", "numba": "#CC79A7"}
SERIES = (("#0072B2", "o"), ("#E69F00", "s"), ("#009E73", "^"), ("#CC79A7", "D"))
PYTHON, EVEN = "#444444", "#D55E00"
UNITS = ("turns", "calls")


def dots(panels, label):
    """Draw panels side by side. panels: by title a frame of ratios, a row a round, a column a rival.

    A dot is a column's median, the whisker its middle half. The axis is logarithmic: equal factors are equal distances,
    and there is no zero for a bar to begin at.
    """
    height = 1.1 + 0.36 * max(len(ratios.columns) for ratios in panels.values())
    figure, row = plt.subplots(1, len(panels), figsize=(9 if len(panels) > 1 else 6.5, height), squeeze=False)
    figure.set_layout_engine("constrained")
    for axes, (title, ratios) in zip(row[0], panels.items(), strict=True):
        _dots(axes, ratios)
        axes.set(title=title, xlabel=label)


def _dots(axes, ratios):
    for row, (name, values) in enumerate(ratios.items()):
        low, middle, high = values.quantile([0.25, 0.5, 0.75])
        colour = COLOURS.get(name.split(",")[0], PYTHON)
        whisker = [[middle - low], [high - middle]]
        axes.errorbar(middle, row, xerr=whisker, fmt="o", color=colour, markersize=9, capsize=5)
        text = f"{middle:.2g}" if middle < 10 else f"{middle:.0f}"
        axes.annotate(text, (middle, row), (0, 9), textcoords="offset points", ha="center")
    axes.set(xscale="log", ylim=(len(ratios.columns) - 0.5, -0.7))
    axes.set_yticks(range(len(ratios.columns)), list(ratios))
    axes.xaxis.set(major_formatter="{x:g}", minor_formatter="")
    axes.grid(axis="x", alpha=0.3)
    axes.margins(x=0.15)
    low, high = axes.get_xlim()
    if high < 20 * low:  # powers of ten alone would leave one number on the axis
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high > 4 * low else range(1, 10)))


def gains(frames, call):
    """How much faster Go is: a frame with the columns job, turns, calls, low, gain and high, the gain a median.

    frames: by the turns in one call, the rounds; their columns are pairs of a job and `Python` or `Go`.
    call: the seconds of an empty call of Python's, the unit of `calls`.
    """
    points = []
    for turns, times in frames.items():
        for job in (job for job, language in times if language == "Go"):
            calls = times[job, "Python"].median() / call
            low, gain, high = (times[job, "Python"] / times[job, "Go"]).quantile([0.25, 0.5, 0.75])
            points.append({"job": job, "turns": turns, "calls": calls, "low": low, "gain": gain, "high": high})
    return pd.DataFrame(points)


def curves(points):
    """Draw what `gains` returns against the turns in one call, with whiskers over the middle half."""
    axes = plt.figure(figsize=(7, 4.2), layout="constrained").gca()
    for (job, curve), (colour, mark) in zip(points.groupby("job", sort=False), SERIES, strict=True):
        whiskers = [curve["gain"] - curve["low"], curve["high"] - curve["gain"]]
        axes.errorbar(curve["turns"], curve["gain"], whiskers, fmt=f"{mark}-", color=colour, capsize=3, label=job)
    axes.axhline(1, color=EVEN, linestyle="--", label="as fast as Python")
    axes.set(xscale="log", yscale="log", xlabel="turns of the loop in one call", ylabel="times as fast as Python")
    axes.xaxis.set(major_formatter="{x:,.0f}")
    axes.yaxis.set(major_formatter="{x:g}")
    axes.grid(alpha=0.3)
    axes.legend()


def marks(points):
    """Where each curve of `gains` crosses 1, and where half of its highest gain: a frame of text."""
    rows = {}
    for job, curve in points.groupby("job", sort=False):
        gains = {"breaks even": 1, "half the gain": curve["gain"].max() / 2}
        rows[job] = {f"{name}, {unit}": _reached(curve, gain, unit) for name, gain in gains.items() for unit in UNITS}
    return pd.DataFrame(rows).T


def _reached(curve, gain, unit):
    if curve["gain"].max() < 1:
        return "never"
    found = np.interp(np.log(gain), np.log(curve["gain"].cummax()), np.log(curve[unit]))
    return f"{np.exp(found):,.0f}"
