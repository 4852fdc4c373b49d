"""Which variables change what a build makes."""

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gomagic.build import settings

NAMED = re.compile(r"GO[A-Z0-9]+|GO_EXTLINK_ENABLED|(?:CGO|ZIG|CCC|PKG_CONFIG)_?\w*", re.ASCII)


@pytest.mark.parametrize(
    "name", ["GOFLAGS", "GO111MODULE", "GOAMD64", "CC", "CGO_CFLAGS", "ZIG_LIB_DIR", "LIBRARY_PATH"]
)
def test_what_the_tools_read_matters(name):
    assert settings.matters(name)


@pytest.mark.parametrize(
    "name", ["GOGC", "GOPROXY", "GOCACHE", "PATH", "GOMAGIC_CACHE", "GO", "Gopher", "GOOD_x", "LANG"]
)
def test_what_they_do_not_read_does_not(name):
    assert not settings.matters(name)


@given(st.one_of(st.from_regex(NAMED, fullmatch=True), st.text("GOCZIPK_1x", max_size=6)))
def test_it_is_as_a_pattern_says_it(name):
    known = name in settings._NOTHING or name in settings._OF_C
    assert known or settings.matters(name) == bool(NAMED.fullmatch(name))


def test_the_variables_of_this_process_are_asked_anew_when_one_has_changed(monkeypatch):
    monkeypatch.setenv("GOFLAGS", "-tags=a")
    before = settings.deciding()
    assert settings.deciding() is before
    monkeypatch.setenv("LANG", "x")
    assert settings.deciding() == before
    os.environ["GOFLAGS"] = "-tags=b"
    assert settings.deciding() != before
    assert "GOFLAGS=-tags=b" in settings.deciding()
