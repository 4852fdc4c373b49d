"""The course as pages: how chapters become pages, and how these look in a browser."""

import importlib.util
import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import lab
import pytest
from chapters import chapter, code, text

from course.chapter import read_course
from course.navigation import REPOSITORY
from course.site import building, links, pages, reference

ROOT = Path(__file__).resolve().parents[1]
NARROW = 390
LOOK = "where => axe.run(where).then(told => told.violations.map(each => [each.impact, each.id, each.nodes[0].html]))"


# --- A chapter as a page


def test_bars_are_left_out_the_setup_is_folded_and_the_title_is_followed_by_where_to_open_it(tmp_path):
    made = chapter(tmp_path, text("bar", "nav"), text("# Hello\n\nWords."), code("load", "setup"), code("1 + 1"))
    title, setup, code_cell = pages.page(made, tmp_path).notebook.cells
    assert title.source.startswith('# Hello\n\n<p class="places"><span>About 5 minutes</span> <a class="badge-link" ')
    assert title.source.endswith("</p>\n\n\nWords.")
    assert (setup.metadata.tags, "tags" in code_cell.metadata) == (["hide-input"], False)


def test_links_to_files_lead_to_the_repository_and_those_to_chapters_stay(tmp_path):
    (tmp_path / "golib").mkdir()
    (tmp_path / "golib" / "a.go").touch()
    (tmp_path / "notebooks").mkdir()
    written = "[a](../golib/a.go#L3) [b](../golib) [c](01_b.ipynb#D-e) [d](#F) [e](https://go.dev) `[f](../golib)`"
    assert pages.linked(written, tmp_path) == (
        f"[a]({REPOSITORY}/blob/main/golib/a.go#L3) [b]({REPOSITORY}/tree/main/golib) "
        "[c](01_b.ipynb#D-e) [d](#F) [e](https://go.dev) `[f](../golib)`"
    )


def test_a_chart_has_its_title_or_the_sentence_below_it_as_its_text(tmp_path):
    below = text("The `blue` line [rises](x.ipynb). The other falls.")
    made = chapter(tmp_path, text("# Hello"), code("plot()"), below, code('axes.set_title("Go wins")'))
    cells = pages.page(made, tmp_path).notebook.cells
    assert [cells[place].metadata.mystnb.image.alt for place in (1, 3)] == [
        "Chart. The blue line rises.",
        "Chart. Go wins.",
    ]


# --- What is found


def test_links_to_nowhere_and_what_comes_from_the_network_are_found(tmp_path):
    (tmp_path / "b.html").write_text('<h1 id="there">B</h1>')
    hrefs = ["b.html", "b.html#there", "b.html#not", "c.html", "#here", "https://go.dev/"]
    anchors = "".join(f'<a href="{href}">x</a>' for href in hrefs)
    (tmp_path / "a.html").write_text(f'{anchors}<p id="here"><img src="https://example.org/badge.svg"></p>')
    assert [(finding.chapter, finding.what) for finding in links.check(tmp_path)] == [
        ("a", "the link `b.html#not` leads to no heading"),
        ("a", "the link `c.html` leads to no page"),
        ("a", "`https://example.org/badge.svg` comes from the network"),
    ]


def test_what_sphinx_complains_of_is_a_finding_with_chapter_and_cell():
    warned = "/tmp/pages/03_a.ipynb:120003: WARNING: no such target: 'B.ipynb#x' [myst.xref_missing]\n"
    [finding] = building.complaints(f"\x1b[91m{warned}\x1b[39;49;00m{warned}", Path("/tmp/pages"))
    assert (finding.chapter, finding.cell) == ("03_a", 12)
    assert finding.what == "no such target: 'B.ipynb#x' [myst.xref_missing]"


# --- What is generated


def test_every_magic_and_option_stands_on_the_page_of_magics():
    page = reference.magics()
    assert "```text\n%%go [NAME] [-v] [-f] " in page
    assert (
        "| `--save DIR` | keep the .go, .h and .so in DIR; of a plain cell the .go, its shims, the .so and a .pyi |"
        in page
    )
    assert "| `%go header NAME` | the C header of a Go cell |" in page


