"""Describe the heart disease records of four hospitals (Janosi et al. 1988, UCI 45, 10.24432/C52P4X)."""

from experiments.records.columns import Column, Kind, Role, Schema, Target

HEADER = (
    "age",
    "sex",
    "chest_pain",
    "resting_pressure",
    "cholesterol",
    "fasting_sugar",
    "resting_ecg",
    "greatest_heart_rate",
    "exercise_angina",
    "st_depression",
    "st_slope",
    "n_vessels",
    "thallium",
    "disease",
)
MISSING = ("?", "-9", "-9.0")
LATER = "comes from an examination that is not made at triage"


def _category(source: str, *labels: str, first: int = 0, role: Role = Role.FEATURE, why: str = "") -> Column:
    codes = {str(i): label for i, label in enumerate(labels, first)}
    return Column(source, source, role, Kind.CATEGORY, missing=MISSING, labels=codes, why=why)


HEART = Schema(
    name="heart",
    source="UCI 45 Heart Disease, Janosi, Steinbrunn, Pfisterer & Detrano 1988, 10.24432/C52P4X, CC BY 4.0",
    columns=(
        Column("site", "site", Role.GROUP, Kind.CATEGORY),
        Column("age", "age_years", unit="years", low=0, high=115, missing=MISSING),
        _category("sex", "female", "male"),
        _category("chest_pain", "typical", "atypical", "other_pain", "none", first=1),
        Column("resting_pressure", "systolic_pressure_mmhg", unit="mmHg", low=50, high=260, missing=(*MISSING, "0")),
        Column("cholesterol", "cholesterol_mg_per_dl", unit="mg/dl", low=50, high=700, missing=(*MISSING, "0", "0.0")),
        _category("fasting_sugar", "normal", "above_120"),
        _category("resting_ecg", "normal", "st_t_abnormal", "hypertrophy"),
        Column("greatest_heart_rate", "greatest_heart_rate_per_min", unit="per min", low=40, high=230, missing=MISSING),
        _category("exercise_angina", "no", "yes"),
        Column("st_depression", "st_depression_mm", unit="mm", low=-5, high=10, missing=MISSING),
        _category("st_slope", "up", "flat", "down", first=1),
        _category("n_vessels", "0", "1", "2", "3", "4", role=Role.AFTER, why=LATER),
        Column("thallium", "thallium", Role.AFTER, Kind.CATEGORY, missing=MISSING, why=LATER),
        Column("disease", "disease", Role.OUTCOME, Kind.CATEGORY, missing=MISSING),
    ),
    targets=(Target("disease", "disease", positive=("1", "2", "3", "4"), meaning="a vessel narrowed by half or more"),),
    group="site",
    also_by=("sex", "age_years"),
)
