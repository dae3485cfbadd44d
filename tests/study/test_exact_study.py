"""Systems with exact answers in a very small run: queue, priorities, open hours and Little's law, side by side."""

import json
from pathlib import Path

import pytest

from experiments import cli
from experiments.exact import command
from experiments.exact.gate import Size

pytestmark = pytest.mark.study


def test_a_small_table_agrees_with_theory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "QUICK", Size(blocks=6, per_block=4))
    path = tmp_path / "table.json"
    assert cli.main(["exact", "E2", "E7", "E13", "E18", "--quick", "--json", str(path)]) == 0
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    assert [row["system"] for row in rows] == ["E2"] * 3 + ["E7"] * 3 + ["E13"] * 3 + ["E18"] * 4
    assert all(row["simulated"] == 0.0 for row in rows if row["system"] == "E18")
    assert all(0 < row["standard_error"] < 0.2 * row["exact"] for row in rows if row["system"] != "E18")
