"""Show a trained model on one page that works offline: its card."""

from markupsafe import Markup

from experiments.report.page import POLICY, environment, source_hash, template_text
from experiments.train.anchors import ANCHORS, tripod_table
from experiments.train.bars import bar_table, bars_of, estimate_text
from experiments.train.card import nurse_sentence
from experiments.train.charts import benefit_figure, reliability_figure
from experiments.train.tables import (
    column_table,
    finding_table,
    group_table,
    level_rows,
    member_table,
    moved_table,
    named_table,
    term_table,
)
from experiments.train.trained import Trained


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
        "figures": [reliability_figure(trained), benefit_figure(trained)],
        "groups": group_table(trained),
        "levels": level_rows(trained) if trained.levels else None,
        "readers": named_table("A second reader beside the nurse", trained.readers) if trained.readers else None,
        "sets": named_table(f"Sets that leave out the truth for {trained.plan.miss_share:.0%}", trained.sets),
        "moved": moved_table(trained) if trained.moved else None,
        "terms": term_table(trained),
        "columns": column_table(trained),
        "findings": finding_table(trained),
        "tripod": tripod_table(),
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
