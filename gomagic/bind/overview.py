"""A Go cell at a glance, as HTML: what Python can use of it, and the first line of what stands above each in Go."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from gomagic.build.manifest import Manifest

_MOST = 60  # rows; a cell of a whole package has hundreds


def of(name: str, manifest: Manifest) -> str:
    """A table. name: the cell's. The page's own colours hold, in light and in dark."""
    rows = list(dict.fromkeys([*_functions(manifest), *_types(manifest), *_values(manifest)]))
    parts = [_row(code, text) for code, text in rows[:_MOST]]
    if len(rows) > _MOST:
        parts.append(_row("", f"{len(rows) - _MOST} more: dir({name}) has all names"))
    about = _first_line(manifest["doc"])
    head = f"<strong>Go cell {html.escape(name)}</strong>{' · ' if about else ''}{html.escape(about)}"
    return f"<div>{head}<table>{''.join(parts)}</table></div>"


def _row(code: str, text: str) -> str:
    cell = '<td style="text-align: left; vertical-align: top">'
    return f"<tr>{cell}<code>{html.escape(code)}</code></td>{cell}{html.escape(text)}</td></tr>"


def _functions(manifest: Manifest) -> Iterator[tuple[str, str]]:
    functions = [call for call in manifest["calls"] if call["role"] == "function"]
    for one in (*functions, *manifest["generics"]):
        yield one["signature"].removeprefix("func "), _first_line(one["doc"])


def _types(manifest: Manifest) -> Iterator[tuple[str, str]]:
    methods: dict[str, list[str]] = {}
    for call in manifest["calls"]:
        if call["role"] == "method" and call["name"][0].isupper():
            methods.setdefault(call["of"], []).append(call["name"])
    for kind in manifest["classes"]:
        face = kind.get("interface")
        if kind["package"] or kind.get("hidden") or "types" in kind or (face and not face["shown"]):
            continue
        what = "interface" if face else "struct" if kind["struct"] else ""
        name = f"{kind['name']}[{', '.join(kind['parameters'])}]" if "parameters" in kind else kind["name"]
        of = kind.get("instances", [kind["id"]])[:1]  # all instances of a type have the same methods
        has = ", ".join(f"{method}()" for one in of for method in methods.get(one, ()))
        yield f"type {name} {what}".rstrip(), _joined([_first_line(kind["doc"]), has])
    for call in manifest["calls"]:
        if call["role"] in ("fields", "sentinel"):
            yield f"{call['name']} error", _first_line(call["doc"])


def _values(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for constant in manifest["constants"]:
        yield f"const {constant['name']}", ""
    for call in manifest["calls"]:
        if call["role"] == "get":
            yield call["signature"], _first_line(call["doc"])


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(filter(None, parts))


def _first_line(doc: str) -> str:
    return doc.strip().partition("\n")[0]
