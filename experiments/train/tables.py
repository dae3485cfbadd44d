"""Set what training came to in tables, every figure with its interval."""

from collections.abc import Mapping
from itertools import chain
from math import exp, isfinite

from experiments.model_card import Estimate
from experiments.report.numbers import ABSENT, number, plus_minus, signed
from experiments.report.tables import Table
from experiments.train.bars import estimate_text
from experiments.train.ordered import Ordered
from experiments.train.trained import Trained
from policies.diagnosis.members.base import FittedPipeline
from policies.diagnosis.plain import plain

HEADINGS = {
    "auroc": "AUROC",
    "brier": "Brier",
    "ece": "Calibration error",
    "slope": "Calibration slope",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "net_benefit": "Net benefit",
}
MOST_TERMS = 30


def member_table(trained: Trained) -> Table:
    """Return the figures of every member."""
    caption = f"Members on patients they have not learned from; alarms from P = {trained.threshold:.3f}"
    rows = tuple((_words(name), *_estimates(figures)) for name, figures in trained.figures.items())
    return Table(caption, ("Member", *HEADINGS.values()), rows)


def group_table(trained: Trained) -> Table:
    """Return the figures of the saved model by subgroup; groups with under 10 of either outcome have none."""
    rows = tuple(
        (
            f"{_words(one.column)}: {_words(one.group)}",
            f"{one.n_patients:,}",
            f"{one.n_yes:,}",
            *_estimates(one.figures),
        )
        for one in trained.groups
        if one.member == trained.plan.model
    )
    caption = f"“{_words(trained.plan.model)}” by subgroup"
    return Table(caption, ("Patients", "Number", "With the outcome", *HEADINGS.values()), rows)


def _estimates(figures: Mapping[str, Estimate]) -> list[str]:
    return [_short(figures[name]) if name in figures else ABSENT for name in HEADINGS]


def _short(estimate: Estimate) -> str:
    return plus_minus(estimate.value, estimate.half_width, 3 if abs(estimate.value) > 0.1 else 4)


def level_rows(trained: Trained) -> Table:
    """Return levels assigned by nurse and model at each price of under-triage."""
    columns = ("By", "Price of a level too low", "Quadratic kappa", "Linear kappa", "Under-triage", "Over-triage")
    rows = tuple(
        (
            _words(row.by),
            f"{row.under_cost:g} : 1" if isfinite(row.under_cost) else ABSENT,
            *(_short(one) for one in (row.quadratic_kappa, row.linear_kappa, row.under, row.over)),
        )
        for row in trained.levels
    )
    return Table("Levels 1 to 5", columns, rows)


def choice_rows(ordered: Ordered) -> Table:
    """Return in how many training folds each model of levels was chosen."""
    names = sorted({*ordered.levels_by, *ordered.read_by})
    rows = tuple((name, str(ordered.levels_by[name]), str(ordered.read_by[name])) for name in names)
    return Table("Chosen within so many training folds", ("Model of levels", "For levels", "To read second"), rows)


def expected_table(trained: Trained) -> Table:
    """Return how well amounts of resources are expected, by the model, by the nurse's level, and alike for all."""
    columns = ("Resource", "Expected by", "Patients", "Mean", "Mean error", "Variance explained", "Used : expected")
    rows = tuple(
        (
            _words(row.target),
            _words(row.by),
            f"{row.n_patients:,}",
            *(plus_minus(one.value, one.half_width, 0) for one in (row.mean, row.absolute_error)),
            *(plus_minus(one.value, one.half_width, 2) for one in (row.explained, row.ratio)),
        )
        for row in trained.expected
    )
    return Table("Expected use of resources", columns, rows, frozenset({0, 1}))


def named_table(caption: str, figures: Mapping[str, Estimate]) -> Table:
    """Return figures by name."""
    return Table(
        caption,
        ("Figure", "Value (95\u00a0% interval)"),
        tuple((_words(k), estimate_text(v)) for k, v in figures.items()),
    )


def moved_table(trained: Trained) -> Table:
    """Return the figures at each site of a model from the others, as it came and recalibrated."""
    rows = tuple(
        (f"{_words(one.site)}, {when}", f"{one.n_patients:,}", *_estimates(figures))
        for one in trained.moved
        for when, figures in (("as it came", one.before), ("recalibrated", one.after))
    )
    return Table("Learned elsewhere, judged here", ("Site", "Patients", *HEADINGS.values()), rows)


def drift_table(trained: Trained) -> Table:
    """Return whether the promises of a model from the other sites fit the patients of each site."""
    columns = ("Site", "Patients", "Observed : expected", "Standard errors", "Noticed after")
    rows = tuple(
        (
            _words(one.site),
            f"{one.n_patients:,}",
            number(one.drift.observed_to_expected, 2),
            signed(one.drift.z, 1),
            f"{one.drift.noticed_after:,} patients" if one.drift.noticed_after else "not at all",
        )
        for one in trained.moved
    )
    return Table("Is the outcome as frequent here as a model from elsewhere expects?", columns, rows)


def term_table(trained: Trained) -> Table | None:
    """Return the greatest weights of a logistic regression with their odds ratios; None for other models."""
    fitted = trained.fitted
    if trained.plan.model != "logistic" or not isinstance(fitted, FittedPipeline):
        return None
    terms = list(plain(fitted).terms())
    others = sorted((term for term in terms if term[0] != "words"), key=lambda term: -abs(term[2]))
    words = sorted((term for term in terms if term[0] == "words"), key=lambda term: -abs(term[2]))[:MOST_TERMS]
    rows = tuple((_words(name), kind, signed(w, 3), number(exp(w), 2)) for kind, name, w in chain(others, words))
    caption = "Coefficients and odds ratios; a ridge draws them toward zero, so they have no intervals"
    return Table(caption, ("Term", "Kind", "Coefficient", "Odds ratio"), rows, frozenset({0, 1}))


def column_table(trained: Trained) -> Table:
    """Return the columns of the file: role, unit, what is known, findings, and why one is not used."""
    rows = tuple(
        (
            c.source,
            c.name,
            c.role,
            c.unit or ABSENT,
            f"{c.n_known:,}",
            f"{c.n_not_measurable:,}",
            str(c.n_findings),
            c.why,
        )
        for c in trained.records.card.columns
    )
    columns = ("Column", "Name", "Role", "Unit", "Known", "Not measurable", "Findings", "Why not used")
    return Table("Columns of the file", columns, rows, frozenset({0, 1, 2, 3, 7}))


def finding_table(trained: Trained) -> Table:
    """Return every value that was not taken as it stands."""
    rows = tuple((str(f.row), f.column or ABSENT, f.value, f.reason, f.done) for f in trained.records.card.findings)
    return Table("Findings of cleaning", ("Row", "Column", "Value", "Reason", "Done"), rows, frozenset({1, 2, 3, 4}))


def _words(name: str) -> str:
    return name.replace("_", " ")
