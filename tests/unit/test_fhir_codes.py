"""Types of resources and medicines have standard codes, and codes of others find them or are listed, never guessed."""

from typing import Any

import pytest

from experiments.files.resource_types import kinds
from experiments.standards.fhir.codes import atc_of, medicine_concept, medicine_of, pool_concept, pool_of, terms
from experiments.standards.fhir.systems import ACT_CODE
from sim.city import Kind
from sim.faults import Fault
from sim.platform.terms import ATC, DICOM, OWN, PLACE, ROLE

pytestmark = pytest.mark.unit


def coded(*codings: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"coding": [{"system": system, "code": code} for system, code in codings]}]


@pytest.mark.parametrize("code", sorted(kinds()))
def test_every_known_type_of_resource_comes_back(code: str) -> None:
    faults: list[Fault] = []
    assert pool_of([pool_concept(code, kinds()[code])], "x", kinds()[code], faults) == code
    assert faults == []


@pytest.mark.parametrize("kind", list(Kind))
def test_a_declared_type_comes_back(kind: Kind) -> None:
    concept = pool_concept("own_thing", kind)
    assert concept["coding"] == [{"system": OWN, "code": f"{kind.value}:own_thing"}]
    assert pool_of([concept], "x", kind, []) == "own_thing"


@pytest.mark.parametrize(
    ("coding", "kind", "code"),
    [
        ((DICOM, "CT"), Kind.EQUIPMENT, "ct_scanner"),
        ((DICOM, "MR"), Kind.EQUIPMENT, "mri_scanner"),
        ((PLACE, "ICU"), Kind.PLACE, "icu_bed"),
        ((PLACE, "ER"), Kind.PLACE, "ed_space"),
        ((ROLE, "pharmacist"), Kind.STAFF, "pharmacist"),
        ((OWN, "ICU bed"), Kind.PLACE, "icu_bed"),
        ((OWN, "ventilator"), Kind.EQUIPMENT, "ventilator"),
    ],
)
def test_codes_of_others_find_our_types(coding: tuple[str, str], kind: Kind, code: str) -> None:
    faults: list[Fault] = []
    assert pool_of(coded(coding), "x", kind, faults) == code
    assert faults == []


def test_our_own_word_is_more_exact_than_a_standard_code() -> None:
    assert pool_of(coded((PLACE, "HU"), (OWN, "surgical_bed")), "x", Kind.PLACE, []) == "surgical_bed"


@pytest.mark.parametrize(
    ("coding", "kind", "mend"),
    [
        ((PLACE, "HU"), Kind.PLACE, "the code stands for medical_bed, surgical_bed; add a coding"),
        ((ROLE, "nurse"), Kind.STAFF, "ed_nurse, ward_nurse"),
        ((DICOM, "ZZ"), Kind.EQUIPMENT, "unknown code; use one of CT"),
        ((DICOM, "CT"), Kind.STAFF, "unknown code"),
        ((OWN, "icu_bde"), Kind.PLACE, "did you mean 'icu_bed'"),
        ((OWN, "ct_scanner"), Kind.PLACE, "ct_scanner is of kind equipment"),
        ((ACT_CODE, "EMER"), Kind.PLACE, "unknown code; use one of ed_space"),
    ],
)
def test_what_means_nothing_or_too_much_is_a_fault(coding: tuple[str, str], kind: Kind, mend: str) -> None:
    faults: list[Fault] = []
    assert pool_of(coded(coding), "x.type", kind, faults) is None
    (fault,) = faults
    assert fault.field == "x.type[0].coding[0].code"
    assert mend in fault.mend


def test_medicines_have_their_atc_codes() -> None:
    assert [atc_of(one) for one in ("platelets", "red_cells", "opioid", "own_mixture")] == [
        "B05AX02",
        "B05AX01",
        "N02A",
        None,
    ]
    for medicine in ("platelets", "opioid", "own_mixture"):
        assert medicine_of([medicine_concept(medicine)], "x", []) == medicine


@pytest.mark.parametrize(
    ("code", "medicine"),
    [("B05AX02", "platelets"), ("J01DD04", "ceftriaxone"), ("N02A", "opioid"), ("C09AA05", "c09aa05")],
)
def test_atc_codes_find_medicines(code: str, medicine: str) -> None:
    assert medicine_of(coded((ATC, code)), "x", []) == medicine


@pytest.mark.parametrize(
    ("codings", "mend"),
    [
        ([(ATC, "aspirin")], "give an ATC code"),
        ([(ATC, "J1DD04")], "give an ATC code"),
        ([(ATC, "C09")], "a code of level 2 names a group"),
        ([("http://snomed.info/sct", "387458008")], "unknown code; give a code of the system"),
        ([], "missing; give a coding"),
    ],
)
def test_medicines_without_a_code_that_is_known_are_faults(codings: list[tuple[str, str]], mend: str) -> None:
    faults: list[Fault] = []
    assert medicine_of(coded(*codings), "x", faults) is None
    assert mend in faults[0].mend


def test_the_table_is_that_of_the_platform() -> None:
    assert {term.type for term in terms().all.values()} >= set(kinds())
