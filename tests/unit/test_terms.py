"""Types and amounts: what two hospitals name differently is the same, and what is not known is not guessed."""

from fractions import Fraction
from pathlib import Path

import pytest

from experiments.files.resource_types import kinds, read_type
from experiments.resources.known_terms import known_terms, known_units
from sim.faults import ScenarioError
from sim.platform.kinds import SharedKind
from sim.platform.terms import ATC, DICOM, OWN, PLACE, ROLE, Term, Terms, atc_level, falls_under

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", ["CT", "CT scanner", "computed tomography", "ct-scanner", "  Ct  SCANNER "])
def test_words_for_one_type_are_one_type(text: str) -> None:
    found = known_terms().find(text)
    assert found is not None
    assert (found.type, found.kind, found.coding) == ("ct_scanner", SharedKind.EQUIPMENT, (DICOM, "CT"))


def test_accents_do_not_matter() -> None:
    assert known_terms().find("Médical bed") == known_terms().find("medical bed")


def test_what_is_unknown_is_not_guessed_but_near_types_are_suggested() -> None:
    assert known_terms().find("scaner ct") is None
    assert "ct_scanner" in known_terms().near("ct scaner")
    assert known_terms().near("xxxxxxxx") == ()


@pytest.mark.parametrize(
    ("text", "type_"), [("B05AX02", "platelets"), ("j01dd04", "ceftriaxone"), ("MR", "mri_scanner")]
)
def test_a_standard_code_of_one_thing_is_a_word_for_it(text: str, type_: str) -> None:
    found = known_terms().find(text)
    assert found is not None
    assert found.type == type_


def test_a_substance_that_no_table_names_is_known_by_its_atc_code() -> None:
    found = known_terms().find("A10AB01")
    assert found is not None
    assert (found.type, found.kind, found.coding) == ("a10ab01", SharedKind.MEDICINE, (ATC, "A10AB01"))


@pytest.mark.parametrize("text", ["J01", "B01AD", "nurse", "HU", "doctor"])
def test_a_code_of_a_group_is_no_type(text: str) -> None:
    assert known_terms().find(text) is None


def test_a_code_stands_for_every_type_that_has_it() -> None:
    terms = known_terms()
    assert {one.type for one in terms.of_code(ROLE, "pharmacist")} == {"pharmacist"}
    assert {one.type for one in terms.of_code(PLACE, "HU")} == {"medical_bed", "surgical_bed"}
    assert {one.type for one in terms.of_code(OWN, "ventilator")} == {"ventilator"}
    assert [one.code for one in terms.of_code(ATC, "A10AB01")] == ["A10AB01"]
    assert terms.of_code(DICOM, "ZZ") == ()


@pytest.mark.parametrize(
    ("code", "level"), [("J", 1), ("J01", 2), ("J01D", 3), ("J01DD", 4), ("J01DD04", 5), ("J0", None)]
)
def test_the_level_of_an_atc_code_is_told_by_its_length(code: str, level: int | None) -> None:
    assert atc_level(code) == level
    assert falls_under("J01DD04", code) == (level is not None)


def test_a_code_does_not_fall_under_another_group() -> None:
    assert not falls_under("J01DD04", "J02")


def test_every_type_of_the_city_files_is_known_with_all_its_words() -> None:
    terms = known_terms()
    expected = {"place": SharedKind.BED, "staff": SharedKind.STAFF, "equipment": SharedKind.EQUIPMENT}
    for code, kind in kinds().items():
        found = terms.find(code)
        assert found is not None
        assert (found.type, found.kind) == (code, expected[kind.value])
    for term in terms.all.values():
        for word in term.aliases:
            try:
                assert read_type(word)[0] == term.type
            except ValueError:
                continue  # the city files know fewer types


def test_a_word_for_two_types_is_blamed() -> None:
    terms = [Term("a", SharedKind.BED, aliases=("x",)), Term("b", SharedKind.BED, aliases=("X",))]
    with pytest.raises(ScenarioError, match=r"terms\.b = 'x': take the word out of b or a"):
        Terms(terms)


def test_a_registry_can_declare_types_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "types.csv").write_text("type,kind,aliases\nhyperbaric_chamber,equipment,hbo|pressure chamber\n")
    found = known_terms(tmp_path).find("Pressure chamber")
    assert found is not None
    assert (found.type, found.coding) == ("hyperbaric_chamber", (OWN, "hyperbaric_chamber"))


def test_faults_of_an_own_table_come_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "types.csv").write_text("type,kind,unit\nchamber,machine,each\nchamber,bed,ells\n")
    with pytest.raises(ScenarioError) as caught:
        known_terms(tmp_path)
    assert {fault.field for fault in caught.value.faults} == {
        "types.csv row 2, column kind",
        "types.csv row 3, column type",
        "types.csv row 3, column unit",
    }


@pytest.mark.parametrize(
    ("amount", "source", "target", "expected"),
    [
        ("2.3", "g", "mg", 2300),
        ("500", "µg", "mg", "0.5"),
        ("500", "mcg", "mg", "0.5"),
        ("1.5", "Hours", "min", 90),
        ("2", "days", "h", 48),
        ("12", "vials", "each", 12),
        ("0.25", "liter", "ml", 250),
    ],
)
def test_amounts_are_converted_exactly(amount: str, source: str, target: str, expected: int | str) -> None:
    assert known_units().convert(Fraction(amount), source, target) == Fraction(expected)


def test_boxes_and_vials_hold_what_is_said() -> None:
    assert known_units().convert(Fraction(3), "boxes", "each", Fraction(10)) == 30
    assert known_units().convert(Fraction(3), "vials", "mg", Fraction(250)) == 750


@pytest.mark.parametrize(
    ("source", "target", "mend"),
    [
        ("ells", "mg", "give a unit out of .*kg.*mg"),
        ("boxes", "mg", "say how many mg one boxes holds"),
        ("vials", "mg", "say how many mg one vials holds"),
        ("g", "each", "give a unit of count, such as each, not of mass"),
    ],
)
def test_what_cannot_be_converted_says_how_to_mend_it(source: str, target: str, mend: str) -> None:
    with pytest.raises(ValueError, match=mend):
        known_units().convert(Fraction(1), source, target)
