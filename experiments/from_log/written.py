"""Write a fitted model as a study: configuration files that `citycare run --config-dir` reads, tables and a page."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from io import StringIO
from math import ceil
from pathlib import Path
from typing import Any

import yaml

from experiments.columns import write_text
from experiments.from_log.inflow import DAYS, EVERY, Inflow
from experiments.from_log.model import FittedPhase, Model, hospital_id
from experiments.from_log.routing import END, Chain, Happening, Ordered
from sim.units import MINUTES_PER_WEEK

KIND = "patient"
NO_ACUITY = [0, 0, 1, 0, 0]
MOST_WEEKS = 8
DECIMALS = 6
UNUSED = {"space": 1}
"""What a hospital has where the log shows no resources: a city has at least one pool, and nobody needs this one."""

NOTHING = {"fixed": {"minutes": 0.0}}
BEFORE = "before_"
"""Begins the names of delays that stand before an activity."""


def write_study(model: Model, origin: datetime, name: str, folder: Path) -> list[Path]:
    """Write city, patients, pathways and experiment, each whole, and return their paths; equal models, equal bytes."""
    texts = {
        "city": city_of(model, name),
        "patients": patients_of(model),
        "pathways": {KIND: pathway_of(model)},
        "experiment": experiment_of(model, origin, name),
    }
    written = []
    for group, content in texts.items():
        path = folder / "conf" / group / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        head = "" if group in ("city", "pathways") else "# @package _global_\n"
        write_text(f"{head}# Fitted to an event log; fits.csv says how well.\n{_yaml(content)}", path)
        written.append(path)
    path = folder / "fits.csv"
    write_text(_csv(fit_rows(model)), path)
    return [*written, path]


def city_of(model: Model, name: str) -> dict[str, Any]:
    """Return the city: hospitals with what was ever busy at once; they stand in one spot, since no log says where."""
    places, staff = (
        {hospital_id(k): dict(v) for k, v in one.items()} for one in (model.needs.places, model.needs.staff)
    )
    hospitals = {
        one: {
            "name": one,
            "latitude": 0.0,
            "longitude": 0.0,
            "places": places.get(one, {}) or ({} if staff.get(one) else UNUSED),
            "staff": staff.get(one, {}),
        }
        for one in model.inflow
    }
    zones = {"everywhere": {"name": "Everywhere", "latitude": 0.0, "longitude": 0.0, "population": 1.0}}
    pools = sorted({code for kind in (places, staff) for one in kind.values() for code in one})
    return {
        "name": name,
        "folder": None,
        "hospitals": hospitals,
        "zones": zones,
        "electives": {"per_bed_per_day": 0.0},
        "first_come_first_served": pools,
    }


def patients_of(model: Model) -> dict[str, Any]:
    """Return who comes, when, and how long they wait."""
    sources = {name: source for one, inflow in model.inflow.items() for name, source in _sources(one, inflow)}
    patience: dict[str, float] = {"never_leaves_share": 1, "mean_min": 0}
    if model.patience_min is not None:
        patience = {"never_leaves_share": 0, "mean_min": round(model.patience_min, DECIMALS)}
    return {
        "conditions": {KIND: {"pathway": KIND, "acuity_share": NO_ACUITY, "weight": 1}},
        "patience": patience,
        "case_mix": {"features": {}, "nurse_share": [[float(i == j) for j in range(5)] for i in range(5)]},
        "sources": sources,
    }


def _sources(hospital: str, inflow: Inflow) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield one source, or one for each weekday where every hour of the week has its own rate."""
    by_day = inflow.rate.sum(axis=1)
    if inflow.pattern != EVERY:
        hourly = (inflow.rate.sum(axis=0) / inflow.rate.sum()).tolist()
        days = (by_day / by_day.sum()).tolist()
        yield f"{hospital}_arrivals", _source(hospital, float(inflow.rate.sum() / DAYS), hourly, days)
        return
    for day in (day for day in range(DAYS) if by_day[day] > 0):
        hourly, only = inflow.rate[day].tolist(), [float(one == day) for one in range(DAYS)]
        yield f"{hospital}_arrivals_{day + 1}", _source(hospital, float(by_day[day]) / DAYS, hourly, only)


