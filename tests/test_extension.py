"""What `%load_ext gomagic` leaves for later."""

import subprocess
import sys


def test_loading_the_extension_imports_nothing_that_only_a_build_needs():
    program = (
        "import sys\nfrom IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell.instance().run_line_magic('load_ext', 'gomagic')\n"
        "print('gomagic.notebook.magic' in sys.modules, 'gomagic.build.compiler' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True).split() == ["True", "False"]
