"""What the leading way of deciding costs, who gains and loses, and what others published: only what is sure."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.report.bargain import bargain
from experiments.report.findings import Finding
from experiments.report.folder import Cell, StoredRun

pytestmark = pytest.mark.unit

LEAD = Finding("surge_beds", "beds", Cell("a", {}, {}), Cell("b", {}, {}), -60.0, -80.0, -40.0, 10, 0.01, "better")


def row(measure: str, difference: float, half_width: float = 1.0, **changes: Any) -> dict[str, Any]:
    plain = {"dimension": "all", "level": "all", "unit": "", "baseline": "a", "treatment": "b", "verdict": "undecided"}
    means = {"baseline_mean": 100.0, "difference": difference, "half_width": half_width}
    ends = {"low": difference - half_width, "high": difference + half_width}
    return {"measure": measure, **plain, **means, **ends} | changes


def said(*rows: dict[str, Any], lead: Finding = LEAD) -> list[str]:
    names = {"hospitals": {"h1": "North", "h2": "South"}}
    none = pd.DataFrame()
    run = StoredRun(Path(), {"names": names}, none, pd.DataFrame(rows))
    return [sentence.replace("\u00a0", " ") for sentence in bargain(run, lead)]


def test_the_share_saved_stands_beside_the_published_one() -> None:
    share, published = said(row("surge_beds", -60.0))
    assert share == "The leading one saves 60 % of 100 beds."
    assert published.startswith("Published, for comparison only: at least 85 %")


def test_what_others_published_of_another_measure_stands_beside_ours() -> None:
    named = "agency_need_hours_per_month"
    rows = row(named, -60.0, 5.0), row(named, -60.0, dimension="pool"), row(named, 1.0, treatment="another")
    (sentence,) = [one for one in said(*rows) if one.startswith("Agency")]
    assert sentence == (
        "Agency hours needed go from 100 to 40 h a month (difference −60, 95 % interval −65 to −55)."
        " Published, for comparison only: a float pool"
        " of five emergency departments cut agency hours from 949 to 85 a month."
    )


def test_costs_that_are_sure_are_told_and_others_are_not() -> None:
    sentences = said(
        row("cost_per_day", 200.0, 50.0),
        row("carbon_kg_per_day", 3.0, 4.0),
        row("repeat_test_cost_per_day", -40.0, 10.0),
        row("cost_per_day", 999.0, treatment="another"),
    )
    assert sentences[:2] == [
        "It costs more: cost of transfers 200 USD a day (150 to 250).",
        "It also saves: cost of repeated tests 40 USD a day (30 to 50).",
    ]
    assert len(sentences) == 3


def test_hospitals_that_surely_gain_or_lose_are_counted_and_the_most_affected_named() -> None:
    rows = [
        row("surge_beds", change, dimension="hospital", level=level, verdict=verdict)
        for level, change, verdict in (("h1", -9.0, "better"), ("h2", 4.0, "worse"), ("h3", 1.0, "undecided"))
    ]
    (sentence,) = [one for one in said(*rows) if one.startswith("Of ")]
    assert sentence == "Of 3 hospitals, 1 surely gains (North −9.0 beds) and 1 surely loses (South 4.0 beds)."
    gains = (1.0, 5.0, 3.0, 4.0)
    many = [row("surge_beds", -k, dimension="hospital", level=f"x{k:g}", verdict="better") for k in gains]
    (sentence,) = [one for one in said(*many) if one.startswith("Of ")]
    assert (
        sentence == "Of 4 hospitals, 4 surely gain (most of all x5 −5.0, x4 −4.0, x3 −3.0 beds) and none surely lose."
    )


def test_nothing_is_said_of_what_was_not_compared() -> None:
    other = Finding("ed_los_min", "min", LEAD.baseline, LEAD.treatment, -6.0, -8.0, -4.0, 10, 0.01, "better")
    assert said(row("ed_los_min", -6.0), lead=other) == []
