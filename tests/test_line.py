import pytest

from gomagic.errors import GoBuildError
from gomagic.source import line
from gomagic.source.line import Line


class Bake(Line):
    """Bake something.

    It takes a while.
    """

    magic = "%%bake"

    name = line.new_name()
    hot = line.switch("-h", "at once")
    box = line.text("--box", "BOX", "where it goes")
    spices = line.words("--spices", "what to add")
    time = line.seconds("--time", 30.0, "for so long")


class Send(Line):
    """Send it."""

    magic = "%%send"

    fast = line.switch("--fast", "by air")
    name = line.new_name("--name", "to whom")
    words = line.rest("WORDS")


@pytest.mark.parametrize(
    "written",
    ["pie -h --box b --time 2", "-h --box b pie --time 2", "--time=2 --box=b -h pie", "-h --time 2 --box b -- pie"],
)
def test_the_order_of_words_is_free(written):
    assert line.read(Bake, written, "cell[1]") == Bake(name="pie", hot=True, box="b", time=2.0)


def test_what_is_not_there_has_its_default():
    read = line.read(Bake, "", "cell[1]")
    assert (read.name, read.hot, read.box, read.spices, read.time) == ("", False, "", (), 30.0)


def test_words_in_quotes_may_begin_with_dashes():
    assert line.read(Bake, """--spices "-a 'b c'" pie""", "cell[1]").spices == ("-a", "b c")
    assert line.read(Bake, "--spices -h pie", "cell[1]") == Bake(name="pie", spices=("-h",))


def test_a_value_behind_an_equals_sign_may_begin_with_a_dash():
    assert line.read(Bake, "--box=-h", "cell[1]") == Bake(box="-h")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a -b --fast", Send(words=("a", "-b", "--fast"))),
        ("--fast a", Send(fast=True, words=("a",))),
        ("--name x --fast a --name y", Send(fast=True, name="x", words=("a", "--name", "y"))),
        ("--fast -- --fast --", Send(fast=True, words=("--fast", "--"))),
        ("-5 - --fast", Send(words=("-5", "-", "--fast"))),
        ('"" --fast', Send(words=("", "--fast"))),
    ],
)
def test_a_programs_words_begin_with_the_first_that_is_no_option(written, read):
    assert line.read(Send, written, "cell[1]") == read


@pytest.mark.parametrize(
    ("kind", "written", "message"),
    [
        (Bake, "--bax x", "unknown option `--bax`\n  hint: did you mean `--box`?"),
        (Bake, "-q", f"unknown option `-q`\n  hint: write `{line.usage(Bake)}`; `%%bake?` explains it"),
        (Send, "-q x", "unknown option `-q`\n  hint: what is for the program stands behind `--`: `-- -q`"),
        (Bake, "--box", "`--box` needs a value\n  hint: write `--box BOX`"),
        (Bake, "--box -h", "`--box` needs a value\n  hint: write `--box BOX`"),
        (Bake, "-h=1", "`-h` takes no value\n  hint: write `-h` alone"),
        (Bake, "--box a --box b", "`--box` stands there twice\n  hint: write one `--box BOX`"),
        (Bake, "--time -1", "`--time` cannot be `-1`\n  hint: write seconds above 0, as in `--time 30`"),
        (Bake, "--time nan", "`--time` cannot be `nan`\n  hint: write seconds above 0, as in `--time 30`"),
        (Bake, "--time 1e300", "`--time` cannot be `1e300`\n  hint: write seconds above 0, as in `--time 30`"),
        (Bake, "1pie", "`1pie` cannot be a Python name\n  hint: use letters, digits and underscores, as in `mylib`"),
        (Send, "--name if", "`if` cannot be a Python name\n  hint: use letters, digits and underscores, as in `mylib`"),
        (Bake, "a b c", f"one name is enough, `b c` is left over\n  hint: write `{line.usage(Bake)}`; `%%bake?` …"),
        (Bake, "a 'b", "a quote is opened and not closed in `a 'b`\n  hint: close it"),
        (Bake, '--spices "\'x"', "a quote is opened and not closed in `'x`\n  hint: close it"),
    ],
)
def test_a_wrong_line_says_what_is_wrong_and_what_to_write(kind, written, message):
    with pytest.raises(GoBuildError) as caught:
        line.read(kind, written, "cell[2]")
    assert str(caught.value) == f"cell[2]: {message}".replace("`%%bake?` …", "`%%bake?` explains it")


def test_a_line_is_explained_from_its_declaration():
    assert line.explained(Bake) == (
        "Bake something.\n\n"
        '%%bake [NAME] [-h] [--box BOX] [--spices "…"] [--time SECONDS]\n\n'
        "It takes a while.\n\n"
        "-h              at once\n"
        "--box BOX       where it goes\n"
        '--spices "…"    what to add\n'
        "--time SECONDS  for so long, 30 by default"
    )
    assert line.usage(Send) == "%%send [--fast] [--name NAME] [WORDS…]"
    assert (line.purpose(Send), line.usage(Send, options=False)) == ("Send it", "%%send [WORDS…]")
