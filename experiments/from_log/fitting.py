"""Fit a model to a log and write it, in one go."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from experiments.from_log.journeys import journeys_of, plain_name
from experiments.from_log.model import Model, fit_model
from experiments.from_log.reading import read_log
from experiments.from_log.routing import Chain
from experiments.from_log.windows import windows_of
from experiments.from_log.written import write_study
from experiments.schema import stop_at
from sim.faults import Fault


def fit_to_log(
    path: Path, folder: Path, columns: Mapping[str, str], hold_out_share: float, how: tuple[bool, bool] = (False, True)
) -> str:
    """Fit, write the study into `folder` and return what to print; `how`: leave faulty rows out, fit queues.

    Raises:
        ScenarioError: with every fault of the log, or when the folder cannot be written.
    """
    leave_out, queues = how
    log = read_log(path, columns, leave_out)
    journeys = journeys_of(log)
    model = fit_model(journeys, windows_of(journeys, hold_out_share), queues)
    name = plain_name(folder.resolve().name)
    try:
        written = write_study(model, journeys.origin, name, folder)
    except OSError as error:
        stop_at([Fault("--out", folder.name, f"name a folder that can be written ({error.strerror or error})")])
    told = [*_summary(model), *(f"Left out: {fault}" for fault in log.left_out), *model.notes]
    files = ", ".join(str(one.relative_to(folder)) for one in written)
    told += [f"Written: {files} in {folder}", f"citycare run --config-dir {folder} experiment={name}"]
    return "\n".join(told)


def _summary(model: Model) -> Iterator[str]:
    """Yield what was fitted: arrivals, durations with the fit of each, and routing."""
    days = model.windows.train_days
    yield f"{model.n_cases:,} cases of {days} days; {model.windows.held_out_days} days after them were held out"
    for hospital, inflow in model.inflow.items():
        value, low, high = inflow.per_day
        yield f"{hospital}: {value:.4g} arrivals a day ({low:.4g} to {high:.4g}), by {inflow.pattern}"
    for activity, fit in sorted(model.laws.items()):
        mean, low, high = fit.mean
        shown = f"KS distance {fit.ks:.3f}" if fit.ks == fit.ks else fit.why
        yield f"  {activity:28} {mean:9.4g} min ({low:.4g} to {high:.4g})  {fit.kind}, n {fit.n:,}, {shown}"
    kinds = {"a chain" if isinstance(phase.routing, Chain) else "an order" for phase in model.phases}
    yield f"Routing: {' and '.join(sorted(kinds))}"