def test_every_public_name_has_a_section():
    import gomagic

    sections = reference.names() + reference.exceptions()
    assert [name for name in gomagic.__all__ if f"## {name}\n" not in sections] == []
    assert "```python\ngomagic.chan(kind: object, n: int = 0) -> Chan\n```" in sections
    assert "├── GoBuildError " in sections


def test_hints_stand_beside_what_the_message_says_and_why(tmp_path):
    module = tmp_path / "errors.py"
    module.write_text(
        'raise E(f"{name} has no C", note="it is plain", hint=f"ask for `{name}` again")\n'
        '_KNOWN = [(r"declared and not used: (\\w+)", "unused is wrong", r"use `\\1`, or delete it")]\n'
    )
    assert sorted(reference.advice(module)) == [
        ("declared and not used: …", "unused is wrong", "use `…`, or delete it"),
        ("… has no C", "it is plain", "ask for `…` again"),
    ]
    assert (
        "| declared and not used: … | in Go an unused variable is an error | use `…`, or delete it |"
        in reference.hints()
    )


# --- The pages in a browser


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the finished pages."""
    if importlib.util.find_spec("myst_nb") is None:
        end = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        end("what the site is built with is not installed (`make site` does)")
    folder = tmp_path_factory.mktemp("build")
    assert [str(finding) for finding in building.site(read_course(ROOT), ROOT, folder)] == []
    return folder / "site"


def names(site):
    return sorted(str(path.relative_to(site)) for path in site.rglob("*.html") if "_static" not in path.parts)


@pytest.fixture(scope="module")
def address(site):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="module")
def browser():
    with lab.chromium() as browser:
        yield browser


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.proof
def test_building_twice_gives_the_same(site, tmp_path):
    list(building.site(read_course(ROOT), ROOT, tmp_path))
    once, twice = files(site), files(tmp_path / "site")
    assert [name for name in once.keys() | twice.keys() if once.get(name) != twice.get(name)] == []


@pytest.mark.proof
def test_every_page_opens_without_an_error_asks_nobody_else_and_fits_a_narrow_screen(site, address, browser):
    told = []
    page = browser.new_page(viewport={"width": NARROW, "height": 800})
    page.on("console", lambda said: told.append((page.url, said.text)) if said.type == "error" else None)
    page.on("pageerror", lambda error: told.append((page.url, str(error))))
    page.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else told.append(asked.url))
    for name in names(site):
        page.goto(address + name)
        width = page.evaluate("document.documentElement.scrollWidth")
        told += [(name, f"{width} pixels wide")] if width > NARROW else []
    page.close()
    assert told == []


@pytest.mark.proof
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(site, address, browser, scheme):
    script = Path(importlib.util.find_spec("axe_playwright_python").origin).with_name("axe.min.js").read_text()
    page = browser.new_page(color_scheme=scheme)
    found = []
    for name in names(site):
        # All code has the same few colours; to look at each of its words on each page takes many minutes.
        where = {"exclude": [] if name in ("02_hello.html", "reference/golib/show.html") else [["pre span"]]}
        page.goto(address + name)
        page.evaluate(script)
        found += [(name, *each) for each in page.evaluate(LOOK, where) if each[0] in ("serious", "critical")]
    page.close()
    assert found == []


@pytest.mark.proof
def test_the_search_finds_a_chapter_and_a_go_cell_has_gos_colours(address, browser):
    page = browser.new_page()
    page.goto(address + "search.html?q=trampoline")
    page.locator("#search-results a", has_text="Go calls back").first.wait_for()
    page.goto(address + "01_plain_go.html")
    assert page.locator(".highlight-gocell .kd", has_text="func").count() > 5
    assert page.locator("details", has_text="Solution").first.get_attribute("open") is None
    page.close()


@pytest.mark.proof
def test_each_chapter_has_a_template_for_translators(site, tmp_path):
    assert list(building.messages(read_course(ROOT), ROOT, tmp_path)) == []
    templates = {path.stem for path in (tmp_path / "messages").iterdir()}
    assert templates == {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} | {"index"}
    assert 'msgid "A Go function is a Python function"' in (tmp_path / "messages" / "01_plain_go.pot").read_text()
