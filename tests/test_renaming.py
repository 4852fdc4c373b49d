"""`build.py rename` moves chapters, and everything that speaks of them follows.

The numbers here are high: those of the course's chapters would follow, too, when a chapter moves.
"""

import subprocess

import pytest
from chapters import chapter, code, sources, text

import build
from course.chapter import MEASURED, history, read, write
from course.renaming import References

README = "# A course\n\nBegin with 91_greeting.\n\n<!-- chapters -->\n<!-- /chapters -->\n"
PICTURE = "![Two rows](figures/93_rows.svg)"


@pytest.fixture
def root(tmp_path):
    """A clone with the chapters 00, 91 and 93, a figure of each lesson, and files that speak of them."""
    for folder in ("notebooks/figures", "docs", "golib", "course/wrong"):
        (tmp_path / folder).mkdir(parents=True)
    hello = code("# as chapter 93 will tell\nprint(1)", out="1\n", count=2)
    write(chapter(tmp_path, text("# Welcome\n\nNext, in [91_greeting](91_greeting.ipynb)."), name="00_welcome"))
    write(chapter(tmp_path, text("# Hello\n\n![Hello](figures/91_hi.svg)"), hello, name="91_greeting"))
    write(chapter(tmp_path, text(f"# Rows\n\nYou need [chapter 91](91_greeting.ipynb).\n\n{PICTURE}"), name="93_rows"))
    for file, content in {
        "README.md": README,
        ".gitignore": "built.txt\n",
        "built.txt": "91_greeting",
        "docs/why.py": '"""The loops of chapter 93."""\nhint = "see 91_greeting"\n',
        "golib/bytes.bin": b"\xff91_greeting",
        "notebooks/figures/91_hi.svg": "<svg>one</svg>",
        "notebooks/figures/93_rows.svg": "<svg>three</svg>",
        "course/wrong/93_rows.md": "# Wrong solutions of 93_rows\n",
    }.items():
        (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    build.main(["nav"], tmp_path)
    return tmp_path


def content(root):
    """Every file of the clone with what is in it."""
    files = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.relative_to(root).parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def test_rename_moves_the_notebook_and_its_figures(root):
    assert build.main(["rename", "93_rows", "97_columns"], root) == 0
    assert {name for name in content(root) if name.startswith("notebooks/")} == {
        "notebooks/00_welcome.ipynb",
        "notebooks/91_greeting.ipynb",
        "notebooks/97_columns.ipynb",
        "notebooks/figures/91_hi.svg",
        "notebooks/figures/97_rows.svg",
    }
    assert "![Two rows](figures/97_rows.svg)" in sources(read(root / "notebooks/97_columns.ipynb"))[1]
    [(name, text)] = [(name, text) for name, text in content(root).items() if name.startswith("course/")]
    assert (name, text) == ("course/wrong/97_columns.md", b"# Wrong solutions of 97_columns\n")


def test_rename_carries_names_and_numbers_along_and_writes_nav(root):
    assert build.main(["rename", "91_greeting", "92_hello"], root) == 0
    welcome, rows = (sources(read(root / f"notebooks/{name}.ipynb")) for name in ("00_welcome", "93_rows"))
    assert welcome[1] == "# Welcome\n\nNext, in [92_hello](92_hello.ipynb)."
    assert welcome[-1] == "[Hello →](92_hello.ipynb)"
    assert rows[1].startswith("# Rows\n\nYou need [chapter 92](92_hello.ipynb).")
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert "Begin with 92_hello." in readme
    assert "| 92 | [Hello](notebooks/92_hello.ipynb) | 5 |" in readme
    assert (root / "docs/why.py").read_text() == '"""The loops of chapter 93."""\nhint = "see 92_hello"\n'


def test_several_renames_are_one_mapping(root):
    assert build.main(["rename", "91_greeting", "93_greeting", "93_rows", "91_rows"], root) == 0
    assert (root / "notebooks/figures/93_hi.svg").read_text() == "<svg>one</svg>"
    assert (root / "notebooks/figures/91_rows.svg").read_text() == "<svg>three</svg>"
    assert sources(read(root / "notebooks/91_rows.ipynb"))[1] == (
        "# Rows\n\nYou need [chapter 93](93_greeting.ipynb).\n\n![Two rows](figures/91_rows.svg)"
    )
    assert (root / "docs/why.py").read_text() == '"""The loops of chapter 91."""\nhint = "see 93_greeting"\n'


def test_rename_there_and_back_changes_nothing(root):
    before = content(root)
    build.main(["rename", "91_greeting", "92_hello", "93_rows", "91_rows"], root)
    build.main(["rename", "92_hello", "91_greeting", "91_rows", "93_rows"], root)
    assert content(root) == before


def test_what_git_ignores_and_what_is_no_text_stays(root):
    build.main(["rename", "91_greeting", "92_hello"], root)
    assert (content(root)["built.txt"], content(root)["golib/bytes.bin"]) == (b"91_greeting", b"\xff91_greeting")


def test_outputs_stay_and_measured_ones_keep_their_past(root):
    path = root / "notebooks/91_greeting.ipynb"
    made = read(path)
    made.notebook.cells.insert(-1, code("print(time)", MEASURED, out="2 ms", count=3))
    made.notebook.cells[-2].metadata.output_of = history(made.notebook, len(made.notebook.cells) - 2)
    write(made)
    assert build.main(["rename", "93_rows", "94_rows"], root) == 0
    after = read(path).notebook
    assert after.cells[-3].source == "# as chapter 94 will tell\nprint(1)"
    assert [cell.outputs for cell in after.cells[-3:-1]] == [cell.outputs for cell in made.notebook.cells[-3:-1]]
    assert after.cells[-2].metadata.output_of == history(after, len(after.cells) - 2)


def test_output_that_shows_the_old_name_is_named(root, capsys):
    write(chapter(root, text("# More"), code("print('91_greeting')", out="91_greeting\n"), name="95_more"))
    assert build.main(["rename", "91_greeting", "92_hello"], root) == 1
    said = capsys.readouterr().out
    assert (
        "95_more:2: the output shows the old name\n    | print('92_hello')\n  hint: run `python build.py run 95`"
        in said
    )


def test_rename_of_no_chapter_ends_with_what_there_is(root):
    before = content(root)
    with pytest.raises(SystemExit) as ended:
        build.main(["rename", "94_rows", "95_rows"], root)
    assert ended.value.code == "error: no chapter `94_rows`\n  note: there are 00_welcome, 91_greeting, 93_rows"
    assert content(root) == before


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["91_greeting", "93_rows"], "93_rows: there is a chapter of that number\n  hint: choose another number\n"),
        (["91_greeting", "93_other"], "93_other: there is a chapter of that number\n  hint: choose another number\n"),
        (["91_greeting", "91_greeting"], "91_greeting: the chapter is called so already\n  hint: leave it out\n"),
        (
            ["91_greeting", "95_a", "93_rows", "95_b"],
            "95_b: there is a chapter of that number\n  hint: choose another number\n",
        ),
        (
            ["91_greeting", "95_a", "91", "96_b"],
            "91_greeting: the chapter gets two new names\n  hint: name it once\n",
        ),
        (
            ["91_greeting", "5"],
            "5: a chapter is called NN_name\n  hint: two digits, an underscore, lower case\n",
        ),
        (["91_greeting"], "91_greeting: there is no new name for it\n  hint: name chapters in pairs: OLD NEW\n"),
    ],
)
def test_rename_refuses_a_name_that_has_no_place(root, capsys, names, said):
    before = content(root)
    assert build.main(["rename", *names], root) == 1
    assert capsys.readouterr().out == f"{said}\n1 to put right\n"
    assert content(root) == before


