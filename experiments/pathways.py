"""Read pathways as planners write them in YAML: phases of steps, branches and loops.

`choices: {destination: {home: 0.7, rehab: 0.3}}` draws a choice at the door, which values may depend on (`{by:
destination, ...}`). Among phases or steps, `{one_of: NAME, branches: {option: {share: 0.3, steps: [...]}}}` lets each
patient take one branch; without shares, the choice of that name decides. `{steps: [...], p: 0.2, after: ct}` groups
steps that happen together. `repeat: {p: 0.2, at_most: 5}` beside a step, a phase or a group lets it happen again, in
columns of its own (`ct`, `ct_2`, ...): copy k happens, with probability p, only if copy k - 1 came to its end.
`first_steps: {icu: [...]}` lets a phase begin with more steps, so that a file can add some to a pathway of another.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from experiments.grades import PROBABILITIES
from experiments.schema import READERS, mapping, read, unknown_keys
from sim.choices import Choice
from sim.faults import Fault
from sim.graded import ALWAYS, OTHERWISE, Axis, Graded, aligned
from sim.pathway import Phase, Step

Part = TypeVar("Part", bound=Phase | Step)

MOST_COPIES = 100


@dataclass(frozen=True, slots=True)
class PathwayText:
    """Hold the phases of one pathway and its choices; its name is the key it stands under."""

    phases: tuple[Phase, ...]
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """Hold the options of a choice or an attribute and their shares; its name is the key it stands under."""

    names: tuple[str, ...]
    shares: tuple[Graded[float], ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Let something happen again, each time with probability `p`, up to `at_most` times in all."""

    p: Graded[float]
    at_most: int

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault for a number of times that is too small, or too large to keep in columns."""
        if not 1 <= self.at_most <= MOST_COPIES:
            yield Fault(f"{place}.at_most", self.at_most, f"give a number from 1 to {MOST_COPIES}")


def read_options(value: object, place: str, faults: list[Fault]) -> Options:
    """Return options with their shares, written as a table."""
    table = mapping(value, place, faults)
    shares = tuple(PROBABILITIES.read(item, f"{place}.{name}", faults) for name, item in table.items())
    return Options(tuple(table), shares)


def read_pathway(value: object, place: str, faults: list[Fault]) -> PathwayText:
    """Return a pathway, with branches and loops written out as phases and steps."""
    table = mapping(value, place, faults)
    faults.extend(unknown_keys(table, ("phases", "choices", "first_steps"), place))
    written = mapping(table.get("choices", {}), f"{place}.choices", faults)
    reading = _Reading(faults)
    for name, item in written.items():
        options = read_options(item, f"{place}.choices.{name}", faults)
        reading.choices.append(Choice(name, options.names, options.shares))
    if "phases" not in table:
        faults.append(Fault(f"{place}.phases", None, "missing; give a value"))
    phases = _Items(Phase, "phases", reading).read(table.get("phases", []), f"{place}.phases")
    _begin(phases, table, place, reading)
    return PathwayText(tuple(phases), tuple(reading.choices))


def _begin(phases: list[Phase], table: dict[str, Any], place: str, reading: "_Reading") -> None:
    """Let phases begin with steps that are written beside them, under the names of the phases."""
    place = f"{place}.first_steps"
    names = [phase.name for phase in phases]
    for name, items in mapping(table.get("first_steps", {}), place, reading.faults).items():
        steps = _Items(Step, "steps", reading).read(items, f"{place}.{name}")
        if name not in names:
            reading.faults.append(Fault(f"{place}.{name}", name, f"name one of the phases {', '.join(names)}"))
        phases[:] = [replace(one, steps=(*steps, *one.steps)) if one.name == name else one for one in phases]


def read_medicines(value: object, place: str, faults: list[Fault]) -> tuple[tuple[str, float], ...]:
    """Return the units of each medicine, written as a table."""
    table = mapping(value, place, faults)
    return tuple((name, read(float, units, f"{place}.{name}", faults)) for name, units in table.items())


@dataclass(slots=True)
class _Reading:
    """Collect the faults and the choices of one pathway."""

    faults: list[Fault]
    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Items(Generic[Part]):
    """Read a list of phases or steps, of which some stand for several; `key` is how such lists are called."""

    kind: type[Part]
    key: str
    reading: _Reading

    def read(self, value: object, place: str) -> list[Part]:
        """Return all that the list stands for, in order."""
        if not isinstance(value, list):
            self.reading.faults.append(Fault(place, value, f"give a list of {self.key}"))
            return []
        return [part for i, item in enumerate(value) for part in self._item(item, f"{place}[{i}]")]

    def _item(self, item: object, place: str) -> list[Part]:
        if isinstance(item, Mapping) and "one_of" in item:
            return self._one_of(mapping(item, place, self.reading.faults), place)
        if isinstance(item, Mapping) and self.key in item and "name" not in item:
            return self._group(mapping(item, place, self.reading.faults), place)
        return self._single(item, place)

    def _single(self, item: object, place: str) -> list[Part]:
        faults = self.reading.faults
        table = dict(mapping(item, place, faults))
        if not isinstance(item, Mapping):
            return []
        repeat = self._repeat(table, place)
        if self.kind is Phase:
            table["steps"] = tuple(_Items(Step, "steps", self.reading).read(table.get("steps", []), f"{place}.steps"))
        part: Part | None = read(self.kind, table, place, faults)
        return [] if part is None else repeated([part], repeat)

    def _group(self, table: dict[str, Any], place: str) -> list[Part]:
        """Return steps that happen together, the first of them deciding for all."""
        faults, n_choices = self.reading.faults, len(self.reading.choices)
        faults.extend(unknown_keys(table, (self.key, "p", "after", "repeat"), place))
        repeat, after = self._repeat(table, place), table.get("after")
        chance = PROBABILITIES.read(table.get("p", 1.0), f"{place}.p", faults)
        parts = self.read(table[self.key], f"{place}.{self.key}")
        if repeat and len(self.reading.choices) > n_choices:
            faults.append(Fault(place, "one_of", "draw the choice before what is repeated; it stays the same"))
        if not parts:
            return []
        first = parts[0]
        if first.p != ALWAYS or first.after is not None:
            faults.append(Fault(f"{place}.{self.key}[0]", first.name, "write p and after beside the group instead"))
        head = replace(first, p=chance, after=None if after is None else read(str, after, f"{place}.after", faults))
        own = _names(parts)
        for part in parts[1:]:
            if part.after is not None and part.after not in own:
                faults.append(Fault(f"{place}.{part.name}.after", part.after, "name something in the same group"))
        rest: list[Part] = [replace(part, after=part.after or first.name) for part in parts[1:]]
        return repeated([head, *rest], repeat)

    def _one_of(self, table: dict[str, Any], place: str) -> list[Part]:
        """Return the parts of all branches, each happening only to those who take it."""
        faults = self.reading.faults
        faults.extend(unknown_keys(table, ("one_of", "branches"), place))
        name = str(read(str, table["one_of"], f"{place}.one_of", faults))
        branches = mapping(table.get("branches", {}), f"{place}.branches", faults)
        shares: dict[str, Graded[float]] = {}
        parts: list[Part] = []
        for option, branch in branches.items():
            here = f"{place}.branches.{option}"
            own = mapping(branch, here, faults)
            faults.extend(unknown_keys(own, ("share", self.key), here))
            if "share" in own:
                shares[option] = PROBABILITIES.read(own["share"], f"{here}.share", faults)
            taken = Graded((1.0, 0.0), (Axis(name, (option, OTHERWISE)),))
            inside = self.read(own.get(self.key, []), f"{here}.{self.key}")
            parts += [replace(part, p=both(part.p, taken)) for part in inside]
        self._decide(name, list(branches), shares, place)
        return parts

    def _decide(self, name: str, branches: list[str], shares: dict[str, Graded[float]], place: str) -> None:
        """Add the choice between branches, unless it stands among the choices already."""
        known = [choice for choice in self.reading.choices if choice.name == name]
        if shares and known:
            self.reading.faults.append(Fault(place, name, "leave the shares out; the choice has them already"))
        elif shares and len(shares) == len(branches):
            self.reading.choices.append(Choice(name, tuple(shares), tuple(shares.values())))
        elif shares or not known:
            mend = "give every branch a share, or none and write the choice under choices"
            self.reading.faults.append(Fault(place, name, mend))
        else:
            for option in (option for option in branches if option not in known[0].options):
                mend = f"name one of {', '.join(known[0].options)}"
                self.reading.faults.append(Fault(f"{place}.branches.{option}", option, mend))

    def _repeat(self, table: dict[str, Any], place: str) -> Repeat | None:
        if "repeat" not in table:
            return None
        repeat: Repeat | None = read(Repeat, table.pop("repeat"), f"{place}.repeat", self.reading.faults)
        return repeat


def both(p: Graded[float], q: Graded[float]) -> Graded[float]:
    """Return the probability that two independent things happen, as a table over all that either depends on."""
    table = aligned([p, q])
    if table is None:  # levels are missing from p, which the scenario's own check names
        return p
    return Graded(tuple(a * b for a, b in zip(*table.values, strict=True)), table.axes)


def repeated(parts: list[Part], repeat: Repeat | None) -> list[Part]:
    """Return the parts and their copies: the first of each copy may happen only after the last of the one before."""
    whole = list(parts)
    for k in range(2, repeat.at_most + 1 if repeat else 0):
        assert repeat
        first, *rest = (_copy(part, k) for part in parts)
        whole += [replace(first, p=repeat.p, after=whole[-1].name), *rest]
    return whole


def _copy(part: Part, k: int) -> Part:
    """Return a copy of a part; what it depends on stands in the same group, so it is copied too."""
    head, dot, rest = (part.after or "").partition(".")
    after = f"{head}_{k}{dot}{rest}" if part.after else None
    return replace(part, name=f"{part.name}_{k}", after=after)


def _names(parts: Sequence[Phase | Step]) -> set[str]:
    """Return what something later may depend on: the names of parts, and of the steps of phases."""
    inside = {f"{part.name}.{step.name}" for part in parts if isinstance(part, Phase) for step in part.steps}
    return {part.name for part in parts} | inside


def _steps_read_before(value: Any, place: str, faults: list[Fault]) -> tuple[Step, ...]:
    """Return the steps of a phase, which have been read already."""
    steps: tuple[Step, ...] = value
    return steps


READERS[PathwayText] = read_pathway
READERS[Options] = read_options
READERS[tuple[Step, ...]] = _steps_read_before
READERS[tuple[tuple[str, float], ...]] = read_medicines
