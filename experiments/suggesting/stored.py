"""Keep a differential diagnosis as plain numbers: conditions with their codes, questions, and shares of yes."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.schema import stop_at
from policies.diagnosis.differential import EvidenceModel
from sim.faults import Fault

MODEL, KIND = "model.json", "differential diagnosis"


@dataclass(frozen=True, slots=True, eq=False)
class Differential:
    """Hold a model of k conditions and e evidences, the code of ICD-10 of each condition, and each question."""

    model: EvidenceModel
    icd10: tuple[str, ...]
    questions: tuple[str, ...]

    def to_json(self) -> str:
        """Return the model as text; it reads back to the last bits."""
        conditions = zip(self.model.conditions, self.icd10, self.model.prior.tolist(), strict=True)
        evidences = zip(self.model.evidences, self.questions, strict=True)
        return json.dumps(
            {
                "kind": KIND,
                "conditions": [{"name": name, "icd10": code, "share": share} for name, code, share in conditions],
                "evidences": [{"name": name, "question": question} for name, question in evidences],
                "share_of_yes": self.model.p.tolist(),
            },
            ensure_ascii=False,
            allow_nan=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "Differential":
        """Read what `to_json` returned.

        Raises:
            ValueError: when it is something else.
        """
        held = json.loads(text)
        if not isinstance(held, dict) or held.get("kind") != KIND:
            raise ValueError(f"it is no {KIND}")
        conditions, evidences = held["conditions"], held["evidences"]
        model = EvidenceModel(
            tuple(str(one["name"]) for one in conditions),
            tuple(str(one["name"]) for one in evidences),
            np.array([one["share"] for one in conditions], dtype=float),
            np.array(held["share_of_yes"], dtype=float),
        )
        return cls(model, tuple(one["icd10"] for one in conditions), tuple(one["question"] for one in evidences))


def read_differential(path: Path) -> Differential:
    """Read a model from its file, or from the folder that holds it.

    Raises:
        ScenarioError: when there is none, or it is something else.
    """
    file = path / MODEL if path.is_dir() else path
    try:
        return Differential.from_json(file.read_text(encoding="utf-8"))
    except OSError as error:
        stop_at([Fault("--model", str(path), f"name a folder that `citycare train` wrote: {error.strerror}")])
        raise
    except (ValueError, TypeError, KeyError) as error:
        mend = "train one with citycare train --schema ddxplus"
        stop_at([Fault("--model", str(path), f"holds no {KIND} ({error}); {mend}")])
        raise
