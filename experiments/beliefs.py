"""Let the condition that a model believes choose the pathway: patients who are taken for others get others' care.

Who has a condition and is believed to have another one becomes a reason to come of its own, `TRUE_as_BELIEVED`: with
the acuity of the true condition and the pathway of the believed one. So everything that follows from a pathway (what
hospitals must have, expected work, demand, measures by condition) follows from the belief, in either engine; and a
patient stays the same patient whatever is believed, since reasons are split where they stood.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from experiments.schema import close_match, stop_at
from sim.faults import Fault
from sim.scenario import Scenario
from sim.sources import Condition, Source
from sim.units import FloatArray, IntArray

Beliefs = Mapping[str, Mapping[str, float]]
"""By true condition, the shares of its patients who are believed to have others."""


def taken_for(true: str, believed: str) -> str:
    """Return the name of those who have one condition and are believed to have another."""
    return f"{true}_as_{believed}"


def believing(scenario: Scenario, beliefs: Beliefs) -> Scenario:
    """Return the scenario in which shares of patients get the care of another condition.

    Raises:
        ScenarioError: with every unknown condition, every share outside 0 to 1, and shares of more than all.
    """
    told = {true: dict(shares) for true, shares in beliefs.items() if shares}
    if not told:
        return scenario
    by_name = {condition.name: condition for condition in scenario.conditions}
    stop_at(list(_faults(told, by_name)))
    mistaken = tuple(
        Condition(taken_for(true, name), by_name[name].pathway, by_name[true].acuity_share)
        for true, shares in told.items()
        for name in shares
    )
    sources = tuple(_split(source, told) for source in scenario.sources)
    return replace(scenario, conditions=(*scenario.conditions, *mistaken), sources=sources).checked()


def _faults(beliefs: Beliefs, known: Mapping[str, Condition]) -> Iterator[Fault]:
    for true, shares in beliefs.items():
        place = f"conditions.{true}.believed"
        if true not in known:
            yield Fault(place, true, close_match(true, known))
        for name, share in shares.items():
            if name not in known:
                yield Fault(place, name, close_match(name, known))
            elif name == true:
                yield Fault(place, name, "leave it out: who is not named is believed to have what he has")
            if not 0 <= share <= 1:
                yield Fault(f"{place}.{name}", share, "give a share from 0 to 1")
        if sum(shares.values()) > 1 + 1e-9:
            yield Fault(place, sum(shares.values()), "shares may not sum to more than 1")


def _split(source: Source, beliefs: Beliefs) -> Source:
    """Divide each reason to come where it stands, so that the same random number still means the same true one."""
    names: list[str] = []
    shares: list[float] = []
    for name, share in zip(source.conditions, source.condition_share.tolist(), strict=True):
        others = beliefs.get(name, {})
        names += [name, *(taken_for(name, other) for other in others)]
        shares += [share * (1 - sum(others.values())), *(share * part for part in others.values())]
    return replace(source, conditions=tuple(names), condition_share=np.array(shares))


def belief_shares(conditions: tuple[str, ...], true: IntArray, posterior: FloatArray) -> dict[str, dict[str, float]]:
    """Return whom a model takes for whom, from true conditions (n,) and P(condition | answers) (n, k) of patients.

    A patient is believed to have what is likeliest; judge on patients whom the model has not learned from.
    """
    believed = posterior.argmax(axis=1)
    found: dict[str, dict[str, float]] = {}
    for i, name in enumerate(conditions):
        mine = believed[true == i]
        counts = np.bincount(mine, minlength=len(conditions)) / max(len(mine), 1)
        found[name] = {other: float(counts[j]) for j, other in enumerate(conditions) if j != i and counts[j] > 0}
    return found
