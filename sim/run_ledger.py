"""Write down, after a run, every request, booking, refusal, use and withdrawal across a border, as the platform does.

A row names no patient: subjects count within their kind. `owner` has what `user` wants. Looks at others' information
are one row a seat and day, at the first of them; `units` says how often the policy was shown how others are.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.cohort import Cohort
from sim.layout import Layout
from sim.loans import staff_roles
from sim.log import CALLED_OFF, Log
from sim.partner_uses import partner_uses
from sim.platform.agreements import ANY
from sim.platform.kinds import SharedKind
from sim.platform.ledger import Entry, Ledger, written
from sim.scenario import Scenario, Sight
from sim.terms import Terms
from sim.units import MINUTES_PER_DAY

AGREE, LOOK, OFFER, REQUEST, BOOK, REFUSE, USE, WITHDRAW = ACTIONS = (
    "agree",
    "look",
    "offer",
    "request",
    "book",
    "refuse",
    "use",
    "withdraw",
)
COLUMNS = ["number", "time_min", "actor", "action", "subject", "reason", "before", "after", "hash"]
BUSINESS = ["kind", "owner", "user", "units"]


class Shared(NamedTuple):
    """Note one step of sharing: what is asked of whom, by whom, and what became of it."""

    time_min: float
    action: str
    kind: SharedKind
    subject: str
    owner: str
    user: str
    units: float
    reason: str = ""

    @property
    def entry(self) -> Entry:
        """Return the platform's entry: owners book, refuse and withdraw, users ask and use."""
        actor = self.user if self.action in (REQUEST, USE, LOOK) else self.owner
        told = written({"kind": self.kind, "owner": self.owner, "user": self.user, "units": self.units})
        before, after = (told, "") if self.action == WITHDRAW else ("", told)
        return Entry(self.time_min, actor, self.action, self.subject, self.reason, before, after)


def ledger_table(layout: Layout, cohort: Cohort, log: Log) -> pd.DataFrame:
    """Return the ledger of a run: the platform's rows in order of time, with kind, owner, user and units beside."""
    end_min = layout.scenario.horizon.end_min
    parts = (
        _agreements(layout.scenario),
        _looks(layout.scenario, log),
        _transfers(layout, cohort, log),
        _drives(layout, cohort, log),
        _loans(layout.scenario, log),
        _openings(layout.scenario, log),
        _scans(layout, cohort, log),
        _lots(layout.scenario, log),
    )
    steps = sorted((one for part in parts for one in part if one.time_min < end_min), key=lambda one: one.time_min)
    ledger = Ledger()
    rows = [ledger.append(one.entry) for one in steps]
    table = pd.DataFrame(
        [(row.number, *_told(row.entry), row.hash) for row in rows],
        columns=COLUMNS,
    )
    beside = pd.DataFrame([(one.kind.value, one.owner, one.user, one.units) for one in steps], columns=BUSINESS)
    return pd.concat([table, beside], axis=1)


def _told(entry: Entry) -> tuple[object, ...]:
    return tuple(getattr(entry, name) for name in COLUMNS[1:-1])


def _ids(scenario: Scenario) -> list[str]:
    return [hospital.id for hospital in scenario.city.hospitals]


def _outcome(
    asked_min: float, refusal: str, one: tuple[SharedKind, str, str, str, float], used_min: float | None
) -> Iterator[Shared]:
    """Yield a request and its booking or refusal, and the use of what was booked; `one` is all but time and action."""
    yield Shared(asked_min, REQUEST, *one)
    if refusal:
        yield Shared(asked_min, REFUSE, *one, refusal)
        return
    yield Shared(asked_min, BOOK, *one)
    if used_min is not None and used_min == used_min:
        yield Shared(used_min, USE, *one)


def _agreements(scenario: Scenario) -> Iterator[Shared]:
    for number, one in enumerate(scenario.agreements or ()):
        for kind in one.kinds:
            named = (kind, f"agreement/{number}", one.owner, one.user, 0.0)
            yield Shared(max(one.starts_min, 0.0), AGREE, *named)
            yield Shared(one.ends_min, WITHDRAW, *named)


