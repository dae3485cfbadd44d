"""Make every figure of a report that the stored tables allow."""

from experiments.report.city_map import city_map
from experiments.report.converging import converging
from experiments.report.differences import forest, gains, tornado
from experiments.report.figure import Figure
from experiments.report.findings import Finding
from experiments.report.flow import flow
from experiments.report.folder import StoredRun
from experiments.report.front import front
from experiments.report.kinds import waterfall
from experiments.report.patterns import hours, waits
from experiments.report.sharing import supply
from experiments.report.solving import solving


def all_figures(run: StoredRun, lead: Finding | None) -> dict[str, Figure]:
    """Return every figure that the stored tables allow, by name."""
    if lead is None:
        return {}
    made = [
        forest(run, lead),
        waterfall(run, lead),
        supply(run, lead),
        gains(run, lead),
        waits(run, lead),
        *hours(run, lead),
        flow(run, lead),
        city_map(run, lead),
        front(run, lead),
        converging(run, lead),
        solving(run, lead),
        tornado(run, lead),
    ]
    return {figure.name: figure for figure in made if figure is not None}
