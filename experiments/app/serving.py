"""Start the page, and end it with everything that it runs."""

import signal
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from experiments.app.desk import Desk
from experiments.app.server import HOST, Server
from experiments.app.turns import Turns
from experiments.app.variants import Variants
from experiments.schema import stop_at
from sim.faults import Fault

MOST_PORT = 65_535


@contextmanager
def opened(folder: Path, port: int = 0) -> Iterator[Server]:
    """Yield a server that listens, with its queue of runs; at the end runs are interrupted, what is finished is kept.

    Raises:
        ScenarioError: when the folder cannot be written, or the port cannot be had.
    """
    variants = _folder(folder)
    for variant in variants.every():
        if variant.state.is_open:
            variant.becomes("stopped")
    turns = Turns()
    server = _server(port, Desk(variants, turns))
    turns.open()
    try:
        yield server
    finally:
        server.server_close()
        turns.close()


def serve(folder: Path, port: int, browse: bool) -> None:
    """Serve the page until it is interrupted.

    Raises:
        ScenarioError: as `opened` does.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    with opened(folder, port) as server, suppress(KeyboardInterrupt):
        print(f"The planner's page: {server.address}\nVariants and runs: {folder.absolute()}", flush=True)
        print("Only this machine can reach it; who has the address may use it. End it with Ctrl-C.", flush=True)
        if browse:
            webbrowser.open(server.address)
        server.serve_forever()
    print("\nThe page is closed. Finished replications are kept; runs go on from there when it is opened again.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _folder(folder: Path) -> Variants:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        mend = f"choose a folder that can be written ({error.strerror or error})"
        stop_at([Fault("--folder", str(folder), mend)])
    return Variants(folder)


def _server(port: int, desk: Desk) -> Server:
    try:
        if not 0 <= port <= MOST_PORT:
            raise OSError("no such port")
        return Server(port, desk)
    except OSError as error:
        mend = f"choose another port of {HOST}, or 0 for any that is free ({error.strerror or error})"
        stop_at([Fault("--port", port, mend)])
        raise