def test_rename_does_not_write_over_a_figure(root, capsys):
    (root / "notebooks/figures/95_hi.svg").write_text("<svg>five</svg>")
    before = content(root)
    assert build.main(["rename", "91_greeting", "95_greeting"], root) == 1
    assert capsys.readouterr().out.startswith("95_greeting: there is a file notebooks/figures/95_hi.svg\n  hint: ")
    assert content(root) == before


def test_rename_asks_for_a_clone(root, capsys):
    (root / ".git").rename(root / "no.git")
    assert build.main(["rename", "91_greeting", "92_hello"], root) == 1
    assert "git cannot say which files are the project's" in capsys.readouterr().out
    assert (root / "notebooks/91_greeting.ipynb").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("chapter 91", "chapter 92"),
        ("Chapter 91.", "Chapter 92."),
        ("chapters 91 to 93.", "chapters 92 to 94."),
        ("chapters 91 and 93, and 95 for the last section", "chapters 92 and 94, and 96 for the last section"),
        ("chapters [91](91_a.ipynb) and\n[93](93_c.ipynb)", "chapters [92](92_a.ipynb) and\n[94](94_c.ipynb)"),
        ("# the loops of chapter\n# 91", "# the loops of chapter\n# 92"),
        ("([appendix X](X_b.ipynb))", "([appendix Y](Y_b.ipynb))"),
        ("chapters 97, 91 or 93", "chapters 97, 92 or 94"),
    ],
)
def test_references_follow(before, after):
    names = {"91_a": "92_a", "93_c": "94_c", "95_e": "96_e", "X_b": "Y_b"}
    assert References(names).renewed(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "91",
        "chapter 911",
        "In chapter 97, 91 is odd.",
        "x91_a",
        "91_ab",
        "the next chapter: 91",
        "2020-91-93",
        "cell 91",
    ],
)
def test_what_is_no_reference_stays(text):
    assert References({"91_a": "92_a", "93_c": "94_c"}).renewed(text) == text
