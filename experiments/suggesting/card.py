"""Say of a differential diagnosis how good it is, and of its pathways how often they are right."""

from collections.abc import Iterator
from typing import Any

from experiments.learning.page import Card, estimate
from experiments.report.tables import Table
from experiments.suggesting.learned import N_JUDGED, N_LEARNED, LearnedDifferential
from experiments.train.bars import estimate_text
from experiments.train.ddxplus import Reached

WITHIN = 0.02
"""So much accuracy may be lost against the best possible."""


def differential_card(learned: LearnedDifferential, command: str) -> Card:
    """Return the card of a differential diagnosis."""
    values = {
        "n_learned": N_LEARNED,
        "n_judged": N_JUDGED,
        "n_conditions": len(learned.held.model.conditions),
        "n_evidences": len(learned.held.model.evidences),
        "reached": [_reached_values(one) for one in learned.reached],
        "pathways": [
            {
                "elicited_share": one.elicited_share,
                "suggested_share": estimate(one.suggested),
                "right_share": estimate(one.right),
                "believed": one.believed,
            }
            for one in learned.followed
        ],
        "bars": [
            {
                "what": f"accuracy lost with {one.elicited_share:.0%} of evidence",
                "most": WITHIN,
                "value": round(one.lost.value, 6),
                "met": one.lost.value <= WITHIN,
            }
            for one in learned.reached
        ],
    }
    title = f"A differential diagnosis of {len(learned.held.model.conditions)} conditions"
    tables = (_reached_table(learned), _pathway_table(learned), _believed_table(learned))
    return Card("differential diagnosis", title, tuple(_sentences(learned)), tables, values, command)


def _reached_values(one: Reached) -> dict[str, Any]:
    figures = ("learned", "bound", "lost", "learned_group", "bound_group")
    return {"elicited_share": one.elicited_share, **{name: estimate(getattr(one, name)) for name in figures}}


def _sentences(learned: LearnedDifferential) -> Iterator[str]:
    whole, least = learned.reached[0], learned.reached[-1]
    yield (
        f"With all evidence the likeliest condition is the true one for {estimate_text(whole.learned)} of patients,"
        f" with {least.elicited_share:.0%} of it for {estimate_text(least.learned)}; the best possible is"
        f" {estimate_text(whole.bound)} and {estimate_text(least.bound)}."
    )
    few = learned.followed[-1]
    yield (
        f"With {few.elicited_share:.0%} of evidence a pathway is suggested to {estimate_text(few.suggested)} of"
        f" patients, and is that of the true condition for {estimate_text(few.right)} of them; for the others the"
        " model abstains."
    )
    yield (
        "Patients are drawn from shares, their answers independent given the condition, as the model takes them to be:"
        " being near the best possible says that enough patients were learned from, not that real answers are so."
    )
    yield "A suggestion names a pathway of care, never a medicine or a dose. Clinicians decide."


def _reached_table(learned: LearnedDifferential) -> Table:
    columns = ("evidence asked for", "learned", "best possible", "lost", "chapter, learned", "chapter, best possible")
    rows = tuple(
        (
            f"{one.elicited_share:.0%}",
            *map(estimate_text, (one.learned, one.bound, one.lost, one.learned_group, one.bound_group)),
        )
        for one in learned.reached
    )
    return Table("Share of patients whose likeliest condition, or chapter of ICD-10, is true", columns, rows)


def _pathway_table(learned: LearnedDifferential) -> Table:
    rows = tuple(
        (f"{one.elicited_share:.0%}", estimate_text(one.suggested), estimate_text(one.right))
        for one in learned.followed
    )
    columns = ("evidence asked for", "a pathway is suggested", "it is right, where suggested")
    return Table("Suggested pathways", columns, rows)


def _believed_table(learned: LearnedDifferential) -> Table:
    rows = tuple(
        (f"{one.elicited_share:.0%}", true, other, f"{share:.4f}")
        for one in learned.followed
        for true, others in one.believed.items()
        for other, share in sorted(others.items(), key=lambda item: -item[1])
    )
    columns = ("evidence asked for", "pathway", "suggested instead", "share of its patients")
    return Table("Whose care would be another's", columns, rows, frozenset({0, 1, 2}))
