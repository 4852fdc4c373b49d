"""What Sphinx is told: a Sphinx extension of ours, and the settings under which it runs."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from pygments.lexer import RegexLexer, bygroups, using
from pygments.lexers.go import GoLexer
from pygments.token import Keyword, Operator, Text

from course.chapter import GO_MAGICS
from course.navigation import REPOSITORY

_GO_CELL = re.compile(rf"%%(?:{'|'.join(GO_MAGICS)})\b")

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
}


class GoCellLexer(RegexLexer):
    """A Go cell: the line of its magic, then Go."""

    name, aliases = "Go cell", ["gocell"]
    tokens = {  # noqa: RUF012
        "root": [(r"(%%)(\w+)([^\n]*\n)", bygroups(Operator, Keyword, Text), "go")],
        "go": [(r"(?s).+", using(GoLexer))],
    }


def slug(heading: str) -> str:
    """A heading's anchor, as JupyterLab makes it and the chapters' links have it."""
    return heading.strip().replace(" ", "-")


def setup(app: Any) -> dict[str, Any]:
    app.add_lexer("gocell", GoCellLexer)
    app.connect("doctree-read", _colour)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _colour(app: Any, doctree: nodes.document) -> None:
    """Give Go cells the colours of Go."""
    for block in doctree.findall(nodes.literal_block):
        if _GO_CELL.match(block.astext()):
            block["language"] = "gocell"
