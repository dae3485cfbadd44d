"""Every default number says where it comes from, and mixes to the figures that it claims."""

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from experiments.build import build_scenario
from experiments.config import CellConfig, compose
from sim.units import FloatArray

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
CONF = ROOT / "conf"
FILES = sorted(file for file in CONF.rglob("*.yaml") if "exact" not in file.relative_to(CONF).parts)
"""What describes a city; systems with exact answers state numbers that nobody claims of the world."""
ID = re.compile(r"\b(?:[PF]\d{2,3}|A\d{2}|A-[A-Z]+(?:-[A-Z]+)*)\b")
SETTINGS_ONLY = {"config.yaml", *(file.name for file in (CONF / "experiment").glob("*.yaml"))}
"""Files whose remaining numbers say how to run, not how the world is."""
HOW_TO_DECIDE = re.compile(
    r"\s*(?:history_weeks|gap|node_limit|fuse_seconds|seed|n_moves|rounds|weekend_cycle_weeks|tell_up_to|recalibrated_on):"
)
"""Settings of a policy that say how long it thinks, not how the world is."""
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")


@cache
def table(name: str) -> dict[str, dict[str, str]]:
    with (CONF / name).open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


MEDICINES = ["pathways=emergency_medicines", "formulary=perishables"]
OPTIMIZED = [
    *("transfer=balance", "equipment=imaging", "staffing=float_pool", "medicines=exchange", "dispatch=least_wait"),
    *("information=delayed", "conveyance=ambulance", *MEDICINES),
    *("admission=theatre", "bedding=beds"),
]
RULES = [
    *("transfer=nearest_free", "equipment=open_when_long", "staffing=most_loaded", "medicines=near_expiry"),
    *("dispatch=nearest_open", "conveyance=ambulance", *MEDICINES),
    "bedding=first_free",
]
CRISES = ["experiment=bed_crises"]
WAVE = ["experiment=icu_wave"]
LISTS = ["experiment=elective_lists"]
PLANS = ["experiment=elective_plan", "admission=weekly_plan"]
WARDS = ["experiment=outlier_beds"]
OUTAGE = ["experiment=outage"]
INFORMATION = ["experiment=information"]
POSTS = ["experiment=ambulance_posts", "posts=expected_cover"]
OUTPATIENTS = ["experiment=outpatient_slots", "admission=appointments"]
SECOND_READER = ["triage=second_reader"]
QUALITY = ["experiment=triage_quality"]
DRIFT = ["experiment=drift"]
FAIRNESS = ["experiment=triage_fairness"]
READING = ["experiment=imaging_offpeak", "imaging=one_reading_center"]
RATIOS = ["experiment=staff_by_ratio", "staffing=allocation"]
"""Together they hold every setting that an assumption names."""


@cache
def cells() -> dict[str, CellConfig]:
    return {
        name: compose(lines)[0]
        for name, lines in (
            ("base", []),
            ("optimized", OPTIMIZED),
            ("rules", RULES),
            ("crises", CRISES),
            ("wave", WAVE),
            ("lists", LISTS),
            ("plans", PLANS),
            ("wards", WARDS),
            ("outage", OUTAGE),
            ("information", INFORMATION),
            ("posts", POSTS),
            ("outpatients", OUTPATIENTS),
            ("ratios", RATIOS),
            ("reading", READING),
            ("float_pool", ["experiment=float_pool"]),
            ("second_reader", SECOND_READER),
            ("quality", QUALITY),
            ("drift", DRIFT),
            ("fairness", FAIRNESS),
        )
    }


def value_at(resolved: Any, key: str) -> Any:
    for part in key.split("."):
        if isinstance(resolved, list):
            resolved = resolved[int(part)] if int(part) < len(resolved) else None
        else:
            resolved = resolved.get(part)
        if resolved is None:
            return None
    return resolved


def test_every_id_that_is_cited_stands_in_a_table() -> None:
    cited = {id_ for file in FILES for id_ in ID.findall(file.read_text(encoding="utf-8"))}
    code = [*(ROOT / "experiments").rglob("*.py"), *(ROOT / "policies").rglob("*.py")]
    cited |= {id_ for file in code for id_ in re.findall(r"\bP\d{2,3}\b", file.read_text(encoding="utf-8"))}
    assert cited - table("parameters.csv").keys() - table("assumptions.csv").keys() == set()


def test_every_assumption_is_cited_where_it_is_made() -> None:
    cited = {id_ for file in FILES for id_ in ID.findall(file.read_text(encoding="utf-8"))}
    assert set(table("assumptions.csv")) - cited == set()


@pytest.mark.parametrize("file", [one for one in FILES if one.name not in SETTINGS_ONLY], ids=lambda one: one.name)
def test_every_line_with_a_number_cites_a_source(file: Path) -> None:
    """A line with a number other than 0 and 1 cites an id, or stands in a list or table whose line does."""
    unsourced, inside = [], 0
    for line in file.read_text(encoding="utf-8").splitlines():
        text, _, comment = line.partition("#")
        text = re.sub(r"[*&]\w+|\"[^\"]*\"", "", text)
        numbers = [word for word in NUMBER.findall(text) if float(word) not in (0, 1)]
        inside += text.count("[") + text.count("{") - text.count("]") - text.count("}")
        if numbers and inside == 0 and not ID.search(comment) and not HOW_TO_DECIDE.match(line):
            unsourced.append(line)
    assert [line for line in unsourced if not covered(file, line)] == []


