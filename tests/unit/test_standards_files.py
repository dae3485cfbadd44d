"""What the commands of the standards write: whole or not at all, validated where possible, and told in words."""

import json
import sys
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from experiments.files.folder import read_city_folder
from experiments.files.write import write_city_folder
from experiments.standards.fhir import validate
from experiments.standards.fhir.bundles import export_bundle, import_bundle
from experiments.standards.fhir.validate import MISSING, VALID, validated
from experiments.standards.folder import write_checked
from experiments.standards.source import Exported, exported
from sim.faults import Fault, ScenarioError
from tests.city_files import write_documented_city
from tests.foreign_bundle import Json, bed, bundled, coded, hospital, lot, of, report, scanner, slot, to, town

pytestmark = pytest.mark.unit

MONDAY = datetime(2026, 1, 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "city"
    path.mkdir()
    return write_documented_city(path)


def written(tmp_path: Path, *resources: Json) -> Path:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundled(*resources)), encoding="utf-8")
    return path


def test_a_folder_is_there_only_when_it_is_a_city(folder: Path, tmp_path: Path) -> None:
    city = read_city_folder(folder)
    files = write_checked(tmp_path / "out", lambda hidden: write_city_folder(hidden, city, "notes"))
    assert all(file.is_file() for file in files)
    assert {file.parent for file in files} == {tmp_path / "out"}

    def spoilt(hidden: Path) -> list[Path]:
        files = write_city_folder(hidden, city, "notes")
        (hidden / "medical_demand.csv").write_text("place,per_hour\nx,-1\n", encoding="utf-8")
        return files

    with pytest.raises(ScenarioError):
        write_checked(tmp_path / "other", spoilt)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["city", "out"]


def test_an_interrupted_import_leaves_nothing(tmp_path: Path) -> None:
    def interrupted(hidden: Path) -> list[Path]:
        hidden.mkdir()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_checked(tmp_path / "out", interrupted)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_files_and_a_name_are_sources(folder: Path) -> None:
    assert exported(folder).city.name == "city"
    assert exported(folder).stored is None
    found = exported(Path("five_hospitals"))
    assert [one.id for one in found.city.hospitals] == ["central", "north", "east", "south", "west"]
    assert found.start == MONDAY


def test_an_empty_folder_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="name the folder of a run"):
        exported(tmp_path)


def test_an_export_says_what_is_left_out(folder: Path, tmp_path: Path) -> None:
    done = export_bundle(Exported(read_city_folder(folder), MONDAY), tmp_path / "b.json")
    assert "Left out: past patients, the covering program (docs/standards.md)" in done.lines
    assert "chest_pain" in (tmp_path / "b.json").read_text(encoding="utf-8")
    with pytest.raises(ScenarioError, match="can be written"):
        export_bundle(Exported(read_city_folder(folder), MONDAY), tmp_path / "none" / "b.json")


def test_no_past_patient_is_in_the_bundle_of_a_city(folder: Path, tmp_path: Path) -> None:
    export_bundle(Exported(read_city_folder(folder), MONDAY), tmp_path / "b.json")
    text = (tmp_path / "b.json").read_text(encoding="utf-8")
    kinds = {one["resource"]["resourceType"] for one in json.loads(text)["entry"]}
    assert not kinds & {"Patient", "Encounter", "Observation", "Practitioner"}
    assert "heart_rate" not in text
    assert "collapsed" not in text


