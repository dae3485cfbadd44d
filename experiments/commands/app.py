"""Carry out `citycare app`: the planner's page, for browsers of this machine."""

import argparse
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers

PORT, FOLDER = 8760, Path("runs") / "app"


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "ask questions on a page in the browser: move sliders, run, watch the answer become surer, compare"
    parser = commands.add_parser("app", parents=[common], help=text, description=text)
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"where variants and runs are kept; {FOLDER}")
    parser.add_argument("--port", type=int, default=PORT, help=f"of 127.0.0.1; {PORT}, 0 takes any that is free")
    parser.add_argument("--no-browser", action="store_true", help="print the address, and open no browser")
    parser.set_defaults(command=app)


def app(options: argparse.Namespace) -> int:
    """Serve the page until it is interrupted."""
    from experiments.app.serving import serve

    serve(options.folder, options.port, not options.no_browser)
    return DONE
