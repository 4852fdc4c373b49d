"""What is known of files from one kernel to the next."""

import json
import subprocess
import sys

import pytest

from gomagic.build import memory

TELL = "import sys; from gomagic.build import memory; print(memory.of(tuple(eval(sys.argv[1]))))"
NAME = ("/a/b.go", 1, 2, 3, 4, 5)


@pytest.fixture
def kept(own_cache, monkeypatch):
    """The file, in which something stands."""
    monkeypatch.setattr(memory, "_known", {})
    monkeypatch.setattr(memory, "_has_more", False)
    memory.keep((*NAME[:-1], 4), memory.Facts("old"))
    memory.keep(NAME, memory.Facts("abc", ("fmt",), ("*.txt",)))
    memory.write()
    return own_cache / memory.FILE


def another_process(name):
    return subprocess.run(
        [sys.executable, "-c", TELL, repr(name)], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_another_process_knows_the_last_of_a_file_and_nothing_of_a_changed_one(kept):
    assert another_process(NAME) == "Facts(hash='abc', imports=['fmt'], embeds=['*.txt'])"
    assert another_process((*NAME[:-1], 4)) == another_process((*NAME[:-1], 6)) == "None"


@pytest.mark.parametrize("damage", [lambda text: text[:-9], lambda text: "", lambda text: text.replace("abc", "abd")])
def test_what_is_damaged_is_as_good_as_empty(kept, damage):
    kept.write_text(damage(kept.read_text()))
    assert another_process(NAME) == "None"


def test_nothing_is_written_where_nothing_is_new(kept):
    kept.unlink()
    memory.write()
    assert not kept.exists()


def test_it_holds_a_thousand_files_at_most(kept, monkeypatch):
    for number in range(1100):
        memory.keep((f"/{number}", 1), memory.Facts("x"))
    memory.write()
    rows = json.loads(kept.read_text().partition("\n")[2])
    assert (len(rows), rows[-1][0]) == (1000, "/1099")


def test_it_can_be_forgotten(kept):
    memory.forget()
    memory.forget()
    assert another_process(NAME) == "None"
