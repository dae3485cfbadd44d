"""Draw the rest of the stay of those who are inside at time zero: ordinary patients whose past is switched off.

What is still to come is drawn as at the door. What goes on is drawn given how long it has gone on, and patience given
how long it has lasted. A patient of the census draws from the streams of those alike (hospital, condition, acuity and
position), in the order of the census, so that others draw what they would without it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sim.census import NONE, Census, Position
from sim.choices import Choice
from sim.cohort import Cohort, draw_cohort
from sim.distributions import Distribution, remaining_min
from sim.faults import Fault
from sim.graded import Graded, aligned
from sim.layout import Layout
from sim.pathway import MOVE, SET_UP, Pathway, Phase, Step
from sim.patience import by_acuity
from sim.scenario import Condition, Scenario, Source
from sim.streams import Replication
from sim.units import ACUITIES, HOURS_PER_WEEK, FloatArray, IntArray, on_grid

NEVER = -1.0
SURE = Graded((1.0,))
SPAN = 2.0**28
"""What stands for a uniform number of 1: rounding to the grid of time leaves it 48 bits."""

Key = tuple[int, int, Position]
"""Condition, acuity and position of patients who are drawn alike."""


def with_insiders(scenario: Scenario, census: Census, cohort: Cohort, replication: Replication) -> Cohort:
    """Return the patients of the census, in the order in which they take their places, and then those of the cohort."""
    if census.n_patients == 0:
        return cohort
    inside = _drawn(scenario, census, replication).taken(census.ranked)
    inside = _with_columns_of(cohort, inside)
    if cohort.returns_of is not None:
        shifted = np.where(cohort.returns_of >= 0, cohort.returns_of + inside.n_patients, cohort.returns_of)
        cohort = replace(cohort, returns_of=shifted)
    return inside.followed_by(cohort)


def _with_columns_of(cohort: Cohort, inside: Cohort) -> Cohort:
    """Return those inside with the columns of the others: they have come, they do not turn away, or come back."""
    n = inside.n_patients
    never = np.full(n, np.inf)
    return replace(
        inside,
        comes=None if cohort.comes is None else np.ones(n, dtype=np.bool_),
        balk_u=None if cohort.balk_u is None else np.ones(n),
        returns_of=None if cohort.returns_of is None else np.full(n, NONE),
        return_u=None if cohort.return_u is None else np.ones(n),
        return_after_min=None if cohort.return_after_min is None else never,
        referred_min=None if cohort.referred_min is None else np.full(n, np.nan),
    )


def _drawn(scenario: Scenario, census: Census, replication: Replication) -> Cohort:
    """Return the patients of the census in its own order."""
    parts, rows = [], []
    for keys in _rounds(census):
        cohort, mine = _Round(scenario, census, keys).drawn(replication)
        parts.append(cohort)
        rows.append(mine)
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.followed_by(part)
    return whole.taken(np.argsort(np.concatenate(rows)))


def _rounds(census: Census) -> list[dict[int, Key]]:
    """Return groups of keys, at most one for each condition, so that few draws serve all."""
    rounds: list[dict[int, Key]] = []
    seen: dict[int, dict[Key, None]] = {}
    for row in range(census.n_patients):
        key = int(census.condition[row]), int(census.acuity[row]), census.at(row)
        seen.setdefault(key[0], {})[key] = None
    for condition, keys in seen.items():
        for number, key in enumerate(keys):
            while len(rounds) <= number:
                rounds.append({})
            rounds[number][condition] = key
    return rounds


@dataclass(frozen=True, slots=True, eq=False)
class _Round:
    """Draw all patients of some keys, each of another condition."""

    scenario: Scenario
    census: Census
    keys: dict[int, Key]

    def drawn(self, replication: Replication) -> tuple[Cohort, IntArray]:
        """Return the patients, and their rows in the census."""
        rows, sources = [], []
        for key in self.keys.values():
            alike = self._alike(key)
            for hospital in np.unique(self.census.hospital[alike]).tolist():
                mine = alike[self.census.hospital[alike] == hospital]
                rows.append(mine)
                sources.append(self._source(key, hospital, len(mine)))
        world = self._world(tuple(sources))
        cohort = draw_cohort(world, replication)
        found = np.concatenate(rows)
        return self._mended(world, cohort, found), found

    def _alike(self, key: Key) -> IntArray:
        census = self.census
        same = (census.condition == key[0]) & (census.acuity == key[1]) & (census.position == key[2]).all(axis=1)
        return np.flatnonzero(same)

    def _source(self, key: Key, hospital: int, n: int) -> Source:
        condition, place = self.scenario.conditions[key[0]].name, self.scenario.city.hospitals[hospital].id
        name = f"census-{place}-{condition}-{key[1]}-{'.'.join(map(str, key[2]))}"
        return Source(name, (condition,), np.ones(1), np.zeros(HOURS_PER_WEEK), hospital=hospital, at_start=n)

    def _world(self, sources: tuple[Source, ...]) -> Scenario:
        """Return the scenario with these sources only, and with pathways on which the positions are sure."""
        scenario = self.scenario
        pathways, conditions = list(scenario.pathways), list(scenario.conditions)
        for index, acuity, position in self.keys.values():
            old = conditions[index]
            pathway = next(one for one in scenario.pathways if one.name == old.pathway)
            pathways.append(surely_at(pathway, position, f"census-{old.name}"))
            share = np.zeros(ACUITIES)
            share[acuity - 1] = 1.0
            conditions[index] = Condition(old.name, pathways[-1].name, share)
        return replace(
            scenario, sources=sources, pathways=tuple(pathways), conditions=tuple(conditions), returns=None, census=None
        )

    def _mended(self, world: Scenario, cohort: Cohort, rows: IntArray) -> Cohort:
        """Switch the past off, and draw what goes on given how long it has."""
        enters, minutes, patience_min = cohort.enters.copy(), cohort.minutes.copy(), cohort.patience_min.copy()
        layout = Layout.of(world)
        for index, (_, _, position) in self.keys.items():
            mine = np.flatnonzero(cohort.condition == index)
            pathway = world.pathways[int(layout.pathway_of_condition[index])]
            since_min = self.census.since_min[rows[mine]]
            for phase, slots in past(pathway, position):
                if phase is not None:
                    enters[mine, layout.phase_index[phase]] = False
                for slot in slots:
                    minutes[mine, layout.slot_index[slot]] = NEVER
            if position.step != NONE:
                phase_now = pathway.phases[position.phase]
                column = layout.slot_index[f"{phase_now.name}.{phase_now.steps[position.step].name}"]
                laws = self._laws(index, position)
                minutes[mine, column] = on_grid(_going_on(laws, minutes[mine, column], since_min))
            if position.waits_phase != NONE and pathway.phases[position.waits_phase].may_leave:
                patience_min[mine] = self._patience(cohort.acuity[mine], patience_min[mine], since_min)
        own = Layout.of(self.scenario).pathway_of_condition[cohort.condition]
        return replace(
            cohort,
            source=np.full(len(rows), NONE),
            nurse_acuity=cohort.acuity,
            zone=self.census.zone[rows],
            pathway=own,
            enters=enters,
            minutes=minutes,
            patience_min=patience_min,
        )

    def _laws(self, condition: int, position: Position) -> tuple[Distribution, ...]:
        name = self.scenario.conditions[condition].pathway
        pathway = next(one for one in self.scenario.pathways if one.name == name)
        return pathway.phases[position.phase].steps[position.step].duration.values

    def _patience(self, acuity: IntArray, drawn_min: FloatArray, waited_min: FloatArray) -> FloatArray:
        """Return what is left of patience, given that it has lasted so long, from patience drawn as at the door.

        Of a share s who never leave and others with mean m, those who have waited w are s / (s + (1 - s) exp(-w / m))
        who never leave; the others have an exponential time left.
        """
        patience = self.scenario.patience
        never, mean_min = by_acuity(patience.never_leaves_share, acuity), by_acuity(patience.mean_min, acuity)
        stayed = never + (1.0 - never) * np.exp(-waited_min / np.maximum(mean_min, 1e-9))
        with np.errstate(invalid="ignore", divide="ignore"):
            u = never + (1.0 - never) * -np.expm1(-drawn_min / mean_min)
            rest = (u * stayed - never) / (stayed - never)
            left = np.where(rest > 0.0, -mean_min * np.log1p(-rest), np.inf)
        return np.where(np.isinf(drawn_min), np.inf, on_grid(left))


def surely_at(pathway: Pathway, position: Position, name: str) -> Pathway:
    """Return a pathway on which every patient comes to this position; the work going on lasts a coded uniform number.

    Choices that would lead elsewhere are left out.
    """
    phases = list(pathway.phases)
    for index in {position.phase, position.next_phase} - {NONE}:
        phases[index] = replace(phases[index], p=SURE, after=None)
    reached = phases[position.next_phase]
    steps = list(reached.steps)
    if position.next_step != NONE:
        step = replace(steps[position.next_step], p=SURE, after=None)
        steps[position.next_step] = _coded(step) if position.step != NONE else step
    phases[position.next_phase] = replace(reached, steps=tuple(steps))
    here = [pathway.phases[index].p for index in {position.phase, position.next_phase} - {NONE}]
    return Pathway(name, tuple(phases), tuple(_open(choice, here) for choice in pathway.choices))


def past(pathway: Pathway, position: Position) -> Iterator[tuple[str | None, list[str]]]:
    """Yield what lies behind: names of phases that are over (None for the one held) and the slots of what is done."""
    for index, phase in enumerate(pathway.phases[: position.next_phase]):
        is_held = index == position.phase
        slots = [f"{phase.name}.{part.name}" for part in phase.parts]
        yield (None if is_held else phase.name), [slot for slot in slots if not (is_held and _cleans(phase, slot))]
    if position.phase == position.next_phase:
        yield None, list(_done(pathway.phases[position.phase], position))


def _cleans(phase: Phase, slot: str) -> bool:
    """Say whether a slot is the cleaning of the phase's place, which is still to come."""
    return phase.cleaning is not None and slot == f"{phase.name}.cleaning"


