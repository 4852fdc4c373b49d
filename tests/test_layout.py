"""The arrows between the modules run one way (`.github/CONTRIBUTING.md` draws them)."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "gomagic"

# Each room, and within a room each module, may import those below it.
FLOORS = {
    "": [["__main__"], ["__init__"], ["extension", "standalone"]],
    "notebook": [
        ["magic"],
        ["answers"],
        ["assist", "completion"],
        ["commands", "profiling"],
        ["kernel"],
        ["annotated", "capture", "help", "lists", "namespace", "progress", "tracebacks", "waiting"],
        ["descriptor"],
    ],
    "run": [
        ["desk", "doctor"],
        ["gotest", "isolated"],
        ["outcomes"],
        ["report"],
        ["profile", "program"],
        ["coverage", "displays", "flame", "gopls", "host", "measures", "placing", "pprof"],
        ["samples"],
    ],
    "bind": [
        ["saved"],
        ["mapped", "stubs"],
        ["aio", "plain"],
        ["converted", "files", "generic", "goerror", "library", "module", "rehearsal", "start"],
        ["classes"],
        ["tables"],
        ["faces"],
        ["crash", "named", "positions", "structs"],
        ["refusal", "signals", "trace", "travel"],
        ["channels", "dressed"],
        ["contexts", "foreign", "stdin", "streams", "subscript"],
        ["excerpt", "overview", "rich"],
    ],
    "build": [
        ["warmup"],
        ["compiler"],
        ["ondisk"],
        ["annotations", "cway", "plainway"],
        ["imported"],
        ["cellgen", "generator"],
        ["notes"],
        ["packages"],
        ["gobuild"],
        ["replay", "sources"],
        ["standby"],
        ["golink", "hostlink"],
        ["libc"],
        ["linker"],
        ["modules", "tools"],
        ["inputs"],
        ["diagnostics", "reached"],
        ["cures", "mistakes", "toolchain"],
        ["embedded", "habits", "workspace"],
        ["ahead"],
        ["archive", "cache", "manifest", "process", "room"],
        ["memory", "pace", "unchanged"],
        ["look", "settings", "storage"],
        ["claim"],
    ],
    "source": [["cell", "embed"], ["magics", "cheader"], ["goflags", "gosource", "line"], ["record"]],
    "errors": [["errors"]],
}
LEVEL = {
    name if room in ("", "errors") else f"{room}.{name}": (i, j)
    for i, (room, floors) in enumerate(FLOORS.items())
    for j, names in enumerate(floors)
    for name in names
}


def name_of(path):
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


MODULES = sorted(name_of(path) for path in PACKAGE.glob("**/*.py") if path.parent == PACKAGE or path.stem != "__init__")


def imports(module):
    """The modules of gomagic that a module imports, wherever in its text."""
    for node in ast.walk(ast.parse((PACKAGE / f"{module.replace('.', '/')}.py").read_text())):
        if isinstance(node, ast.Import):
            yield from (a.name.removeprefix("gomagic.") for a in node.names if a.name.startswith("gomagic"))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "gomagic":
            place = node.module.removeprefix("gomagic").lstrip(".")
            inside = (PACKAGE / place.replace(".", "/")).is_dir()
            yield from [f"{place}.{a.name}".lstrip(".") for a in node.names] if inside else [place]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_is_below_it(module):
    found = [name for name in imports(module) if name != "__version__"]
    assert [name for name in found if name not in LEVEL or LEVEL[name] <= LEVEL[module]] == []


def test_every_module_has_its_floor():
    assert sorted(LEVEL) == MODULES


def test_every_module_has_a_test_file_of_its_own():
    wanted = {f"test_{name.split('.')[-1].strip('_')}.py" for name in MODULES if name != "__init__"}
    assert wanted - {path.name for path in Path(__file__).parent.glob("test_*.py")} == set()


def test_a_room_holds_no_code_of_its_own():
    for room in FLOORS.keys() - {"", "errors"}:
        [statement] = ast.parse((PACKAGE / room / "__init__.py").read_text()).body
        assert isinstance(statement, ast.Expr), room


def test_only_the_shells_modules_know_ipython():
    # Its types may be named: no IPython is needed for that.
    texts = {name: re.sub(r"^if TYPE_CHECKING:\n(    .*\n|\n)+", "", text_of(name), flags=re.M) for name in MODULES}
    users = {name for name, text in texts.items() if re.search(r"^\s*(from|import) IPython", text, re.M)}
    assert users == {"notebook.magic"}


def test_go_build_is_run_for_cells_in_one_place_and_for_our_own_programs():
    assert [name for name in MODULES if '"build", ' in text_of(name)] == [
        "build.cellgen",
        "build.gobuild",
        "build.golink",
    ]


def text_of(module):
    return (PACKAGE / f"{module.replace('.', '/')}.py").read_text()


BRIDGE = PACKAGE.parent / "golib" / "bridge"
# Each file of C may include the headers below it.
C_FLOORS = [
    ["open"],
    ["flight"],
    ["channels", "classes", "funcs", "generic"],
    ["direct", "move"],
    ["call"],
    ["forms", "shapes"],
    ["structs", "tables"],
    ["any", "callables", "converted", "faces", "iterables", "sets"],
    ["callback", "sequence"],
    ["iterate", "merge", "numbers", "parcel", "rows"],
    ["pack", "records", "unpack"],
    ["results"],
    ["choose", "slices", "texts"],
    ["slots"],
    ["loose"],
    ["methods"],
    ["form", "handle", "items", "views"],
    ["loan", "streams"],
    ["context", "dress"],
    ["refuse"],
    ["arrays", "function", "ofclass", "owner"],
    ["convert", "lists"],
    ["block", "drops", "faults", "fork", "memory", "pages", "python", "turns"],
]
C_LEVEL = {name: height for height, names in enumerate(C_FLOORS) for name in names}
C_FILES = sorted(path.name for path in BRIDGE.glob("*.[ch]"))


@pytest.mark.parametrize("file", C_FILES)
def test_a_file_of_c_includes_its_own_header_and_what_is_below_it(file):
    text, own = (BRIDGE / file).read_text(), file.partition(".")[0]
    included = [name for name in re.findall(r'^#include "(\w+)\.h"', text, re.MULTILINE) if name != "_cgo_export"]
    assert [name for name in included if name != own and C_LEVEL[name] <= C_LEVEL[own]] == []
    assert own in included or file.endswith(".h") or not (BRIDGE / f"{own}.h").exists()


def test_every_file_of_c_has_its_floor():
    assert sorted(C_LEVEL) == sorted({name.partition(".")[0] for name in C_FILES})


def test_every_file_of_c_shows_what_it_has_in_its_header():
    hidden = {name[:-2] for name in C_FILES if name.endswith(".c")} - {
        name[:-2] for name in C_FILES if name.endswith(".h")
    }
    assert hidden == {"open"}  # whose one function Python looks up by its name
