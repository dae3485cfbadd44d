"""Composing configurations: grids of cells, hashes, overlays, and faults that are listed all at once."""

import json
from pathlib import Path

import pytest

from experiments.config import CellConfig, compose
from experiments.fingerprint import configuration_hash, joint_hash
from sim.faults import ScenarioError
from sim.scenario import Sight
from tests.city_files import write_documented_city

pytestmark = pytest.mark.contract


def faults_of(*overrides: str, multirun: bool = False, config_dir: Path | None = None) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        compose(overrides, multirun, config_dir)
    return [str(fault) for fault in caught.value.faults]


@pytest.fixture(scope="module")
def base() -> CellConfig:
    (cell,) = compose()
    return cell


ONE = ("staffing=float_pool", "information=live")


def test_default_is_one_cell(base: CellConfig) -> None:
    assert (base.name, base.factors) == ("base", {})
    assert base.settings.run.replications == 10
    assert base.settings.transfer == {"policy": "stay_put"}
    assert "hydra" not in base.resolved


def test_an_experiment_runs_its_whole_grid() -> None:
    cells = compose(["experiment=sharing_first"])
    assert [cell.name for cell in cells] == [
        "stay_put-delayed",
        "stay_put-live",
        "nearest_free-delayed",
        "nearest_free-live",
        "balance-delayed",
        "balance-live",
    ]
    assert cells[4].factors == {"transfer": "balance", "information": "delayed"}
    assert cells[4].settings.transfer["policy"] == "balance"
    assert cells[4].settings.information.sight is Sight.DELAYED
    assert cells[0].settings.experiment.name == "sharing_first"
    assert len({cell.hash for cell in cells}) == 6


def test_cells_beside_a_grid_differ_from_the_baseline_in_what_they_name() -> None:
    cells = compose(["experiment=sharing", "imaging=exclusive", "medicines=keep", "staffing=as_rostered"])
    assert [cell.beside for cell in cells] == [False] * 4 + [True] * 6
    rule = next(cell for cell in cells if cell.factors["transfer"] == "nearest_free")
    assert rule.factors == {**rule.settings.run.baseline, "transfer": "nearest_free"}
    fair = cells[-1]
    assert fair.settings.transfer["fairness_min"] > 0
    assert (fair.settings.equipment["policy"], fair.settings.scans_at_partners) == ("imaging", ("planned_ct",))
    assert len(compose(["experiment=sharing", "transfer=balance", "imaging=exclusive", "medicines=keep", *ONE])) == 1


@pytest.mark.parametrize("name", ["imaging_offpeak", "bed_crises", "triage_quality"])
def test_a_cell_of_a_grid_is_what_its_levels_give_by_themselves(name: str) -> None:
    cell = compose([f"experiment={name}"])[-1]
    levels = [f"{key}={level}" for key, level in cell.factors.items()]
    (alone,) = (one for one in compose([f"experiment={name}", *levels]) if not one.beside)
    assert (alone.hash, alone.settings) == (cell.hash, cell.settings)
    assert (json.dumps(alone.written), json.dumps(alone.resolved)) == (
        json.dumps(cell.written),
        json.dumps(cell.resolved),
    )


def test_the_command_line_narrows_or_widens_the_axes_of_an_experiment() -> None:
    narrow = compose(["experiment=sharing_first", "transfer=balance"])
    assert [cell.name for cell in narrow] == ["balance-delayed", "balance-live"]
    other = ["experiment=sharing_first", "transfer=stay_put", "information=live", "run.weeks=1,2"]
    assert [cell.name for cell in compose(other, multirun=True)] == ["stay_put-live-1", "stay_put-live-2"]


def test_multirun_sweeps_values_and_members_in_the_order_of_the_keys() -> None:
    cells = compose(["city.demand.scale=0.9,1.1", "transfer=stay_put,balance"], multirun=True)
    assert [cell.name for cell in cells] == ["0.9-stay_put", "0.9-balance", "1.1-stay_put", "1.1-balance"]
    assert [cell.settings.city.demand.scale for cell in cells] == [0.9, 0.9, 1.1, 1.1]
    assert [cell.settings.transfer["policy"] for cell in cells] == ["stay_put", "balance"] * 2


