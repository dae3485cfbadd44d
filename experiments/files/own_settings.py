"""Read and write settings.csv: numbers of the configuration that a city's own files set, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet

FILE = "settings.csv"
COLUMNS = ("setting", "value", "reason")
MOST = 100_000.0
COUNTS = ("transfers.crews",)
"""Settings that are whole numbers of at least one."""
NUMBERS = (
    "care.ward_stay",
    "care.icu_stay",
    "care.treatment",
    "care.admission",
    "care.scan",
    "city.demand.scale",
    "city.electives.scale",
    "city.electives.spread",
    "city.ward_beds.scale",
    "city.icu_beds.scale",
    "city.ed_spaces.scale",
    "city.staff.scale",
    "city.equipment.scale",
    "patience.never_leaves_share",
    "patience.mean_min",
)
"""Settings that are factors, shares or minutes; what a value may be is checked where the configuration is read."""


@dataclass(frozen=True, slots=True)
class OwnSetting:
    """Set one number of the configuration, and say why it is not the usual one."""

    value: float
    reason: str = ""


def read_own_settings(path: Path) -> tuple[Sheet, dict[str, OwnSetting]]:
    """Read the settings of a city by name; what is wrong is in the sheet's faults."""
    sheet = read_sheet(path, COLUMNS[:2])
    names, reasons = sheet.texts("setting", required=True), sheet.texts("reason")
    sheet.blame_unknown(names, (*COUNTS, *NUMBERS), "setting")
    sheet.blame_repeats([name or None for name in names], "setting", "set every number once")
    values = sheet.numbers("value", low=0.0, high=MOST).tolist()
    for record, (name, value) in enumerate(zip(names, values, strict=True)):
        if name in COUNTS and not (value >= 1 and float(value).is_integer()):
            sheet.blame(record, "value", "give a whole number of at least 1")
    return sheet, {
        name: OwnSetting(value, reason) for name, value, reason in zip(names, values, reasons, strict=True) if name
    }


def own_settings(folder: Path) -> dict[str, float]:
    """Return what the folder of a city sets, by the path of the setting; nothing when the file is absent or wrong.

    Its faults come with those of all other files, when the city is read.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    sheet, found = read_own_settings(path)
    return {} if sheet.all_faults() else {name: one.value for name, one in found.items()}


def own_rows(settings: Mapping[str, OwnSetting]) -> list[tuple[str, str, str]]:
    """Return the rows of the file, the header first."""
    return [COLUMNS, *((name, f"{one.value:.6g}", one.reason) for name, one in settings.items())]
