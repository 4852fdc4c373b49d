"""What `%load_ext gomagic` leaves for later."""

import subprocess
import sys

import pytest

UNLOAD = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = [len(shell.events.callbacks["pre_run_cell"]), shell.strdispatchers["complete_command"].strs.keys() - set()]
for _ in range(2):
    shell.run_line_magic("load_ext", "gomagic")
    print("doctor" in shell.complete("", "%go ", 4)[1], shell.find_cell_magic("go") is not None)
    shell.run_line_magic("unload_ext", "gomagic")
    print("doctor" in shell.complete("", "%go ", 4)[1], shell.find_cell_magic("go") is not None)
for magic in ("%go", "%%go", "%%gorun", "%%gotest", "%%check", "%%isolated"):
    shell.complete("", f"{magic} ", len(magic) + 1)
print(before == [len(shell.events.callbacks["pre_run_cell"]), shell.strdispatchers["complete_command"].strs.keys()])
"""


def test_unloading_leaves_nothing_behind():
    ended = subprocess.run([sys.executable, "-c", UNLOAD], capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("True True\nFalse False\n" * 2 + "True\n", "")


def test_neither_the_extension_nor_a_python_cell_imports_what_only_go_needs():
    program = (
        "import sys\nfrom IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\nshell.run_line_magic('load_ext', 'gomagic')\nshell.run_cell('None')\n"
        "wanted = ('gomagic.notebook.magic', 'gomagic.build.cache', 'gomagic.bind.signals', 'ctypes', 'subprocess')\n"
        "print(*(name for name in wanted if name in sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True).split() == ["gomagic.notebook.magic"]


@pytest.mark.parametrize("above", ["# statistics\n", "\n# one\n\n  # two\n", "\n\n"])
def test_comments_may_stand_above_a_magic_and_lines_are_counted_with_them(shell, above):
    assert shell(f"{above}%%go above\nfunc One() int {{ return 1 }}\n").error is None
    assert shell("above.One()").result == 1
    ran = shell(f"{above}%%go above\nfunc One() int {{ return x }}\n")
    assert ran.error.where == f"cell[{ran.number}]:{above.count(chr(10)) + 2}:25"


@pytest.mark.parametrize("magic", ["%%go adder", "%%gorun", "%%gotest adder", "# sums\n%%go adder"])
def test_what_is_typed_in_a_terminal_is_a_whole_cell_only_after_an_empty_line(shell, magic):
    typed = [magic, f"{magic}\n", f"{magic}\nvar n int\n", f"{magic}\nvar n int\n\n"]
    assert [shell.ipython.check_complete(text)[0] for text in typed] == [*["incomplete"] * 3, "complete"]


def test_other_cells_with_comments_stay_as_they_are(shell):
    assert shell("# one\n\n2 + 2").result == 4
    assert shell("# only this").error is None
    assert shell("# one\nprint('%%go')\n").out == "%%go\n"


@pytest.mark.parametrize(
    ("above", "cure"),
    [
        ("// statistics\n", "put the comment below the `%%go` line"),
        ("/* it's\n\n*/\n", "put the comment below the `%%go` line"),
        ("import math\n\n", "put what stands above into a cell of its own"),
        ("# one\nx = 1\n", "put what stands above into a cell of its own"),
    ],
)
def test_anything_else_above_a_magic_is_an_error_that_says_what_to_do_and_that_works(shell, above, cure):
    ran = shell(f"{above}%%go misplaced\nfunc One() int {{ return 1 }}\n")
    assert str(ran.error).splitlines() == [
        "`%%go` has to be the first line of its cell", "  note: above it is Python", f"  hint: {cure}",
    ]  # fmt: skip
    mended = f"%%go misplaced\n{above}" if "comment" in cure else "%%go misplaced\n"
    assert shell(f"{mended}func One() int {{ return 1 }}\n").error is None


def test_a_magic_that_stands_in_a_text_or_in_another_cell_magic_is_none(shell, tmp_path):
    assert shell('text = """it\'s\n%%go x\n"""\ntext').result == "it's\n%%go x\n"
    file = tmp_path / "file"
    assert shell(f"%%writefile {file}\n%%go x\n").error is None
    assert file.read_text() == "%%go x\n"
