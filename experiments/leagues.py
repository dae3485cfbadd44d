"""Group cells into leagues: those that are ranked among each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from experiments.comparisons import Compared


@dataclass(frozen=True, slots=True)
class League:
    """Name a league, "" when it is the only one, and the cells in it, the baseline first where there is one."""

    name: str
    cells: tuple[str, ...]


def leagues(cells: Sequence[Compared], baseline: Mapping[str, str]) -> list[League]:
    """Return one league for every factor where no cell differs from the baseline in more than one, else one of all.

    Leagues of one cell are none.
    """
    usual = next((cell for cell in cells if all(baseline.get(k, v) == v for k, v in cell.factors.items())), None)
    if usual is None or any(len(_differing(cell, usual)) > 1 for cell in cells):
        every = League("", tuple(cell.name for cell in cells))
        return [every] if len(cells) > 1 else []
    members: dict[str, list[str]] = {}
    for cell in cells:
        for key in _differing(cell, usual):
            members.setdefault(key, [usual.name]).append(cell.name)
    found = [League(key, tuple(names)) for key, names in members.items()]
    return found if len(found) > 1 else [League("", one.cells) for one in found]


def _differing(cell: Compared, usual: Compared) -> list[str]:
    return [key for key, level in cell.factors.items() if level != usual.factors.get(key)]
