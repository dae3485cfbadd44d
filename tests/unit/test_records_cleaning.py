"""Cleaning of patient records: units, ranges, codes, blanks that tell something, rows that come twice."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.records import Column, Finding, Kind, Records, Role, Schema, Target, TargetKind
from experiments.records.cleaning import clean
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

SMALL = Schema(
    name="small",
    source="made by hand",
    columns=(
        Column("Ward", "site", Role.GROUP, Kind.CATEGORY),
        Column("F", "temperature_celsius", low=82, high=110, factor=5 / 9, offset=-32, not_measurable=("n/m",)),
        Column("Sex", "sex", kind=Kind.CATEGORY, labels={"1": "female", "2": "male"}),
        Column("Words", "complaint", kind=Kind.TEXT),
        Column("Age", "age_years", low=0, high=115, missing=("-9",)),
        Column("Origin", "race", Role.SUBGROUP, Kind.CATEGORY, labels={"1": "white", "2": "black"}),
        Column("Level", "nurse_level", Role.NURSE, low=1, high=5),
        Column("Truth", "true_level", Role.OUTCOME, low=1, high=5),
        Column("Later", "later", Role.AFTER, why="known later"),
    ),
    targets=(
        Target("critical", "true_level", positive=("1", "2")),
        Target("acuity", "true_level", TargetKind.LEVEL),
    ),
    group="site",
    also_by=("sex", "age_years"),
)
HEADER = [column.source for column in SMALL.columns]
ROWS = [
    ["B", "98.6", "1", " Chest PAIN ", "17", "1", "2", "1", "1"],
    ["A", "n/m", "2.0", "", "18", "2", "", "3", "1"],
    ["B", "400", "7", "fall", "-9", "9", "3", "", "1"],
    ["A", "warm", "", "nan", "65", "", "4", "2.0", "1"],
    ["A", "warm", "", "nan", "65", "", "4", "2.0", "1"],
]


def cleaned(rows: list[list[str]] = ROWS, schema: Schema = SMALL) -> Records:
    return clean(schema, pd.DataFrame(rows, columns=HEADER), "0" * 64)


def test_every_value_that_is_not_taken_as_it_stands_is_listed() -> None:
    assert set(cleaned().card.findings) == {
        Finding(4, "F", "400", "outside 82 to 110", "taken as missing"),
        Finding(5, "F", "warm", "not a number", "taken as missing"),
        Finding(6, "F", "warm", "not a number", "taken as missing"),
        Finding(4, "Sex", "7", "no such code", "taken as another category"),
        Finding(4, "Origin", "9", "no such code", "taken as another category"),
        Finding(6, "", "", "the same as a row before", "left out"),
    }


def test_a_clean_table_has_no_findings() -> None:
    assert cleaned(ROWS[:1]).card.findings == ()


def test_units_are_converted_and_impossible_values_are_missing() -> None:
    found = cleaned().features["temperature_celsius"].to_numpy()
    assert found == pytest.approx([37.0, np.nan, np.nan, np.nan], nan_ok=True)


def test_an_infinite_number_is_missing_even_where_no_range_is_given() -> None:
    schema = replace(SMALL, columns=(*SMALL.columns[:4], Column("Age", "age_years"), *SMALL.columns[5:]))
    records = cleaned([["A", "98.6", "1", "", "inf", "1", "2", "1", "1"]], schema)
    assert np.isnan(records.features["age_years"][0])
    assert [finding.value for finding in records.card.findings] == ["inf"]


def test_not_measurable_is_a_feature_of_its_own_and_no_finding() -> None:
    records = cleaned()
    assert records.features["temperature_celsius_not_measurable"].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert "age_years_not_measurable" not in records.features
    assert not any(finding.value == "n/m" for finding in records.card.findings)


def test_categories_are_words_with_unknown_and_other_kept_apart() -> None:
    records = cleaned()
    assert records.features["sex"].tolist() == ["female", "male", "other", "unknown"]
    assert records.features["complaint"].tolist() == ["chest pain", "", "fall", ""]


def test_rows_that_come_twice_are_used_once_and_keep_their_row_in_the_file() -> None:
    records = cleaned()
    assert (records.n_patients, records.card.n_rows, records.card.n_used, records.card.n_duplicates) == (4, 5, 4, 1)
    assert records.row.tolist() == [2, 3, 4, 5]


def test_only_features_are_features() -> None:
    expected = {"temperature_celsius", "temperature_celsius_not_measurable", "sex", "complaint", "age_years"}
    assert set(cleaned().features.columns) == expected


def test_outcomes_are_unknown_where_the_column_is_empty() -> None:
    outcomes = cleaned().outcomes
    assert outcomes["critical"].to_numpy() == pytest.approx([1, 0, np.nan, 1], nan_ok=True)
    assert outcomes["acuity"].to_numpy() == pytest.approx([1, 3, np.nan, 2], nan_ok=True)
    assert cleaned().known("critical").tolist() == [True, True, False, True]


def test_nurse_site_and_subgroups_follow_the_rows() -> None:
    records = cleaned()
    assert records.nurse == pytest.approx([2, np.nan, 3, 4], nan_ok=True)
    assert records.group.tolist() == [1, 0, 1, 0]
    assert records.subgroups["age_years"].tolist() == ["0 to 17", "18 to 39", "unknown", "65 and over"]
    assert records.subgroups["race"].tolist() == ["white", "black", "other", "unknown"]
    assert list(records.subgroups) == ["sex", "age_years", "race"]


def test_the_card_counts_what_is_known_of_each_column() -> None:
    cards = {card.name: card for card in cleaned().card.columns}
    heat = cards["temperature_celsius"]
    assert (heat.n_known, heat.n_not_measurable, heat.n_findings) == (1, 1, 3)
    assert (cards["later"].role, cards["later"].why) == ("known only after triage", "known later")


def test_some_patients_can_be_chosen_by_place_or_by_flag() -> None:
    records = cleaned()
    by_place, by_flag = records.where(np.array([0, 2])), records.where(np.array([True, False, True, False]))
    assert by_place.row.tolist() == by_flag.row.tolist() == [2, 4]
    pd.testing.assert_frame_equal(by_place.features, by_flag.features)
    assert by_place.features.index.tolist() == [0, 1]


def test_all_missing_columns_and_an_empty_table_are_one_list_of_faults() -> None:
    table = pd.DataFrame({name: [] for name in HEADER if name not in ("Sex", "Age")}, dtype=str)
    with pytest.raises(ScenarioError) as caught:
        clean(SMALL, table, "")
    assert [fault.field for fault in caught.value.faults] == ["column Sex", "column Age", "rows"]


def test_columns_that_nobody_described_are_features_only_where_the_schema_says_so() -> None:
    table = pd.DataFrame(ROWS, columns=HEADER).assign(lactate="1.5", _note="x")
    assert "lactate" not in clean(SMALL, table, "").features
    taken = clean(replace(SMALL, others_are_features=True), table, "").features
    assert taken["lactate"].tolist() == [1.5] * 4
    assert "_note" not in taken


def test_names_by_kind_put_flags_among_numbers() -> None:
    records = cleaned()
    numbers = ("temperature_celsius", "temperature_celsius_not_measurable", "age_years")
    assert records.names_of(Kind.NUMBER) == numbers
    assert records.names_of(Kind.CATEGORY) == ("sex",)
    assert records.names_of(Kind.TEXT) == ("complaint",)