def _done(phase: Phase, position: Position) -> Iterator[str]:
    """Yield the slots of a phase that lie before its present step: the move in, earlier steps, and its own set-up."""
    if phase.move:
        yield f"{phase.name}.{MOVE}"
    for step in phase.steps[: max(position.next_step, 0)]:
        yield from (f"{phase.name}.{part.name}" for part in step.parts)
    if position.step != NONE and phase.steps[position.step].set_up:
        yield f"{phase.name}.{phase.steps[position.step].name}.{SET_UP}"


def _open(choice: Choice, here: list[Graded[float]]) -> Choice:
    """Return a choice without the options that would never have led here."""
    closed = {option for option in choice.options for p in here if _is_closed(choice.name, option, p)}
    table = aligned(choice.shares)
    if not closed or closed == set(choice.options) or table is None:
        return choice
    kept = np.array(table.values) * np.array([[option not in closed] for option in choice.options])
    sums = kept.sum(axis=0)
    shares = np.divide(kept, sums, out=np.full(kept.shape, 1.0 / len(kept)), where=sums > 0)
    return replace(choice, shares=tuple(Graded(tuple(row), table.axes) for row in shares.tolist()))


def _is_closed(choice: str, option: str, p: Graded[float]) -> bool:
    """Say whether something has probability zero for everyone who chose this option."""
    axes = [axis.name for axis in p.over]
    if choice not in axes:
        return False
    place = axes.index(choice)
    values = np.array(p.values).reshape([len(axis.levels) for axis in p.over])
    if option not in p.over[place].levels:
        return False
    return bool((np.take(values, p.over[place].levels.index(option), axis=place) == 0.0).all())


