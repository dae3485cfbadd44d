"""The documentation of runs keeps its word: its examples are read, its tables name what the code knows."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from experiments.build import check
from experiments.config import compose
from experiments.event_log.formats import CSV_COLUMNS
from experiments.files import census, duty
from experiments.settings import Keep, RunKind

pytestmark = pytest.mark.contract

TEXT = (Path(__file__).parents[2] / "docs" / "runs.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    return re.split(r"^#+ ", TEXT.partition(f"## {name}\n")[2], flags=re.MULTILINE)[0]


def example(folder: Path, name: str) -> Path:
    (found,) = re.findall(r"```csv\n(.*?)```", section(name), re.DOTALL)
    (folder / name).write_text(found, encoding="utf-8")
    return folder / name


def test_the_example_of_a_census_is_read(tmp_path: Path) -> None:
    scenario = check(compose()[0].settings)
    sheet, found = census.read_census(example(tmp_path, census.FILE), datetime(2026, 1, 7, 8), scenario)
    assert sheet.all_faults() == []
    assert found is not None
    assert found.n_patients == 4


def test_the_example_of_duty_is_read(tmp_path: Path) -> None:
    sheet, found = duty.read_duty(example(tmp_path, duty.FILE), check(compose()[0].settings).city)
    assert sheet.all_faults() == []
    assert found == [(0, "ed_nurse", 0, 8, 14), (1, "medical_bed", 0, 72, 150)]


@pytest.mark.parametrize(("name", "required"), [(census.FILE, census.REQUIRED), (duty.FILE, duty.REQUIRED)])
def test_every_required_column_is_documented(name: str, required: tuple[str, ...]) -> None:
    rows = [line.split("|")[1] for line in section(name).splitlines() if line.startswith("| `")]
    documented = set(re.findall(r"`(\w+)`", "".join(rows)))
    assert set(required) <= documented


def test_the_words_of_settings_and_the_columns_of_the_log_are_documented() -> None:
    for word in (*Keep, *RunKind):
        assert f"| `{word.value}`" in TEXT
    assert f"`{','.join(CSV_COLUMNS)}`" in TEXT
