"""Put names, factors and measures into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log10
from typing import Any

from experiments.measure_list import MEASURES
from experiments.report.folder import Cell
from experiments.report.numbers import decimals_for, difference_unit, scale_of

# What a value of a factor means, as a part of a sentence; an unknown one is printed as "factor = value".
PHRASES: Mapping[tuple[str, str], str] = {
    ("transfer", "stay_put"): "every hospital on its own",
    ("transfer", "nearest_free"): "the nearest-free rule",
    ("transfer", "balance"): "deciding together by the hourly balance model",
    ("monitor.replan_on_alert", "[]"): "deciding at reviews alone",
    ("monitor.replan_on_alert", "[transfer]"): "deciding at once when beds run short",
    ("medicines", "keep"): "every hospital with its own medicines",
    ("medicines", "near_expiry"): "the near-expiry rule",
    ("medicines", "exchange"): "the optimized exchange of medicines",
    ("equipment", "own_use"): "scanners in their usual hours",
    ("equipment", "open_when_long"): "opening scanners where queues are long",
    ("equipment", "imaging"): "the optimized opening of scanners",
    ("staffing", "as_rostered"): "every hospital with its own staff",
    ("staffing", "most_loaded"): "lending staff by the longest-queue rule",
    ("staffing", "float_pool"): "the optimized float pool of staff",
    ("transfer", "balance_fair"): "deciding together by the hourly balance model with a price on unfairness",
    ("imaging", "exclusive"): "every hospital with its own scanners",
    ("imaging", "pooled"): "pooled scanners",
    ("imaging", "rules"): "pooled scanners that open where queues are long",
    ("imaging", "optimized"): "pooled scanners with optimized hours",
    ("imaging", "offpeak_plus_20"): "own scanners with a fifth more hours off-peak",
    ("imaging", "rules_at_home"): "own scanners that open where queues are long",
    ("imaging", "optimized_at_home"): "own scanners with optimized hours",
    ("imaging", "one_reading_center"): "own scanners with images read at one center",
    ("pathways", "planned_scans"): "with scans at home",
    ("pathways", "planned_scans_pooled"): "with scans wherever a scanner is free",
    ("information", "live"): "with live information",
    ("information", "none"): "without sight of other hospitals’ beds",
    ("records", "none"): "with records that stay at home",
    ("records", "shared"): "with records seen by all who agreed",
    ("bed_rules", "open"): "with beds open to all",
    ("bed_rules", "regional"): "with the own region first, from full hospitals only",
    ("response", "alone"): "every hospital on its own",
    ("response", "rules"): "helping by rules",
    ("response", "optimized"): "helping by optimized ambulances and transfers",
    ("triage", "none"): "with nobody told apart",
    ("triage", "shuffled"): "with levels dealt out blindly",
    ("triage", "second_reader"): "with triage by nurses and the model as second reader",
    ("triage", "nurse"): "with triage by nurses",
    ("triage", "model"): "with triage by the diagnosis model",
    ("triage", "oracle"): "with perfect triage",
}
SHORT: Mapping[tuple[str, str], str] = {
    ("transfer", "stay_put"): "On their own",
    ("transfer", "nearest_free"): "Nearest free",
    ("transfer", "balance"): "Balance model",
    ("monitor.replan_on_alert", "[]"): "At reviews",
    ("monitor.replan_on_alert", "[transfer]"): "On alerts too",
    ("medicines", "keep"): "Own medicines",
    ("medicines", "near_expiry"): "Near-expiry rule",
    ("medicines", "exchange"): "Exchange model",
    ("equipment", "own_use"): "Usual hours",
    ("equipment", "open_when_long"): "Long-queue rule",
    ("equipment", "imaging"): "Imaging model",
    ("staffing", "as_rostered"): "Own staff",
    ("staffing", "most_loaded"): "Longest-queue rule",
    ("staffing", "float_pool"): "Float pool model",
    ("transfer", "balance_fair"): "Balance model, fair",
    ("imaging", "exclusive"): "Own scanners",
    ("imaging", "pooled"): "Pooled scanners",
    ("imaging", "rules"): "Scanners by rule",
    ("imaging", "optimized"): "Scanners model",
    ("imaging", "offpeak_plus_20"): "20 % more off-peak",
    ("imaging", "rules_at_home"): "Own, by rule",
    ("imaging", "optimized_at_home"): "Own, model",
    ("imaging", "one_reading_center"): "One reading center",
    ("pathways", "planned_scans"): "at home",
    ("pathways", "planned_scans_pooled"): "pooled",
    ("information", "live"): "live",
    ("information", "delayed"): "delayed",
    ("information", "none"): "no sight",
    ("records", "none"): "own records",
    ("records", "shared"): "shared records",
    ("response", "alone"): "On their own",
    ("response", "rules"): "Rules",
    ("response", "optimized"): "Optimized",
}
SCALED: Mapping[str, str] = {
    "city.demand.scale": "emergency patients",
    "city.electives.scale": "planned patients",
    "city.ward_beds.scale": "ward beds",
    "city.icu_beds.scale": "intensive care beds",
    "city.ed_spaces.scale": "emergency spaces",
    "city.staff.scale": "staff",
    "city.equipment.scale": "equipment",
    "city.ambulances.scale": "ambulances",
}
MASS = ("staff", "equipment")
ACUITY_NAMES = {"1": "1, most urgent", "5": "5, least urgent"}
MANY_FACTORS = 3
"""From so many swept factors on, a cell is named by what differs from its baseline."""
CONDITIONS = ("with ", "without ")
"""How a phrase begins that says under which conditions something is done."""
LAST_FACTORS = ("triage", "information", "records")
FACTORS: Mapping[str, str] = {
    "transfer": "Transfers",
    "staffing": "Staff",
    "imaging": "Scanners",
    "medicines": "Medicines",
    "information": "Information",
    "triage": "Triage",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """Say a measure within a sentence: what changes, and the unit of the change."""

    thing: str
    unit: str


SPOKEN: Mapping[str, Spoken] = {
    "boarding_hours_per_day": Spoken("boarding", "patient-hours a day"),
    "wait_for_provider_min": Spoken("the wait for a provider", "minutes"),
    "critical_wait_min": Spoken("the wait of critical patients for a provider", "minutes"),
    "group_wait_gap_min": Spoken("the gap between the waits of groups", "minutes"),
    "ed_los_min": Spoken("the stay in the emergency department", "minutes"),
    "medicine_loss_per_day": Spoken("the cost of waste and transport of medicines", "USD a day"),
    "surge_beds": Spoken("the surge beds needed", "beds"),
    "extra_wait_min": Spoken("the wait that the outage adds", "minutes"),
    "repeat_test_cost_per_day": Spoken("the cost of repeated tests", "USD a day"),
    "turnaround_min": Spoken("the turnaround of scans", "minutes"),
    "report_turnaround_min": Spoken("the turnaround until images are read", "minutes"),
    "burden_cost_per_day": Spoken("the cost of waiting, waste and sharing", "USD a day"),
    "lwbs_share": Spoken("the share of patients who leave unseen", "percentage points"),
    "bed_crisis_share": Spoken("the share of days with a bed crisis", "percentage points"),
}


def spoken(measure: str, unit: str) -> Spoken:
    """Return how a measure is said; an unknown one by its own name and unit."""
    return SPOKEN.get(measure) or Spoken(measure.replace("_", " "), difference_unit(unit))


def decimals_of(measure: str, half_width: float) -> int:
    """Return the decimals of a measure's printed value: what its half-width deserves, one more than usual at most."""
    known = MEASURES.get(measure)
    if known is None:
        return decimals_for(half_width, 3)
    shift = round(log10(scale_of(known.unit)))
    return decimals_for(half_width, max(0, known.decimals - shift) + (half_width > 0))


