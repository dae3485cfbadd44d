"""Carry out `citycare resources`: the platform on its own, over one registry in a folder."""

import argparse
from pathlib import Path

from experiments.commands.shared import Subparsers

WHAT = ("resources", "offers", "requests", "agreements", "bookings", "counts", "ledger")
KINDS = ("bed", "staff", "equipment", "medicine")
ADDED = ("id", "type", "owner", "name", "place", "units", "unit", "content", "lot", "expires")


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command, its actions and their arguments."""
    text = "share resources between hospitals: registry, offers, requests, agreements, bookings and their ledger"
    parser = commands.add_parser("resources", help=text, description=text)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    parents = [common, _shared()]
    _add_reading(actions, parents)
    _add_registry(actions, parents)
    _add_sharing(actions, parents)
    _add_monitor(actions, parents)


def _shared() -> argparse.ArgumentParser:
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("folder", type=Path, metavar="FOLDER", help="the folder of the registry")
    parent.add_argument("--by", default="operator", metavar="HOSPITAL", help="who asks or acts; default: the operator")
    parent.add_argument("--at", default="", metavar="TIME", help="local time, such as 2030-01-07T20:00; default: now")
    parent.add_argument("--why", default="", metavar="TEXT", help="the reason, kept in the ledger")
    form = parent.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", default="table", help="print JSON")
    form.add_argument("--csv", dest="form", action="store_const", const="csv", help="print CSV")
    return parent


def _action(
    actions: Subparsers, name: str, text: str, parents: list[argparse.ArgumentParser]
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, parents=parents, help=text, description=text)
    parser.set_defaults(command=_run, action=name)
    return parser


def _run(options: argparse.Namespace) -> int:
    """Carry out one action; the modules that know how are loaded only now."""
    from experiments.resources.actions import ACTIONS

    return ACTIONS[options.action](options)


def _add_reading(actions: Subparsers, parents: list[argparse.ArgumentParser]) -> None:
    parser = _action(actions, "list", "list resources, offers, requests, agreements, bookings or the ledger", parents)
    parser.add_argument("what", nargs="?", choices=WHAT, default="resources", help="default: resources")
    parser.add_argument("--purpose", default="*", help="what for; some agreements name a purpose")
    parser = _action(actions, "get", "show one thing and its history", parents)
    parser.add_argument("id", help="a resource, offer-1, request-1, agreement-1 or booking-1")
    parser.add_argument("--purpose", default="*", help="what for; some agreements name a purpose")
    parser = _action(actions, "search", "find resources by type, status, place and time window", parents)
    parser.add_argument("--type", default="", help="in any words that the table of types knows, or an ATC level")
    parser.add_argument("--kind", default="", choices=KINDS, help="one kind of sharing")
    parser.add_argument("--status", default="", choices=("available", "down", "withdrawn"), help="one status")
    parser.add_argument("--place", default="", help="a hospital or zone")
    parser.add_argument("--owner", default="", help="a hospital")
    parser.add_argument("--purpose", default="*", help="what for; some agreements name a purpose")
    _add_window(parser, required=False)


def _add_registry(actions: Subparsers, parents: list[argparse.ArgumentParser]) -> None:
    parser = _action(actions, "add", "register resources: one by options, or all rows of a CSV file", parents)
    parser.add_argument("--file", type=Path, metavar="CSV", help="columns id, type, owner, and more if known")
    for name in ADDED:
        parser.add_argument(f"--{name}", default="", metavar=name.upper(), help=f"{name} of one resource")
    parser = _action(actions, "withdraw", "take back a resource, an offer, a request or an agreement", parents)
    parser.add_argument("id", help="a resource, offer-1, request-1 or agreement-1")
    parser = _action(actions, "status", "say that a resource is down, or available again", parents)
    parser.add_argument("id", help="a resource")
    parser.add_argument("status", choices=("available", "down"))


def _add_sharing(actions: Subparsers, parents: list[argparse.ArgumentParser]) -> None:
    parser = _action(actions, "offer", "offer units of a resource for a window", parents)
    parser.add_argument("id", help="a resource")
    parser.add_argument("--units", type=int, help="how many; default: all")
    parser.add_argument("--days", type=int, default=1, help="offer the same window on so many days in a row")
    _add_window(parser, required=True)
    parser = _action(actions, "request", "ask for units of a type within a window", parents)
    parser.add_argument("type", help="in any words that the table of types knows")
    parser.add_argument("--units", type=int, default=1, help="how many; default: 1")
    parser.add_argument("--for", dest="duration", default="", metavar="TIME", help="how long, such as 2h; default: all")
    parser.add_argument("--transit", default="0 min", metavar="TIME", help="how long bringing a medicine takes")
    parser.add_argument("--purpose", default="*", help="what for; some agreements name a purpose")
    _add_window(parser, required=True)
    parser = _action(
        actions, "schedule", "book what is free and allowed; 1 as exit code when something is missing", parents
    )
    parser.add_argument("id", nargs="?", default="", help="one request; default: all, in the order in which they came")
    parser = _action(actions, "unschedule", "call off a booking, or end one that goes on", parents)
    parser.add_argument("id", help="a booking")
    parser = _action(actions, "agree", "let a hospital see and use what is another's", parents)
    parser.add_argument("--owner", default="", help="whose things; default: the hospital named by --by; * for all")
    parser.add_argument("--user", required=True, help="who may see and use them; * for all")
    parser.add_argument("--kinds", default="", metavar="KIND,KIND", help="default: all kinds")
    parser.add_argument("--purpose", default="*", help="what for; default: every purpose")
    parser.add_argument("--counts-only", action="store_true", help="show counts, and nothing else")
    parser.add_argument("--minimum-cell", type=int, default=4, metavar="N", help="smaller counts of people are hidden")
    _add_window(parser, required=False)


def _add_monitor(actions: Subparsers, parents: list[argparse.ArgumentParser]) -> None:
    text = "watch use, supply against demand, and alerts; replay the states of devices"
    parser = _action(actions, "monitor", text, parents)
    parser.add_argument("--show", choices=("types", "resources", "hours", "alerts"), default="types")
    parser.add_argument("--feed", type=Path, metavar="CSV", help="columns time, resource, status: states of devices")
    parser.add_argument("--least-ratio", type=float, default=1.0, help="alert when supply / demand is below")
    parser.add_argument("--most-used", type=float, default=0.9, help="alert when the share in use is above")
    _add_window(parser, required=False)


def _add_window(parser: argparse.ArgumentParser, required: bool) -> None:
    parser.add_argument("--from", dest="starts", default="", required=required, metavar="TIME", help="local time")
    parser.add_argument("--until", dest="ends", default="", required=required, metavar="TIME", help="local time")
