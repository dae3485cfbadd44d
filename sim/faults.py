"""Say what is wrong with a description: the field, the value found and the mend, all faults at once."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Name one impossible value: where it stands, what was found, and how to mend it."""

    field: str
    value: object
    mend: str

    def __str__(self) -> str:
        """Return the fault as one line."""
        return f"{self.field} = {self.value!r}: {self.mend}"


class ScenarioError(ValueError):
    """Carry every fault of a description, found before anything runs."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults and write one line for each."""
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> "tuple[type[ScenarioError], tuple[tuple[Fault, ...]]]":
        """Return how to make the error again in another process: from its faults, not from its text."""
        return type(self), (self.faults,)
