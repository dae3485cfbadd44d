"""Train the triage model on past patients whose true acuity is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.model_card import ModelCard, judge
from policies.diagnosis import DiagnosisModel, fit_diagnosis
from policies.triage import Model
from sim.choices import pick
from sim.cohort import draw_features
from sim.scenario import Scenario
from sim.streams import Replication, stream
from sim.subgroups import plain_options, shifted_by
from sim.units import FloatArray, IntArray

N_PATIENTS = 20_000
HELD_OUT_SHARE = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Hold past patients: `features` (n, k), NaN where missing, and true `acuity` 1 to 5, shape (n,)."""

    feature_names: tuple[str, ...]
    features: FloatArray
    acuity: IntArray


@dataclass(frozen=True, slots=True)
class TrainedTriage:
    """Hold a fitted diagnosis model and its card."""

    diagnosis: DiagnosisModel
    card: ModelCard


def train_triage(
    scenario: Scenario,
    root_seed: int,
    costs: Model | None = None,
    n_patients: int = N_PATIENTS,
    acuity_share: Sequence[float] = (),
) -> TrainedTriage:
    """Train on patients like the scenario's, drawn apart from those of any replication; see `draw_history`."""
    return train_on(draw_history(scenario, root_seed, n_patients, acuity_share), root_seed, costs)


def train_on(history: History, root_seed: int, costs: Model | None = None) -> TrainedTriage:
    """Train on three quarters of the history, picked by chance, and judge on the rest.

    The levels of the card are assigned at the prices of `costs`, by default those of `Model`.

    Raises:
        ValueError: lists what is wrong with the history; it needs at least 4 patients.
    """
    n = len(history.acuity)
    n_held_out = int(n * HELD_OUT_SHARE)
    if n_held_out == 0:
        raise ValueError(f"the history holds {n} patients; give at least {round(1 / HELD_OUT_SHARE)}")
    order = _history_stream(root_seed, "order").permutation(n)
    held_out, learned = order[:n_held_out], order[n_held_out:]
    features, acuity = history.features, history.acuity
    diagnosis = fit_diagnosis(history.feature_names, features[learned], acuity[learned])
    card = judge(diagnosis, costs or Model(), features[held_out], acuity[held_out], len(learned))
    return TrainedTriage(diagnosis, card)


def draw_history(
    scenario: Scenario,
    root_seed: int,
    n_patients: int = N_PATIENTS,
    acuity_share: Sequence[float] = (),
    purpose: str = "triage",
) -> History:
    """Draw past patients: true acuity in these shares, or as the scenario's arrivals have it, features by its case mix.

    Histories of another purpose are of other patients.
    """
    share = np.asarray(acuity_share) / sum(acuity_share) if acuity_share else arriving_acuity_share(scenario)
    acuity = 1 + pick(share, _history_stream(root_seed, "acuity", purpose).random(n_patients))
    mix, attributes = scenario.case_mix, scenario.attributes
    uniform = _history_stream(root_seed, "attributes", purpose).random((n_patients, len(attributes)))
    shift = shifted_by(mix.shifts, mix.features, attributes, plain_options(attributes, mix.shifts, uniform))
    features = draw_features(mix, acuity, _history_stream(root_seed, "features", purpose), shift)
    return History(mix.features, features, acuity)


def arriving_acuity_share(scenario: Scenario) -> FloatArray:
    """Return the shares of true acuity among the emergency patients of a week, shape (5,).

    Those are the patients of zones; when there are none, all who arrive. A source that does not come every week (an
    incident, a record) counts as one patient.

    Raises:
        ValueError: if nobody ever arrives.
    """
    sources = [source for source in scenario.sources if source.zone >= 0] or scenario.sources
    share_of = {condition.name: condition.acuity_share for condition in scenario.conditions}
    weekly = sum(
        (source.hourly_rate.sum() or float(source.pattern is not None))
        * (source.condition_share @ np.stack([share_of[name] for name in source.conditions]))
        for source in sources
    )
    total = np.sum(weekly)
    if total == 0:
        raise ValueError("no source has arrivals; give hourly rates above zero to learn from")
    return np.asarray(weekly / total)


def _history_stream(root_seed: int, what: str, purpose: str = "triage") -> np.random.Generator:
    # Three names: streams of a cohort begin with the name of a source and have their own purposes.
    return stream(Replication(0, root_seed), "history", purpose, what)
