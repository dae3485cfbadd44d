"""Carry out each action of `citycare resources`: read the options, ask the desk, print what came of it."""

import argparse
import math
import re
from collections.abc import Callable, Sequence

from experiments.commands.shared import DONE, SOME_FAILED
from experiments.resources import listing
from experiments.resources.asked import Asked
from experiments.resources.known_terms import known_terms
from experiments.resources.listing import Asker, Search
from experiments.resources.monitoring import monitor_
from experiments.resources.reading import read_resources, resources_of, sheet_of
from experiments.resources.store import changing, read_desk, shared_ids
from experiments.resources.tables import Table
from experiments.schema import stop_at
from sim.faults import Fault
from sim.platform.agreements import Agreement
from sim.platform.desk import OPERATOR, Desk
from sim.platform.records import Booking, Offer, Pact, Record, Request, Resource, Status
from sim.platform.refusals import unknown
from sim.platform.state import State
from sim.units import MINUTES_PER_DAY

LONGEST_SERIES = 366
_ATC_LEVEL = re.compile(r"[A-Z](\d\d([A-Z][A-Z]?)?)?")


def list_(options: argparse.Namespace) -> int:
    """Print one table of the registry."""
    asked = Asked(options)
    asker = asked.asker()
    asked.check()
    desk = read_desk(options.folder)
    if options.what == "ledger":
        rows = [row for row in desk.ledger.rows if asker.is_party(row.entry.actor)]
        return _print(options, listing.ledger(rows, options.form))
    return _print(options, listing.TABLES[options.what](desk.state, asker))


def get_(options: argparse.Namespace) -> int:
    """Print one record, and every row of the ledger about it."""
    asked = Asked(options)
    asker = asked.asker()
    asked.check()
    desk = read_desk(options.folder)
    record = desk.state.find(options.id)
    if record is None or not asker.may_get(desk.state, record):
        raise unknown("id", options.id, _ids(desk.state, asker))
    print(_table(desk.state, [record]).shown(options.form))
    if options.form == "table":
        history = [row for row in desk.ledger.rows if row.entry.subject == options.id]
        print(f"\n{listing.ledger(history).shown()}")
    return DONE


def search_(options: argparse.Namespace) -> int:
    """Print the resources that are asked for; with a window those of which something can be booked throughout."""
    asked = Asked(options)
    asker = asked.asker()
    level = options.type.upper() if _is_level(options.type) else ""
    term = asked.term(options.type) if options.type and not level else None
    window = asked.window() if options.starts or options.ends else None
    if window and not all(map(math.isfinite, window)):
        asked.faults.append(Fault("--from, --until", "only one of them", "give both"))
    asked.check()
    named = (options.status, options.place, options.owner)
    search = Search(options.kind, term.type if term else "", level, *named, window)
    return _print(options, listing.resources(read_desk(options.folder).state, asker, search))


def add_(options: argparse.Namespace) -> int:
    """Register all resources of a file, or the one that the options describe; all of them or none."""
    asked = Asked(options)
    call = asked.call()
    given = {name: getattr(options, name) for name in ("id", "type", "owner", "name", "place", "units", "unit")}
    given |= {name: getattr(options, name) for name in ("content", "lot", "expires")}
    if options.file and any(given.values()):
        asked.faults.append(Fault("--file", str(options.file), "give a file, or the options of one resource"))
    asked.check()
    if options.file:
        wanted = read_resources(options.file, options.folder, shared_ids(options.folder))
    else:
        wanted = resources_of(sheet_of(given), known_terms(options.folder))
    with changing(options.folder, make=True) as desk:
        stop_at([fault for one in wanted for fault in desk.register_faults(call, one)])
        made = [desk.register(call, one) for one in wanted]
    return _print(options, _table(desk.state, made))


def withdraw_(options: argparse.Namespace) -> int:
    """Take something back with all that rests on it, and print what changed."""
    return _change(options, lambda desk, asked: desk.withdraw(asked.call(), options.id))


def status_(options: argparse.Namespace) -> int:
    """Change the status of one resource."""
    return _change(options, lambda desk, asked: [desk.change_status(asked.call(), options.id, Status(options.status))])


def unschedule_(options: argparse.Namespace) -> int:
    """Call off one booking."""
    return _change(options, lambda desk, asked: [desk.unschedule(asked.call(), options.id)])


def offer_(options: argparse.Namespace) -> int:
    """Offer a window, or the same window on several days in a row; all of them or none."""
    asked = Asked(options)
    call, (starts, ends) = asked.call(), asked.window()
    if not 1 <= options.days <= LONGEST_SERIES:
        asked.faults.append(Fault("--days", options.days, f"give 1 to {LONGEST_SERIES} days"))
    asked.check()
    with changing(options.folder) as desk:
        units = desk.resource(options.id).units if options.units is None else options.units
        shifts = [day * MINUTES_PER_DAY for day in range(options.days)]
        made = [desk.offer(call, Offer("", options.id, units, starts + shift, ends + shift)) for shift in shifts]
    return _print(options, _table(desk.state, made))


