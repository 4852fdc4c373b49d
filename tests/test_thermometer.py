"""The readings of chapter 18: made by the script beside them, with three outliers and no others."""

import json
import runpy
from pathlib import Path

import numpy as np

DATA = Path(__file__).parents[1] / "notebooks/data"


def test_exactly_three_of_the_thousand_readings_are_outliers():
    readings = np.array(json.loads((DATA / "thermometer.json").read_text()))
    assert (readings.shape, readings.dtype) == ((1000,), np.float64)
    distance = np.abs(readings - readings.mean()) / readings.std()
    assert np.flatnonzero(distance > 2).tolist() == [7, 113, 835]
    assert np.sort(distance)[-4] < 1.7  # far from being a fourth


def test_the_script_makes_the_file_that_is_shipped():
    made = runpy.run_path(str(DATA / "thermometer.py"))
    assert made["text"](made["readings"]()) == (DATA / "thermometer.json").read_text()


def test_the_example_finds_what_the_readings_hold():
    find = runpy.run_path(str(DATA.parents[1] / "golib/python/example/outliers/outliers.py"))["find"]
    assert find(np.array(json.loads((DATA / "thermometer.json").read_text()))).tolist() == [7, 113, 835]
