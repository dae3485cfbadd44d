"""Turn settings into a checked scenario and fresh policies: from the shape of a configuration to its meaning."""

from dataclasses import replace
from hashlib import blake2b
from typing import Any

import numpy as np

from experiments.city import described_city, scaled
from experiments.inflow import Inflow, described_inflow, sources
from experiments.plugins import policies_by_seat
from experiments.schema import close_match, join, read
from experiments.settings import CaseMixSettings, ConditionSettings, Settings
from policies.diagnosis import DiagnosisModel
from sim.city import City
from sim.contract import Policies
from sim.faults import Fault, ScenarioError
from sim.pathway import Pathway
from sim.scenario import CaseMix, Condition, Horizon, Scenario
from sim.units import ACUITIES, MINUTES_PER_WEEK, FloatArray


def build(settings: Settings) -> tuple[Scenario, Policies]:
    """Return the scenario and its policies, fresh for one replication.

    Raises:
        ScenarioError: with all faults of meaning, of policies as well as of the scenario.
    """
    faults: list[Fault] = []
    seats = _read_seats(settings, faults)
    try:
        scenario = build_scenario(settings)
    except ScenarioError as error:
        raise ScenarioError([*faults, *error.faults]) from None
    if faults:
        raise ScenarioError(faults)
    _teach(seats, scenario, settings.run.root_seed)
    return scenario, Policies(**seats)


def build_scenario(settings: Settings) -> Scenario:
    """Return the checked scenario.

    Raises:
        ScenarioError: with all faults of meaning.
    """
    faults: list[Fault] = []
    city, inflow = _city(settings, faults)
    run = settings.run
    scenario = Scenario(
        name=settings.experiment.name,
        city=scaled(city, settings.city),
        pathways=tuple(Pathway(name, text.phases) for name, text in settings.pathways.items()),
        conditions=tuple(_condition(name, one) for name, one in settings.conditions.items()),
        sources=sources(settings.city, city, inflow, faults),
        case_mix=case_mix(settings.case_mix, faults),
        patience=settings.patience,
        horizon=Horizon(run.warm_up_weeks * MINUTES_PER_WEEK, run.weeks * MINUTES_PER_WEEK),
        transfers=settings.transfers,
        information=settings.information,
    )
    faults.extend(scenario.faults())
    if faults:
        raise ScenarioError({str(fault): fault for fault in faults}.values())
    return scenario


def case_mix(settings: CaseMixSettings, faults: list[Fault]) -> CaseMix:
    """Return the door's features, with spreads and nurses' errors multiplied by their scales."""
    features = settings.features.values()
    for name, feature in settings.features.items():
        for part in ("mean", "sd"):
            if len(getattr(feature, part)) != ACUITIES:
                place = f"case_mix.features.{name}.{part}"
                faults.append(Fault(place, getattr(feature, part), f"give {ACUITIES} numbers, one for each acuity"))
    usable = [one for one in features if len(one.mean) == len(one.sd) == ACUITIES]
    return CaseMix(
        features=tuple(settings.features),
        mean=np.array([one.mean for one in usable], dtype=float).T,
        sd=np.array([one.sd for one in usable], dtype=float).T * settings.spread,
        low=np.array([one.low for one in features], dtype=float),
        high=np.array([one.high for one in features], dtype=float),
        nurse_share=_with_errors(settings, faults),
    )


def _with_errors(settings: CaseMixSettings, faults: list[Fault]) -> FloatArray:
    """Multiply all that is off the diagonal by the error scale, and let the diagonal take the rest."""
    rows = settings.nurse_share
    if [len(row) for row in rows] != [ACUITIES] * ACUITIES:
        faults.append(Fault("case_mix.nurse_share", rows, f"give {ACUITIES} rows of {ACUITIES} shares"))
        return np.eye(ACUITIES)
    share = np.array(rows, dtype=float)
    if settings.nurse_error == 1.0:
        return share
    off = share * (1 - np.eye(ACUITIES)) * settings.nurse_error
    if np.any(off.sum(axis=1) > 1):
        faults.append(Fault("case_mix.nurse_error", settings.nurse_error, "give less; some level would always err"))
    return off + np.diag(1 - off.sum(axis=1))


def _condition(name: str, one: ConditionSettings) -> Condition:
    return Condition(name, one.pathway, np.array(one.acuity_share, dtype=float))


def _city(settings: Settings, faults: list[Fault]) -> tuple[City, Inflow]:
    if not any(condition.weight > 0 for condition in settings.conditions.values()):
        mend = "give at least one condition a weight above zero, as a reason for emergency visits"
        raise ScenarioError([*faults, Fault("conditions", list(settings.conditions), mend)])
    return described_city(settings.city, faults), described_inflow(settings.city, settings.conditions)


def _read_seats(settings: Settings, faults: list[Fault]) -> dict[str, Any]:
    """Return one policy for each seat, read from the settings of its class."""
    seats: dict[str, Any] = {}
    for seat, known in policies_by_seat(settings.plugins).items():
        chosen = dict(getattr(settings, seat))
        name = chosen.pop("policy", None)
        if name not in known:
            faults.append(Fault(join(seat, "policy"), name, close_match(str(name), known)))
        else:
            seats[seat] = read(known[name], chosen, seat, faults)
    return seats


def _teach(seats: dict[str, Any], scenario: Scenario, root_seed: int) -> None:
    """Give a triage policy that learns what it has to learn."""
    triage = seats["triage"]
    if hasattr(triage, "diagnosis"):
        seats["triage"] = replace(triage, diagnosis=_diagnosis(scenario, root_seed))


_LEARNED: dict[str, DiagnosisModel] = {}


def _diagnosis(scenario: Scenario, root_seed: int) -> DiagnosisModel:
    """Return what is learned from patients like the scenario's; the same lesson is learned once in a process."""
    from experiments.training import arriving_acuity_share, train_triage

    mix = scenario.case_mix
    lesson = blake2b(repr((root_seed, mix.features)).encode(), digest_size=16)
    for numbers in (mix.mean, mix.sd, mix.low, mix.high, arriving_acuity_share(scenario)):
        lesson.update(numbers.tobytes())
    key = lesson.hexdigest()
    if key not in _LEARNED:
        _LEARNED[key] = train_triage(scenario, root_seed).diagnosis
    return _LEARNED[key]
