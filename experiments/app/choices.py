"""Say what a planner can change in a question: levers, members, levels and sizes, from settings and assumptions.

Nothing is listed by hand: ranges are those of `assumptions.csv`, scales and sizes the fields of the typed settings,
members the files of each group. What the composed configuration does not have is not offered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any, get_type_hints

from experiments.app.asked import Value
from experiments.app.shelf import Member, Question, groups, members
from experiments.city_settings import CitySettings, ScaleSettings
from experiments.config import CellConfig
from experiments.sensitivity import Assumption, around, assumptions, in_use
from experiments.settings import RunSettings

SIZES = {
    "replications": "replications of each way, on the same patients",
    "weeks": "weeks that are measured",
    "warm_up_weeks": "weeks of warm-up before them",
    "sensitivity_replications": "then: replications with each assumption at both ends of its range (0: none)",
    "root_seed": "seed of chance",
}
SUPPLY = ("places", "staff", "equipment")
STEPS = 40
"""A slider has about so many steps."""


@dataclass(frozen=True, slots=True)
class Lever:
    """Offer one number: where it is set, its words, its value here; ends and step of its slider where it has a range.

    `why` is the reason of the range.
    """

    key: str
    words: str
    value: float | int
    low: float | None = None
    high: float | None = None
    step: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """Offer the levels of what a question compares: `levels` are its own; a group has further members."""

    key: str
    levels: tuple[str, ...]
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """Offer the members of a group of which the question compares none."""

    group: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Offer a table of numbers, one row a hospital: `keys` maps (hospital, code) to where the number is set."""

    rows: Mapping[str, str]
    columns: tuple[str, ...]
    levers: Mapping[tuple[str, str], Lever]


@dataclass(frozen=True, slots=True)
class Choices:
    """Hold all that can be changed: first what every planner asks for, then the rest by the part it belongs to."""

    axes: tuple[Axis, ...]
    levers: tuple[Lever, ...]
    sizes: tuple[Lever, ...]
    seats: tuple[Seat, ...]
    others: Mapping[str, tuple[Lever, ...]]
    sheet: Sheet

    @property
    def numbers(self) -> dict[str, Lever]:
        """Return every number that can be changed, by its key."""
        every = (*self.levers, *self.sizes, *(one for some in self.others.values() for one in some))
        return {one.key: one for one in (*every, *self.sheet.levers.values())}


def choices(question: Question, cell: CellConfig) -> Choices:
    """Return what can be changed in a question; `cell` is its first one, composed."""
    swept = set(question.axes)
    found = [lever for lever in _assumed(cell) if not _beneath(lever.key, swept)]
    scales = [key for key in scale_keys() if key not in swept]
    ranged = {lever.key: lever for lever in found}
    main = [ranged.get(key) or _bare(key, cell) for key in scales]
    rest = [lever for lever in found if lever.key not in scales]
    parts = dict.fromkeys(lever.key.partition(".")[0] for lever in rest)
    return Choices(
        axes=tuple(Axis(key, levels, _own_first(key, levels)) for key, levels in question.axes.items()),
        levers=tuple(lever for lever in main if lever),
        sizes=tuple(_size(name, cell.settings.run) for name in SIZES),
        seats=tuple(Seat(group, members(group)) for group in groups() if group not in swept),
        others={part: tuple(one for one in rest if one.key.partition(".")[0] == part) for part in parts},
        sheet=sheet(cell.resolved),
    )


def scale_keys() -> list[str]:
    """Return where demand and every kind of supply of the whole city are scaled, from the settings of a city."""
    hints = get_type_hints(CitySettings)
    return ["city.demand.scale", *(f"city.{name}.scale" for name, kind in hints.items() if kind is ScaleSettings)]


def slider_step(low: float, high: float, whole: bool) -> float:
    """Return the step of a slider: 1, 2 or 5 times a power of ten, about a fortieth of its range; whole for counts."""
    rough = (high - low) / STEPS
    power = 10.0 ** floor(log10(rough))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= rough * 0.999)
    return float(max(1, round(step))) if whole else round(step, 12)


def number_at(resolved: Mapping[str, Any], key: str) -> float | int | None:
    """Return the number that a dotted path leads to, None where it leads to none."""
    node: Any = resolved
    for part in key.split("."):
        if not isinstance(node, Mapping) or part not in node:
            return None
        node = node[part]
    return node if isinstance(node, int | float) and not isinstance(node, bool) else None


def sheet(resolved: Mapping[str, Any]) -> Sheet:
    """Return the beds, staff and equipment of each hospital that the configuration names."""
    hospitals: Mapping[str, Any] = (resolved.get("city") or {}).get("hospitals") or {}
    levers = {
        (name, code): Lever(f"city.hospitals.{name}.{kind}.{code}", f"{in_words(code)}, {said['name']}", count)
        for name, said in hospitals.items()
        for kind in SUPPLY
        for code, count in (said.get(kind) or {}).items()
    }
    return Sheet({name: said["name"] for name, said in hospitals.items()}, _columns(levers), levers)


def in_words(key: str) -> str:
    """Return a key of the configuration as a reader would say it."""
    return " ".join(part.replace("_", " ") for part in key.removesuffix(".scale").split("."))


def _columns(levers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for _, code in levers))


def _own_first(group: str, levels: Sequence[str]) -> tuple[Member, ...]:
    """Return the members of a group, those that the question compares first and in its order."""
    place = {level: index for index, level in enumerate(levels)}
    return tuple(sorted(members(group), key=lambda one: place.get(one.name, len(place))))


def _beneath(key: str, swept: Iterable[str]) -> bool:
    return any(key == one or key.startswith(f"{one}.") for one in swept)


def _assumed(cell: CellConfig) -> list[Lever]:
    """Return a lever for each assumption that this configuration uses and that a file can set."""
    used = [around(one, cell) for one in assumptions() if in_use(one, [cell])]
    found = [(one, number_at(cell.resolved, one.where)) for one in used]
    return [_lever(one, value) for one, value in found if value is not None]


def _lever(one: Assumption, value: float | int) -> Lever:
    low, high = min(one.low, value), max(one.high, value)
    whole = isinstance(value, int) and float(low).is_integer() and float(high).is_integer()
    return Lever(one.where, one.what, value, low, high, slider_step(low, high, whole) if low < high else None, one.id)


def _bare(key: str, cell: CellConfig) -> Lever | None:
    """Return a lever without a range, or None where the city has nothing of the kind."""
    value = number_at(cell.resolved, key)
    return None if value is None else Lever(key, f"{in_words(key.removeprefix('city.'))}, as a factor", value)


def _size(name: str, run: RunSettings) -> Lever:
    return Lever(f"run.{name}", SIZES[name], getattr(run, name))


def changed(choices: Choices, given: Mapping[str, Value]) -> dict[str, Value]:
    """Return what of these values differs from what is there already; what is not offered is left out."""
    offered = choices.numbers
    return {key: value for key, value in given.items() if key in offered and value != offered[key].value}


def chosen_levels(axes: Sequence[Axis], given: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the levels that differ from those of the question; without any, the question's own stay."""
    found = {axis.key: _in_order(given.get(axis.key) or axis.levels, axis) for axis in axes}
    return {axis.key: found[axis.key] for axis in axes if found[axis.key] != axis.levels}


def _in_order(levels: Sequence[str], axis: Axis) -> tuple[str, ...]:
    """Return levels each once, those of the question first and in its order."""
    own = [level for level in axis.levels if level in levels]
    return tuple(dict.fromkeys([*own, *levels]))
