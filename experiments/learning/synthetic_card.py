"""Say of synthetic patients how useful they are in place of real ones, and how near they come to them."""

from collections.abc import Iterator
from dataclasses import asdict

import pandas as pd

from experiments.learning.page import Card, estimate
from experiments.learning.synthetic import WITHIN, Synthesized, Wish, left_out
from experiments.records import Records
from experiments.report.numbers import number
from experiments.report.tables import Table
from experiments.train.bars import estimate_text


def synthetic_card(records: Records, wish: Wish, made: Synthesized, command: str) -> Card:
    """Return the card of synthetic patients."""
    near = made.nearness
    values = {
        "target": wish.target,
        "wish": asdict(wish),
        "n_synthetic": len(made.table),
        "n_fitted": made.n_fitted,
        "n_others": made.n_others,
        "features_left_out": list(left_out(records)),
        "auroc": {"real": estimate(made.real), "synthetic": estimate(made.synthetic)},
        "synthetic_less_real": estimate(made.gap),
        "bar": {"what": "AUROC lost", "most": WITHIN, "met": made.gap.value >= -WITHIN},
        "n_drawn_again": made.n_redrawn,
        "nearness": {**asdict(near), "closer_share": estimate(near.closer_share)},
        "data": {"sha256": records.card.sha256, "n_used": records.card.n_used, "source": records.card.source},
    }
    title = f"{len(made.table):,} synthetic patients, and what they are good for"
    tables = (use_table(made), near_table(made), column_table(records, made))
    return Card("synthetic patients", title, tuple(sentences(wish, made)), tables, values, command)


def sentences(wish: Wish, made: Synthesized) -> Iterator[str]:
    """Yield what came out, in words."""
    verdict = "within" if made.gap.value >= -WITHIN else "NOT within"
    yield (
        f"Nobody in this file ever lived. A logistic regression for {wish.target} that learned from synthetic patients"
        f" has an AUROC of {estimate_text(made.synthetic)} on real ones it has not seen, against"
        f" {estimate_text(made.real)} of one from real patients: {estimate_text(made.gap)}, {verdict} {WITHIN}."
    )
    near = made.nearness
    yield (
        f"No row is equal to a real patient ({made.n_redrawn} were drawn again). {estimate_text(near.closer_share)} of"
        " them are nearer to a patient whom the copula was fitted to than to one of equally many it never saw; a half"
        " would be if it remembered nobody."
    )
    yield "This is a measurement, not a proof: without noise that is accounted for, nothing bounds what a row may tell."


def use_table(made: Synthesized) -> Table:
    """Return what models reach on real patients not learned from."""
    rows = (
        (f"{made.n_fitted:,} real patients", estimate_text(made.real)),
        (f"{len(made.table):,} synthetic patients", estimate_text(made.synthetic)),
        ("synthetic less real, paired", estimate_text(made.gap)),
    )
    return Table(f"AUROC on {made.n_others:,} real patients", ("Learned from", "AUROC (95\u00a0% interval)"), rows)


def near_table(made: Synthesized) -> Table:
    """Return distances to the nearest real patient, as the share of columns that differ."""
    near = made.nearness
    rows = (
        ("median", number(near.median_fitted, 4), number(near.median_others, 4)),
        ("5th percentile", number(near.low_fitted, 4), number(near.low_others, 4)),
    )
    columns = ("Distance", "to one it was fitted to", "to one it never saw")
    return Table("Distance to the nearest real patient (share of columns that differ)", columns, rows)


def column_table(records: Records, made: Synthesized) -> Table:
    """Return means and gaps of every column of numbers, of real patients and of synthetic ones."""
    rows = []
    for name in made.table:
        if name in records.features and made.table[name].dtype.kind == "f":
            each = (records.features[name].astype(float), made.table[name])
            rows.append((str(name), *(number(float(x.mean()), 2) for x in each), *_missing(*each)))
    columns = ("Column", "Mean, real", "Mean, synthetic", "Missing, real", "Missing, synthetic")
    return Table("Columns of numbers", columns, tuple(rows))


def _missing(*each: "pd.Series[float]") -> Iterator[str]:
    return (f"{100 * float(one.isna().mean()):.1f}\u00a0%" for one in each)
