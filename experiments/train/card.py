"""Put everything that training came to into `card.json`, a document that programs read."""

from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

from experiments.model_card import Estimate, auroc
from experiments.train.bars import bars_of
from experiments.train.figures import over_repeats
from experiments.train.ordered import critical
from experiments.train.trained import Trained

FORMAT = 1


def card_of(trained: Trained, model_file: str, command: str) -> dict[str, Any]:
    """Return the card: what was learned from, how it was judged, and every figure with its 95 % interval."""
    plan, records = trained.plan, trained.records
    target = next(one for one in records.schema.targets if one.name == plan.target)
    y = trained.of_model.y
    return {
        "format": FORMAT,
        "command": command,
        "model": {"member": plan.model, "file": model_file, "uses_nurse": False},
        "target": {"name": target.name, "meaning": target.meaning, "n": len(y), "n_yes": int(y.sum())},
        "splits": {
            "folds": plan.n_folds,
            "repeats": plan.n_repeats,
            "root_seed": plan.root_seed,
            "by_site": records.schema.folds_by_group,
        },
        "threshold": {"p": trained.threshold, "miss_cost": plan.miss_cost},
        "data": asdict(records.card),
        "members": {name: _figures(figures) for name, figures in trained.figures.items()},
        "subgroups": [
            {**{key: getattr(one, key) for key in ("member", "column", "group", "n_patients", "n_yes")}}
            | {"figures": _figures(one.figures)}
            for one in trained.groups
        ],
        "levels": [_row(asdict(row)) for row in trained.levels],
        "chosen": _chosen(trained),
        "expected_resources": [_row(asdict(row)) for row in trained.expected],
        "second_reader": {"by": trained.reader, **_figures(trained.readers)} if trained.readers else {},
        "conformal": {"miss_share": plan.miss_share, **_figures(trained.sets)},
        "transport": [
            {"site": one.site, "n_patients": one.n_patients}
            | {"before": _figures(one.before), "after": _figures(one.after), "drift": asdict(one.drift)}
            for one in trained.moved
        ],
        "bars": [
            {"what": bar.what, "bar": bar.wanted, **_estimate(bar.measured), "met": bar.met} for bar in bars_of(trained)
        ],
        "nurse": nurse_sentence(trained),
    }


def nurse_sentence(trained: Trained) -> str:
    """Say whether a model without the nurse's level beats the nurse; empty where no nurse gave levels."""
    if not trained.readers:
        return ""
    nurse = trained.readers["nurse_auroc"]
    blind = {name: figures["auroc"] for name, figures in trained.figures.items() if "nurse" not in name}
    if trained.ordered is not None:
        y = trained.of_model.y
        blind["models of levels"] = over_repeats(auroc(critical(p), y) for p in trained.ordered.p)
    best = max(blind, key=lambda name: blind[name].value)
    told = f"AUROC {nurse.value:.3f} ± {nurse.half_width:.3f} against {blind[best].value:.3f} of {best}"
    if blind[best].value < nurse.value:
        return f"No model without the nurse's level beats the nurse on these records: {told}."
    return f"A model without the nurse's level ranks patients better than the nurse: {told}."


def _chosen(trained: Trained) -> dict[str, dict[str, int]]:
    """Return how often each model of levels was chosen within a training fold, for levels and to read second."""
    ordered = trained.ordered
    if ordered is None:
        return {}
    return {"levels": dict(sorted(ordered.levels_by.items())), "second_reader": dict(sorted(ordered.read_by.items()))}


def _figures(figures: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: _estimate(estimate) for name, estimate in figures.items()}


def _estimate(estimate: Estimate) -> dict[str, float | None]:
    each = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return {name: number if isfinite(number) else None for name, number in each.items()}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of levels with intervals in place of half-widths, and nothing where a number does not exist."""
    return {
        name: _estimate(Estimate(**value)) if isinstance(value, dict) else _known(value) for name, value in row.items()
    }


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not isfinite(value) else value
