"""Tell what a scenario says of equipment: where it is, who may use it, how long, and with which staff."""

from collections.abc import Iterator

import numpy as np

from sim.city import Kind
from sim.contract import EquipmentFacts
from sim.pathway import Step
from sim.scenario import Scenario
from sim.units import BoolArray


def equipment_facts(scenario: Scenario) -> EquipmentFacts:
    """Return what never changes about the equipment of a city, as `sim.contract.EquipmentFacts` describes it."""
    hospitals, rules = scenario.city.hospitals, scenario.openings
    codes = equipment_codes(scenario)
    pools = [[hospital.pool(code) for code in codes] for hospital in hospitals]
    units = [[pool.establishment if pool else 0 for pool in row] for row in pools]
    return EquipmentFacts(
        hospital_ids=tuple(hospital.id for hospital in hospitals),
        equipment_codes=codes,
        travel_min=scenario.city.travel_min,
        agreed=np.array([hospital.agreed for hospital in hospitals]),
        units=np.array(units, dtype=np.int64).reshape(len(hospitals), len(codes)),
        may_use=_may_use(scenario, codes),
        mean_min=np.array([_mean_min(scenario, code) for code in codes]),
        review_every_min=rules.review_every_min,
        opening_notice_min=rules.opening_notice_min,
        cost_per_opened_hour=rules.cost_per_opened_hour,
        most_extra_units=rules.most_extra_units,
    )


def equipment_codes(scenario: Scenario) -> tuple[str, ...]:
    """Return the codes of all pools of equipment, sorted."""
    pools = (pool for hospital in scenario.city.hospitals for pool in hospital.pools)
    return tuple(sorted({pool.code for pool in pools if pool.kind is Kind.EQUIPMENT}))


def equipment_steps(scenario: Scenario, codes: tuple[str, ...]) -> Iterator[tuple[int, str, str, int]]:
    """Yield pathway, phase, step and equipment of all steps that use equipment, by what they like best."""
    for p, pathway in enumerate(scenario.pathways):
        for phase in pathway.phases:
            for step in phase.steps:
                for need in step.needs:
                    code = need.partition("@")[0]
                    if code in codes:
                        yield p, phase.name, step.name, codes.index(code)


def staff_beside(scenario: Scenario) -> dict[tuple[int, str], tuple[str, ...]]:
    """Return the staff that steps need together with equipment, by hospital and its code, where the hospital has it."""
    beside: dict[str, dict[str, None]] = {}
    for step in _steps(scenario):
        for needs in step.choices:
            plain = [need.partition("@")[0] for need in needs]
            for code in plain:
                beside.setdefault(code, {}).update(dict.fromkeys(plain))
    staff: dict[tuple[int, str], tuple[str, ...]] = {}
    for h, hospital in enumerate(scenario.city.hospitals):
        kinds = {pool.code: pool.kind for pool in hospital.pools}
        for code in (code for code, kind in kinds.items() if kind is Kind.EQUIPMENT):
            staff[h, code] = tuple(one for one in beside.get(code, {}) if kinds.get(one) is Kind.STAFF)
    return staff


def _steps(scenario: Scenario) -> Iterator[Step]:
    for pathway in scenario.pathways:
        for phase in pathway.phases:
            yield from phase.steps


def _may_use(scenario: Scenario, codes: tuple[str, ...]) -> BoolArray:
    """Mark whose equipment the patients of each hospital may use, shape (h, h, e)."""
    ids = [hospital.id for hospital in scenario.city.hospitals]
    may = np.zeros((len(ids), len(ids), len(codes)), dtype=np.bool_)
    for need in {need for step in _steps(scenario) for needs in step.choices for need in needs}:
        code, _, elsewhere = need.partition("@")
        if code in codes and elsewhere:
            may[:, ids.index(elsewhere), codes.index(code)] = True
        elif code in codes:
            has = [hospital.pool(code) is not None for hospital in scenario.city.hospitals]
            may[..., codes.index(code)] |= np.diag(has)
    return may


def _mean_min(scenario: Scenario, code: str) -> float:
    """Return the plain mean of the durations of all steps that use some equipment; NaN where none does."""
    steps = [step for step in _steps(scenario) if any(need.partition("@")[0] == code for need in step.needs)]
    means = [law.mean for step in steps for law in step.duration.values]
    return float(np.mean(means)) if means else float("nan")
