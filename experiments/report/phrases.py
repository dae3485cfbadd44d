"""Hold what factors, their values and measures are called; in English, listed for translation."""

from collections.abc import Mapping
from dataclasses import dataclass

from experiments.report.catalogue import later

# What a value of a factor means, as a part of a sentence; an unknown one is printed as "factor = value".
PHRASES: Mapping[tuple[str, str], str] = {
    ("transfer", "stay_put"): later("every hospital on its own"),
    ("transfer", "nearest_free"): later("the nearest-free rule"),
    ("transfer", "balance"): later("deciding together by the hourly balance model"),
    ("monitor.replan_on_alert", "[]"): later("deciding at reviews alone"),
    ("monitor.replan_on_alert", "[transfer]"): later("deciding at once when beds run short"),
    ("medicines", "keep"): later("every hospital with its own medicines"),
    ("medicines", "near_expiry"): later("the near-expiry rule"),
    ("medicines", "exchange"): later("the optimized exchange of medicines"),
    ("equipment", "own_use"): later("scanners in their usual hours"),
    ("equipment", "open_when_long"): later("opening scanners where queues are long"),
    ("equipment", "imaging"): later("the optimized opening of scanners"),
    ("staffing", "as_rostered"): later("every hospital with its own staff"),
    ("staffing", "most_loaded"): later("lending staff by the longest-queue rule"),
    ("staffing", "float_pool"): later("the optimized float pool of staff"),
    ("transfer", "balance_fair"): later("deciding together by the hourly balance model with a price on unfairness"),
    ("imaging", "exclusive"): later("every hospital with its own scanners"),
    ("imaging", "pooled"): later("pooled scanners"),
    ("imaging", "rules"): later("pooled scanners that open where queues are long"),
    ("imaging", "optimized"): later("pooled scanners with optimized hours"),
    ("imaging", "offpeak_plus_20"): later("own scanners with a fifth more hours off-peak"),
    ("imaging", "rules_at_home"): later("own scanners that open where queues are long"),
    ("imaging", "optimized_at_home"): later("own scanners with optimized hours"),
    ("imaging", "one_reading_center"): later("own scanners with images read at one center"),
    ("pathways", "planned_scans"): later("with scans at home"),
    ("pathways", "planned_scans_pooled"): later("with scans wherever a scanner is free"),
    ("information", "live"): later("with live information"),
    ("information", "none"): later("without sight of other hospitals’ beds"),
    ("records", "none"): later("with records that stay at home"),
    ("records", "shared"): later("with records seen by all who agreed"),
    ("bed_rules", "open"): later("with beds open to all"),
    ("bed_rules", "regional"): later("with the own region first, from full hospitals only"),
    ("response", "alone"): later("every hospital on its own"),
    ("response", "rules"): later("helping by rules"),
    ("response", "optimized"): later("helping by optimized ambulances and transfers"),
    ("triage", "none"): later("with nobody told apart"),
    ("triage", "shuffled"): later("with levels dealt out blindly"),
    ("triage", "second_reader"): later("with triage by nurses and the model as second reader"),
    ("triage", "nurse"): later("with triage by nurses"),
    ("triage", "model"): later("with triage by the diagnosis model"),
    ("triage", "oracle"): later("with perfect triage"),
}
SHORT: Mapping[tuple[str, str], str] = {
    ("transfer", "stay_put"): later("On their own"),
    ("transfer", "nearest_free"): later("Nearest free"),
    ("transfer", "balance"): later("Balance model"),
    ("monitor.replan_on_alert", "[]"): later("At reviews"),
    ("monitor.replan_on_alert", "[transfer]"): later("On alerts too"),
    ("medicines", "keep"): later("Own medicines"),
    ("medicines", "near_expiry"): later("Near-expiry rule"),
    ("medicines", "exchange"): later("Exchange model"),
    ("equipment", "own_use"): later("Usual hours"),
    ("equipment", "open_when_long"): later("Long-queue rule"),
    ("equipment", "imaging"): later("Imaging model"),
    ("staffing", "as_rostered"): later("Own staff"),
    ("staffing", "most_loaded"): later("Longest-queue rule"),
    ("staffing", "float_pool"): later("Float pool model"),
    ("transfer", "balance_fair"): later("Balance model, fair"),
    ("imaging", "exclusive"): later("Own scanners"),
    ("imaging", "pooled"): later("Pooled scanners"),
    ("imaging", "rules"): later("Scanners by rule"),
    ("imaging", "optimized"): later("Scanners model"),
    ("imaging", "offpeak_plus_20"): later("20 % more off-peak"),
    ("imaging", "rules_at_home"): later("Own, by rule"),
    ("imaging", "optimized_at_home"): later("Own, model"),
    ("imaging", "one_reading_center"): later("One reading center"),
    ("pathways", "planned_scans"): later("at home"),
    ("pathways", "planned_scans_pooled"): later("pooled"),
    ("information", "live"): later("live"),
    ("information", "delayed"): later("delayed"),
    ("information", "none"): later("no sight"),
    ("records", "none"): later("own records"),
    ("records", "shared"): later("shared records"),
    ("response", "alone"): later("On their own"),
    ("response", "rules"): later("Rules"),
    ("response", "optimized"): later("Optimized"),
}
SCALED: Mapping[str, str] = {
    "city.demand.scale": later("emergency patients"),
    "city.electives.scale": later("planned patients"),
    "city.ward_beds.scale": later("ward beds"),
    "city.icu_beds.scale": later("intensive care beds"),
    "city.ed_spaces.scale": later("emergency spaces"),
    "city.staff.scale": later("staff"),
    "city.equipment.scale": later("equipment"),
    "city.ambulances.scale": later("ambulances"),
}
FACTORS: Mapping[str, str] = {
    "transfer": later("Transfers"),
    "staffing": later("Staff"),
    "imaging": later("Scanners"),
    "medicines": later("Medicines"),
    "information": later("Information"),
    "triage": later("Triage"),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """Say a measure within a sentence: what changes, and the unit of the change."""

    thing: str
    unit: str


SPOKEN: Mapping[str, Spoken] = {
    "boarding_hours_per_day": Spoken(later("boarding"), later("patient-hours a day")),
    "wait_for_provider_min": Spoken(later("the wait for a provider"), later("minutes")),
    "critical_wait_min": Spoken(later("the wait of critical patients for a provider"), later("minutes")),
    "group_wait_gap_min": Spoken(later("the gap between the waits of groups"), later("minutes")),
    "ed_los_min": Spoken(later("the stay in the emergency department"), later("minutes")),
    "medicine_loss_per_day": Spoken(later("the cost of waste and transport of medicines"), later("USD a day")),
    "surge_beds": Spoken(later("the surge beds needed"), later("beds")),
    "extra_wait_min": Spoken(later("the wait that the outage adds"), later("minutes")),
    "repeat_test_cost_per_day": Spoken(later("the cost of repeated tests"), later("USD a day")),
    "turnaround_min": Spoken(later("the turnaround of scans"), later("minutes")),
    "report_turnaround_min": Spoken(later("the turnaround until images are read"), later("minutes")),
    "burden_cost_per_day": Spoken(later("the cost of waiting, waste and sharing"), later("USD a day")),
    "lwbs_share": Spoken(later("the share of patients who leave unseen"), later("percentage points")),
    "bed_crisis_share": Spoken(later("the share of days with a bed crisis"), later("percentage points")),
}