def _source(hospital: str, per_day: float, hourly: Sequence[float], days: Sequence[float]) -> dict[str, Any]:
    weekly = {
        "per_day": round(per_day, DECIMALS),
        "hourly_profile": [round(one, DECIMALS) for one in hourly],
        "weekday_profile": [round(one, DECIMALS) for one in days],
    }
    return {"hospital": hospital, "conditions": {KIND: 1}, "arrivals": {"weekly": weekly}}


def pathway_of(model: Model) -> dict[str, Any]:
    """Return the pathway: phases in order, or one phase with the steps of a chain."""
    whole: dict[str, Any] = {"phases": [_phase(model, phase) for phase in model.phases]}
    chains = [phase.routing for phase in model.phases if isinstance(phase.routing, Chain)]
    if chains:
        whole["choices"] = {name: shares for one in chains for name, shares in _choices(one)}
    return whole


def _phase(model: Model, phase: FittedPhase) -> dict[str, Any]:
    made: dict[str, Any] = {"name": phase.name}
    if phase.place:
        made |= {"place": phase.place}
        made |= {"p": round(phase.p.share, DECIMALS)} if phase.p.share < 1 else {}
        made |= {"may_leave": True} if model.patience_min is not None else {}
    routing = phase.routing
    if isinstance(routing, Chain):
        return made | {"steps": list(_chain_steps(model, routing))}
    return made | {"steps": list(_ordered_steps(model, phase, routing))}


def _ordered_steps(model: Model, phase: FittedPhase, routing: Ordered) -> Iterator[dict[str, Any]]:
    """Yield steps in order; those of which a case has one at most become branches of a choice."""
    group_of = {name: group for group in routing.exclusive for name in group}
    by_name = {one.activity: one for one in routing.steps}
    for one in routing.steps:
        group = group_of.get(one.activity)
        if group is None:
            yield from _steps(model, one, round(one.p.share, DECIMALS))
        elif one.activity == group[0]:
            branches = {_short(name): _branch(model, by_name[name]) for name in group}
            rest = round(1 - sum(branch["share"] for branch in branches.values()), DECIMALS)
            none = {"none": {"share": rest, "steps": []}} if rest > 0 else {}
            yield {"one_of": f"{phase.name}_{_short(one.activity)}_or_other", "branches": branches | none}


def _branch(model: Model, one: Happening) -> dict[str, Any]:
    return {"share": round(one.p.share, DECIMALS), "steps": list(_steps(model, one, 1.0))}


def _short(activity: str) -> str:
    return activity.rpartition(".")[2]


def _steps(model: Model, one: Happening, p: float) -> Iterator[dict[str, Any]]:
    """Yield one step, with its delay before it and its repeats, as one part."""
    step, name = _step(model, one.activity, _short(one.activity)), _short(one.activity)
    delay = _delay(model, one.activity, f"{BEFORE}{name}")
    chance = {} if p == 1 else {"p": p}
    repeat: dict[str, Any] = {}
    if one.again is not None:
        repeat = {"repeat": {"p": round(one.again.share, DECIMALS), "at_most": one.at_most}}
    yield {"steps": [delay, step], **chance, **repeat} if delay else step | chance | repeat


def _step(model: Model, activity: str, name: str) -> dict[str, Any]:
    needs = model.needs.of.get(activity, ())
    made: dict[str, Any] = {"name": name, "duration": model.laws[activity].law}
    made |= {"needs": list(needs[0])} if needs else {}
    return made | ({"or_needs": [list(one) for one in needs[1:]]} if len(needs) > 1 else {})


def _delay(model: Model, activity: str, name: str) -> dict[str, Any]:
    fit = model.delays.get(activity)
    return {"name": name, "duration": fit.law} if fit else {}


def _chain_steps(model: Model, chain: Chain) -> Iterator[dict[str, Any]]:
    for k, reachable in enumerate(chain.seen, start=1):
        for activity in sorted(reachable):
            chance = {"p": {"by": f"event_{k}", activity: 1.0, "otherwise": 0.0}}
            delay = _delay(model, activity, f"{BEFORE}{activity}_{k}")
            if delay:
                yield delay | chance
            at_once = k == 1 and not model.timed
            yield _step(model, activity, f"{activity}_{k}") | ({"duration": NOTHING} if at_once else {}) | chance