def test_names_of_cells_fit_into_file_names_and_differ() -> None:
    cells = compose(["experiment.question='a/b','a?b'"], multirun=True)
    assert [cell.name for cell in cells] == ["a_b", "a_b_2"]
    assert [cell.factors["experiment.question"] for cell in cells] == ["a/b", "a?b"]


def test_hash_ignores_what_no_single_result_depends_on(base: CellConfig) -> None:
    lines = [
        "run.folder=elsewhere",
        "run.workers=3",
        "run.replications=99",
        "experiment.question=why",
        "run.baseline={}",
    ]
    (other,) = compose(lines)
    assert other.hash == base.hash
    assert configuration_hash(base.resolved) == base.hash


@pytest.mark.parametrize("line", ["run.root_seed=1", "run.weeks=2", "transfer=balance", "city.staff.scale=1.01"])
def test_hash_follows_everything_else(base: CellConfig, line: str) -> None:
    (other,) = compose([line])
    assert other.hash != base.hash


def test_joint_hash_depends_on_order() -> None:
    assert joint_hash(["a", "b"]) != joint_hash(["b", "a"])


def test_hash_of_a_city_folder_is_that_of_its_content(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_documented_city(tmp_path / name)
    hashes = [
        compose(["city=from_files", f"city.folder='{tmp_path / name}'"])[0].hash for name in ("one", "two", "one")
    ]
    assert hashes[0] == hashes[1] == hashes[2]
    (tmp_path / "one" / "travel.csv").write_text("from,to,minutes\nnorth,south,15\n")
    assert compose(["city=from_files", f"city.folder='{tmp_path / 'one'}'"])[0].hash != hashes[0]


def test_plugins_change_the_hash_by_their_content(tmp_path: Path, base: CellConfig) -> None:
    plugin = tmp_path / "plugin.py"
    plugin.write_text("POLICIES = {}\n")
    (cell,) = compose(plugins=[str(plugin)])
    assert cell.hash != base.hash
    assert cell.settings.plugins == (str(plugin),)


def test_every_fault_of_the_command_line_is_listed() -> None:
    found = faults_of("transfer=balnce", "information=lve", "run=3=4)", "city.demand.scale=1,2")
    assert len(found) == 4
    assert found[0].startswith("command line = 'run=3=4)': write field=value")
    assert found[1].startswith("transfer = 'balnce': no such member; did you mean 'balance'? Otherwise use one of ")
    assert found[2].startswith("information = 'lve': no such member; did you mean 'live'?")
    assert found[3].startswith("city.demand.scale = '1,2': add -m")


def test_every_fault_of_shape_is_listed() -> None:
    found = faults_of(
        "run.replicatons=3",
        "run.weeks=soon",
        "run.workers=-1",
        "city.hospitals.north.beds=5",
        "city.hospitals.north.places.icu_bed=1.5",
        "tranfer=balance",
        "pathways.stroke.phases=[]",
        "patience.never_leaves_share=2",
    )
    assert sorted(line.split(" = ")[0] for line in found) == sorted(
        [
            "run.replicatons",
            "run.weeks",
            "city.hospitals.north.beds",
            "city.hospitals.north.places.icu_bed",
            "tranfer",
            "patience.never_leaves_share",
        ]
    )
    assert any("did you mean 'replications'?" in line for line in found)


def test_the_same_fault_of_many_cells_is_listed_once() -> None:
    assert len(faults_of("experiment=sharing_first", "run.weeks=-1")) == 1


@pytest.mark.parametrize(
    ("line", "multirun", "expected"),
    [
        ("experiment=a_question", False, "experiment = 'a_question': no such member; use one of"),
        ("experiment=sharing_first,sharing_first", True, "experiment = 'sharing_first,sharing_first': run one"),
        ("run.weeks=interval(1,2)", True, "run.weeks = 'interval(1,2)': list the values, separated by commas"),
        ("=3", False, "command line = '=3': write field=value"),
        ("city=from_files", False, "city.folder = '???': missing"),
        ("patience.mean_min=${nothing}", False, "patience.mean_min = "),
        ("transfers.receiving_cap_share=85", False, "transfers.receiving_cap_share = 85.0: give a share above 0"),
    ],
)
def test_one_fault_in_words(line: str, multirun: bool, expected: str) -> None:
    assert faults_of(line, multirun=multirun)[0].startswith(expected)


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    (tmp_path / "conf" / "transfer").mkdir(parents=True)
    (tmp_path / "conf" / "experiment").mkdir()
    (tmp_path / "conf" / "transfer" / "careful.yaml").write_text("policy: balance\nmax_travel_min: 30\n")
    return tmp_path


def test_own_files_stand_beside_the_shipped_ones(overlay: Path) -> None:
    (cell,) = compose(["transfer=careful"], config_dir=overlay)
    assert cell.settings.transfer == {"policy": "balance", "max_travel_min": 30}
    (same,) = compose(["transfer=balance"], config_dir=overlay / "conf")
    assert same.settings.transfer["policy"] == "balance"


def test_own_files_come_before_shipped_ones_of_the_same_name(overlay: Path) -> None:
    (overlay / "conf" / "transfer" / "balance.yaml").write_text("policy: nearest_free\n")
    (cell,) = compose(["transfer=balance"], config_dir=overlay)
    assert cell.settings.transfer == {"policy": "nearest_free"}
    assert compose(["transfer=balance"])[0].settings.transfer["policy"] == "balance"


def test_own_experiments_sweep_as_shipped_ones_do(overlay: Path) -> None:
    text = "# @package _global_\nhydra: {sweeper: {params: {transfer: 'stay_put,careful', city.demand.scale: 1.0}}}\n"
    (overlay / "conf" / "experiment" / "mine.yaml").write_text(text)
    cells = compose(["experiment=mine"], config_dir=overlay)
    assert [cell.name for cell in cells] == ["stay_put-1.0", "careful-1.0"]
    (overlay / "conf" / "experiment" / "mine.yaml").write_text(text.replace("careful", "carful"))
    (fault,) = faults_of("experiment=mine", config_dir=overlay)
    assert fault.startswith("defaults = 'transfer/carful': no such file; did you mean 'careful'?")


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("transfer/bad.yaml", "policy: [balance\n", "configuration = 'while parsing a flow sequence"),
        ("transfer/bad.yaml", "defaults: [nowhere]\n", "defaults = 'transfer/nowhere': no such file"),
        ("transfer/bad.yaml", "[1, 2]\n", "transfer = [1, 2]: give a table of keys and values"),
        ("transfer/bad.yaml", "# @package _global_\n[1]\n", "configuration = \"In 'transfer/bad': ConfigTypeError"),
    ],
)
def test_a_broken_file_is_named_without_a_traceback(overlay: Path, file: str, text: str, expected: str) -> None:
    (overlay / "conf" / file).write_text(text)
    assert faults_of("transfer=bad", config_dir=overlay)[0].startswith(expected)


