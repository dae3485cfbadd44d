"""Say whether hospitals see each other's records, and which tests are repeated for want of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from sim.faults import Fault


@dataclass(frozen=True, slots=True)
class Records:
    """Set whether hospitals that agreed see each other's records of the steps named in `tests`.

    Of the tests that one hospital has done and another would do again, `repeat_share` is done for want of the record.
    It is spared where records are `shared` and the patient consents, as `consent_share` of all patients do.
    """

    shared: bool = False
    tests: tuple[str, ...] = ()
    repeat_share: float = 0.0
    consent_share: float = 1.0

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of shares outside [0, 1], and of nothing to repeat."""
        for name in ("repeat_share", "consent_share"):
            if not 0 <= getattr(self, name) <= 1:
                yield Fault(f"{field}.{name}", getattr(self, name), "give a share from 0 to 1")
        if not self.tests:
            yield Fault(f"{field}.tests", self.tests, "name at least one step of the pathways, such as ct")