def _looks(scenario: Scenario, log: Log) -> Iterator[Shared]:
    """Yield how often the policy of each seat saw, day by day, how several hospitals are."""
    terms, sight = Terms(scenario.city, scenario.agreements), scenario.information.sight
    several = [int(terms.shown(moment).sum()) > 1 for moment in (0.0, *terms.moments)]
    days: dict[tuple[str, int], list[float]] = {}
    for row in log.decisions:
        seen = row.view_hash and (sight is not Sight.NONE or row.seat == "equipment")
        if seen and several[terms.epoch(row.time_min)]:
            days.setdefault((row.seat, int(row.time_min // MINUTES_PER_DAY)), []).append(row.time_min)
    for (seat, day), moments in days.items():
        subject = f"view/{seat}/{day}"
        yield Shared(moments[0], LOOK, SharedKind.INFORMATION, subject, ANY, ANY, float(len(moments)))


def _transfers(layout: Layout, cohort: Cohort, log: Log) -> Iterator[Shared]:
    ids, marks = _ids(layout.scenario), np.frombuffer(log.marks).reshape(-1, len(layout.marks))
    for number, row in enumerate(log.transfers):
        if row.origin < 0 or not 0 <= row.destination < len(ids):
            continue
        entered = layout.mark_index[f"{layout.phases[row.phase]}_entered"]
        one = SharedKind.BED, f"transfer/{number}", ids[row.destination], ids[row.origin], 1.0
        yield from _outcome(row.time_min, row.refusal, one, float(marks[row.patient, entered]))


def _drives(layout: Layout, cohort: Cohort, log: Log) -> Iterator[Shared]:
    """Yield who was driven to another hospital than chosen, once they called, and who came there from a list."""
    ids, marks = _ids(layout.scenario), np.frombuffer(log.marks).reshape(-1, len(layout.marks))
    ended = [index for name, index in layout.mark_index.items() if name.endswith("_ended")]
    sent = ((patient, to) for patient, to in log.brought.items() if to != cohort.hospital[patient])
    for number, (patient, to) in enumerate(sent):
        called = float(marks[patient, 0])
        if called == called:
            came = np.fmin.reduce(marks[patient, ended]) if ended else np.nan
            visit = cohort.referred_min is not None and not np.isnan(cohort.referred_min[patient])
            kind, word = (SharedKind.EQUIPMENT, "visit") if visit else (SharedKind.BED, "drive")
            one = kind, f"{word}/{number}", ids[to], ids[int(cohort.hospital[patient])], 1.0
            yield from _outcome(called, "", one, float(came))


def _loans(scenario: Scenario, log: Log) -> Iterator[Shared]:
    ids, n_roles = _ids(scenario), len(staff_roles(scenario))
    off_min = {(row.loan.time_min, *row.loan[1:5]): row.time_min for row in log.called_off}
    for number, row in enumerate(log.loans):
        if not (0 <= row.lender < len(ids) and 0 <= row.borrower < len(ids) and 0 <= row.role < n_roles):
            continue
        one = SharedKind.STAFF, f"loan/{number}", ids[row.lender], ids[row.borrower], float(row.units)
        called_off = row.refusal == CALLED_OFF
        begins_min = None if called_off else row.starts_min + row.travel_min
        yield from _outcome(row.time_min, "" if called_off else row.refusal, one, begins_min)
        if called_off:
            yield Shared(off_min[(row.time_min, *row[1:5])], WITHDRAW, *one, "no agreement")


def _openings(scenario: Scenario, log: Log) -> Iterator[Shared]:
    """Yield the hours that hospitals opened, and may share with all who agreed."""
    ids = _ids(scenario)
    for number, row in enumerate(log.openings):
        if row.hospital >= 0:
            action = REFUSE if row.refusal else OFFER
            units = float(row.units)
            named = (SharedKind.EQUIPMENT, f"opening/{number}", ids[row.hospital], ANY, units)
            yield Shared(row.time_min, action, *named, row.refusal)


def _scans(layout: Layout, cohort: Cohort, log: Log) -> Iterator[Shared]:
    ids = _ids(layout.scenario)
    for number, use in enumerate(partner_uses(layout, cohort, log)):
        one = SharedKind.EQUIPMENT, f"scan/{number}", ids[use.owner], ids[use.user], 1.0
        yield Shared(use.asked_min, REQUEST, *one)
        yield Shared(use.started_min, BOOK, *one)
        yield Shared(use.started_min, USE, *one)


def _lots(scenario: Scenario, log: Log) -> Iterator[Shared]:
    ids = _ids(scenario)
    for number, row in enumerate(log.stock_moves):
        if row.origin >= 0 and 0 <= row.destination < len(ids):
            one = SharedKind.MEDICINE, f"lot/{number}", ids[row.origin], ids[row.destination], float(row.units)
            yield from _outcome(row.time_min, row.refusal, one, row.time_min + row.transit_min)
