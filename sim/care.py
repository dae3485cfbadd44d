"""Draw the care of a whole cohort: which phases and steps happen, and how long each takes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.choices import Known
from sim.distributions import Distribution, Fixed
from sim.door import Door
from sim.graded import Graded
from sim.layout import Layout
from sim.pathway import Pathway
from sim.units import BoolArray, FloatArray, IntArray, on_grid
from sim.ways import drive_factor

NEVER = -1.0
"""The duration of a step that does not happen."""


@dataclass(slots=True, eq=False)
class Care:
    """Draw care for n patients, of whom `rows[p]` are on pathway p; its sources are `sources[p]`.

    What happens to the patients of a pathway is kept by name, over their rows only.
    """

    layout: Layout
    door: Door
    known: Known
    rows: list[IntArray]
    sources: list[frozenset[int]]
    happens: dict[tuple[int, str], BoolArray] = field(default_factory=dict)

    def choose(self) -> None:
        """Draw the choices of every pathway; those of the same name share their numbers."""
        names = dict.fromkeys(choice.name for pathway in self.layout.scenario.pathways for choice in pathway.choices)
        for name in names:
            uniform = self.door.uniform("chosen", name)
            options: tuple[str, ...] = ()
            codes = np.zeros(len(uniform), dtype=np.int64)
            for rows, pathway in zip(self.rows, self.layout.scenario.pathways, strict=True):
                for choice in (one for one in pathway.choices if one.name == name):
                    options += tuple(option for option in choice.options if option not in options)
                    code = np.array([options.index(option) for option in choice.options])
                    codes[rows] = code[self.known.choose(choice, rows, uniform[rows])]
            self.known.add(name, codes, options)

    def enters(self) -> BoolArray:
        """Return whether each phase happens, shape (n, n_phases); decide about all steps on the way."""
        everyone = range(len(self.rows))
        for name, phases in self.layout.phases_by_name(everyone).items():
            self._cast(name, [(p, phase.p) for p, phase in phases], "phase", name)
        for slot, steps in self.layout.steps_by_slot(everyone).items():
            self._cast(slot, [(p, step.p) for p, _, step in steps], "happens", slot)
        enters = np.zeros((len(self.door.order), len(self.layout.phases)), dtype=np.bool_)
        for p, pathway in enumerate(self.layout.scenario.pathways):
            self._chain(p, pathway)
            for phase in pathway.phases:
                enters[self.rows[p], self.layout.phase_index[phase.name]] = self.happens[p, phase.name]
        return enters

    def minutes(self) -> FloatArray:
        """Return how long each step takes, shape (n, n_slots), -1 where it does not happen; `enters` comes first."""
        minutes = np.empty((len(self.door.order), len(self.layout.slots)))
        for slot, steps in self.layout.steps_by_slot(range(len(self.rows))).items():
            column = np.full(len(minutes), NEVER)
            varies = [p for p, _, step in steps if not all(isinstance(law, Fixed) for law in step.duration.values)]
            uniform = self._uniform(varies, "duration", slot) if varies else column
            for p, _, step in steps:
                self._last(step.duration, self.rows[p][self.happens[p, slot]], uniform, column)
            minutes[:, self.layout.slot_index[slot]] = on_grid(column)
        return minutes

    def drive_factor(self) -> FloatArray | None:
        """Return by what everybody's way is multiplied, shape (n,), 0 for no drive; None where nobody can be driven."""
        factor = None
        for p, pathway in enumerate(self.layout.scenario.pathways):
            for step in (step for step in pathway.phases[0].steps if step.drives):
                factor = np.zeros(len(self.door.order)) if factor is None else factor
                factor[self.rows[p]] = drive_factor(step)[self.known.place(step.duration, self.rows[p])]
        return factor

    def _uniform(self, pathways: Sequence[int], *purpose: str) -> FloatArray:
        """Draw for the sources of these pathways."""
        return self.door.uniform(*purpose, of=sorted(frozenset().union(*(self.sources[p] for p in pathways))))

    def _cast(self, name: str, chances: list[tuple[int, Graded[float]]], *purpose: str) -> None:
        """Let chance decide, for each of these pathways; what is certain or impossible needs no number."""
        uncertain = [p for p, chance in chances if any(0.0 < value < 1.0 for value in chance.values)]
        uniform = self._uniform(uncertain, *purpose) if uncertain else None
        for p, chance in chances:
            rows = self.rows[p]
            drawn = uniform[rows] if uniform is not None and p in uncertain else 0.0
            self.happens[p, name] = np.broadcast_to(drawn < self.known.number(chance, rows), len(rows))

    def _chain(self, p: int, pathway: Pathway) -> None:
        """Let what depends on something else happen only where that did."""
        happens = self.happens
        for phase in pathway.phases:
            if phase.after is not None:
                happens[p, phase.name] = happens[p, phase.name] & happens[p, phase.after]
            for part in phase.parts:
                slot = f"{phase.name}.{part.name}"
                happened = happens[p, slot] & happens[p, phase.name]
                if part.after is not None:
                    inside = (p, f"{phase.name}.{part.after}")
                    happened &= happens[inside] if inside in happens else happens[p, part.after]
                happens[p, slot] = happened

    def _last(self, duration: Graded[Distribution], rows: IntArray, uniform: FloatArray, column: FloatArray) -> None:
        """Fill in the durations of these patients."""
        if len(duration.values) == 1:
            column[rows] = duration.values[0].quantile(uniform[rows])
            return
        place = self.known.place(duration, rows)
        for index, law in enumerate(duration.values):
            mine = rows[place == index]
            column[mine] = law.quantile(uniform[mine])