def _coded(step: Step) -> Step:
    """Return the step whose minutes tell which of its laws applies, and the uniform number drawn for it."""
    laws = tuple(_Code(number) for number in range(len(step.duration.values)))
    return replace(step, duration=Graded(laws, step.duration.axes))


@dataclass(frozen=True, slots=True)
class _Code(Distribution):
    """Stand in for the law of this number, and keep uniform numbers as they are drawn."""

    number: int

    def quantile(self, p: FloatArray) -> FloatArray:
        """Return the uniform numbers in multiples of `SPAN`, beside the number of the law."""
        return (2.0 * self.number + p) * SPAN

    def partial_moment(self, order: int, x: FloatArray) -> FloatArray:
        """Return nothing of use: a code has no moments."""
        return np.full(np.shape(x), np.nan)

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield nothing."""
        yield from ()


def _going_on(laws: tuple[Distribution, ...], coded: FloatArray, since_min: FloatArray) -> FloatArray:
    """Return the minutes left of work that has gone on for so long, from coded uniform numbers."""
    number = np.floor(coded / (2.0 * SPAN)).astype(np.int64)
    uniform = coded / SPAN - 2.0 * number
    left = np.zeros(len(coded))
    for index, law in enumerate(laws):
        mine = number == index
        left[mine] = remaining_min(law, since_min[mine], uniform[mine])
    return left
