"""Names of columns: a user's come before those that ship, and a wrong file is told in full."""

from pathlib import Path

import pytest

from experiments.importing.aliases import read_aliases, shipped_aliases
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit


def written(folder: Path, text: str) -> Path:
    path = folder / "names.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_shipped_names_hold() -> None:
    assert read_aliases(None) is shipped_aliases()


def test_added_names_come_first_and_are_spelled_as_columns_are_compared(tmp_path: Path) -> None:
    aliases = read_aliases(written(tmp_path, "hospitals: {beds: [Staffed  Beds, plazas]}\nzones: {id: Barrio}\n"))
    shipped = shipped_aliases()
    assert aliases["hospitals"]["beds"] == ["staffed_beds", "plazas", *shipped["hospitals"]["beds"]]
    assert aliases["zones"]["id"] == ["barrio", *shipped["zones"]["id"]]
    assert aliases["hospital_distances"] == shipped["hospital_distances"]


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = "hospital: {}\nzones: {peple: [a], name: 3}\nzone_distances: [km]\n"
    with pytest.raises(ScenarioError) as caught:
        read_aliases(written(tmp_path, text))
    assert {fault.field for fault in caught.value.faults} == {
        "--aliases.hospital",
        "zones.peple",
        "zones.name",
        "zone_distances",
    }
    assert "did you mean 'hospitals'?" in str(caught.value)


@pytest.mark.parametrize("text", ["a: [", "!!python/object/apply:os.getcwd []", "\x00"])
def test_what_is_no_plain_yaml_is_a_fault(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScenarioError, match="--aliases"):
        read_aliases(written(tmp_path, text))


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="name a YAML file that can be read"):
        read_aliases(tmp_path / "nowhere.yaml")
