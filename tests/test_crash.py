from gomagic import crash


def test_empty_files_of_the_dead_are_swept_and_traces_stay():
    folder = crash.file().parent
    empty, full = folder / "999999998.txt", folder / "999999999.txt"
    empty.write_text("")
    full.write_text("panic: x\n")
    crash.sweep()
    assert not empty.exists()
    assert full.read_text() == "panic: x\n"
    full.unlink()


def test_a_file_left_under_this_process_number_goes():
    crash.file().write_text("panic of another process\n")
    crash.sweep()
    assert not crash.file().exists()
