"""Describe the triage records of two Korean emergency departments (Moon et al. 2019, 10.1371/journal.pone.0216972)."""

from experiments.records.columns import Column, Kind, Role, Schema, Target, TargetKind

NOT_MEASURABLE = ("측불",)
"""Korean for "could not be measured": somebody tried, and that tells something."""
LONGEST_STAY_MIN = 2880.0
"""A stay of more than two days is no stay in an emergency department: it counts as unknown, and is listed."""


def _vital(source: str, name: str, unit: str, low: float, high: float) -> Column:
    return Column(source, name, unit=unit, low=low, high=high, not_measurable=NOT_MEASURABLE)


def _category(source: str, name: str, *labels: str) -> Column:
    return Column(source, name, kind=Kind.CATEGORY, labels={str(i): label for i, label in enumerate(labels, 1)})


KTAS = Schema(
    name="ktas",
    source="Moon et al. 2019, PLOS ONE 14(9): e0216972, 10.1371/journal.pone.0216972, CC BY 4.0",
    columns=(
        Column("Group", "site", Role.GROUP, Kind.CATEGORY, labels={"1": "local", "2": "regional"}),
        _category("Sex", "sex", "female", "male"),
        Column("Age", "age_years", unit="years", low=0, high=115),
        Column(
            "Patients number per hour",
            "patients_per_hour",
            Role.LEFT_OUT,
            why="says how busy the department is, not how ill the patient",
        ),
        _category(
            "Arrival mode", "arrival", "walking", "ambulance", "private_vehicle", "private_ambulance", *["other"] * 3
        ),
        _category("Injury", "injury", "no", "yes"),
        Column("Chief_complain", "complaint", kind=Kind.TEXT),
        _category("Mental", "consciousness", "alert", "verbal", "pain", "unresponsive"),
        Column("Pain", "pain", kind=Kind.CATEGORY, labels={"0": "no", "1": "yes"}),
        Column("NRS_pain", "pain_score", low=0, high=10, missing=("#BOŞ!",)),
        _vital("SBP", "systolic_pressure_mmhg", "mmHg", 30, 300),
        _vital("DBP", "diastolic_pressure_mmhg", "mmHg", 10, 200),
        _vital("HR", "heart_rate_per_min", "per min", 20, 250),
        _vital("RR", "respiratory_rate_per_min", "per min", 4, 80),
        _vital("BT", "temperature_celsius", "degrees Celsius", 30, 43),
        Column(
            "Saturation",
            "oxygen_saturation_percent",
            Role.LEFT_OUT,
            not_measurable=NOT_MEASURABLE,
            why="blank for one whole site, so it tells the site",
        ),
        Column("KTAS_RN", "nurse_level", Role.NURSE, low=1, high=5),
        Column("Diagnosis in ED", "diagnosis", Role.AFTER, Kind.TEXT, why="made by the physician"),
        Column("Disposition", "disposition", Role.OUTCOME, Kind.CATEGORY),
        Column("KTAS_expert", "expert_level", Role.OUTCOME, low=1, high=5),
        Column("Error_group", "error_group", Role.AFTER, Kind.CATEGORY, why="says why the nurse's level was wrong"),
        Column("Length of stay_min", "length_of_stay_min", Role.OUTCOME, unit="min", low=1, high=LONGEST_STAY_MIN),
        Column("KTAS duration_min", "triage_min", Role.AFTER, why="known when triage is over"),
        Column("mistriage", "mistriage", Role.AFTER, Kind.CATEGORY, why="compares the nurse's level with the expert's"),
    ),
    targets=(
        Target("critical", "expert_level", positive=("1", "2"), meaning="expert level 1 or 2"),
        Target("acuity", "expert_level", TargetKind.LEVEL, meaning="the level of three experts"),
        Target(
            "admission",
            "disposition",
            positive=("2", "3", "5", "6", "7"),
            meaning="needs a hospital bed: to a ward, an ICU or a theatre, moved to a bed elsewhere, or died",
        ),
        Target(
            "emergency_min",
            "length_of_stay_min",
            TargetKind.AMOUNT,
            meaning="minutes for which a space of the emergency department is held",
        ),
    ),
    group="site",
    also_by=("sex", "age_years"),
)
