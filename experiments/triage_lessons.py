"""Give members of the triage seat the diagnosis model that they ask for: trained, or read from a file."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from policies.diagnosis import DiagnosisModel, recalibrated
from policies.triage.learned import Learned
from sim.faults import Fault
from sim.scenario import Scenario

FILE_FIELD = "triage.model_file"

_LEARNED: dict[str, DiagnosisModel] = {}


def taught(triage: Any, scenario: Scenario, root_seed: int) -> Any:
    """Return the policy with its diagnosis model, where it has a place for one."""
    if not hasattr(triage, "diagnosis"):
        return triage
    wishes = triage if isinstance(triage, Learned) else Learned()
    model = _from_file(wishes.model_file) if wishes.model_file else _trained(wishes, scenario, root_seed)
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
        learned = _from_file(triage.model_file).feature_names
    except (OSError, ValueError) as error:
        yield Fault(FILE_FIELD, triage.model_file, f"name the JSON file of a diagnosis model ({error})")
        return
    shown = scenario.case_mix.features
    if learned != shown:
        mend = f"the model has learned {', '.join(learned)}; case_mix.features shows {', '.join(shown)}"
        yield Fault(FILE_FIELD, triage.model_file, f"give a model of the same features in the same order: {mend}")


def _from_file(file: str) -> DiagnosisModel:
    return DiagnosisModel.from_json(Path(file).read_text(encoding="utf-8"))


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
