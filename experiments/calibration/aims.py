"""Say what a calibration aims at and what it may move, from a table that ships or one of the user's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from experiments.calibration.observed import QUANTITIES
from experiments.files.own_settings import NUMBERS
from experiments.schema import close_match, join, mapping, read, stop_at, unknown_keys
from sim.faults import Fault, ScenarioError

HOURS = 24
SHIPPED = Path(__file__).with_name("usual.yaml")


@dataclass(frozen=True, slots=True)
class Target:
    """Aim at one number: its value, what it leaves open, its unit and the id of its source."""

    what: str
    unit: str
    value: float
    tolerance: float
    source: str = ""

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault for a value or a tolerance that is not above zero."""
        if not self.value > 0:
            yield Fault(f"{place}.value", self.value, "give a number above zero")
        if not self.tolerance > 0:
            yield Fault(f"{place}.tolerance", self.tolerance, "give a number above zero, in the unit of the value")


@dataclass(frozen=True, slots=True)
class Parameter:
    """Let one setting move from `low` to `high`, with the source of the range and the reason in words."""

    what: str
    low: float
    high: float
    source: str = ""
    reason: str = ""

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault for a range that is empty or reaches zero."""
        if not 0 < self.low < self.high:
            yield Fault(place, f"{self.low} to {self.high}", "give low and high, both above zero, low below high")


@dataclass(frozen=True, slots=True)
class Hourly:
    """Hold what is known of arrivals by hour of the day, 24 numbers of which only the shape counts."""

    share: list[float]
    source: str = ""

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault unless there are 24 numbers of zero or more."""
        whole = len(self.share) == HOURS and all(isfinite(one) and one >= 0 for one in self.share)
        if not (whole and sum(self.share) > 0):
            yield Fault(f"{place}.share", self.share, "give 24 numbers of zero or more, from midnight")


@dataclass(frozen=True, slots=True)
class Aims:
    """Hold targets by the name of their quantity, parameters by the path of their setting, and the hours of a day."""

    targets: dict[str, Target]
    hourly: Hourly
    parameters: dict[str, Parameter]


def read_aims(path: Path | None = None) -> Aims:
    """Return what ships, with the parts that a YAML file of the user has in their place.

    Raises:
        ScenarioError: with every fault of the file.
    """
    faults: list[Fault] = []
    shipped = _yaml(SHIPPED)
    own = mapping(_yaml(path), "--targets", faults) if path else {}
    faults.extend(unknown_keys(own, (one.name for one in fields(Aims)), ""))
    stop_at(faults)
    for place, known in (("targets", QUANTITIES), ("parameters", NUMBERS)):
        faults.extend(_name_faults(own.get(place, shipped[place]), known, place))
    aims = read(Aims, shipped | own, "", faults)
    stop_at(faults)
    assert isinstance(aims, Aims)
    return aims


def _name_faults(given: Any, known: Sequence[str], place: str) -> Iterator[Fault]:
    """Yield a fault for every quantity that is not observed, and every setting that a folder cannot keep."""
    if given == {}:
        yield Fault(place, "nothing", f"name at least one of {', '.join(known)}")
    for name in given if isinstance(given, dict) else ():
        if name not in known:
            yield Fault(join(place, str(name)), name, close_match(str(name), known))


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mend = f"name a YAML file that can be read ({' '.join(str(error).split())})"
        raise ScenarioError([Fault("--targets", str(path), mend)]) from error
