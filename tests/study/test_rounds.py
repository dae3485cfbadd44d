"""Replications are added until a question is decided: extended, never restarted, the same on any number of workers."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.leagues import League
from experiments.replication import Outcome
from experiments.rounds.best import UntilBest
from experiments.rounds.budget import UntilBudget
from experiments.rounds.decided import UntilDecided
from experiments.rounds.loop import effort_of, run_until
from experiments.rounds.plan import Effort, in_league
from experiments.settings import RunSettings
from experiments.store import STOPPING
from experiments.study import StudyOutcome, run_study
from experiments.until import Until
from sim.streams import Replication
from tests import stand_in

pytestmark = pytest.mark.study

NAMES = ("stay_put", "balance", "balance_fair", "nearest_free")


def run_apart(of: Any, replication: Replication) -> Outcome:
    """Let balance halve all waits, balance_fair nearly so; nearest_free changes nothing that one could see."""
    outcome = stand_in.run(of, replication)
    factor = {"balance_fair": 0.52, "nearest_free": 1.001}.get(of.name, 1.0)
    return replace(outcome, measures=outcome.measures.assign(value=outcome.measures["value"] * factor))


def settings(until: Until, **others: Any) -> RunSettings:
    return RunSettings(replications=4, until=until, most_replications=12, **others)


def ran(folder: Path, asked: RunSettings, n_workers: int = 2) -> tuple[StudyOutcome, dict[str, Any]]:
    study = replace(stand_in.study(NAMES, asked.replications), measure="wait_for_provider_min")
    outcome = run_until(study, asked, lambda one: run_study(one, folder, n_workers, runner=run_apart))
    return outcome, json.loads((folder / STOPPING).read_text())


def replications(folder: Path) -> dict[str, int]:
    return dict(pd.read_parquet(folder / "measures.parquet").groupby("cell")["replication"].nunique())


def test_only_what_is_open_is_extended_and_the_rulings_are_kept(tmp_path: Path) -> None:
    _, found = ran(tmp_path, settings(Until.DECISION, indifference=1.0))
    rulings = {row["treatment"]: (row["ruling"], row["n"]) for row in found["rows"]}
    assert rulings["balance"][0] == rulings["balance_fair"][0] == "lower"
    assert rulings["nearest_free"] == ("alike", 4)
    counts = replications(tmp_path)
    assert counts["nearest_free"] == 4
    assert counts["balance"] == rulings["balance"][1]
    assert counts["stay_put"] == max(counts.values())


def test_the_best_is_selected_and_who_fell_out_is_not_extended(tmp_path: Path) -> None:
    _, found = ran(tmp_path, settings(Until.BEST, indifference=0.5))
    standing = {row["cell"]: row for row in found["rows"]}
    assert standing["nearest_free"]["standing"] == "out"
    assert replications(tmp_path)["nearest_free"] < 12
    assert standing["balance"]["standing"] in ("selected", "still in")
    assert standing["balance"]["mean"] < standing["stay_put"]["mean"]


def test_the_same_bytes_on_any_number_of_workers_and_after_an_interruption(tmp_path: Path) -> None:
    asked = settings(Until.BEST, indifference=0.5)
    ran(tmp_path / "two", asked, 2)
    ran(tmp_path / "one", asked, 1)
    run_study(stand_in.study(NAMES, 3), tmp_path / "begun", 1, runner=run_apart)
    ran(tmp_path / "begun", asked, 1)
    for name in ("measures.parquet", "comparisons.csv", STOPPING):
        whole = (tmp_path / "two" / name).read_bytes()
        assert (tmp_path / "one" / name).read_bytes() == whole
        assert (tmp_path / "begun" / name).read_bytes() == whole


def test_a_budget_is_spent_and_goes_to_those_that_are_close(tmp_path: Path) -> None:
    outcome, found = ran(tmp_path, settings(Until.BUDGET))
    assert outcome.n_done == 4 * 12
    counts = replications(tmp_path)
    assert min(counts["balance"], counts["balance_fair"]) > max(counts["stay_put"], counts["nearest_free"])
    assert [row["cell"] for row in found["rows"] if row["standing"] == "leads"] == ["balance"]


def test_a_run_that_asks_for_nothing_has_no_rounds(tmp_path: Path) -> None:
    study = stand_in.study(NAMES, 2)
    run_until(study, RunSettings(replications=2), lambda one: run_study(one, tmp_path, 1, runner=run_apart))
    assert not (tmp_path / STOPPING).exists()
    assert set(replications(tmp_path).values()) == {2}


def test_without_a_most_there_are_five_times_as_many() -> None:
    assert effort_of(RunSettings(replications=6, indifference=2.0), "wait_for_provider_min") == Effort(6, 30, 2.0, -1)


def table(*columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(dict(zip("abcd", columns, strict=False)))


def test_a_replication_that_failed_in_one_cell_counts_in_none_of_its_league() -> None:
    values = table([1.0, 2.0, 3.0, 4.0], [5.0, np.nan, 7.0, np.nan])
    found = in_league(values, League("", ("a", "b")), {"a": 4, "b": 3}, -1)
    assert found[:2].tolist() == [[-1.0, -5.0], [-3.0, -7.0]]
    assert found[2, 0] == -4.0
    assert np.isnan(found[2, 1])


def test_a_plan_ends_when_all_is_spent() -> None:
    rng = np.random.default_rng(1)
    values, counts = table(*rng.normal(0, 1, (2, 6)).tolist()), {"a": 6, "b": 6}
    league = [League("", ("a", "b"))]
    assert UntilBest(league, Effort(6, 6, 0.01)).further(values, counts) == counts
    assert UntilBudget(league, Effort(6, 6)).further(values, counts) == counts
    assert UntilDecided({"b": "a"}, Effort(6, 6)).further(values, counts) == counts


def test_settings_that_could_not_begin_are_named() -> None:
    asked = RunSettings(replications=1, until=Until.BEST, most_replications=0)
    found = {fault.field for fault in asked.faults("run")}
    assert {"run.replications", "run.indifference", "run.most_replications"} <= found
