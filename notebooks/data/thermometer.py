"""Write thermometer.json: 1,000 readings, of which three are wrong. The seed is fixed, so the file is always the same.

python thermometer.py
"""

import json
import random
from pathlib import Path

GLITCHES = {7: 4.1, 113: -17.6, 835: 3.3}
MIDDLE, NOISE = -8.0, 2.0  # °C. Noise that has bounds cannot make a fourth outlier.


def readings():
    draw = random.Random(1911)
    values = [round(draw.uniform(MIDDLE - NOISE, MIDDLE + NOISE), 2) for _ in range(1000)]
    for position, value in GLITCHES.items():
        values[position] = value
    return values


def text(values):
    rows = [values[start : start + 10] for start in range(0, len(values), 10)]
    return "[\n" + ",\n".join(json.dumps(row)[1:-1] for row in rows) + "\n]\n"


if __name__ == "__main__":
    Path(__file__).with_suffix(".json").write_text(text(readings()), encoding="utf-8")
