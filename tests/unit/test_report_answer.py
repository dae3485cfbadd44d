"""The answer in words says what the interval supports, names n, and keeps quiet about the rest."""

import re
from collections.abc import Mapping
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.report import Answer, answer
from experiments.report.folder import StoredRun, read_folder
from tests.report_folder import Design, write_run_folder

pytestmark = pytest.mark.unit

FACTORS = {
    "stay_put-live": {"information": "live", "transfer": "stay_put"},
    "balance-live": {"information": "live", "transfer": "balance"},
    "nearest_free-live": {"information": "live", "transfer": "nearest_free"},
    "stay_put-delayed": {"information": "delayed", "transfer": "stay_put"},
    "balance-delayed": {"information": "delayed", "transfer": "balance"},
}
MANIFEST = {
    "question": "What is gained?",
    "cells": [
        {"name": name, "factors": factors, "configuration": {"information": {"delay_min": 480}}}
        for name, factors in FACTORS.items()
    ],
}


def row(difference: float, half_width: float, verdict: str, **changes: Any) -> dict[str, Any]:
    return {
        "measure": "boarding_hours_per_day",
        "dimension": "all",
        "level": "all",
        "unit": "patient-hours/day",
        "baseline": "stay_put-live",
        "treatment": "balance-live",
        "difference": difference,
        "half_width": half_width,
        "low": difference - half_width,
        "high": difference + half_width,
        "n": 10,
        "p_value_holm": 0.001,
        "verdict": verdict,
    } | changes


def answered(*rows: dict[str, Any], values: Mapping[str, list[float]] | None = None, **more: Any) -> Answer:
    """Answer from rows of comparisons, and the values of the measure by cell, one for each replication."""
    kept = [
        (cell, index, "boarding_hours_per_day", "all", "all", value)
        for cell, found in (values or {}).items()
        for index, value in enumerate(found)
    ]
    measures = pd.DataFrame(kept, columns=["cell", "replication", "measure", "dimension", "level", "value"])
    return answer(StoredRun(Path("nowhere"), MANIFEST | more, measures, pd.DataFrame(rows)))


def said(*rows: dict[str, Any], values: Mapping[str, list[float]] | None = None) -> list[str]:
    return [text.replace("\u00a0", " ") for text in answered(*rows, values=values).sentences]


def test_a_gain_is_said_with_interval_and_number_of_pairs() -> None:
    assert said(row(-41.2, 11.0, "better")) == [
        "Deciding together by the hourly balance model with live information cuts boarding by 41 patient-hours a day"
        " (95 % interval 30 to 52; 10 paired replications) against every hospital on its own, and the difference"
        " stands after Holm’s correction over all measures of the whole city."
    ]


def test_a_loss_is_said_as_a_loss() -> None:
    (sentence,) = said(row(41.2, 11.0, "worse"))
    assert "raises boarding by 41 patient-hours a day (95 % interval 30 to 52; 10 paired" in sentence


def test_an_interval_that_holds_zero_decides_nothing() -> None:
    (sentence,) = said(row(-3.0, 6.0, "undecided", p_value_holm=0.3))
    assert sentence == (
        "Whether deciding together by the hourly balance model with live information changes boarding against every"
        " hospital on its own is undecided: the estimated difference is −3 patient-hours a day"
        " (95 % interval −9 to 3; 10 paired replications), which does not exclude zero."
    )


def test_one_replication_gives_no_verdict() -> None:
    (sentence,) = said(row(-41.0, nan, "undecided", low=nan, high=nan, n=1, p_value_holm=nan))
    assert sentence.startswith("1 paired replication cannot say whether deciding together")
    assert "41" not in sentence


def test_a_gain_that_holm_takes_back_is_said_with_reserve() -> None:
    (sentence,) = said(row(-41.2, 40.0, "better", p_value_holm=0.21))
    assert sentence.endswith(
        "the difference does not stand after Holm’s correction over all measures of the whole city (p = 0.21)."
    )


def test_the_largest_gain_leads_and_the_others_follow_against_their_own_baselines() -> None:
    first, second = said(
        row(-20.0, 4.0, "better", treatment="nearest_free-live"),
        row(-41.2, 11.0, "better"),
        row(-5.0, 6.0, "undecided", treatment="balance-delayed", baseline="stay_put-delayed"),
    )
    assert first.startswith("Deciding together by the hourly balance model with live information cuts")
    assert second == (
        "Judged in the same way, the nearest-free rule with live information cuts it by 20 (16 to 24); deciding"
        " together by the hourly balance model with beds known only 8 h late leaves it undecided, −5 (−11 to 1)."
    )


