"""Show a calibration on one page that works offline: what was known, what was moved, and what is still off."""

from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path

import altair as alt
from markupsafe import Markup

from experiments.calibration.charts import hospitals_chart, hours_chart
from experiments.calibration.city import Calibration, Moved, Reached
from experiments.calibration.residuals import HOUR, OCCUPANCY, OWN_HOUR, VISITS, Residual, elsewhere_share
from experiments.importing.record import FINDINGS, read_findings
from experiments.report.drawing import Frame
from experiments.report.figure import Figure, drawn
from experiments.report.numbers import ABSENT, counted, number, plus_minus, scale_of, signed, unit_in_words
from experiments.report.page import POLICY, environment, source_hash, template_text
from experiments.report.tables import Table


def page_of(folder: Path, done: Calibration, rest: Sequence[Residual], command: str) -> str:
    """Return the page as text."""
    style, findings = template_text("style.css"), read_findings(folder / FINDINGS)
    context = {
        "policy": POLICY.format(script="'none'", style=source_hash(style)),
        "style": Markup(style),
        "city": folder.resolve().name,
        "sentences": sentences(done),
        "targets": target_table(done.reached),
        "moved": moved_table(done.moved),
        "reasons": reason_table(done.moved),
        "hospitals": hospital_figure(done, rest),
        "visits": visits_table(done, rest),
        "hours": hour_figure(rest),
        "found": [what for kind, what in findings if kind == "found"],
        "filled": [what for kind, what in findings if kind == "filled in"],
        "left_out": [what for kind, what in findings if kind == "left out"],
        "effort": effort_table(done),
        "command": command,
    }
    return environment().get_template("calibration.html.j2").render(context)


def sentences(done: Calibration) -> tuple[str, ...]:
    """Return what came out, in words."""
    n, missed = len(done.reached), [one for one in done.reached if not one.landed]
    told = [f"{n - len(missed)} of {counted(n, 'target')} reached, judged by replications that the search never saw."]
    told += [
        f"Missed: {one.target.what} is {_value(one, one.after.mean)}, {_value(one, one.target.value)} was aimed at."
        for one in missed
    ]
    ends = [one.parameter.what for one in done.moved if one.at_limit]
    if ends:
        told.append(f"At the end of what is plausible: {'; '.join(ends)}. The targets asked for more.")
    return tuple(told)


def _value(one: Reached, value: float) -> str:
    unit = unit_in_words(one.target.unit)
    gap = "\u00a0" if unit else ""
    return f"{number(value * scale_of(one.target.unit), _decimals(one))}{gap}{unit}"


def _decimals(one: Reached) -> int:
    """Return the decimals at which the tolerance of a target can be seen."""
    open_ = one.target.tolerance * scale_of(one.target.unit)
    return 1 if open_ >= 0.5 else 3


def target_table(reached: Sequence[Reached]) -> Table:
    """Return targets beside what was reached."""
    columns = ("Known of the city", "Verdict", "Target", "Before", "After", "Off by", "Allowed", "Source")
    rows = []
    for one in reached:
        scale, d = scale_of(one.target.unit), _decimals(one)
        rows.append(
            (
                f"{one.target.what}, {unit_in_words(one.target.unit)}"
                if one.target.unit != "ratio"
                else one.target.what,
                "reached" if one.landed else "missed",
                number(one.target.value * scale, d),
                plus_minus(one.before.mean * scale, one.before.half_width * scale, d),
                plus_minus(one.after.mean * scale, one.after.half_width * scale, d),
                signed(one.miss * scale, d),
                f"±\u00a0{number(one.target.tolerance * scale, d)}",
                one.target.source or ABSENT,
            )
        )
    return Table("Targets and what held-out replications show", columns, tuple(rows), frozenset({0, 1, 7}))


def moved_table(moved: Sequence[Moved]) -> Table:
    """Return what was moved, and how far."""
    columns = ("Parameter", "Usual", "Now", "Moved by", "Plausible", "At its limit")
    rows = tuple(
        (
            one.parameter.what,
            f"{one.usual:.4g}",
            f"{one.value:.4g}",
            f"{signed(100 * (one.value / one.usual - 1), 0)}\u00a0%",
            f"{one.parameter.low:g} to {one.parameter.high:g}",
            "yes" if one.at_limit else "no",
        )
        for one in moved
    )
    return Table("What was moved, and how far", columns, rows, frozenset({0, 4, 5}))


def reason_table(moved: Sequence[Moved]) -> Table:
    """Return why each parameter may move so far, and under which name it is set."""
    columns = ("Parameter", "Setting", "Why it may move", "Source")
    rows = tuple(
        (one.parameter.what, one.setting, one.parameter.reason or ABSENT, one.parameter.source or ABSENT)
        for one in moved
    )
    return Table("Why each may move so far", columns, rows, frozenset({0, 1, 2, 3}))


