"""The names that plain Go cells without a name put among the reader's."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping


class _Spread:
    """What one cell has put there. cell_id: the notebook's name for the cell, "" where the front end gives none."""

    def __init__(self, cell_id: str, names: dict[str, object]) -> None:
        self.cell_id, self.names = cell_id, names


class Namespace:
    """Keeps account of those names, so that those of a cell's previous version can go."""

    def __init__(self, names: MutableMapping[str, object]):
        self.names = names
        self._spread: list[_Spread] = []

    def spread(self, names: Mapping[str, object], cell_id: str) -> None:
        """Put a cell's names there; those of its previous version go, unless the reader has bound them anew.

        The previous version has the same id or, where there is none, the latest that shares a name.
        """
        previous = next((old for old in reversed(self._spread) if self._is_older(old, names, cell_id)), None)
        if previous:
            self._spread.remove(previous)
            for name, value in previous.names.items():
                if name not in names and self.names.get(name) is value:
                    del self.names[name]
        self.names.update(names)
        self._spread.append(_Spread(cell_id, dict(names)))

    @staticmethod
    def _is_older(old: _Spread, names: Mapping[str, object], cell_id: str) -> bool:
        if cell_id and old.cell_id:
            return cell_id == old.cell_id
        return not old.names.keys().isdisjoint(names)
