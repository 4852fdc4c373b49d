"""CHANGELOG.md keeps its form: what is not released yet on top, each entry under what it is."""

import re
from pathlib import Path

CHANGELOG = (Path(__file__).resolve().parents[1] / "CHANGELOG.md").read_text(encoding="utf-8")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_what_is_not_released_stands_on_top():
    assert re.findall(r"^## (.*)", CHANGELOG, re.MULTILINE)[0] == "[Unreleased]"


def test_every_entry_stands_under_what_it_is():
    assert set(re.findall(r"^### (.*)", CHANGELOG, re.MULTILINE)) <= KINDS
    before_the_first_kind = CHANGELOG.split("\n### ")[0]
    assert "\n- " not in before_the_first_kind


def test_every_version_has_its_address():
    assert set(re.findall(r"^## (\[[^]]+\])", CHANGELOG, re.MULTILINE)) == set(
        re.findall(r"^(\[[^]]+\]): https://", CHANGELOG, re.MULTILINE)
    )