def test_the_second_sentence_says_once_what_holm_takes_back() -> None:
    nearest = {"treatment": "nearest_free-live"}
    late = {"treatment": "balance-delayed", "baseline": "stay_put-delayed"}
    lead = row(-41.2, 11.0, "better")
    one = said(lead, row(-20.0, 4.0, "better", p_value_holm=0.3, **nearest))[1]
    both = [row(-20.0, 4.0, "better", p_value_holm=0.3, **nearest), row(-9.0, 4.0, "better", p_value_holm=0.4, **late)]
    some = said(lead, both[0], both[1] | {"p_value_holm": 0.01})[1]
    assert one.endswith("cuts it by 20 (16 to 24); after Holm’s correction this does not stand.")
    assert said(lead, *both)[1].endswith("; after Holm’s correction none of these stands.")
    assert some.endswith("; after Holm’s correction 1 of these 2 differences no longer stand.")


def test_a_gain_that_holm_takes_back_leads_before_no_larger_one() -> None:
    hair = row(-96.0, 95.0, "better", p_value_holm=1.0)
    larger = row(-109.0, 114.0, "undecided", p_value_holm=1.0, treatment="nearest_free-live")
    assert said(hair, larger)[0].startswith("Whether the nearest-free rule with live information changes boarding")
    assert said(hair | {"p_value_holm": 0.04}, larger)[0].startswith("Deciding together by the hourly balance model")


def test_a_small_sure_gain_leads_before_a_large_unsure_one() -> None:
    first, _ = said(row(-60.0, 80.0, "undecided"), row(-5.0, 2.0, "better", treatment="nearest_free-live"))
    assert first.startswith("The nearest-free rule")


BALANCE, NEAREST = row(-41.2, 11.0, "better"), row(-40.0, 9.0, "better", treatment="nearest_free-live")
OWN = {"stay_put-live": [160.0, 180.0, 170.0], "balance-live": [120.0, 137.0, 129.4]}


def test_treatments_that_cannot_be_told_apart_are_named_and_the_best_mean_leads() -> None:
    """Balance saves 40, 43, 40.6; the rule 41, 40, 39: it saves less by -1, 3, 1.6: 1.2 ± 4.303 x 2.03 / sqrt(3)."""
    first, second = said(NEAREST, BALANCE, values=OWN | {"nearest_free-live": [119.0, 140.0, 131.0]})
    assert first.startswith("Deciding together by the hourly balance model with live information cuts boarding by 41 ")
    assert second == (
        "The leading one cannot be told apart from the nearest-free rule with live information, which cuts it by 40"
        " (31 to 49): paired, the two differ by 1 (−4 to 6)."
    )


def test_treatments_that_can_be_told_apart_are_not_called_alike() -> None:
    """The rule saves 20 less in every replication, give or take 1, though means spread by tens."""
    first, second = said(NEAREST, BALANCE, values=OWN | {"nearest_free-live": [140.0, 158.0, 148.4]})
    assert first.startswith("Deciding together by the hourly balance model")
    assert second == (
        "Judged in the same way, the nearest-free rule with live information cuts it by 40 (31 to 49),"
        " 20.0 short of the leading one (paired, 17.5 to 22.5)."
    )


def test_each_treatment_is_taken_against_its_own_baseline() -> None:
    """Both cut by about 41 in worlds of their own that differ by 1000: they cannot be told apart."""
    late = row(-40.0, 9.0, "better", treatment="balance-delayed", baseline="stay_put-delayed", p_value_holm=0.2)
    worlds = {"stay_put-delayed": [1160.0, 1180.0, 1170.0], "balance-delayed": [1119.0, 1140.0, 1131.0]}
    second = said(BALANCE, late, values=OWN | worlds)[1]
    assert "cannot be told apart from deciding together by the hourly balance model with beds known only 8 h" in second
    assert second.endswith(
        "cuts it by 40 (31 to 49), though not after Holm’s correction: paired, the two differ by 1 (−4 to 6)."
    )


def test_those_alike_and_those_apart_are_said_in_this_order_and_more_are_counted() -> None:
    extra = [row(-9.0 + i, 4.0, "better", treatment=f"cell{i}") for i in range(4)]
    values = OWN | {"nearest_free-live": [119.0, 140.0, 131.0]} | {f"cell{i}": [151.0, 171.0, 161.1] for i in range(4)}
    sentences = said(BALANCE, NEAREST, *extra, values=values)
    assert [text.split(",")[0][:34] for text in sentences[1:]] == [
        "The leading one cannot be told apa",
        "Judged in the same way",
        "1 more stands in the table.",
    ]


