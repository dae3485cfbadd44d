"""Describe US emergency visits as they stand at triage (CDC NHAMCS 2012 to 2015, public use)."""

import pandas as pd

from experiments.records.columns import Column, Kind, Role, Schema, Target

CODED = "coded from the whole record after the visit"
MISSING = ("-9", "-8", "-7", "-9.0", "-8.0", "-7.0")
"""Blank, unknown, and not applicable."""
REASONS = ("RFV1", "RFV2", "RFV3")
REASON_WORDS = "reason_words"
CHRONIC = ("CANCER", "CEBVD", "COPD", "CHF", "EDHIV")
YES_NO = {"1": "yes", "2": "no"}


def _category(source: str, name: str, labels: dict[str, str], role: Role = Role.FEATURE) -> Column:
    return Column(source, name, role, Kind.CATEGORY, labels=labels, missing=MISSING)


def _number(source: str, name: str, unit: str, low: float, high: float, factor: float = 1, offset: float = 0) -> Column:
    return Column(
        source, name, unit=unit, low=low, high=high, factor=factor, offset=offset, missing=(*MISSING, "998", "998.0")
    )


def _after(source: str, why: str = CODED) -> Column:
    return Column(source, source.lower(), Role.AFTER, Kind.CATEGORY, why=why)


def _left_out(source: str, why: str) -> Column:
    return Column(source, source.lower(), Role.LEFT_OUT, Kind.CATEGORY, why=why)


NHAMCS = Schema(
    name="nhamcs",
    source="National Hospital Ambulatory Medical Care Survey 2012-2015, emergency departments, CDC/NCHS, public use",
    columns=(
        Column("HOSPCODE", "site", Role.GROUP, Kind.CATEGORY),
        _number("AGE", "age_years", "years", 0, 115),
        _category("SEX", "sex", {"1": "female", "2": "male"}),
        _category("RACERETH", "race", {"1": "white", "2": "black", "3": "hispanic", "4": "other"}, Role.SUBGROUP),
        _category("RESIDNCE", "residence", {"1": "home", "2": "nursing_home", "3": "homeless", "4": "other"}),
        _category("ARREMS", "by_ambulance", YES_NO),
        _number("ARR_MIN", "arrival_minute_of_day", "min", 0, 1439),
        _number("TEMPF", "temperature_celsius", "degrees Celsius", 82, 110, factor=5 / 9, offset=-32),
        _number("PULSE", "heart_rate_per_min", "per min", 20, 260),
        _number("RESPR", "respiratory_rate_per_min", "per min", 4, 90),
        _number("BPSYS", "systolic_pressure_mmhg", "mmHg", 30, 300),
        _number("BPDIAS", "diastolic_pressure_mmhg", "mmHg", 10, 200),
        _number("POPCT", "oxygen_saturation_percent", "%", 40, 100),
        _number("PAINSCALE", "pain_score", "0 to 10", 0, 10),
        _category("SEEN72", "seen_within_72_h", YES_NO),
        _category("EPISODE", "episode", {"1": "initial", "2": "follow_up"}),
        Column(REASON_WORDS, "complaint", kind=Kind.TEXT),
        *(
            _category(code, code.lower(), {"0": "no", "1": "yes"})
            for code in ("CANCER", "CEBVD", "COPD", "CHF", "EDHIV")
        ),
        Column("TOTCHRON", "n_chronic_conditions", low=0, high=20, missing=MISSING),
        Column("IMMEDR", "nurse_level", Role.NURSE, low=1, high=5, missing=(*MISSING, "0", "7")),
        Column("ADMIT", "disposition", Role.OUTCOME, Kind.CATEGORY),
        _after("INJURY"),
        *(_after(code) for code in ("INJR1", "INJR2", "INJPOISAD", "INJPOISADR1", "INJPOISADR2", "INTENT")),
        *(_after(code) for code in ("INJDETR", "INJDETR1", "INJDETR2")),
        _after("WAITTIME", "the wait that triage leads to"),
        _after("WAIT_AMBIGUOUS", "says how the wait was read"),
        _left_out("TRIAGELEVEL", "derived from vital signs and other columns, so it holds them twice"),
        _left_out("ABNORMALVS", "derived from vital signs"),
        _left_out("NOCHRON", "what n_chronic_conditions says"),
        *(_left_out(code, "what age_years says") for code in ("AGER", "AGEDAYS")),
        *(_left_out(code, "what race says") for code in ("ETHIM", "ETHUN", "RACEUN", "RACER")),
        *(_left_out(code, "what complaint says") for code in (*REASONS, "RFV13D", "RFV23D", "RFV33D")),
        *(_left_out(code, "when and where the survey was made") for code in ("VMONTH", "VDAYR", "YEAR", "MSA", "ROW")),
        _left_out("ARRTIME", "what arrival_minute_of_day says"),
    ),
    targets=(
        Target(
            "admission",
            "disposition",
            positive=("Hospitalization", "Critical care unit"),
            meaning="admitted to this hospital; known for 2012 only",
        ),
        Target("icu", "disposition", positive=("Critical care unit",), meaning="admitted to a critical care unit"),
    ),
    group="site",
    folds_by_group=True,
    also_by=("sex", "age_years"),
)


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Write the coded reasons for the visit as words, each code and the group of codes it belongs to."""
    reasons = [table[code].astype(str).str.removesuffix(".0") for code in REASONS]
    words = [(f"c{code} m{code[:-1]} g{code[:2]}" if code.isdigit() else "" for code in column) for column in reasons]
    joined = [" ".join(row).strip() for row in zip(*words, strict=True)]
    return table.assign(**{REASON_WORDS: joined})
