"""What `%load_ext gomagic` leaves for later."""

import subprocess
import sys

import pytest

from gomagic import later


def test_loading_the_extension_imports_nothing_that_only_a_build_needs():
    program = (
        "import sys\nfrom IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell.instance().run_line_magic('load_ext', 'gomagic')\n"
        "print('gomagic.magic' in sys.modules, 'gomagic.compiler' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True).split() == ["True", "False"]


def test_a_module_for_later_is_the_module():
    assert later.toolchain.OLDEST_GO == (1, 25)


def test_a_name_that_is_no_module_fails_when_it_is_used():
    with pytest.raises(ModuleNotFoundError, match=r"gomagic\.nothing"):
        later.nothing.find()
