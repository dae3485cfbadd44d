"""Describe patient_case.csv, the records that a city folder holds (docs/data.md)."""

from experiments.records.columns import Column, Kind, Role, Schema, Target, TargetKind

PATIENT_CASE = Schema(
    name="patient_case",
    source="patient_case.csv",
    columns=(
        Column("id", "id", Role.LEFT_OUT, Kind.CATEGORY, why="names the patient"),
        Column("condition", "condition", Role.AFTER, Kind.CATEGORY, why="the diagnosis is made after triage"),
        Column("acuity", "true_acuity", Role.OUTCOME, low=1, high=5),
        Column("nurse_acuity", "nurse_level", Role.NURSE, low=1, high=5),
    ),
    targets=(
        Target("critical", "true_acuity", positive=("1", "2"), meaning="acuity 1 or 2"),
        Target("acuity", "true_acuity", TargetKind.LEVEL, meaning="true acuity"),
    ),
    also_by=("age_years",),
    others_are_features=True,
)
