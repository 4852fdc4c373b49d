"""The finished pages, looked through: links that lead nowhere, and what a browser would fetch from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from course.finding import Finding

# Attributes whose address a browser fetches by itself.
_FETCHED = {
    ("img", "src"),
    ("script", "src"),
    ("link", "href"),
    ("iframe", "src"),
    ("source", "srcset"),
    ("video", "src"),
    ("object", "data"),
}
_PLAIN_RELATIONS = {"author", "canonical", "copyright", "index", "search", "next", "prev"}


class _Page(HTMLParser):
    """What a page has: ids to link to, links, and what it fetches."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.ids.update(filter(None, [given.get("id"), given.get("name") if tag == "a" else ""]))
        for name, value in given.items():
            if (tag, name) in _FETCHED and not (tag == "link" and given.get("rel") in _PLAIN_RELATIONS):
                self.fetched.append(value)
            elif tag == "a" and name == "href":
                self.links.append(value)


def check(folder: Path) -> Iterator[Finding]:
    """Links within the site that lead nowhere, and what would come from the network."""
    pages = {
        path: _Page(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.html"))
        if "_static" not in path.parts
    }
    for path, page in pages.items():
        name = str(path.relative_to(folder).with_suffix(""))
        for address in dict.fromkeys([*page.links, *page.fetched]):
            parts = urlsplit(address)
            if parts.scheme == "data":
                continue
            if parts.scheme or parts.netloc:
                if address in page.fetched:
                    yield Finding(name, None, f"`{address}` comes from the network", "ship it with the site")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                yield Finding(name, None, f"the link `{address}` leads to no page", "correct it, or add the page")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                yield Finding(name, None, f"the link `{address}` leads to no heading", "write it as the heading is")
