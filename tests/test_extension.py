"""What `%load_ext gomagic` leaves for later."""

import subprocess
import sys

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


def test_loading_the_extension_imports_nothing_that_only_a_build_needs():
    program = (
        "import sys\nfrom IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell.instance().run_line_magic('load_ext', 'gomagic')\n"
        "print('gomagic.notebook.magic' in sys.modules, 'gomagic.build.compiler' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True).split() == ["True", "False"]
