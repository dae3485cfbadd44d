"""Add to the measures of a run what each seat cost, what was possible, and regret."""

import pandas as pd

from experiments.hindsight.admission import AdmissionHindsight
from experiments.hindsight.base import Hindsight
from experiments.hindsight.medicines import MedicinesHindsight
from experiments.hindsight.staffing import StaffingHindsight
from experiments.hindsight.transfer import TransferHindsight
from sim.run import Run, drawn
from sim.scenario import Scenario
from sim.streams import Replication

SEATS: tuple[Hindsight, ...] = (
    StaffingHindsight(),
    MedicinesHindsight(),
    AdmissionHindsight(),
    TransferHindsight(),
)


def with_regret(measures: pd.DataFrame, scenario: Scenario, run: Run, replication: Replication) -> pd.DataFrame:
    """Return the measures of a run, and those of every seat that can be judged."""
    judged = [seat for seat in SEATS if seat.applies(scenario, run)]
    if not judged:
        return measures
    cohort = drawn(scenario, replication)
    rows = [row for seat in judged for row in seat.rows(scenario, run, cohort)]
    return pd.concat([measures, pd.DataFrame(rows, columns=list(measures.columns))], ignore_index=True)
