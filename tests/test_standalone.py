import subprocess
import sys

import pytest

import gomagic


def test_compile_gives_what_the_magic_binds(add):
    add += "// standalone\n"
    lib = gomagic.compile(add, "lib")
    assert lib.Add(2, 3) == 5
    assert gomagic.compile(add) is lib


def test_an_error_names_the_source(add):
    with pytest.raises(gomagic.GoBuildError) as caught:
        gomagic.compile(add.replace("a + b", "a + c"), "lib")
    assert caught.value.where == "lib:7:41"


def test_import_needs_no_ipython():
    code = "import sys, gomagic\nassert 'IPython' not in sys.modules\nassert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
