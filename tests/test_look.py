"""What was found out holds until something that was looked at has changed, and no longer."""

import os
import shutil
import time

import pytest

from gomagic.build import look


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """Files of this test's own are as good as old ones."""
    monkeypatch.setattr(look, "_SETTLED_SECONDS", 0)


def edit(file, text="1"):
    """Write to a file when the clock of the disk has moved on."""
    time.sleep(0.02)
    file.write_text(text)


# --- One look -----------------------------------------------------------------------------------------------

CHANGES = {
    "another content of the same size": lambda place: edit(place / "file", "2"),
    "another content with the old time": lambda place: (edit(place / "file", "2"), os.utime(place / "file", (1, 1))),
    "another file in its place": lambda place: (edit(place / "new", "1"), (place / "new").replace(place / "file")),
    "other rights": lambda place: (time.sleep(0.02), (place / "file").chmod(0o700)),
    "it is gone": lambda place: (place / "file").unlink(),
    "what was not there": lambda place: edit(place / "none"),
    "a name more in a folder": lambda place: edit(place / "folder" / "more"),
    "a name less in a folder": lambda place: (time.sleep(0.02), (place / "folder" / "one").unlink()),
    "a folder in place of a folder": lambda place: (shutil.rmtree(place / "folder"), (place / "folder").mkdir()),
    "where a link leads": lambda place: ((place / "link").unlink(), (place / "link").symlink_to("folder/one")),
}


@pytest.fixture
def place(tmp_path):
    (tmp_path / "folder").mkdir()
    for name in ("file", "folder/one", "beside"):
        (tmp_path / name).write_text("1")
    (tmp_path / "link").symlink_to("file")
    return tmp_path


def asked(answers, place):
    """How often it is looked at again when it is asked for."""
    found = []

    def find():
        found.append(look.is_file(f"{place}/file"))
        look.is_there(f"{place}/none")
        look.is_there(f"{place}/file/below")
        look.names(f"{place}/folder")
        look.is_there(f"{place}/link")

    answers.of("question", find)
    return len(found)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_and_the_new_answer_holds(place, change):
    answers = look.Answers()
    assert [asked(answers, place), asked(answers, place)] == [1, 0]
    os.utime(place / "folder" / "one", (1, 1))
    edit(place / "beside", "2")
    assert asked(answers, place) == 0  # neither was looked at
    CHANGES[change](place)
    assert [asked(answers, place), asked(answers, place)] == [1, 0]


def test_what_is_younger_than_the_disks_clock_can_tell_is_looked_at_again(place, monkeypatch):
    monkeypatch.setattr(look, "_SETTLED_SECONDS", 2)
    answers = look.Answers()
    assert [asked(answers, place), asked(answers, place)] == [1, 1]


def test_what_changes_while_it_is_looked_at_is_looked_at_again(place):
    answers, found = look.Answers(), []

    def find():
        look.status(f"{place}/file")
        edit(place / "file", str(len(found)))
        look.status(f"{place}/file")
        found.append(0)

    for _ in range(2):
        answers.of("question", find)
    assert len(found) == 2


def test_what_no_look_can_tell_is_found_out_each_time():
    answers, found = look.Answers(), []
    for _ in range(2):
        answers.of("question", lambda: found.append(look.unsure()))
    assert len(found) == 2


def test_what_lies_where_the_process_is_at_the_moment_is_looked_at_again(place, monkeypatch):
    monkeypatch.chdir(place)
    answers, found = look.Answers(), []
    for _ in range(2):
        answers.of("question", lambda: found.append(look.is_file("file")))
    assert found == [True, True]


def test_an_error_is_no_answer():
    answers = look.Answers()
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            answers.of("question", lambda: look.status("/no such file"))
    assert not look._looks


def test_an_answer_that_rests_on_another_one_changes_with_that(place):
    inner, outer, found = look.Answers(), look.Answers(), []

    def both():
        outer.of("outer", lambda: found.append(asked(inner, place)))
        return found.pop() if found else "nothing"

    assert [asked(inner, place), both(), both()] == [1, 0, "nothing"]
    edit(place / "file", "2")
    assert [both(), both()] == [1, "nothing"]


def test_of_many_questions_the_last_are_kept(monkeypatch):
    monkeypatch.setattr(look, "_MOST", 2)
    answers = look.Answers()
    for question in (1, 2, 1, 3):
        answers.of(question, lambda: None)
    assert [*answers._kept] == [1, 3]
