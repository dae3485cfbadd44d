"""Save fitted models without pickle: plain numbers as JSON, pipelines as skops with a closed list of types."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from experiments.columns import write_text, write_whole
from policies.diagnosis.members.base import Fitted, FittedPipeline
from policies.diagnosis.members.ensemble import FittedMean
from policies.diagnosis.plain import PlainLogistic, plain
from sim.faults import Fault, ScenarioError

PLAIN, PIPELINES = "model.json", "model.skops"
KNOWN_TYPES = frozenset(
    {
        "numpy.dtype",
        "scipy.sparse._csr.csr_matrix",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.tree._tree.Tree",
    }
)
"""Types beside those that skops trusts by itself which a file may hold; a file with any other is not loaded."""


def write_model(fitted: Fitted, folder: Path) -> Path:
    """Write a logistic regression as `model.json`, other pipelines and their mean as `model.skops`; return the path.

    Raises:
        ValueError: for a model that is neither: scores need no file.
    """
    parts = list(_pipelines(fitted))
    if isinstance(fitted, FittedPipeline) and _is_logistic(fitted):
        path = folder / PLAIN
        write_text(plain(fitted).to_json() + "\n", path)
        return path
    from skops.io import dumps

    path, content = folder / PIPELINES, dumps([{"uses_nurse": part.uses_nurse, "of": part.pipeline} for part in parts])
    write_whole(path, lambda partial: partial.write_bytes(content))
    return path


def _pipelines(fitted: Fitted) -> Iterator[FittedPipeline]:
    if isinstance(fitted, FittedPipeline):
        yield fitted
    elif isinstance(fitted, FittedMean):
        for one in fitted.models:
            yield from _pipelines(one)
    else:
        raise ValueError(f"{type(fitted).__name__} is no pipeline; name a member that learns from features")


def _is_logistic(fitted: FittedPipeline) -> bool:
    from sklearn.linear_model import LogisticRegression

    return isinstance(fitted.pipeline[-1], LogisticRegression)


def read_model(path: Path) -> Fitted:
    """Read a model that `write_model` wrote; no code of the file is run.

    Raises:
        ScenarioError: when there is no such file, it is no model, or it holds a type that is not known.
    """
    try:
        if path.suffix == ".json":
            return PlainLogistic.from_json(path.read_text(encoding="utf-8"))
        return _read_pipelines(path.read_bytes())
    except OSError as error:
        raise ScenarioError([Fault("model", str(path), f"name a file that can be read: {error.strerror}")]) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ScenarioError([Fault("model", str(path), f"is no model: {error}")]) from error


def _read_pipelines(content: bytes) -> Fitted:
    from zipfile import BadZipFile

    from skops.io import get_untrusted_types, loads

    try:
        strange = sorted(set(get_untrusted_types(data=content)) - KNOWN_TYPES)
        if strange:
            raise ValueError(f"it holds {', '.join(strange)}, which no model of ours does")
        parts: list[dict[str, Any]] = loads(content, trusted=sorted(KNOWN_TYPES))
    except BadZipFile as error:
        raise ValueError("it is no skops file") from error
    if not isinstance(parts, list) or not all(
        isinstance(part, dict) and set(part) == {"uses_nurse", "of"} for part in parts
    ):
        raise ValueError("it holds no list of pipelines")
    models = [FittedPipeline(part["of"], bool(np.bool_(part["uses_nurse"]))) for part in parts]
    return models[0] if len(models) == 1 else FittedMean(models)
