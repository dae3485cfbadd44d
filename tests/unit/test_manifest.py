"""The manifest tells what a study was made from and what became of it."""

import platform
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from experiments import manifest
from experiments.city_settings import CitySettings, HospitalSettings, ZoneSettings
from experiments.config import CellConfig
from experiments.fingerprint import joint_hash
from experiments.plugins import SEATS
from experiments.replication import Failure
from experiments.settings import CaseMixSettings, ExperimentSettings, RunSettings, Settings
from experiments.store import Receipt
from experiments.study import study_of
from sim.faults import ScenarioError
from tests import stand_in

pytestmark = pytest.mark.unit


def cell(name: str, **run: Any) -> CellConfig:
    place = HospitalSettings("North General", 50.0, 8.0, {})
    city = CitySettings(
        "miniature", hospitals={"north": place}, zones={"old": ZoneSettings("Old Town", 50.0, 8.0, 9.0)}
    )
    described = {"conditions": {}, "case_mix": CaseMixSettings({}, np.eye(5).tolist())}
    settings = SimpleNamespace(
        run=RunSettings(**run), experiment=ExperimentSettings("winter", "Why?"), city=city, **described
    )
    return CellConfig(name, {"transfer": name}, cast(Settings, settings), {}, f"hash of {name}")


def test_versions_are_those_installed_of_all_packages_needed() -> None:
    found = manifest.versions()
    assert {"simpy", "numpy", "pandas", "pyomo", "highspy", "scikit-learn", "hydra-core"} <= found.keys()
    assert found["numpy"] == version("numpy")
    assert "pytest" not in found  # an extra


def test_the_system_names_python_and_the_kind_of_machine() -> None:
    found = manifest.system()
    assert found["python"] == platform.python_version()
    assert found["platform"] == f"{platform.system()} {platform.machine()}"


@pytest.mark.parametrize(
    ("file", "matters"),
    [("experiments/measures.py", True), ("sim/run.py", True), ("experiments/report/answer.py", False)],
)
def test_the_code_hash_follows_only_code_that_can_change_results(
    monkeypatch: pytest.MonkeyPatch, file: str, matters: bool
) -> None:
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + b"#" * path.as_posix().endswith(file))
    assert (manifest.code_hash.__wrapped__() != manifest.code_hash()) == matters


def test_a_replication_is_used_again_only_with_its_configuration_and_code(monkeypatch: pytest.MonkeyPatch) -> None:
    first = manifest.identity("a")
    assert first == manifest.identity("a") != manifest.identity("b")
    monkeypatch.setattr(manifest, "code_hash", lambda: "other")
    assert manifest.identity("a") != first


def test_cells_are_described_with_factors_configuration_scenario_and_policies() -> None:
    cells = [stand_in.cell("balance", transfer="balance"), stand_in.cell("stay_put", transfer="stay_put")]
    found = manifest.described(cells)
    assert found["configuration_hash"] == joint_hash(one.hash for one in cells)
    assert found["cells"][0] == {  # type: ignore[index]
        "name": "balance",
        "factors": {"transfer": "balance"},
        "configuration": {"city": {"name": "miniature"}, "transfer": {"policy": "balance"}},
        "configuration_hash": cells[0].hash,
        "scenario": "miniature",
        "policies": dict.fromkeys(SEATS) | {"transfer": "balance"},
    }
    assert found["data_hashes"] == {}


def test_input_files_are_listed_with_their_hashes(tmp_path: Path) -> None:
    (tmp_path / "beds.csv").write_text("id\n1\n")
    made = stand_in.cell("base")
    made.resolved["city"]["folder"] = str(tmp_path)
    wanted = {f"{tmp_path}/beds.csv": sha256(b"id\n1\n").hexdigest()}
    assert manifest.described([made])["data_hashes"] == wanted


def test_results_are_summed_by_cell_and_show_what_is_missing() -> None:
    keys = [("a", 0), ("a", 1), ("b", 0)]
    done = {
        ("a", 0): Receipt("a", 0, "", "t0", {"optimal": 2}, {"simulate": 1.5}, ("d0", "d1"), "compiled: asked for"),
        ("b", 0): Receipt("b", 0, "", "t2", {"optimal": 1, "feasible": 1}, {"simulate": 0.5, "decide": 0.125}),
    }
    failure = Failure("a", 1, "ValueError: no", "Traceback", 2)
    assert manifest.results(keys, done, [failure]) == {
        "trace_hashes": {"a": ["t0", None], "b": ["t2"]},
        "day_hashes": {"a": [["d0", "d1"], None], "b": [[]]},
        "engines": {"a": ["compiled: asked for"], "b": [""]},
        "endings": {"a": {"optimal": 2}, "b": {"optimal": 1, "feasible": 1}},
        "timings": {"a": {"simulate": 1.5}, "b": {"simulate": 0.5, "decide": 0.125}},
        "deciding_shares": {"a": 0.0, "b": 0.25},
        "failures": [
            {"cell": "a", "replication": 1, "error": "ValueError: no", "traceback": "Traceback", "attempts": 2}
        ],
    }


def test_where_nothing_was_simulated_no_share_was_spent_deciding() -> None:
    found = manifest.results([("a", 0), ("b", 0)], {("b", 0): Receipt("b", 0, "", "t", {}, {})}, [])
    assert found["deciding_shares"] == {"a": None, "b": None}


def test_a_study_takes_its_size_and_question_from_its_cells() -> None:
    study = study_of(
        [cell("a", replications=3, baseline={"transfer": "a"}), cell("b", replications=3, baseline={"transfer": "a"})]
    )
    assert (study.n_replications, study.root_seed, study.baseline) == (3, RunSettings().root_seed, {"transfer": "a"})
    assert (study.name, study.question) == ("winter", "Why?")
    assert study.names == {"hospitals": {"north": "North General"}, "zones": {"old": "Old Town"}}
    assert study.manifest()["names"] == study.names
    assert study.documents == {}
    assert study.keys == [("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1), ("b", 2)]
    assert study.default_folder == Path("runs") / f"winter-{joint_hash(['hash of a', 'hash of b'])[:10]}"


def test_cells_that_cannot_be_paired_are_refused_with_every_fault() -> None:
    with pytest.raises(ScenarioError) as error:
        study_of([cell("a", root_seed=1, replications=2), cell("b", root_seed=2, replications=3)])
    assert [fault.field for fault in error.value.faults] == ["run.replications", "run.root_seed"]
