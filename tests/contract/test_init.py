"""A new study: complete, in order as it is, and with a test that passes and can fail."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from experiments import cli
from experiments.build import build, build_scenario
from experiments.config import compose
from experiments.init import write_study
from sim.faults import ScenarioError

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("of mine") / "study"
    write_study(folder)
    return folder


def test_check_finds_the_study_in_order(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(study)]) == 0
    assert "City:      my_city, 5 hospitals" in capsys.readouterr().out


def test_its_experiment_runs_its_policy(study: Path) -> None:
    plugin = str(study / "policies" / "longest_wait.py")
    cells = compose(["experiment=my_question", "triage=nurse"], config_dir=study, plugins=[plugin])
    assert [cell.name for cell in cells] == ["stay_put", "nearest_free", "longest_wait"]
    _, policies = build(cells[2].settings)
    assert type(policies.transfer).__name__ == "LongestWait"


def test_a_plugin_can_be_chosen_without_a_file(study: Path, tmp_path: Path) -> None:
    plugin = tmp_path / "unlisted.py"
    plugin.write_text((study / "policies" / "longest_wait.py").read_text().replace('"longest_wait"', '"unlisted"'))
    (cell,) = compose(["transfer=unlisted", "transfer.min_wait_min=5", "triage=nurse"], plugins=[str(plugin)])
    assert getattr(build(cell.settings)[1].transfer, "min_wait_min") == 5.0  # noqa: B009


def test_without_the_plugin_the_policy_is_unknown(study: Path) -> None:
    (cell,) = compose(["transfer=longest_wait"], config_dir=study)
    with pytest.raises(ScenarioError, match=r"transfer\.policy = 'longest_wait'"):
        build(cell.settings)


def test_its_city_is_its_own(study: Path) -> None:
    path = study / "conf" / "city" / "my_city.yaml"
    assert "five_hospitals" not in path.read_text(encoding="utf-8")
    (cell,) = compose(["city.hospitals.north.places.icu_bed=99"], config_dir=study)
    assert cell.settings.city.name == "my_city"
    assert cell.settings.city.hospitals["north"].places["icu_bed"] == 99


def test_its_city_is_there_as_files_too(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    described, filed = (
        build_scenario(compose(overrides, config_dir=study)[0].settings)
        for overrides in ([], ["city=from_files", f"city.folder='{study / 'city_files'}'"])
    )
    for own, same in zip(described.city.hospitals, filed.city.hospitals, strict=True):
        assert (same.id, same.name, [pool.code for pool in same.pools]) == (
            own.id,
            own.name,
            [pool.code for pool in own.pools],
        )
        for pool, read in zip(own.pools, same.pools, strict=True):
            np.testing.assert_array_equal(read.hourly, pool.hourly)
    assert [zone.id for zone in filed.city.zones] == [zone.id for zone in described.city.zones]
    np.testing.assert_allclose(filed.city.choice_share, described.city.choice_share, rtol=1e-12)
    assert cli.main(["check", str(study / "city_files")]) == 0
    text = capsys.readouterr().out
    assert "medical_service.csv costs 7,745.92;" in text
    assert "nurses_15_19      11     11         0        148.96" in text


def test_its_test_passes_and_fails_when_the_policy_is_spoiled(study: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(study / "tests")]
    assert subprocess.run(command, capture_output=True, check=False, cwd=study).returncode == 0
    policy = study / "policies" / "longest_wait.py"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("-view.waited_min", "view.waited_min"), encoding="utf-8")
    try:
        assert subprocess.run(command, capture_output=True, check=False, cwd=study).returncode == 1
    finally:
        policy.write_text(text, encoding="utf-8")


def test_the_readme_names_every_file_and_its_commands_parse(study: Path) -> None:
    text = (study / "README.md").read_text(encoding="utf-8")
    files = [str(path.relative_to(study)) for path in study.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    named = [name for name in files if f"`{name}`" in text or name.startswith("city_files/")]
    assert set(files) - set(named) <= {"README.md"}
    assert "`city_files/`" in text
    commands = [line.split("#")[0].split()[1:] for line in text.splitlines() if line.startswith("citycare ")]
    assert len(commands) == 5
    for words in commands:
        cli.make_parser().parse_known_args(words)


def test_never_writes_over_something(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", str(study)]) == 2
    assert "name a folder that is new or empty" in capsys.readouterr().err


def test_an_empty_folder_is_fine_and_a_file_is_not(tmp_path: Path) -> None:
    assert Path("README.md") in write_study(tmp_path)
    with pytest.raises(ScenarioError):
        write_study(tmp_path / "README.md")
