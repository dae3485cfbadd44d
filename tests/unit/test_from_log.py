"""Logs as files: columns, faults with row and mend, safe XML; laws, arrivals, routing and verdicts by small cases."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from experiments.from_log.inflow import DAILY, EVEN, fit_inflow
from experiments.from_log.journeys import journeys_of, plain_name
from experiments.from_log.judged import Verdict, verdict_of
from experiments.from_log.laws import fit_law
from experiments.from_log.needs import most_at_once
from experiments.from_log.reading import read_log
from experiments.from_log.routing import END, fit_chain, fit_ordered, in_order, visits
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

XES = """<?xml version="1.0"?>{doctype}
<log xmlns="http://www.xes-standard.org/"><trace><string key="concept:name" value="7"/>
<event><string key="concept:name" value="Triage"/><date key="time:timestamp" value="2026-01-05T08:00:00+01:00"/>
<string key="lifecycle:transition" value="start"/></event>
<event><string key="concept:name" value="Triage"/><date key="time:timestamp" value="2026-01-05T08:09:30+01:00"/></event>
</trace></log>"""


def written(folder: Path, text: str, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(path: Path, **given: str) -> list[str]:
    with pytest.raises(ScenarioError) as found:
        read_log(path, given)
    return [str(fault) for fault in found.value.faults]


def test_xes_is_read_with_local_times_and_spans(tmp_path: Path) -> None:
    journeys = journeys_of(read_log(written(tmp_path, XES.format(doctype=""), "log.xes")))
    step = journeys.steps.iloc[0]
    assert (step["case"], step["activity"], step["start"], step["end"]) == ("7", "triage", 480.0, 489.5)


@pytest.mark.parametrize(
    "doctype", ['<!DOCTYPE log [<!ENTITY a "aa">]>', '<!DOCTYPE log SYSTEM "file:///etc/hostname">', "<!DOCTYPE log>"]
)
def test_a_document_type_is_refused_before_any_entity(tmp_path: Path, doctype: str) -> None:
    (fault,) = faults_of(written(tmp_path, XES.format(doctype=doctype), "log.xes"))
    assert "remove the document type" in fault


def test_faults_name_row_column_value_and_mend_all_at_once(tmp_path: Path) -> None:
    text = "Case ID;Activity;Complete Timestamp\na;Triage;2026-01-05 08:00\n;Triage;2026-01-05 08:00\na;;soon\n"
    path = written(tmp_path, text)
    faults = faults_of(path)
    assert [one.split(" = ")[0] for one in faults] == [
        "log.csv row 3, column Case ID",
        "log.csv row 4, column Activity",
        "log.csv row 4, column Complete Timestamp",
        "log.csv",
    ]
    assert "'soon'" in faults[2]
    assert "2 of 3 rows" in faults[3]
    kept = read_log(path, leave_out=True)
    assert len(kept.events) == 1
    assert len(kept.left_out) == 3


def test_columns_can_be_named_and_missing_ones_are_said(tmp_path: Path) -> None:
    path = written(tmp_path, "who,what,when\na,Triage,2026-01-05 08:00\n")
    assert [one.split(" = ")[0] for one in faults_of(path)] == ["column case", "column activity", "column timestamp"]
    assert any("did you mean 'when'" in one for one in faults_of(path, timestamp="wen"))
    assert len(read_log(path, {"case": "who", "activity": "what", "timestamp": "when"}).events) == 1


def test_names_keep_digits_apart_from_copies() -> None:
    assert [plain_name(one) for one in ("ER Triage", "Ward_2", "3rd", "CT/MR")] == [
        "er_triage",
        "ward_no2",
        "a_3rd",
        "ct_mr",
    ]


def test_the_family_that_made_the_values_is_found_and_its_mean_covered() -> None:
    rng = np.random.default_rng(5)
    gamma, lognormal = rng.gamma(1.5, 20, 3000), rng.lognormal(3, 0.9, 3000)
    assert (fit_law(gamma).kind, fit_law(lognormal).kind) == ("gamma", "lognormal")
    _, low, high = fit_law(gamma).mean
    assert low <= 30 <= high
    assert np.isclose(high / low, np.exp(2 * 1.96 / np.sqrt(1.5 * 3000)), rtol=0.01)  # sd of the log mean of a gamma


def test_values_that_fit_no_family_are_kept_as_quantiles() -> None:
    two_humps = np.concatenate([np.linspace(1, 2, 300), np.linspace(50, 51, 300)])
    fit = fit_law(two_humps)
    assert fit.kind == "empirical"
    assert fit.law["empirical"]["quantiles_min"][0] == 1
    assert fit.law["empirical"]["quantiles_min"][-1] == 51
    assert fit_law(np.full(9, 4.0)).law == {"fixed": {"minutes": 4.0}}


def test_arrivals_take_the_simplest_pattern_that_pays() -> None:
    rng = np.random.default_rng(3)
    even = np.sort(rng.uniform(0, 28 * 1440, 700))
    by_day = np.repeat(np.arange(28), 25) * 1440 + rng.uniform(480, 1200, 700)
    monday = datetime(2026, 1, 5)
    assert fit_inflow(even, monday, 28).pattern == EVEN
    daily = fit_inflow(by_day, monday, 28)
    assert daily.pattern == DAILY
    assert daily.rate[:, :8].sum() == 0
    assert np.isclose(daily.rate.sum() / 7, 25)


def test_an_order_is_found_with_its_shares_repeats_and_exclusive_branches() -> None:
    traces = [["a", "b", "b", "d"]] * 30 + [["a", "c", "d"]] * 30 + [["a", "d"]] * 40
    order, share = in_order(traces)
    assert (order[0], order[-1], share) == ("a", "d", 1.0)
    routing = fit_ordered(traces, 100)
    steps = {one.activity: one for one in routing.steps}
    assert [steps[name].p.share for name in "abcd"] == [1, 0.3, 0.3, 1]
    assert (steps["b"].at_most, steps["b"].again and steps["b"].again.share) == (2, 1.0)
    assert {frozenset(group) for group in routing.exclusive} == {frozenset("bc")}


def test_a_chain_keeps_what_follows_what_and_how_often() -> None:
    traces = [["a", "b", "a"], ["b", "a"], ["a"]]
    chain = fit_chain(traces)
    assert chain.shares["a"] == {"b": 0.25, END: 0.75}
    assert chain.at_most == 3
    expected = visits(chain)
    assert 0 < expected["b"] <= 2 / 3
    assert in_order(traces)[1] < 1


def test_most_at_once_counts_overlaps_and_not_touches() -> None:
    import pandas as pd

    spans = pd.DataFrame({"start": [0.0, 5.0, 10.0, 11.0], "end": [10.0, 12.0, 20.0, np.nan]})
    assert most_at_once(spans) == 3


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(-1, 1, Verdict.AGREES), (0.5, 1.5, Verdict.AGREES), (1, 3, Verdict.DIFFERS), (-1, 3, Verdict.UNDECIDED)],
)
def test_verdicts_follow_from_the_interval_and_the_tolerance(low: float, high: float, verdict: Verdict) -> None:
    assert verdict_of(low, high, 2.0) is verdict
