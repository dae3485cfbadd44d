"""Write what a calibration came to: settings.csv, calibration.csv with every residual, and a page."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

import numpy as np

from experiments.calibration.aims import Aims
from experiments.calibration.city import Calibration, Moved, Reached
from experiments.calibration.page import page_of
from experiments.calibration.residuals import HOUR, OWN_HOUR, Residual, elsewhere_share, residuals
from experiments.columns import write_text
from experiments.files.own_settings import FILE, OwnSetting, own_rows, read_own_settings
from experiments.report.numbers import amount, number

TABLE, PAGE = "calibration.csv", "calibration.html"
COLUMNS = ("kind", "name", "unit", "observed", "simulated", "half_width", "residual", "source")


def write_calibration(folder: Path, done: Calibration, aims: Aims, command: str) -> list[Residual]:
    """Write the three files, each whole, and return all residuals; equal calibrations give equal bytes.

    Settings of the folder that were not moved stay as they are. A run takes `settings.csv` by the ordinary path.
    """
    rest = residuals(folder, done, aims)
    kept = read_own_settings(folder / FILE)[1] if (folder / FILE).is_file() else {}
    moved = {one.setting: OwnSetting(one.value, reason_of(one)) for one in done.moved}
    write_text(_csv(own_rows(kept | moved)), folder / FILE)
    write_text(_csv([COLUMNS, *_rows(done, rest)]), folder / TABLE)
    write_text(page_of(folder, done, rest, command), folder / PAGE)
    return rest


def reason_of(moved: Moved) -> str:
    """Return why a parameter is not the usual one, for the table of settings."""
    one = moved.parameter
    return f"calibrated from {moved.usual:g}; {one.low:g} to {one.high:g} is plausible ({one.source})"


def summary(done: Calibration, rest: Sequence[Residual], folder: Path) -> str:
    """Return what the command prints: targets, parameters, hours of arrivals, and where the files are."""
    lines = ["target                                                      aim   before    after"]
    lines += [_target_line(one) for one in done.reached]
    lines += ["", "parameter                                                 usual      now    range"]
    for moved in done.moved:
        p = moved.parameter
        end = "  at its limit" if moved.at_limit else ""
        lines.append(f"{p.what[:55]:55} {moved.usual:7.4g}  {moved.value:7.4g}    {p.low:g} to {p.high:g}{end}")
    lines += ["", "arrivals that would have to come in another hour of the day to be as in"]
    lines += [_hours_line(rest, kind) for kind in (HOUR, OWN_HOUR) if any(one.kind == kind for one in rest)]
    missed = sum(not one.landed for one in done.reached)
    verdict = "All targets were reached" if not missed else f"{missed} of {len(done.reached)} targets were missed"
    files = ", ".join((FILE, TABLE, PAGE))
    return "\n".join(
        [*lines, "", f"{verdict} in {done.effort.check} held-out replications.", f"Written: {files} in {folder}"]
    )


def _target_line(one: Reached) -> str:
    target = one.target
    digits = 0 if target.value >= 100 else 3
    figures = f"{number(target.value, digits):>7}  {one.before.mean:7.{digits}f}  {one.after.mean:7.{digits}f}"
    verdict = "reached" if one.landed else f"missed by {number(one.miss, digits)} (leaves {amount(target.tolerance)})"
    return f"{target.what[:55]:55} {figures}  {verdict}"


def _hours_line(rest: Sequence[Residual], kind: str) -> str:
    source = next(one.source for one in rest if one.kind == kind)
    return f"{source or 'the targets':72} {number(100 * elsewhere_share(rest, kind), 1)} %"


def _rows(done: Calibration, rest: Sequence[Residual]) -> Iterator[Sequence[object]]:
    for one in done.reached:
        t = one.target
        yield ("target", t.what, t.unit, t.value, *_figures(one.after.mean, one.after.half_width, one.miss), t.source)
    for each in rest:
        yield (each.kind, each.name, each.unit, *_figures(each.observed, *each.simulated, each.miss), each.source)


def _figures(*values: float) -> list[str]:
    return ["" if np.isnan(value) else f"{value:.6g}" for value in values]


def _csv(rows: Sequence[Sequence[object]]) -> str:
    stream = StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