def phrase(factor: str, value: str, configuration: Mapping[str, Any]) -> str:
    """Return a factor's value as part of a sentence."""
    if (factor, value) == ("information", "delayed"):
        return delayed_phrase(configuration)
    known = PHRASES.get((factor, value)) or counted_places(factor, value) or scaled_supply(factor, value)
    return known or f"{factor} = {value}"


def counted_places(factor: str, value: str) -> str:
    """Return a swept number of places in words, e.g. "227 acute beds"; nothing for any other factor."""
    owner, _, code = factor.rpartition(".")
    return f"{value} {code.replace('_', ' ')}s" if owner.endswith(".places") else ""


def scaled_supply(factor: str, value: str) -> str:
    """Return a scenario, or a swept scale of the city, in words ("5 % more ward beds"); nothing for other factors."""
    if factor == "scenario":
        return f"“{value.replace('_', ' ')}”"
    thing = SCALED.get(factor)
    if thing is None:
        return ""
    percent = round(100 * (float(value) - 1), 1)
    change = f"{abs(percent):g}\u00a0% {'more' if percent > 0 else 'less' if thing in MASS else 'fewer'}"
    return f"{change} {thing}" if percent else f"{thing} as usual"


def delayed_phrase(configuration: Mapping[str, Any]) -> str:
    """Return how late beds are known, from `information.delay_min`."""
    group = configuration.get("information")
    delay_min = group.get("delay_min") if isinstance(group, Mapping) else None
    if not isinstance(delay_min, int | float) or delay_min <= 0:
        return "with beds known late"
    return f"with beds known only {delay_min / 60:g}\u00a0h late"


