"""Find the events of a stored replication: as kept, or made from its patients and the durations drawn for them."""

from pathlib import Path

import pandas as pd

from experiments.event_log.events import event_table
from experiments.schema import stop_at
from experiments.store import EVENTS
from experiments.stored_cell import StoredReplication
from sim.faults import Fault

FORMATS = (".xes", ".csv")
FOLDER = "event_log"


def target(stored: StoredReplication, out: Path | None) -> Path:
    """Return the file to write: `out`, or one in the run's folder.

    Raises:
        ScenarioError: when it is neither XES nor CSV, or its folder does not exist.
    """
    if out is None:
        path = stored.table(FOLDER).with_suffix(FORMATS[0])
        path.parent.mkdir(exist_ok=True)
        return path
    if out.suffix.lower() not in FORMATS:
        stop_at([Fault("--out", str(out), f"let the name end in {' or '.join(FORMATS)}")])
    if not out.resolve().parent.is_dir():
        stop_at([Fault("--out", str(out), "name a file in a folder that exists")])
    return out


def stored_events(stored: StoredReplication) -> pd.DataFrame:
    """Return the events of a replication, see `event_table`.

    Raises:
        ScenarioError: when the run kept no patients, or its configuration or files have changed since.
    """
    if stored.table(EVENTS).is_file():
        return pd.read_parquet(stored.table(EVENTS))
    if not stored.table("patients").is_file():
        stop_at([Fault("store.keep", "measures", "run it again with store.keep=patients: no patients were kept")])
    if not stored.is_unchanged:
        mend = "restore the configuration and the files it names; the durations of steps follow from them"
        stop_at([Fault("configuration_hash", stored.cell.hash[:10], mend)])
    return _made(stored)


def _made(stored: StoredReplication) -> pd.DataFrame:
    from experiments.build import build_scenario
    from sim.run import drawn

    scenario = build_scenario(stored.cell.settings)
    patients, transfers = (pd.read_parquet(stored.table(name)) for name in ("patients", "transfers"))
    return event_table(scenario, drawn(scenario, stored.replication).minutes, patients, transfers)
