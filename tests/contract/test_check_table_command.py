"""`citycare check-table`: exit codes that a script can ask, and words for people."""

from pathlib import Path

import pandas as pd
import pytest

from experiments.cli import main

pytestmark = pytest.mark.contract


@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
def test_a_table_passes_or_not_and_says_why(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, table = tmp_path / name, pd.DataFrame({"zone": ["a"] * 6 + ["b"] * 2, "age": [40] * 8})
    table.to_parquet(path) if name.endswith("parquet") else table.to_csv(path, index=False)
    assert main(["check-table", str(path), "--quasi", "zone,age"]) == 1
    assert "b, 40: 2" in capsys.readouterr().out
    assert main(["check-table", str(path), "--quasi", "age", "--k", "8"]) == 0
    assert "Passed" in capsys.readouterr().out


def test_wrong_questions_are_answered_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "table.csv"
    path.write_text("zone,n\na,-1\n", encoding="utf-8")
    assert main(["check-table", str(path), "--quasi", "zon", "--k", "0", "--count", "n"]) == 2
    told = capsys.readouterr().err
    assert all(word in told for word in ("--quasi", "did you mean 'zone'", "--k", "--count"))
    assert main(["check-table", str(tmp_path / "absent.csv"), "--quasi", "zone"]) == 2
    assert "Traceback" not in capsys.readouterr().err