def describe(cell: Cell) -> str:
    """Return a cell in words, e.g. "the nearest-free rule with live information"."""
    if not cell.factors:
        return "the configuration as it stands"
    parts = [phrase(factor, value, cell.configuration) for factor, value in in_order(changed(cell))]
    if not parts:
        return "the baseline" if "triage" in cell.factors else "nobody sharing"
    conditions = [part for part in parts if part.startswith(CONDITIONS)]
    doing = [part for part in parts if part not in conditions]
    if not doing:
        return f"deciding {' and '.join(conditions)}"
    return " ".join([listed(doing), *conditions])


def listed(words: list[str]) -> str:
    """Return words as a sentence lists them: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def changed(cell: Cell) -> Mapping[str, str]:
    """Return the factors of a cell; where there are many, only those that are not at their baseline."""
    baseline = (cell.configuration.get("run") or {}).get("baseline") or {}
    if len(cell.factors) < MANY_FACTORS:
        return cell.factors
    return {key: value for key, value in cell.factors.items() if str(baseline.get(key)) != str(value)}


def factor_name(factor: str) -> str:
    """Return a factor as a heading: "Staff" for staffing, else its own last word."""
    return FACTORS.get(factor) or capitalized(factor.rpartition(".")[2].replace("_", " "))


def in_order(factors: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the factors as a sentence names them: what is done first, with what knowledge last."""
    return sorted(((key, str(value)) for key, value in factors.items()), key=lambda pair: _place(pair[0]))


def _place(factor: str) -> tuple[int, int, str]:
    first = list(FACTORS).index(factor) if factor in FACTORS else len(FACTORS)
    return LAST_FACTORS.index(factor) + 1 if factor in LAST_FACTORS else 0, first, factor


def describe_against(baseline: Cell, treatment: Cell) -> str:
    """Return of the baseline only what the treatment changes."""
    if len(baseline.factors) >= MANY_FACTORS:
        return describe(baseline)
    differing = {key: value for key, value in baseline.factors.items() if treatment.factors.get(key) != value}
    return describe(Cell(baseline.name, differing or baseline.factors, baseline.configuration))


def label(cell: Cell) -> str:
    """Return a cell as a short heading, e.g. "Balance model, live"."""
    differing = changed(cell)
    parts = [
        SHORT.get(pair) or counted_places(*pair) or scaled_supply(*pair) or pair[1] for pair in in_order(differing)
    ]
    text = capitalized(", ".join(parts)) or ("Nobody shares" if cell.factors else cell.name)
    return f"All: {text}" if len(differing) == len(cell.factors) >= MANY_FACTORS else text


def capitalized(text: str) -> str:
    """Return the text with its first letter large, and nothing else changed."""
    return text[:1].upper() + text[1:]