def test_an_export_of_equal_things_is_equal_to_the_byte(folder: Path, tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        export_bundle(Exported(read_city_folder(folder), MONDAY), tmp_path / name)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_city_of_another_system_is_imported(tmp_path: Path) -> None:
    resources = (*hospital(), town(), bed(1), bed(2), lot("a", "2026-02-01"), report(("a", 3)))
    done = import_bundle(written(tmp_path, *resources), tmp_path / "out")
    city = read_city_folder(done.path)
    assert [(pool.code, pool.levels) for pool in city.hospitals[0].pools] == [("icu_bed", (2,))]
    assert [shelf.medicine for shelf in city.hospitals[0].shelves] == ["ceftriaxone"]
    assert set(city.cases.conditions) == {"stroke"}


def test_conditions_that_do_not_ship_need_past_patients(tmp_path: Path) -> None:
    zone = json.loads(json.dumps(town()).replace("stroke", "gout"))
    with pytest.raises(ScenarioError, match=r"mix = 'gout': give --cases FILE.csv with past patients"):
        import_bundle(written(tmp_path, *hospital(), zone), tmp_path / "out")
    cases = tmp_path / "cases.csv"
    cases.write_text("id,condition,acuity,nurse_acuity,age_years\n1,gout,4,4,60\n", encoding="utf-8")
    done = import_bundle(written(tmp_path, *hospital(), zone), tmp_path / "out", cases)
    assert read_city_folder(done.path).conditions == ("gout",)
    assert "are those of cases.csv" in (done.path / "README.md").read_text(encoding="utf-8")


def test_faults_of_past_patients_are_told(tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text("id,condition,acuity,nurse_acuity,age_years\n1,stroke,9,4,60\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"cases\.csv row 2, column acuity"):
        import_bundle(written(tmp_path, *hospital(), town()), tmp_path / "out", cases)
    assert not (tmp_path / "out").exists()


def test_a_message_without_hospitals_gives_tables(tmp_path: Path) -> None:
    message = (
        scanner(1, owner=to("Organization/elsewhere")),
        slot(1, "2026-01-05T08:10:00Z", "2026-01-05T08:30:00Z", schedule="elsewhere"),
        lot("a", "2026-02-01", "B05AX02"),
        report(("a", 3), place="elsewhere"),
    )
    done = import_bundle(written(tmp_path, *message), tmp_path / "out")
    rows = {one.name: one.read_text(encoding="utf-8").splitlines()[1:] for one in done.path.glob("*.csv")}
    assert rows == {
        "resource.csv": ["ct-1,ct_scanner,equipment,active,1"],
        "inventory.csv": ["Location/elsewhere,platelets,3,,LOT-a,2026-02-01,2026-01-05T00:00:00Z"],
        "slot.csv": ["Schedule/elsewhere,free,2026-01-05T08:10:00Z,2026-01-05T08:30:00Z,1"],
    }
    assert "describes no hospitals" in done.lines[0]


def test_a_message_must_say_what_its_amounts_are_of(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        import_bundle(written(tmp_path, report(("a", 3), place="elsewhere")), tmp_path / "out")
    assert [fault.value for fault in caught.value.faults] == ["InventoryItem/a"]
    assert not (tmp_path / "out").exists()


def test_an_unknown_code_in_a_message_is_a_fault(tmp_path: Path) -> None:
    unknown = scanner(
        1, type=[coded(("http://dicom.nema.org/resources/ontology/DCM", "ZZ"))], owner=to("Organization/x")
    )
    lots = lot("a", "2026-02-01", "ZZ"), report(("a", 1), place="y")
    request = of("SupplyRequest", "s", item={"concept": coded(("http://www.whocc.no/atc", "Q"))}, quantity={"value": 1})
    with pytest.raises(ScenarioError) as caught:
        import_bundle(written(tmp_path, unknown, *lots, request), tmp_path / "out")
    assert [fault.value for fault in caught.value.faults] == ["ZZ", "ZZ", "Q"]


def test_without_the_extra_the_way_to_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate, "find_spec", lambda name: None)
    assert validated({}) == MISSING


def test_faults_of_the_models_have_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    class WrongError(ValueError):
        """Stand for a validation error of pydantic."""

        def errors(self) -> list[dict[str, Any]]:
            return [{"loc": ("entry", 3, "resource", "status"), "msg": "bad", "input": "open"}]

    class Bundle:
        """Stand for the model of a bundle: one that is empty is right."""

        @staticmethod
        def model_validate(bundle: dict[str, Any]) -> None:
            if bundle:
                raise WrongError

    models, pydantic = ModuleType("fhir.resources.bundle"), ModuleType("pydantic")
    models.Bundle, pydantic.ValidationError = Bundle, WrongError  # type: ignore[attr-defined]
    monkeypatch.setattr(validate, "find_spec", lambda name: object())
    for name, module in (("fhir", ModuleType("fhir")), ("fhir.resources", ModuleType("fhir.resources"))):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setitem(sys.modules, "fhir.resources.bundle", models)
    monkeypatch.setitem(sys.modules, "pydantic", pydantic)
    assert validated({}) == VALID
    with pytest.raises(ScenarioError) as caught:
        validated({"entry": []})
    assert caught.value.faults == (Fault("Bundle.entry[3].resource.status", "open", "FHIR R5: bad"),)
