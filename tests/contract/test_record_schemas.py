"""What no model may learn from: columns known only after triage, in every schema that ships."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from experiments.records import SCHEMAS, Column, Records, Role, Schema, read_records
from experiments.records.cleaning import clean
from sim.faults import ScenarioError

pytestmark = pytest.mark.contract

FORBIDDEN = {
    "ktas": {
        "Diagnosis in ED",
        "Disposition",
        "KTAS_expert",
        "Error_group",
        "Length of stay_min",
        "KTAS duration_min",
        "mistriage",
        "Saturation",
        "Patients number per hour",
    },
    "nhamcs": {"ADMIT", "WAITTIME", "WAIT_AMBIGUOUS", "TRIAGELEVEL", "ABNORMALVS", "INJURY", "INTENT", "RACERETH"},
    "heart": {"n_vessels", "thallium", "disease", "site"},
    "patient_case": {"id", "condition", "acuity"},
}
"""Columns of the files that tell the outcome, were written after triage, or tell the site."""


def words_of(schema: Schema) -> pd.DataFrame:
    """Return a table with every described column, each cell another word."""
    return pd.DataFrame({column.source: [str(k + 1)] for k, column in enumerate(schema.columns)})


def features_of(schema: Schema) -> Records:
    return clean(schema, words_of(schema), "")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_has_a_list_of_forbidden_columns(name: str) -> None:
    described = {column.source for column in SCHEMAS[name][0].columns}
    assert FORBIDDEN[name] <= described


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_forbidden_column_becomes_a_feature(name: str) -> None:
    schema = SCHEMAS[name][0]
    own = {column.name: column for column in schema.columns}
    for feature in features_of(schema).features.columns:
        column = own[feature.removesuffix("_not_measurable")]
        assert column.role is Role.FEATURE
        assert column.source not in FORBIDDEN[name]


@pytest.mark.parametrize("name", SCHEMAS)
def test_targets_are_made_of_outcomes_only(name: str) -> None:
    schema = SCHEMAS[name][0]
    roles = {column.name: column.role for column in schema.columns}
    assert {roles[target.column] for target in schema.targets} == {Role.OUTCOME}


@pytest.mark.parametrize("name", SCHEMAS)
def test_whatever_is_not_used_says_why(name: str) -> None:
    schema = SCHEMAS[name][0]
    silent = [column.source for column in schema.of_role(Role.AFTER, Role.LEFT_OUT) if not column.why]
    assert silent == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_names_are_used_once_and_subgroups_exist(name: str) -> None:
    schema = SCHEMAS[name][0]
    names, sources = ([getattr(column, key) for column in schema.columns] for key in ("name", "source"))
    assert len(set(names)) == len(names)
    assert len(set(sources)) == len(sources)
    assert schema.others_are_features or {*schema.also_by, schema.group} - {""} <= set(names)


def test_a_column_moved_to_the_features_would_be_seen() -> None:
    schema = SCHEMAS["ktas"][0]
    leaking = replace(
        schema, columns=tuple(replace(c, role=Role.FEATURE) if c.source == "mistriage" else c for c in schema.columns)
    )
    assert "mistriage" in features_of(leaking).features
    assert "mistriage" not in features_of(schema).features


def test_unknown_schemas_and_files_are_faults_in_words(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="--schema"):
        read_records(tmp_path, "ktass")
    with pytest.raises(ScenarioError, match="--data"):
        read_records(tmp_path / "absent.csv", "ktas")
    (tmp_path / "text.xlsx").write_text("no workbook", encoding="utf-8")
    with pytest.raises(ScenarioError, match="cannot be read as ktas"):
        read_records(tmp_path / "text.xlsx", "ktas")


def test_patient_cases_take_their_own_columns_for_features(tmp_path: Path) -> None:
    file = tmp_path / "patient_case.csv"
    file.write_text("id,condition,acuity,nurse_acuity,heart_rate\n1,stroke,2,3,90\n2,flu,5,,\n", encoding="utf-8")
    records = read_records(file, "patient_case")
    assert list(records.features) == ["heart_rate"]
    assert records.outcomes["critical"].tolist() == [1.0, 0.0]
    assert len(records.card.sha256) == 64
    assert Column("x", "x").role is Role.FEATURE
