"""Each beginner's mistake, from the cell to the message: where it points, and what it tells to do."""

import linear
import pytest

from gomagic.build import compiler, mistakes, toolchain
from gomagic.errors import GoBuildError
from gomagic.source import cell

HEAD = 'package main\n\nimport "C"\n\n'
MAIN = "\n\nfunc main() {}\n"


def failure(body):
    with pytest.raises(GoBuildError) as caught:
        compiler.build(cell.parse("lib", body, number=7), toolchain.find())
    return caught.value


SILENT = {
    "no import C": (
        "package main\n\n//export F\nfunc F() {}" + MAIN,
        "cell[7]:4:1",
        '`//export` needs `import "C"`',
        'add the line `import "C"`',
    ),
    "no import C below C code": (
        "package main\n\n// #include <stdlib.h>\n\nfunc F() { C.free(nil) }" + MAIN,
        "cell[7]:6:1",
        '`C.free` needs `import "C"`',
        'add the line `import "C"` directly below line 4, where the C code ends',
    ),
    "no import C and no package": (
        "//export F\nfunc F() {}",
        "cell[7]:2:1",
        '`//export` needs `import "C"`',
        'add the line `import "C"` below `package main`, both above everything else',
    ),
    "an export of nothing": (
        HEAD + "//export F\nvar x = 1" + MAIN,
        "cell[7]:6:1",
        "`//export F` stands above no function",
        "delete it, or write that function",
    ),
    "a space after the slashes": (
        HEAD + "// export F\nfunc F() {}" + MAIN,
        "cell[7]:6:1",
        "`// export F` is an ordinary comment",
        "write `//export F`",
    ),
    "a blank line below": (
        HEAD + "//export F\n\nfunc F() {}" + MAIN,
        "cell[7]:6:1",
        "`//export F` stands above no function",
        "put it on the line above `func F`",
    ),
    "another declaration below": (
        HEAD + "//export F\nvar x = 1\n\nfunc F() {}" + MAIN,
        "cell[7]:6:1",
        "`//export F` stands above no function",
        "put it on the line above `func F`",
    ),
    "no func main": (
        HEAD + "//export F\nfunc F() {}\n",
        "cell[7]:7:1",
        "no `func main`",
        "add the line `func main() {}`",
    ),
    "no package": ('\nimport "C"\n' + MAIN, "cell[7]:3:1", "no `package` line", "write `package main`"),
    "another package": (
        'package lib\n\nimport "C"\n' + MAIN,
        "cell[7]:2:1",
        "`package lib` cannot be loaded",
        "write `package main`",
    ),
    "an exported generic": (
        HEAD + "//export F\nfunc F[T any](x T) {}" + MAIN,
        "cell[7]:7:1",
        "`F` has type parameters",
        "with concrete types",
    ),
}


@pytest.mark.parametrize(("body", "where", "words", "cure"), SILENT.values(), ids=SILENT)
def test_a_silent_mistake_is_named(body, where, words, cure):
    error = failure(body)
    assert (error.where, len(error.faults)) == (where, 1)
    assert words in str(error) and cure in str(error)


def test_an_export_below_its_doc_comment_is_right():
    body = HEAD + "// F does nothing.\n//\n//export F\nfunc F() {}" + MAIN
    assert compiler.build(cell.parse("lib", body), toolchain.find()).path.is_file()


def test_a_comment_that_only_speaks_of_export_is_no_mistake():
    body = HEAD + "// export taxes are due\n\n//export F\nfunc F() {}" + MAIN
    assert compiler.build(cell.parse("lib", body), toolchain.find()).path.is_file()


def test_four_times_as_many_exports_take_about_four_times_as_long():
    def seconds(count):
        long = cell.parse("lib", HEAD + "//export F\n" * count + "func F() {}" + MAIN)
        assert mistakes.find(long) == []
        return linear.seconds(lambda: mistakes.find(long))

    assert seconds(8000) < 8 * seconds(2000) + 0.05
