"""`citycare exact`: what it prints and writes, how it ends, and that a biased or broken simulation does not pass."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments import cli
from experiments.config import vary
from experiments.exact import command
from experiments.exact.cases import Case, plan
from experiments.exact.gate import Block, BrokenGateError, Row, Size, run_gate, simulate_block
from experiments.exact.judge import Judgement
from experiments.exact.queues import service
from experiments.exact.table import exact_table, notes
from sim.streams import Replication

pytestmark = pytest.mark.contract

SMALL = Size(blocks=5, per_block=3)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "QUICK", SMALL)


def with_mean(case: Case, mean_min: float) -> Case:
    """Return a case that simulates another mean service than its exact side believes."""
    cell = vary(case.cell, service("exponential.mean_min"), mean_min)
    assert cell
    return replace(case, cell=cell)


def test_an_exact_engine_ends_with_0_and_the_same_bytes_on_any_number_of_workers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = []
    for workers in ("1", "2"):
        path = tmp_path / f"{workers}.json"
        words = ["exact", "E1", "--quick", "mu=6", "--workers", workers, "--json", str(path)]
        assert cli.main(words) == 0
        written.append(path.read_bytes())
    assert written[0] == written[1]
    text = capsys.readouterr().out
    assert "E1  M/M/1: 1 server, 3 arrivals/min, exponential service of 0.166667" in text
    assert "All 1 quantities agree" in text
    document = json.loads(written[0])
    (row,) = document["rows"]
    assert document["passed"] is True
    assert (row["system"], row["quantity"], row["blocks"], row["published"]) == ("E1", "mean wait", 5, None)
    assert row["exact"] == pytest.approx(0.5 / 3)
    assert row["z"] == pytest.approx((row["simulated"] - row["exact"]) / row["standard_error"])
    assert row["controlled"]["standard_error"] < row["standard_error"]
    assert abs(row["controlled"]["simulated"] - row["exact"]) < 4 * row["controlled"]["standard_error"]


def test_a_service_three_percent_too_long_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "plan", lambda words: [with_mean(case, 1.03) for case in plan(words)])
    assert cli.main(["exact", "--quick", "E9"]) == 1
    text = capsys.readouterr().out
    assert "3 of 3 quantities FAILED." in text
    assert sum(line.endswith("FAILED") for line in text.splitlines()) == 3


@pytest.mark.parametrize("words", [["E7", "c=2"], ["E77"], ["E1", "--json", "no_such_folder/table.json"]])
def test_wrong_input_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["exact", *words]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("citycare: 1 thing to mend; nothing was run.")
    assert captured.out == ""


def test_a_number_of_workers_is_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["exact", "--workers", "-1"])
    assert stopped.value.code == 2
    assert "workers" in capsys.readouterr().err


def test_a_replication_that_breaks_breaks_the_gate() -> None:
    (healthy,), (other,) = plan(["E1"]), plan(["E13"])
    broken = replace(healthy, system=other.system)
    with pytest.raises(BrokenGateError, match="E13: Traceback"):
        run_gate([broken], Size(1, 2), 1)


def test_blocks_are_made_of_replications_in_order() -> None:
    (case,) = plan(["E1"])
    replications = tuple(Replication(k, 1) for k in range(3))
    whole = simulate_block(Block(0, 0, "E1", case.cell, replications))
    last = simulate_block(Block(0, 0, "E1", case.cell, replications[2:]))
    assert isinstance(whole, np.ndarray)
    assert isinstance(last, np.ndarray)
    assert whole.shape == (3, 2 + 2)  # one pair, two control variates
    assert whole[2].tolist() == last[0].tolist()


def test_published_values_have_a_column_only_where_there_are_some() -> None:
    stroke, _ = plan(["E12"])
    (queue,) = plan(["E1"])
    fine = Judgement(1.0, 1.0, 0.1, 0.0, 19, 20, 80, (14, 20))
    delay = "P(delay), acute, 10 beds"
    rows = [Row(stroke, delay, fine, stroke.published[delay]), Row(queue, "mean wait", fine, None)]
    assert "published" in exact_table(rows)
    assert "0.14" in exact_table(rows)
    assert "published" not in exact_table(rows[1:])
    assert max(map(len, notes(rows, 70).splitlines())) <= 70