def test_files_that_are_no_text_are_all_named(overlay: Path) -> None:
    (overlay / "conf" / "transfer" / "bytes.yaml").write_bytes(b"policy: \xff\n")
    (overlay / "conf" / "transfer" / "folder.yaml").mkdir()
    byte, folder = faults_of(config_dir=overlay)
    assert byte.endswith("bytes.yaml = \"b'\\\\xff'\": save the file in the encoding UTF-8")
    assert "folder.yaml = " in folder


def test_a_configuration_folder_must_be_there(tmp_path: Path) -> None:
    assert faults_of(config_dir=tmp_path / "none")[0].startswith("--config-dir = ")


def test_no_file_can_name_a_plugin_or_code_to_run(overlay: Path) -> None:
    (overlay / "conf" / "transfer" / "evil.yaml").write_text("policy: balance\n_target_: os.system\n")
    (cell,) = compose(["transfer=evil"], config_dir=overlay)
    assert cell.settings.transfer["_target_"] == "os.system"  # plain text here; refused as an unknown key by build
    assert faults_of("plugins=[evil.py]")[0].startswith("plugins = 'plugins': unknown key")


@pytest.mark.parametrize("value", ["${oc.env:HOME}", "${oc.decode:1}", "x${now:%Y}"])
def test_values_that_call_functions_are_refused(value: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        compose([f"experiment.question='{value}'"])
    assert [fault.field for fault in caught.value.faults] == ["experiment.question"]
    assert "functions are not called" in str(caught.value)
