"""Train and judge members on records, and gather every figure that the card shows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.model_card import Estimate
from experiments.records import Records, TargetKind
from experiments.schema import stop_at
from experiments.train.amounts import Expected, judge_amount
from experiments.train.crossed import Crossed, cross, patients_of
from experiments.train.figures import Figures, figures_of, figures_of_group, threshold_of
from experiments.train.levels import Assigned, level_table, nurse_row
from experiments.train.ordered import CANDIDATES, CRITICAL_LEVEL, Ordered, cross_ordered
from experiments.train.plan import BY_NAME, Plan, fold_group, outcome_of, plan_faults
from experiments.train.readers import conformal_figures, read_twice, second_reader_figures
from experiments.train.transport import Moved, transport
from policies.diagnosis.members import Fitted
from policies.diagnosis.ordered import SharedLines
from sim.units import BoolArray, FloatArray

LEVELS_BY = "ordered"
"""What tables call the models of levels that are chosen within training folds."""
FEWEST_AMOUNTS = 50
"""With fewer patients whose amount is known it is not judged."""
MOST_SITES = 8
"""With more sites transport is not judged one by one: folds by site say it for all."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class OfGroup:
    """Hold the figures of one member on a group of patients; none where either outcome is too rare among them."""

    member: str
    column: str
    group: str
    n_patients: int
    n_yes: int
    figures: Figures


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """Hold everything that training came to; `records` are the patients whose outcome is known, in n rows.

    `ordered` are models of levels, chosen within training folds, where the outcome is level 1 or 2; then they are the
    second reader too. For any other outcome it is the saved model, as `reader` says.
    """

    plan: Plan
    records: Records
    crossed: tuple[Crossed, ...]
    figures: Mapping[str, Figures]
    groups: tuple[OfGroup, ...]
    levels: tuple[Assigned, ...]
    ordered: Ordered | None
    expected: tuple[Expected, ...]
    reader: str
    readers: Mapping[str, Estimate]
    sets: Mapping[str, Estimate]
    moved: tuple[Moved, ...]
    fitted: Fitted

    @property
    def threshold(self) -> float:
        """Return the probability from which an alarm pays."""
        return threshold_of(self.plan.miss_cost)

    @property
    def of_model(self) -> Crossed:
        """Return the out-of-fold probabilities of the saved model."""
        return next(one for one in self.crossed if one.member == self.plan.model)

    @property
    def has_nurse(self) -> bool:
        """Say whether the file holds levels of a nurse."""
        return bool(np.isfinite(self.records.nurse).any())


def train(records: Records, plan: Plan, tell: Tell = lambda line: None) -> Trained:
    """Cross-validate every member, judge the named model further, and fit it to all patients.

    Raises:
        ScenarioError: with every wish that cannot be met, before anything is fitted.
    """
    stop_at(list(plan_faults(plan, records)))
    records = records.where(records.known(plan.target))
    crossed = tuple(_crossed(records, plan, tell))
    threshold = threshold_of(plan.miss_cost)
    member, patients, y = BY_NAME[plan.model], patients_of(records), outcome_of(records, plan.target)
    group = fold_group(records)
    tell(f"{plan.model} is read beside the nurse, and moved between sites")
    readings = read_twice(member, patients, y, group, plan.nested_splits, plan.specificity, plan.miss_share)
    ordered = _ordered(records, plan, y, tell)
    alarms = readings.alarms if ordered is None else ordered.alarms
    return Trained(
        plan=plan,
        records=records,
        crossed=crossed,
        figures={one.member: figures_of(one, threshold) for one in crossed},
        groups=tuple(_groups(records, crossed, threshold)),
        levels=tuple(_levels(records, ordered)),
        ordered=ordered,
        expected=tuple(_amounts(records, plan, tell)),
        reader=plan.model if ordered is None else LEVELS_BY,
        readers=second_reader_figures(alarms, records.nurse, y) if np.isfinite(records.nurse).any() else {},
        sets=conformal_figures(readings, y),
        moved=tuple(_moved(records, plan, threshold)),
        fitted=member.fit(patients, y),
    )


def _crossed(records: Records, plan: Plan, tell: Tell) -> Iterator[Crossed]:
    has_nurse = bool(np.isfinite(records.nurse).any())
    members = [BY_NAME[name] for name in dict.fromkeys((*plan.members, plan.model))]
    members = [member for member in members if has_nurse or not member.uses_nurse]
    y = outcome_of(records, plan.target)
    for one in cross(members, patients_of(records), y, fold_group(records), *plan.splits):
        tell(f"{one.member} has learned")
        yield one


def _groups(records: Records, crossed: tuple[Crossed, ...], threshold: float) -> Iterator[OfGroup]:
    columns = {str(name): records.subgroups[name] for name in records.subgroups}
    if records.schema.group and len(np.unique(records.group)) <= MOST_SITES:
        columns["site"] = pd.Series([records.site_names[place] for place in records.group])
    for one in crossed:
        for name, column in columns.items():
            for value in sorted(set(column)):
                inside = (column == value).to_numpy()
                n_yes = int(one.y[inside].sum())
                yield OfGroup(
                    one.member, name, str(value), int(inside.sum()), n_yes, figures_of_group(one, inside, threshold)
                )


def level_of(records: Records) -> FloatArray:
    """Return the true level, (n,), NaN where it is unknown or no target of the file."""
    names = [target.name for target in records.schema.targets if target.kind is TargetKind.LEVEL]
    return records.outcomes[names[0]].to_numpy() if names else np.full(records.n_patients, np.nan)


def _ordered(records: Records, plan: Plan, y: BoolArray, tell: Tell) -> Ordered | None:
    level = level_of(records)
    if not np.array_equal(y, level <= CRITICAL_LEVEL):
        return None
    tell("models of levels are chosen within training folds")
    whole, patients = level.astype(np.int64), patients_of(records)
    return cross_ordered(CANDIDATES, patients, whole, fold_group(records), plan.nested_splits, plan.specificity)


def _levels(records: Records, ordered: Ordered | None) -> Iterator[Assigned]:
    if ordered is not None:
        level = level_of(records).astype(np.int64)
        if np.isfinite(records.nurse).any():
            yield nurse_row(records.nurse, level)
        yield from level_table(LEVELS_BY, ordered.p, level)


def _amounts(records: Records, plan: Plan, tell: Tell) -> Iterator[Expected]:
    for target in records.schema.targets:
        known = records.known(target.name)
        if target.kind is TargetKind.AMOUNT and known.sum() >= FEWEST_AMOUNTS:
            tell(f"{target.name} is expected")
            told = records.where(known)
            amount = told.outcomes[target.name].to_numpy()
            splits = plan.nested_splits
            yield from judge_amount(target.name, SharedLines(), patients_of(told), amount, fold_group(told), splits)


def _moved(records: Records, plan: Plan, threshold: float) -> Iterator[Moved]:
    n_sites = len(np.unique(records.group))
    if not 2 <= n_sites <= MOST_SITES:
        return
    y, names = outcome_of(records, plan.target), records.site_names
    yield from transport(BY_NAME[plan.model], patients_of(records), y, records.group, names, plan.splits, threshold)
