"""Show a trained model on one page that works offline: its card."""

from markupsafe import Markup

from experiments.model_card import Estimate
from experiments.report.numbers import number
from experiments.report.page import POLICY, environment, source_hash, template_text
from experiments.train.anchors import ANCHORS
from experiments.train.bars import bar_table, bars_of, estimate_text
from experiments.train.card import nurse_sentence
from experiments.train.charts import figures_drawn, groups_figure
from experiments.train.tables import (
    choice_rows,
    column_table,
    drift_table,
    expected_table,
    finding_table,
    group_table,
    level_rows,
    member_table,
    moved_table,
    named_table,
    term_table,
)
from experiments.train.trained import Trained
from experiments.train.tripod import tripod_table


def page_of(trained: Trained, model_file: str, command: str) -> str:
    """Return the page as text."""
    style, bars = template_text("style.css"), list(bars_of(trained))
    context = {
        "policy": POLICY.format(script="'none'", style=source_hash(style)),
        "style": Markup(style),
        "target": trained.plan.target,
        "sentences": sentences(trained),
        "card": trained.records.card,
        "bars": bar_table(bars) if bars else None,
        "members": member_table(trained),
        "anchors": ANCHORS,
        "numbers": key_figures(trained),
        "figures": figures_drawn(trained),
        "by_group": groups_figure(trained),
        "groups": group_table(trained),
        "levels": level_rows(trained) if trained.levels else None,
        "readers": named_table("A second reader beside the nurse", trained.readers) if trained.readers else None,
        "sets": named_table(f"Sets that leave out the truth for {trained.plan.miss_share:.0%}", trained.sets),
        "moved": moved_table(trained) if trained.moved else None,
        "chosen": choice_rows(trained.ordered) if trained.ordered else None,
        "expected": expected_table(trained) if trained.expected else None,
        "reader": trained.reader,
        "drift": drift_table(trained) if trained.moved else None,
        "terms": term_table(trained),
        "columns": column_table(trained),
        "findings": finding_table(trained),
        "tripod": tripod_table(trained, model_file),
        "model_file": model_file,
        "command": command,
    }
    return environment().get_template("train.html.j2").render(context)


def sentences(trained: Trained) -> tuple[str, ...]:
    """Return what came out, in words."""
    plan, y = trained.plan, trained.of_model.y
    target = next(one for one in trained.records.schema.targets if one.name == plan.target)
    figures = trained.figures[plan.model]
    split = "folds by site" if trained.records.schema.folds_by_group else "stratified folds"
    told = [
        f"“{plan.model}” tells {target.name} ({target.meaning}) of {len(y):,} patients, {int(y.sum()):,} with the"
        f" outcome, with an AUROC of {estimate_text(figures['auroc'])} and a Brier score of"
        f" {estimate_text(figures['brier'])}, in {plan.n_repeats} repeats of {plan.n_folds} {split}.",
    ]
    nurse = nurse_sentence(trained)
    if nurse and trained.readers:
        r = trained.readers
        told += [
            nurse,
            "What helps is to let it read after the nurse: an alarm by either finds"
            f" {100 * r['either_sensitivity'].value:.1f}\u00a0% of them instead of"
            f" {100 * r['nurse_sensitivity'].value:.1f}\u00a0%, and leaves"
            f" {100 * r['either_specificity'].value:.1f}\u00a0% of the others without an alarm.",
        ]
    return tuple(told)


def key_figures(trained: Trained) -> list[dict[str, str]]:
    """Return the main figures of the saved model: label, value, interval, and what would be best."""
    figures = trained.figures[trained.plan.model]
    named = (
        ("Ranks patients (AUROC)", "auroc", "1 is perfect, 0.5 is chance"),
        ("Error of probabilities (Brier)", "brier", "0 is perfect"),
        ("Calibration slope", "slope", "1 is perfect; below, too sure of itself"),
        ("Calibration error", "ece", "mean gap of ten groups; 0 is perfect"),
    )
    return [{"label": label, **_value(figures[name]), "best": best} for label, name, best in named]


def _value(estimate: Estimate) -> dict[str, str]:
    return {
        "value": number(estimate.value, 3),
        "interval": f"{number(estimate.low, 3)} to {number(estimate.high, 3)}",
    }