def test_treatments_that_are_the_same_are_called_equal() -> None:
    second = said(BALANCE, NEAREST, values=OWN | {"nearest_free-live": OWN["balance-live"]})[1]
    assert second.endswith("cuts it by 40 (31 to 49): the two are equal in every replication.")


def test_one_common_replication_tells_nothing_of_two_treatments() -> None:
    values = {name: found[:1] for name, found in OWN.items()} | {"nearest_free-live": [119.0, 140.0]}
    assert said(BALANCE, NEAREST, values=values)[1].startswith("Judged in the same way")


def test_a_verdict_that_its_interval_does_not_support_is_not_repeated() -> None:
    made = answered(row(-3.0, 6.0, "better"))
    assert made.lead is not None
    assert made.lead.verdict == "undecided"
    assert "undecided" in made.text


def test_shares_are_said_in_percentage_points() -> None:
    (sentence,) = said(row(-0.012, 0.004, "better", measure="lwbs_share", unit="share"))
    assert "cuts the share of patients who leave unseen by 1.2 percentage points (95 % interval 0.8 to 1.6;" in sentence


def test_nothing_compared_is_said() -> None:
    made = answered(row(-3.0, 6.0, "better", dimension="zone"))
    assert made.lead is None
    assert made.sentences[0].startswith("Nothing could be compared: 5 cells ran")


def test_limits_name_chance_selection_and_failures() -> None:
    rows = row(-41.2, 11.0, "better"), row(-20.0, 4.0, "better", treatment="nearest_free-live")
    limits = answered(*rows, failures=[{}, {}]).limits
    assert "do not cover whether its assumptions hold" in limits
    assert "The leading one of 2 was named after the results were seen" in limits
    assert "with each other only where the answer says so" in limits
    assert limits.endswith("2 replications failed and are left out.")


ENDS = st.floats(-1e4, 1e4, allow_nan=False).map(lambda value: round(value, 3))


@given(low=ENDS, high=ENDS, verdict=st.sampled_from(["better", "worse", "undecided"]), p_holm=st.floats(0, 1))
def test_no_interval_is_ever_overstated(low: float, high: float, verdict: str, p_holm: float) -> None:
    low, high = min(low, high), max(low, high)
    middle, half_width = (low + high) / 2, (high - low) / 2
    (sentence,) = said(row(middle, half_width, verdict, low=low, high=high, p_value_holm=p_holm))
    assert (" cuts " in sentence) == (high < 0)
    assert (" raises " in sentence) == (low > 0)
    assert ("the difference stands" in sentence) == ((high < 0 or low > 0) and p_holm <= 0.05)
    assert re.search(r"10 paired replications", sentence)


def test_what_gets_worse_is_said_beside_the_gain(tmp_path: Path) -> None:
    run = read_folder(write_run_folder(tmp_path, Design(n_replications=6)))
    worse = run.comparisons["measure"].eq("wait_for_provider_min") & run.comparisons["dimension"].eq("all")
    run.comparisons.loc[worse, ["difference", "low", "high", "verdict", "p_value_holm"]] = [2.0, 1.0, 3.0, "worse", 0.2]
    said = [sentence for sentence in answer(run).sentences if "price" in sentence]
    assert said == [
        "It has a price: the wait for a provider rises by 2.0\u00a0minutes (1.0 to 3.0, not after Holm’s correction)."
    ]


def test_the_range_over_assumptions_is_said_with_the_limits(tmp_path: Path) -> None:
    run = read_folder(write_run_folder(tmp_path, Design(n_replications=6, tornado=True)))
    assert "the difference is −41, and between −70 and −9 when one assumption at a time" in answer(run).limits


def test_one_cell_alone_is_described(tmp_path: Path) -> None:
    run = read_folder(write_run_folder(tmp_path, Design(n_replications=6)))
    alone = replace(run, manifest={**run.manifest, "cells": run.manifest["cells"][:1]}, comparisons=run.comparisons[:0])
    kept = run.measures[run.measures["cell"] == alone.cells[0].name]
    text = answer(replace(alone, measures=kept)).sentences[0]
    assert re.match(r"As configured, boarding is [\d.]+ ± [\d.]+\s", text)
    assert text.endswith("(means of 6 replications, ± half of a 95\u00a0% interval). Nothing was compared.")
