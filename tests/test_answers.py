"""What the shell asks of gomagic is asked only then, and no longer once it is unloaded."""

import subprocess
import sys

import pytest

BEGIN = """
import sys
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "gomagic")
names = ("assist", "completion", "help", "lists")
asked = lambda: [name for name in names if f"gomagic.notebook.{name}" in sys.modules]
print(*asked())
"""
UNLOAD = 'shell.run_line_magic("unload_ext", "gomagic")\n'


def told(code):
    ended = subprocess.run([sys.executable, "-c", BEGIN + code], capture_output=True, text=True)
    return ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("question", "module"),
    [
        ('shell.complete("", "%go ", 4)', "completion"),
        ('with provisionalcompleter(): shell.Completer.completions("%%go\\nfunc", 4)', "assist"),
        ("shell.display_formatter.format([1])", "lists"),
        ("shell.inspector.info(len)", ""),
    ],
)
def test_a_module_that_answers_is_imported_when_it_is_asked(question, module):
    assert told(f"{question}\nprint(*asked())") == f"\n{module}\n"


def test_what_others_put_over_it_stays_when_it_is_unloaded():
    code = """
formatter, before = shell.display_formatter, type(shell.display_formatter).format
ours = formatter.format
formatter.format = lambda *args: ours(*args)
theirs = formatter.format
formatter.format(1)
"""
    code += f"{UNLOAD}print(formatter.format is theirs, theirs(1)[0], vars(shell.inspector).get('info'))"
    assert told(code) == "\nTrue {'text/plain': '1'} None\n"


def test_what_others_had_put_there_is_put_back():
    code = f"""
{UNLOAD}
theirs = shell.inspector.info = lambda *args, **keywords: "theirs"
shell.run_line_magic("load_ext", "gomagic")
print(shell.inspector.info(len), shell.inspector.info is theirs)
{UNLOAD}
print(shell.inspector.info is theirs)
"""
    assert told(code) == "\ntheirs False\nTrue\n"