def _choices(chain: Chain) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what the k-th event is, by the one before it; nothing follows the end."""
    first = chain.shares[""]
    yield "event_1", dict(sorted(first.items()))
    for k, (before, now) in enumerate(zip(chain.seen, chain.seen[1:], strict=False), start=2):
        options = [*sorted(now), END]
        yield f"event_{k}", {b: _shares(chain.shares, sorted(before), b, f"event_{k - 1}") for b in options}


def _shares(shares: Mapping[str, Mapping[str, float]], before: Sequence[str], b: str, name: str) -> dict[str, Any]:
    table = {a: shares[a].get(b, 0.0) for a in before if b in shares[a] or b == END}
    return {"by": name, **table, "otherwise": float(b == END)}


def experiment_of(model: Model, origin: datetime, name: str) -> dict[str, Any]:
    """Return the run that `citycare validate` compares: it observes the very weeks that were held out, and a rest."""
    windows = model.windows
    warm_up = min(max(ceil(model.p95_min / MINUTES_PER_WEEK), 1), MOST_WEEKS)
    rest = min(model.p95_min, MOST_WEEKS * MINUTES_PER_WEEK) / MINUTES_PER_WEEK
    starts = origin + timedelta(minutes=windows.split_min) - timedelta(weeks=warm_up)
    groups = {"city": name, "patients": name, "pathways": name, "triage": "nurse"}
    return {
        "defaults": [{f"override /{group}": member} for group, member in groups.items()],
        "experiment": {"name": name, "question": "Does the fitted model show what the log shows?"},
        "run": {
            "replications": 10,
            "weeks": round(windows.held_out_days / DAYS + rest, 4),
            "warm_up_weeks": warm_up,
            "start_date": starts.strftime("%Y-%m-%d %H:%M"),
        },
    }


def fit_rows(model: Model) -> Iterator[Sequence[object]]:
    """Yield one row for everything that was fitted, with its 95 % interval."""
    yield ("kind", "name", "value", "low", "high", "unit", "n", "law", "why")
    for one, inflow in model.inflow.items():
        why = f"AIC {', '.join(f'{name} {value:.1f}' for name, value in inflow.aic.items())}"
        yield ("arrivals", one, *_figures(inflow.per_day), "patients a day", inflow.n, inflow.pattern, why)
    for kind, fits in (("duration", model.laws), ("delay", model.delays)):
        for name, fit in fits.items():
            aic = f"{fit.why}; AIC {', '.join(f'{k} {v:.1f}' for k, v in fit.aic.items())}" if fit.aic else fit.why
            yield (kind, name, *_figures(fit.mean), "min, mean", fit.n, fit.kind, aic)
            yield (kind, name, *_figures(fit.sd), "min, sd", fit.n, fit.kind, aic)
    for phase in model.phases:
        if phase.place:
            yield (
                "phase",
                phase.name,
                *_figures((phase.p.share, phase.p.low, phase.p.high)),
                "share",
                phase.p.n,
                "",
                "",
            )
        if isinstance(phase.routing, Ordered):
            yield from _ordered_rows(phase.routing)
    for kind, sizes in (("places", model.needs.places), ("staff", model.needs.staff)):
        for hospital, pools in sizes.items():
            for pool, n in pools.items():
                yield (kind, f"{hospital}.{pool}", n, n, "", "units", "", "", "most that were ever busy at once")


def _ordered_rows(routing: Ordered) -> Iterator[Sequence[object]]:
    for one in routing.steps:
        yield ("happens", one.activity, *_figures((one.p.share, one.p.low, one.p.high)), "share", one.p.n, "", "")
        if one.again is not None:
            figures = _figures((one.again.share, one.again.low, one.again.high))
            yield ("again", one.activity, *figures, "share", one.again.n, "", f"at most {one.at_most} times")


def _figures(values: Sequence[float]) -> list[str]:
    return [f"{value:.6g}" for value in values]


def _yaml(content: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)


def _csv(rows: Iterator[Sequence[object]]) -> str:
    stream = StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
