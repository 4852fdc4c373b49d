import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gomagic.source import goflags


def test_a_flag_has_one_form_however_it_is_written():
    words = ["-tags", "x y", "--tags=z", "-v", "--race=true", "-ldflags", "-s -w", "-trimpath"]
    assert goflags.read(words) == ["-tags=x y", "-tags=z", "-v", "-race=true", "-ldflags=-s -w", "-trimpath"]


def test_in_goflags_a_value_stands_behind_an_equals_sign_alone():
    assert goflags.read(["-tags", "x"], joined=True) == ["-tags", "x"]


def test_goflags_are_taken_apart_as_go_does_it():
    text = """ -tags=x  '-ldflags=-s -w' "-gcflags=-N -d='a'" -asmflags=it's"""
    words = ["-tags=x", "-ldflags=-s -w", "-gcflags=-N -d='a'", "-asmflags=it's"]
    assert goflags.split(text) == words
    assert goflags.split(goflags.join(words)) == words


@given(st.lists(st.text(st.characters(exclude_characters='"', codec="utf-8"), min_size=1)))
def test_what_is_joined_is_split_into_the_same(words):
    assert goflags.split(goflags.join(words)) == words


def test_a_quote_that_is_not_closed_is_an_error():
    with pytest.raises(ValueError, match="a quote is opened and not closed"):
        goflags.split("'-tags=x")


def test_values_are_found_by_name_not_by_look():
    flags = goflags.read(["-tags=-ldflags", "-ldflags", "-w", "--ldflags=-s"])
    assert goflags.values(flags, "ldflags") == ["-w", "-s"]


REFUSED = """-race; --race; -race=true; -race=1; -msan; -asan; --asan=t; -n; -x; --x; -v; -work; -json;
-buildmode=plugin; -buildmode plugin; -o x.so; --o=x; -C /; -mod=mod; -modfile=x; -overlay o.json; -compiler gccgo;
-pgo=/dev/zero; -pgo=cpu.pprof; -trimpath main.go; main.go; -tags x y; --; -tags; -trimpath -ldflags"""
PASSING = """-race=false; -x=0; -tags=race; -ldflags=-race; -ldflags -X=main.V=-n; -pgo=off; -a -trimpath; -p 2;
-newflag; -newflag value; -gcflags=all=-N -cover"""


@pytest.mark.parametrize("flags", re.split(r";\s", REFUSED))
def test_what_a_library_cannot_be_built_with_is_refused(flags):
    found = goflags.refusal(goflags.read(flags.split()))
    assert found.word.lstrip("-") in flags
    assert found.note and found.hint


@pytest.mark.parametrize("flags", re.split(r";\s", PASSING))
def test_what_can_be_meant_passes(flags):
    assert goflags.refusal(goflags.read(flags.split())) is None


def test_a_profile_that_is_there_passes(tmp_path):
    (tmp_path / "cpu.pprof").write_bytes(b"")
    assert goflags.refusal(goflags.read(["-pgo", str(tmp_path / "cpu.pprof")])) is None


def test_address_sanitizer_passes_where_the_process_has_it(monkeypatch):
    assert goflags.refusal(["-asan"]).word == "-asan"
    monkeypatch.setattr(goflags.ctypes, "CDLL", lambda name: SimpleNamespace(__asan_init=1))
    assert goflags.refusal(["-asan"]) is None
