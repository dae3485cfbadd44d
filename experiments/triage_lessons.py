"""Give members of the triage seat the diagnosis model that they ask for: trained, or read from a file."""

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from policies.diagnosis import DiagnosisModel, recalibrated
from policies.triage import Learned, SecondReader
from policies.triage.second_reader import shown
from sim.contract import TriageView
from sim.faults import Fault, ScenarioError
from sim.scenario import CaseMix, Scenario

FILE_FIELD = "triage.model_file"

_LEARNED: dict[str, DiagnosisModel] = {}


def taught(triage: Any, scenario: Scenario, root_seed: int) -> Any:
    """Return the policy with its diagnosis model, where it has a place for one."""
    if not hasattr(triage, "diagnosis"):
        return triage
    wishes = triage if isinstance(triage, Learned) else Learned()
    read = _read(wishes.model_file) if wishes.model_file else None
    if read is not None and not isinstance(read, DiagnosisModel):
        return replace(triage, reader=read)
    model = read or _trained(wishes, scenario, root_seed)
    if wishes.recalibrated_on:
        from experiments.training import draw_history

        recent = draw_history(scenario, root_seed, wishes.recalibrated_on, purpose="recent")
        model = recalibrated(model, recent.features, recent.acuity)
    return replace(triage, diagnosis=model)


def file_faults(triage: Any, scenario: Scenario) -> Iterator[Fault]:
    """Yield a fault for a model file that cannot be read, or that asks for what the door does not show."""
    if not isinstance(triage, Learned) or triage.model_file is None:
        return
    try:
        model = _read(triage.model_file)
    except (OSError, ValueError, ScenarioError) as error:
        yield Fault(FILE_FIELD, triage.model_file, f"name the file of a diagnosis model ({error})")
        return
    for mend in _misfits(model, triage, scenario.case_mix):
        yield Fault(FILE_FIELD, triage.model_file, mend)


def _read(file: str) -> Any:
    """Read a model of levels, or one of critical patients as `citycare train` writes it.

    Raises:
        OSError: when the file cannot be read.
        ValueError, ScenarioError: when it is no model.
    """
    path = Path(file)
    if path.suffix == ".json":
        text = path.read_text(encoding="utf-8")
        values = json.loads(text)
        if not (isinstance(values, dict) and "numbers" in values):
            return DiagnosisModel.from_json(text)
    from experiments.train.saved import read_model

    return read_model(path)


def _misfits(model: Any, triage: Learned, mix: CaseMix) -> Iterator[str]:
    """Yield in words why a model cannot serve this member, or these patients."""
    names = ", ".join(mix.features)
    if isinstance(model, DiagnosisModel):
        if model.feature_names != mix.features:
            learned = ", ".join(model.feature_names)
            yield f"give a model of the same features in this order: it has learned {learned}, the door shows {names}"
    elif not isinstance(triage, SecondReader):
        yield "it knows who is critical, but no levels; choose triage=second_reader"
    elif triage.recalibrated_on:
        yield "it cannot be recalibrated here; set triage.recalibrated_on=0"
    else:
        try:
            model.probability(shown(TriageView(mix.features, np.full((1, len(mix.features)), np.nan), np.array([3]))))
        except (KeyError, ValueError) as error:
            yield f"it asks for what the door does not show ({error}); the door shows {names}"


def _trained(triage: Learned, scenario: Scenario, root_seed: int) -> DiagnosisModel:
    """Return what is learned from patients like the scenario's; the same lesson is learned once in a process."""
    from experiments.training import arriving_acuity_share, train_triage

    mix, past = scenario.case_mix, triage.past_acuity_share
    said = (root_seed, mix.features, past, mix.shifts, scenario.attributes if mix.shifts else ())
    lesson = blake2b(repr(said).encode(), digest_size=16)
    for numbers in (mix.mean, mix.sd, mix.low, mix.high, arriving_acuity_share(scenario)):
        lesson.update(numbers.tobytes())
    key = lesson.hexdigest()
    if key not in _LEARNED:
        _LEARNED[key] = train_triage(scenario, root_seed, acuity_share=past).diagnosis
    return _LEARNED[key]