def hospital_figure(done: Calibration, rest: Sequence[Residual]) -> Figure:
    """Show occupancy by hospital: recorded, and simulated with its interval."""
    mine = [one for one in rest if one.kind == OCCUPANCY]
    mine.sort(key=lambda one: -(one.observed if isfinite(one.observed) else one.simulated[0]))
    names = names_apart(done.hospitals)
    rows = [
        {"name": names[one.name], "which": which, "value": value, "low": low, "high": high}
        for one in mine
        for which, value, low, high in _points(one)
        if isfinite(value)
    ]
    caption = (
        "Share of staffed beds in use, fullest hospital first. A line joins what a hospital recorded with what is"
        " simulated: the longer it is, the less the model knows of that hospital. Calibration moves the city as a"
        " whole, never a single hospital. Beds that the import set aside count on neither side."
    )
    columns = ("Hospital", "Recorded, %", "Simulated, %", "Off by, points")
    body = tuple((names[one.name], *_figures(one, 100.0, 1)) for one in mine)
    return drawn(
        "hospitals",
        ("Beds in use by hospital", caption),
        rows,
        lambda frame: _drawn_hospitals(frame, [names[one.name] for one in mine]),
        Table("Bed occupancy by hospital", columns, body),
    )


def _drawn_hospitals(frame: Frame, names: Sequence[str]) -> alt.TopLevelMixin:
    return hospitals_chart(frame, names)


def _points(one: Residual) -> list[tuple[str, float, float, float]]:
    """Return what is drawn of a hospital, in percent: the recorded point, and the simulated one."""
    seen, off = one.simulated
    half = off if isfinite(off) else 0.0
    known, shown = round(100 * one.observed, 3), round(100 * seen, 3)
    joined = known if isfinite(known) else shown
    return [
        ("recorded", known, joined, shown),
        ("simulated", shown, round(100 * (seen - half), 3), round(100 * (seen + half), 3)),
    ]


def names_apart(hospitals: Mapping[str, str]) -> dict[str, str]:
    """Return a name for every hospital by id; where two are called alike, the id tells them apart."""
    called = list(hospitals.values())
    return {id_: name if called.count(name) == 1 else f"{name} ({id_})" for id_, name in hospitals.items()}


def visits_table(done: Calibration, rest: Sequence[Residual]) -> Table:
    """Return emergency visits a week by hospital, recorded and simulated."""
    names = names_apart(done.hospitals)
    mine = [one for one in rest if one.kind == VISITS]
    body = tuple((names[one.name], *_figures(one, 1.0, 0)) for one in mine)
    columns = ("Hospital", "Recorded", "Simulated", "Off by")
    return Table("Emergency visits a week, by hospital", columns, body)


def hour_figure(rest: Sequence[Residual]) -> Figure:
    """Show arrivals by hour of the day: simulated, and as known from each of the sources."""
    known = {called: mine for kind, called in KNOWN_HOURS.items() if (mine := [r for r in rest if r.kind == kind])}
    usual = known[KNOWN_HOURS[HOUR]]
    rows = [
        {"hour": hour, "which": which, "value": round(100 * value, 4)}
        for which, shares in (
            ("simulated", [one.simulated[0] for one in usual]),
            *((called, [one.observed for one in mine]) for called, mine in known.items()),
        )
        for hour, value in enumerate(shares)
    ]
    caption = "Share of a day’s emergency arrivals in each hour. " + " ".join(
        _hours_sentence(called, mine) for called, mine in known.items()
    )
    columns = ("Hour from", "Simulated, %", *(f"{called.capitalize()}, %" for called in known))
    body = tuple(
        (one.name, _figures(one, 100.0, 2)[1], *(number(100 * mine[i].observed, 2) for mine in known.values()))
        for i, one in enumerate(usual)
    )
    table = Table("Emergency arrivals by hour of the day", columns, body)

    def draw(frame: Frame) -> alt.TopLevelMixin:
        return hours_chart(frame, list(known))

    return drawn("hours", ("Arrivals by hour of the day", f"{caption} Nothing is moved for it."), rows, draw, table)


KNOWN_HOURS = {HOUR: "usual departments", OWN_HOUR: "this city’s own profile"}
"""How the page calls what is known of hours, by the kind of residual."""


def _hours_sentence(called: str, mine: Sequence[Residual]) -> str:
    worst, kind = max(mine, key=lambda one: abs(one.miss)), mine[0].kind
    return (
        f"For arrivals to be as in {called} ({mine[0].source or ABSENT}),"
        f" {number(100 * elsewhere_share(mine, kind), 1)}\u00a0% would have to come in another hour; the largest gap,"
        f" {signed(100 * worst.miss, 2)} percentage points, is that from {worst.name} on."
    )


def _figures(one: Residual, scale: float, decimals: int) -> tuple[str, str, str]:
    mean, half = one.simulated
    return (
        number(one.observed * scale, decimals),
        plus_minus(mean * scale, half * scale, decimals),
        signed(one.miss * scale, decimals),
    )


def effort_table(done: Calibration) -> Table:
    """Return how much was simulated."""
    run, effort = done.cell.settings.run, done.effort
    rows = (
        ("Weeks observed, after weeks of warm-up", f"{effort.weeks:g} after {effort.warm_up_weeks:g}"),
        ("Replications to search on, at each setting", f"{effort.search}; {effort.sharper} for the last steps"),
        ("Settings tried", f"{done.found.n_points}"),
        ("Replications held out, to check on", f"{effort.check}"),
        ("How far off in all (misses in tolerances, squared, and a price on moves): first and last", _costs(done)),
        ("Seed", f"{run.root_seed}"),
        ("Triage of the baseline", str(done.cell.settings.triage.get("policy", ABSENT))),
        ("Transfers of the baseline", str(done.cell.settings.transfer.get("policy", ABSENT))),
    )
    return Table("How it was done", ("What", "Value"), rows, frozenset({0, 1}))


def _costs(done: Calibration) -> str:
    return f"{number(done.found.first_cost, 1)} and {number(done.found.cost, 1)}"
