import os

from gomagic.bind import crash


def test_empty_files_of_the_dead_are_swept_and_traces_stay():
    folder = crash.file().parent
    empty, full = folder / "999999998.txt", folder / "999999999.txt"
    empty.write_text("")
    full.write_text("panic: x\n")
    crash.sweep()
    assert not empty.exists()
    assert full.read_text() == "panic: x\n"
    full.unlink()


def test_of_those_who_left_no_trace_the_last_is_kept():
    folder = crash.file().parent
    old, new = folder / "999999997.json", folder / "999999998.json"
    for seconds, place in enumerate((old, new), start=2_000_000_000):
        place.write_text('{"/gomagic/abc": "cell[4]"}')
        os.utime(place, (seconds, seconds))
    crash.sweep()
    assert (old.exists(), new.exists()) == (False, True)
    assert (crash.latest().text, crash.latest().labels) == ("", {"/gomagic/abc": "cell[4]"})
    new.unlink()


def test_a_file_left_under_this_process_number_goes():
    crash.file().write_text("panic of another process\n")
    crash.sweep()
    assert not crash.file().exists()
