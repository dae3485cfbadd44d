"""Tell for each seat what decisions cost, what they could not have cost less than, and how much could be spared."""

from collections.abc import Iterator

from experiments.hindsight.measure_list import JUDGED
from experiments.report.catalogue import _, later
from experiments.report.folder import Cell, StoredRun, records
from experiments.report.numbers import ABSENT, plus_minus, scale_of, unit_in_words
from experiments.report.tables import Table, describe_measure, difference_text, measure_in
from experiments.report.words import decimals_of, label
from experiments.statistics import mean_interval
from sim.units import FloatArray

CAPTION = later("Decisions against what was possible, had the truth been known")
COLUMNS = (
    later("Of"),
    later("Cell"),
    later("Cost"),
    later("Bound"),
    later("Regret"),
    later("Regret against the baseline"),
)


def hindsight_table(run: StoredRun) -> Table | None:
    """Return a row for each seat and cell that was judged, None where none was.

    Regret is the difference of cost and bound within each replication, so that its interval is that of pairs.
    """
    rows = tuple(row for seat, what, *_rest in JUDGED for cell in run.cells for row in _rows(run, seat, what, cell))
    return Table(_(CAPTION), tuple(map(_, COLUMNS)), rows, frozenset({0, 1})) if rows else None


def _rows(run: StoredRun, seat: str, what: str, cell: Cell) -> Iterator[tuple[str, ...]]:
    names = [f"{part}_{seat}" for part in ("cost", "bound", "regret")]
    stored = run.measures[(run.measures["dimension"] == "all") & (run.measures["cell"] == cell.name)]
    if names[-1] in set(stored["measure"]):
        unit = unit_in_words(describe_measure(names[-1])[0])
        means = [_mean(name, stored.loc[stored["measure"] == name, "value"].to_numpy(dtype=float)) for name in names]
        yield measure_in(_(what), unit), label(cell), *means, _against_baseline(run, names[-1], cell)


def _mean(name: str, values: FloatArray) -> str:
    interval = mean_interval(values * scale_of(describe_measure(name)[0]))
    return plus_minus(interval.mean, interval.half_width, decimals_of(name, interval.half_width))


def _against_baseline(run: StoredRun, name: str, cell: Cell) -> str:
    """Return how regret differs from that of the cell's baseline, in pairs of replications."""
    table = run.comparisons
    mine = (table["measure"] == name) & (table["dimension"] == "all") & (table["treatment"] == cell.name)
    found = records(table[mine])
    return difference_text(found[0]) if found else ABSENT