def covered(file: Path, line: str) -> bool:
    """Return whether a block's heading cites the source of all lines in it."""
    lines = file.read_text(encoding="utf-8").splitlines()
    indent = len(line) - len(line.lstrip())
    for above in reversed(lines[: lines.index(line)]):
        if above.strip() and len(above) - len(above.lstrip()) < indent:
            if ID.search(above):
                return True
            indent = len(above) - len(above.lstrip())
    return False


@pytest.mark.parametrize("id_", table("assumptions.csv"))
def test_every_assumption_names_a_key_that_can_be_varied_and_its_default(id_: str) -> None:
    row = table("assumptions.csv")[id_]
    found = [value_at(cell.resolved, row["where"]) for cell in cells().values()]
    assert float(row["value"]) in [value for value in found if isinstance(value, int | float)]
    assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
    assert float(row["low"]) < float(row["high"])
    assert len(row["reason"]) > 10


def test_assumptions_can_be_varied_on_the_command_line() -> None:
    for name, lines in (("optimized", OPTIMIZED), ("rules", RULES)):
        whole = cells()[name].resolved
        rows = [row for row in table("assumptions.csv").values() if value_at(whole, row["where"]) is not None]
        (cell,) = compose([*lines, *(f"{row['where']}={row['high']}" for row in rows)])
        assert [float(value_at(cell.resolved, row["where"])) for row in rows] == [float(row["high"]) for row in rows]


@cache
def emergency() -> dict[str, Any]:
    """Return weights and acuity shares of the emergency conditions, and their pathways."""
    mix = yaml.safe_load((CONF / "patients" / "emergency_mix.yaml").read_text(encoding="utf-8"))
    return {name: one for name, one in mix["conditions"].items() if "weight" in one}


def weights() -> FloatArray:
    return np.array([one["weight"] for one in emergency().values()])


def acuity() -> FloatArray:
    """Return joint shares of condition and acuity, shape (n, 5)."""
    joint: FloatArray = weights()[:, None] * np.array([one["acuity_share"] for one in emergency().values()])
    return joint


def step_share(*names: str) -> float:
    """Return the expected number of these steps in a visit."""
    scenario = build_scenario(cells()["base"].settings)
    by_name = {pathway.name: pathway for pathway in scenario.pathways}
    joint, total = acuity(), 0.0
    for row, one in enumerate(emergency().values()):
        for phase in by_name[one["pathway"]].phases:
            for step in (step for step in phase.steps if step.name in names):
                total += sum(joint[row, a] * phase.p.of(a + 1) * step.p.of(a + 1) for a in range(5))
    return total


def test_weights_sum_to_one_and_acuity_mixes_to_the_measured_levels() -> None:
    np.testing.assert_allclose(weights().sum(), 1.0)
    measured = [float(share) for share in table("parameters.csv")["F01"]["value"].split()]
    np.testing.assert_allclose(acuity().sum(axis=0), measured, atol=0.0005)


def test_admissions_of_levels_2_to_5_mix_to_p12() -> None:
    scenario = build_scenario(cells()["base"].settings)
    wards = {
        pathway.name: next(phase.p for phase in pathway.phases if phase.name == "ward")
        for pathway in scenario.pathways
        if any(phase.name == "ward" for phase in pathway.phases)
    }
    p = np.array([[wards[one["pathway"]].of(a) for a in range(1, 6)] for one in emergency().values()])
    admitted = (acuity() * p).sum(axis=0) / acuity().sum(axis=0)
    stated = [float(share) for share in table("parameters.csv")["P12"]["value"].split()]
    np.testing.assert_allclose(admitted[1:], stated[1:], atol=0.002)


@pytest.mark.parametrize(
    ("steps", "stated"), [(("bloods",), 0.64), (("xray", "ct"), 0.48), (("consult",), 0.26), (("treatment",), 0.60)]
)
def test_steps_mix_to_the_stated_share_of_visits(steps: tuple[str, ...], stated: float) -> None:
    """P26, P28, P29 and P23, to the two digits that are stated."""
    assert abs(step_share(*steps) - stated) <= 0.005


def test_one_in_ten_without_stroke_has_a_ct() -> None:
    """P40, to the two digits that are stated."""
    stroke = emergency()["stroke"]["weight"]
    assert abs((step_share("ct") - stroke) / (1 - stroke) - 0.10) <= 0.005


def test_nurses_err_as_often_as_they_were_seen_to() -> None:
    """F04: 131 under- and 55 over-triaged of 1267, weighted by the levels seen there."""
    share = build_scenario(cells()["base"].settings).case_mix.nurse_share
    seen = np.array([26, 220, 487, 459, 75])[:, None] * share
    assert round(float(np.triu(seen, 1).sum())) == 131
    assert round(float(np.tril(seen, -1).sum())) == 55


def test_demand_is_about_a_thousand_visits_a_day() -> None:
    scenario = build_scenario(cells()["base"].settings)
    daily = 24 * sum(source.hourly_rate.mean() for source in scenario.sources if source.zone >= 0)
    assert abs(daily - 1000) < 10


@pytest.mark.parametrize("name", ["parameters.csv", "assumptions.csv"])
def test_tables_have_no_gaps(name: str) -> None:
    for row in table(name).values():
        assert all(row.values()), row
        assert None not in row, row