def request_(options: argparse.Namespace) -> int:
    """Ask for units of a type; the hospital is the one that acts."""
    asked = Asked(options)
    call, term, (starts, ends) = asked.call(), asked.term(options.type), asked.window()
    duration = asked.minutes("for", options.duration) if options.duration else ends - starts
    transit = asked.minutes("transit", options.transit)
    purpose = asked.word("purpose")
    if call.actor == OPERATOR:
        asked.faults.append(Fault("--by", call.actor, "name the hospital that asks"))
    asked.check()
    if term is None:
        return SOME_FAILED
    wanted = Request("", call.actor, term.kind, term.type, options.units, starts, ends, duration, purpose, transit)
    return _change(options, lambda desk, _: [desk.request(call, wanted)])


def agree_(options: argparse.Namespace) -> int:
    """Let a hospital see and use what is another's, from now on if nothing else is said."""
    asked = Asked(options)
    call = asked.call()
    if not options.owner:
        options.owner = "" if call.actor == OPERATOR else call.actor
    owner, user, purpose = asked.word("owner"), asked.word("user"), asked.word("purpose")
    kinds, (starts, ends) = asked.kinds(options.kinds), asked.window(call.time_min)
    asked.check()
    shown = options.counts_only, options.minimum_cell
    wanted = Agreement(owner, user, kinds, starts, ends, purpose, *shown)
    return _change(options, lambda desk, _: [desk.agree(call, wanted)])


def schedule_(options: argparse.Namespace) -> int:
    """Book what can be booked; print the bookings, and what is missing and why."""
    asked = Asked(options)
    call = asked.call()
    asked.check()
    with changing(options.folder) as desk:
        done = desk.schedule(call, options.id)
    print(_table(desk.state, done.bookings).shown(options.form))
    missing = Table(("request", "units", "reason"), [(one.id, units, why) for one, units, why in done.missing])
    if missing.rows and options.form == "table":
        print(f"\nmissing\n{missing.shown()}")
    return SOME_FAILED if missing.rows else DONE


def _change(options: argparse.Namespace, change: Callable[[Desk, Asked], Sequence[Record]]) -> int:
    """Change the registry, and print the records that changed."""
    asked = Asked(options)
    asked.call()
    asked.check()
    with changing(options.folder) as desk:
        changed = change(desk, asked)
    return _print_each(options, desk.state, changed)


def _print_each(options: argparse.Namespace, state: State, records: Sequence[Record]) -> int:
    """Print records, a table for each kind; in JSON and CSV only those of the kind of the last."""
    if options.form != "table":
        records = [one for one in records if type(one) is type(records[-1])]
    kinds = dict.fromkeys(map(type, records))
    print(
        "\n\n".join(_table(state, [one for one in records if type(one) is kind]).shown(options.form) for kind in kinds)
    )
    return DONE


def _print(options: argparse.Namespace, table: Table) -> int:
    print(table.shown(options.form))
    return DONE


def _table(state: State, records: Sequence[Record]) -> Table:
    """Return the table of records of one kind."""
    first = records[0] if records else None
    if isinstance(first, Resource):
        return Table(listing.RESOURCE, [listing.resource_row(one) for one in records if isinstance(one, Resource)])
    if isinstance(first, Offer):
        return Table(listing.OFFER, [listing.offer_row(state, one) for one in records if isinstance(one, Offer)])
    if isinstance(first, Request):
        return Table(listing.REQUEST, [listing.request_row(state, one) for one in records if isinstance(one, Request)])
    if isinstance(first, Pact):
        return Table(listing.AGREEMENT, [listing.pact_row(one) for one in records if isinstance(one, Pact)])
    return Table(listing.BOOKING, [listing.booking_row(state, one) for one in records if isinstance(one, Booking)])


def _ids(state: State, asker: Asker) -> list[str]:
    """Return the ids of everything that the asker may see."""
    tables = (state.resources, state.offers, state.requests, state.pacts, state.bookings)
    return [name for table in tables for name, record in table.items() if asker.may_get(state, record)]


def _is_level(text: str) -> bool:
    """Say whether a text is an ATC code of a level above the substance, such as J01 or J01DD."""
    return bool(_ATC_LEVEL.fullmatch(text.upper()))


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": list_,
    "get": get_,
    "search": search_,
    "add": add_,
    "withdraw": withdraw_,
    "status": status_,
    "offer": offer_,
    "request": request_,
    "schedule": schedule_,
    "unschedule": unschedule_,
    "agree": agree_,
    "monitor": monitor_,
}
"""What each action does."""
