"""What Sphinx is told: a Sphinx extension of ours, and the settings under which it runs."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from pygments.lexer import Lexer, RegexLexer, bygroups, using
from pygments.lexers.go import GoLexer
from pygments.lexers.python import PythonLexer
from pygments.token import Keyword, Operator, Text

from course.chapter import GO_MAGICS
from course.navigation import REPOSITORY

_GO_CELL = re.compile(rf"%%(?:{'|'.join(GO_MAGICS)})\b")
_PYTHON_CELL = re.compile(r"%%(?:isolated|check)\b")  # of which IPython's lexer knows no language

SETTINGS = {
    "project": "gomagic",
    "author": "the authors of gomagic",
    "extensions": ["myst_nb", "sphinx_copybutton", "course.site.look"],
    "language": "en",
    "nb_execution_mode": "off",  # the pages show what is stored
    "nb_render_markdown_format": "gfm",  # of the cheat sheet's output
    "nb_ipywidgets_js": {},  # which would come from the network
    "myst_heading_anchors": 4,
    "myst_heading_slug_func": "course.site.look.slug",
    "html_theme": "sphinx_book_theme",
    "html_title": "Go from Python",
    "html_static_path": ["_own"],
    "html_css_files": ["own.css"],
    "html_favicon": "_own/icon.svg",
    "html_copy_source": False,
    "html_use_index": False,
    "html_show_sphinx": False,
    "html_context": {"default_mode": "auto"},
    "html_theme_options": {
        "repository_url": REPOSITORY,
        "use_repository_button": True,
        "use_download_button": False,
        "use_fullscreen_button": False,
        "show_navbar_depth": 1,
        "show_toc_level": 2,
        "pygments_light_style": "a11y-high-contrast-light",
        "pygments_dark_style": "github-dark-high-contrast",
    },
    "gettext_compact": False,  # a catalogue for each chapter
    "gettext_location": False,  # which would be in a temporary folder
}


def _cell(name: str, alias: str, lexer: type[Lexer]) -> type[RegexLexer]:
    """A lexer of cells: the line of the magic, then a language."""
    tokens = {
        "root": [(r"(%%)(\w+)([^\n]*\n?)", bygroups(Operator, Keyword, Text), "body")],
        "body": [(r"(?s).+", using(lexer))],
    }
    return type(name, (RegexLexer,), {"name": name, "aliases": [alias], "tokens": tokens})


LEXERS = {"gocell": _cell("GoCell", "gocell", GoLexer), "pythoncell": _cell("PythonCell", "pythoncell", PythonLexer)}


def slug(heading: str) -> str:
    """A heading's anchor, as JupyterLab makes it and the chapters' links have it."""
    return heading.strip().replace(" ", "-")


def setup(app: Any) -> dict[str, Any]:
    for alias, lexer in LEXERS.items():
        app.add_lexer(alias, lexer)
    app.connect("doctree-read", _colour)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _colour(app: Any, doctree: nodes.document) -> None:
    """Give Go cells the colours of Go, and Python's to Python in a process of its own."""
    for block in doctree.findall(nodes.literal_block):
        if _GO_CELL.match(block.astext()):
            block["language"] = "gocell"
        elif _PYTHON_CELL.match(block.astext()):
            block["language"] = "pythoncell"
