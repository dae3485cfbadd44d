"""Write the folder of a city beside its place, read it back, and only then put it there: whole, or not at all."""

import os
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree

from experiments.files.folder import read_city_folder
from experiments.schema import stop_at
from sim.faults import Fault


def write_checked(out: Path, write: Callable[[Path], list[Path]]) -> list[Path]:
    """Let `write` fill a hidden folder, read it as a city, rename it to `out`, and return the paths of its files.

    Raises:
        ScenarioError: when `out` exists, what was written is no city, or the folder cannot be written.
    """
    hidden = out.with_name(f".{out.name}.{os.getpid()}.partial")
    if out.exists():
        stop_at([Fault("--out", str(out), "name a new folder")])
    try:
        files = write(hidden)
        read_city_folder(hidden)
        os.rename(hidden, out)
    except OSError as error:
        stop_at([Fault("--out", str(out), f"name a folder that can be written ({error.strerror or error})")])
    finally:
        rmtree(hidden, ignore_errors=True)
    return [out / file.name for file in files]
