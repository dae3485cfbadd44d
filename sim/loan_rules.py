"""Say how hospitals lend staff to each other: for which shifts, how far, at which price, and who must stay."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import inf

from sim.faults import Fault


@dataclass(frozen=True, slots=True)
class LoanRules:
    """Set how staff is lent: for a whole shift that begins `lead_min` after the review in which it is decided.

    The first review is `first_min` after midnight (of the day at time zero), and then every `review_every_min`. Who is
    lent goes straight to the other hospital when the shift begins, is on duty there after the road, and until the shift
    ends. The road there and back is paid and counts as duty nowhere; the shift is paid `premium_share` above the wage.
    A lender keeps at least `kept_share` of those on its roster in every hour of the shift, and at least `kept_least`;
    nobody goes farther than `max_travel_min`. A hospital lends staff of one role in at most `most_in_a_row` shifts that
    follow each other without a pause; 0 sets no limit. `recognized` names, by role, the hospitals that recognize the
    credentials of others' staff; a role that is not named may work everywhere.
    """

    review_every_min: float = 480.0
    first_min: float = 360.0
    lead_min: float = 60.0
    shift_min: float = 480.0
    kept_share: float = 0.75
    kept_least: int = 1
    max_travel_min: float = 60.0
    premium_share: float = 0.25
    wage_per_hour: float = 37.24
    most_in_a_row: int = 0
    recognized: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def may_work(self, role: str, hospital: str) -> bool:
        """Say whether a hospital recognizes the credentials of others' staff in a role."""
        return role not in self.recognized or hospital in self.recognized[role]

    def name_faults(self, roles: Iterable[str], hospitals: Iterable[str]) -> Iterator[Fault]:
        """Yield faults of roles and hospitals in `recognized` that the city does not have."""
        known, places = sorted(set(roles)), sorted(set(hospitals))
        for role, ids in self.recognized.items():
            if role not in known:
                yield Fault(f"loans.recognized.{role}", role, f"name staff among {', '.join(known)}")
            for one in ids:
                if one not in places:
                    yield Fault(f"loans.recognized.{role}", one, f"name hospitals among {', '.join(places)}")

    def faults(self) -> Iterator[Fault]:
        """Yield faults of times, of shares, and of a road that takes the whole shift."""
        for name in ("review_every_min", "shift_min"):
            if not 0 < getattr(self, name) < inf:
                yield Fault(f"loans.{name}", getattr(self, name), "give minutes above zero")
        for name in ("first_min", "lead_min", "max_travel_min", "premium_share", "wage_per_hour"):
            if not 0 <= getattr(self, name) < inf:
                yield Fault(f"loans.{name}", getattr(self, name), "give a number of zero or more")
        if not 0 <= self.kept_share <= 1:
            yield Fault("loans.kept_share", self.kept_share, "give a share between 0 and 1")
        for name in ("kept_least", "most_in_a_row"):
            if getattr(self, name) < 0:
                yield Fault(f"loans.{name}", getattr(self, name), "give zero or more")
        if self.max_travel_min >= self.shift_min:
            yield Fault("loans.max_travel_min", self.max_travel_min, f"give less than the shift ({self.shift_min})")
