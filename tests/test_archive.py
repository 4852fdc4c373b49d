"""Archives of Go packages."""

import subprocess

from gomagic.build import archive


def test_what_is_written_is_read_and_others_read_it_too(tmp_path):
    file, more = tmp_path / "a.a", tmp_path / "_x001.o"
    archive.write(file, [("__.PKGDEF", b"odd"), ("_go_.o", b"even")])
    more.write_bytes(b"\x7fELF.")
    archive.append(file, [more])
    assert archive.members(file) == [("__.PKGDEF", b"odd"), ("_go_.o", b"even"), ("_x001.o", b"\x7fELF.")]
    assert archive.members(file, 2) == [("__.PKGDEF", b"od"), ("_go_.o", b"ev"), ("_x001.o", b"\x7fE")]
    assert subprocess.check_output(["ar", "t", file], text=True).split() == ["__.PKGDEF", "_go_.o", "_x001.o"]


def test_what_is_no_archive_has_no_members(tmp_path):
    (tmp_path / "text").write_text("!<arch")
    assert archive.members(tmp_path / "text") == archive.members(tmp_path / "none") == []
