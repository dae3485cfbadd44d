"""Say what is trained, on what, and how it is judged; list every wish that cannot be met."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from experiments.records import Records, TargetKind
from experiments.schema import close_match
from policies.diagnosis.members import MEMBERS, Member
from sim.faults import Fault
from sim.units import BoolArray, IntArray

BY_NAME: dict[str, Member] = {member.name: member for member in MEMBERS}
SCORES = ("nurse", "news2")
USUAL = ("nurse", "news2", "logistic", "boosting", "forest", "ensemble", "logistic_with_nurse")


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold the wishes of one training.

    `model` names the member that is saved, and that sets and transport are judged with. A miss costs `miss_cost` times
    what a false alarm costs. The second reader keeps `specificity` of the others without an alarm, and sets leave out
    the truth for `miss_share`. What needs models within models is repeated at most `n_nested` times.
    """

    target: str
    members: tuple[str, ...] = USUAL
    model: str = "logistic"
    n_folds: int = 5
    n_repeats: int = 5
    root_seed: int = 20261122
    miss_cost: float = 4.0
    specificity: float = 0.945
    miss_share: float = 0.1
    n_nested: int = 2

    @property
    def splits(self) -> tuple[int, int, int]:
        """Return folds, repeats and the root seed."""
        return self.n_folds, self.n_repeats, self.root_seed

    @property
    def nested_splits(self) -> tuple[int, int, int]:
        """Return folds, repeats and the root seed of what needs models within models."""
        return self.n_folds, min(self.n_repeats, self.n_nested), self.root_seed


def plan_faults(plan: Plan, records: Records) -> Iterator[Fault]:
    """Yield every wish that cannot be met on these records."""
    yield from _number_faults(plan)
    for name in dict.fromkeys((*plan.members, plan.model)):
        if name not in BY_NAME:
            yield Fault("--members", name, close_match(name, BY_NAME))
    if plan.model in BY_NAME and (BY_NAME[plan.model].uses_nurse or plan.model in SCORES):
        yield Fault("--model", plan.model, "name a member that learns from features, without the nurse's level")
    targets = {target.name: target for target in records.schema.targets}
    if plan.target not in targets:
        yield Fault("--target", plan.target, close_match(plan.target, targets))
    elif targets[plan.target].kind is not TargetKind.BINARY:
        yield Fault("--target", plan.target, "is judged beside every other target; name one of yes or no")
    elif plan.n_folds >= 2:
        yield from _outcome_faults(plan, records)


def _number_faults(plan: Plan) -> Iterator[Fault]:
    for name, least in (("n_folds", 2), ("n_repeats", 1)):
        if getattr(plan, name) < least:
            yield Fault(f"--{name[2:]}", getattr(plan, name), f"give at least {least}")
    if not 0 < plan.miss_cost < np.inf:
        yield Fault("--miss-cost", plan.miss_cost, "give a finite number above zero")


def _outcome_faults(plan: Plan, records: Records) -> Iterator[Fault]:
    known = records.known(plan.target)
    y = records.outcomes[plan.target].to_numpy()[known] == 1
    fewest = min(int(y.sum()), int((~y).sum()))
    # Limits are chosen on folds within folds, so that each outcome must be divided twice.
    if fewest < 2 * max(plan.n_folds, 5):
        mend = f"{fewest} patients of the rarer outcome are too few for {plan.n_folds} folds; give more"
        yield Fault("--data", f"{len(y)} patients with a known outcome", mend)
    n_sites = len(np.unique(records.group[known]))
    if records.schema.folds_by_group and n_sites < 2 * plan.n_folds:
        yield Fault("--folds", plan.n_folds, f"{n_sites} sites are too few; give at most {n_sites // 2}")


def outcome_of(records: Records, target: str) -> BoolArray:
    """Return who of these has the outcome, (n,), where it is known of all."""
    yes: BoolArray = records.outcomes[target].to_numpy() == 1
    return yes


def fold_group(records: Records) -> IntArray | None:
    """Return the sites that folds keep together, or None where they do not."""
    return records.group if records.schema.folds_by_group else None
