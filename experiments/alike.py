"""Tell patients apart by all that their care depends on, and say how likely each part of it is."""

from collections.abc import Iterator, Sequence

from sim.choices import Choice
from sim.pathway import Pathway
from sim.scenario import Condition, Scenario

Cell = dict[str, str]
"""What is drawn of patients who are alike: the level of the acuity, the condition, each attribute and choice."""


def cells(scenario: Scenario, condition: Condition, pathway: Pathway) -> Iterator[tuple[float, Cell]]:
    """Yield every combination of acuity, attributes and choices of a condition, with its probability."""
    for acuity, share in enumerate(condition.acuity_share.tolist(), start=1):
        if share > 0:
            cell = {"acuity": str(acuity), "condition": condition.name}
            yield from _chosen(share, cell, (*scenario.attributes, *pathway.choices))


def _chosen(p: float, cell: Cell, choices: Sequence[Choice]) -> Iterator[tuple[float, Cell]]:
    if not choices:
        yield p, cell
        return
    for option, table in zip(choices[0].options, choices[0].shares, strict=True):
        share = table.at(cell)
        if share > 0:
            yield from _chosen(p * share, {**cell, choices[0].name: option}, choices[1:])


def probabilities(pathway: Pathway, cell: Cell, share: float = 1.0) -> dict[str, float]:
    """Return the probability of every phase and every step (`phase.step`) for the patients of one cell, times `share`.

    Whether something happens is drawn on its own, so it is the product over all that must have happened and itself.
    """
    own: dict[str, float] = {}
    needed: dict[str, dict[str, None]] = {}  # in the order in which probabilities are multiplied
    for phase in pathway.phases:
        own[phase.name] = phase.p.at(cell)
        needed[phase.name] = {**(needed[phase.after] if phase.after else {}), phase.name: None}
        for step in phase.steps:
            name, after = f"{phase.name}.{step.name}", step.after
            before = (needed.get(f"{phase.name}.{after}") or needed[after]) if after else {}
            own[name] = step.p.at(cell)
            needed[name] = {**needed[phase.name], **before, name: None}
    product = dict.fromkeys(own, share)
    for name, names in needed.items():
        for one in names:
            product[name] *= own[one]
    return product
