"""Define what a measure is."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measure:
    """Define a measure; `better` is empty when neither direction is."""

    name: str
    label: str
    unit: str
    definition: str
    better: Literal["lower", "higher", ""]
    decimals: int
    source: str = ""
