"""Write what training came to: the model, card.json, card.html and predictions.csv."""

import json
from pathlib import Path

import pandas as pd

from experiments.columns import write_text, write_whole
from experiments.schema import stop_at
from experiments.train.bars import bars_of, estimate_text
from experiments.train.card import card_of, nurse_sentence
from experiments.train.page import page_of
from experiments.train.saved import write_model
from experiments.train.trained import Trained
from sim.faults import Fault

CARD, PAGE, PREDICTIONS = "card.json", "card.html", "predictions.csv"


def write_trained(trained: Trained, folder: Path, command: str) -> tuple[str, ...]:
    """Write the four files, each whole, and return their names; equal trainings give equal bytes of all but skops.

    Raises:
        ScenarioError: when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        model = write_model(trained.fitted, folder).name
        card = json.dumps(card_of(trained, model, command), ensure_ascii=False, indent=1, allow_nan=False)
        predictions = prediction_frame(trained)
        write_whole(folder / PREDICTIONS, lambda partial: predictions.to_csv(partial, index=False, float_format="%.6g"))
        write_text(page_of(trained, model, command), folder / PAGE)
        write_text(card + "\n", folder / CARD)
    except OSError as error:
        stop_at([Fault("--out", str(folder), f"name a folder that can be written: {error.strerror}")])
    return model, CARD, PAGE, PREDICTIONS


def prediction_frame(trained: Trained) -> pd.DataFrame:
    """Return one row for each patient and repeat: row in the file, fold, outcome, and P of each member out of fold."""
    frames = [
        pd.DataFrame(
            {
                "row": trained.records.row,
                "repeat": repeat,
                "fold": trained.of_model.fold[repeat],
                "outcome": trained.of_model.y.astype(int),
                **{one.member: one.p[repeat] for one in trained.crossed},
            }
        )
        for repeat in range(trained.plan.n_repeats)
    ]
    return pd.concat(frames, ignore_index=True)


def summary(trained: Trained, folder: Path, files: tuple[str, ...]) -> str:
    """Return what the command prints: members, bars, and where the files are."""
    lines = ["member                AUROC                       Brier                       slope"]
    for name, figures in trained.figures.items():
        texts = [f"{estimate_text(figures[key]):27}" for key in ("auroc", "brier", "slope")]
        lines.append(f"{name:21} {' '.join(texts)}".rstrip())
    bars = list(bars_of(trained))
    if bars:
        lines += ["", "bar                                                                 wanted       measured"]
    lines += [
        f"{bar.what[:67]:67} {bar.wanted:12} {estimate_text(bar.measured)}  {'met' if bar.met else 'MISSED'}"
        for bar in bars
    ]
    told = nurse_sentence(trained)
    return "\n".join([*lines, "", *([told] if told else []), f"Written: {', '.join(files)} in {folder}"])
