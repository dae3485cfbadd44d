"""Find in a run what reporting standards ask for; every finder returns None where the run does not say it."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from experiments.checklists.checklist import Found
from experiments.kept.listing import KeptRun
from experiments.measure_list import MEASURES
from experiments.progress import counted, duration
from experiments.report.folder import cells_of
from experiments.report.words import describe
from experiments.sensitivity import TABLE, assumptions
from experiments.store import COMPARISONS, MANIFEST, REPORT, TIMINGS, RunFolder
from experiments.store import MEASURES as MEASURES_FILE

MOST_NAMED = 12


def configuration(run: KeptRun) -> dict[str, Any]:
    """Return the configuration of the first cell, which all others resemble but for their factors."""
    first = next(iter(run.cells.values()), {})
    return dict(first.get("configuration") or {})


def named(words: Any) -> str:
    """Return the first of many words, and how many more there are."""
    every = [str(word) for word in words]
    more = len(every) - MOST_NAMED
    return ", ".join(islice(every, MOST_NAMED)) + (f" and {more} more" if more > 0 else "")


def purpose(run: KeptRun) -> Found | None:
    """Return the question that the study asks."""
    question = str(run.manifest.get("question") or "")
    return Found(question, REPORT) if question else None


def outputs(run: KeptRun) -> Found | None:
    """Return what is measured, with the definition of what answers the question."""
    if not (run.path / MEASURES_FILE).is_file():
        return None
    found = list(RunFolder(run.path).measures()["measure"].drop_duplicates())
    main = MEASURES.get(str(run.manifest.get("measure") or ""), MEASURES.get(found[0]) if found else None)
    led = f" The question is answered by {main.label} ({main.unit}): {main.definition}" if main else ""
    return Found(f"{counted(len(found), 'measure')}: {named(found)}.{led}", MEASURES_FILE)


def aims(run: KeptRun) -> Found | None:
    """Return what is compared with what."""
    baseline = (configuration(run).get("run") or {}).get("baseline") or {}
    with_what = ", ".join(f"{key} = {level}" for key, level in baseline.items())
    return Found(
        f"{counted(len(run.cells), 'cell')}: {named(run.cells)}. Baseline: {with_what or 'none'}.", COMPARISONS
    )


def scenarios(run: KeptRun) -> Found | None:
    """Return every cell in words."""
    said = [f"{cell.name}: {describe(cell)}" for cell in cells_of(run.manifest)]
    return Found("; ".join(said) + ".", MANIFEST) if said else None


def logic(run: KeptRun) -> Found | None:
    """Return the pathways with their phases, in order."""
    pathways: Mapping[str, Any] = configuration(run).get("pathways") or {}
    said = [
        f"{name}: {' → '.join(str(phase.get('name')) for phase in one.get('phases', []))}"
        for name, one in pathways.items()
    ]
    return Found("; ".join(said) + ".", MANIFEST) if said else None


def algorithms(run: KeptRun) -> Found | None:
    """Return who decides in every seat, in all cells."""
    seats: dict[str, set[str]] = {}
    for cell in run.cells.values():
        for seat, policy in (cell.get("policies") or {}).items():
            seats.setdefault(seat, set()).update({str(policy)} if policy else ())
    said = [f"{seat}: {', '.join(sorted(found))}" for seat, found in seats.items() if found]
    return Found("; ".join(said) + ".", MANIFEST) if said else None


def entities(run: KeptRun) -> Found | None:
    """Return who comes, and why."""
    conditions = configuration(run).get("conditions") or {}
    return (
        Found(f"Patients with {counted(len(conditions), 'condition')}: {named(conditions)}.", MANIFEST)
        if conditions
        else None
    )


def activities(run: KeptRun) -> Found | None:
    """Return the steps of all pathways."""
    pathways = configuration(run).get("pathways") or {}
    steps = {
        str(step.get("name")): None
        for one in pathways.values()
        for phase in one.get("phases", [])
        for step in phase.get("steps") or []
        if isinstance(step, dict)
    }
    return (
        Found(f"{counted(len(steps), 'step')}: {named(steps)}; durations stand with each.", MANIFEST) if steps else None
    )


def resources(run: KeptRun) -> Found | None:
    """Return what all hospitals have together, by kind."""
    total: dict[str, int] = {}
    hospitals = (configuration(run).get("city") or {}).get("hospitals") or {}
    for one in hospitals.values():
        for kind in ("places", "staff", "equipment"):
            for code, count in (one.get(kind) or {}).items():
                total[code] = total.get(code, 0) + int(count)
    said = ", ".join(f"{count} {code}" for code, count in total.items())
    return Found(f"{counted(len(hospitals), 'hospital')} with {said}, before scales.", MANIFEST) if total else None


def queues(run: KeptRun) -> Found | None:
    """Return who goes first where."""
    city = configuration(run).get("city") or {}
    if not city:
        return None
    plain = named(city.get("first_come_first_served") or []) or "no pool"
    return Found(f"By acuity, then by arrival; {plain} in the order of asking. Patience: {_patience(run)}.", MANIFEST)


def _patience(run: KeptRun) -> str:
    found = configuration(run).get("patience")
    return str(found) if found else "nobody leaves"


def borders(run: KeptRun) -> Found | None:
    """Return where patients come from."""
    settings = configuration(run)
    zones = (settings.get("city") or {}).get("zones") or {}
    sources = settings.get("sources") or {}
    if not zones and not sources:
        return None
    return Found(
        f"From {counted(len(zones), 'zone')}: {named(zones)}. Other sources: {named(sources) or 'none'}.", MANIFEST
    )


def inputs(run: KeptRun) -> Found | None:
    """Return which files the run was made from, by their hashes; without any, where the shipped numbers come from."""
    hashes = run.manifest.get("data_hashes") or {}
    said = [f"{name} (SHA-256 {digest[:12]})" for name, digest in hashes.items()]
    if not said:
        text = "No input files; numbers of the shipped configuration carry the ids of their sources."
        return Found(text, "conf/parameters.csv") if configuration(run) else None
    return Found(f"{named(said)}.", MANIFEST)


def parameters(run: KeptRun) -> Found | None:
    """Return where every number stands."""
    digest = str(run.manifest.get("configuration_hash") or "")
    return Found(f"The whole configuration of every cell, SHA-256 {digest[:16]}.", MANIFEST) if digest else None


def assumed(run: KeptRun) -> Found | None:
    """Return the numbers without a source, and how far the answer hangs on them where that was examined."""
    text = f"{counted(len(assumptions()), 'number')} without a source, each with its range."
    if (run.path / TABLE).is_file():
        return Found(f"{text} The leading difference at both ends of each range is in the report.", REPORT)
    return Found(text, "conf/assumptions.csv")


def sensitivity(run: KeptRun) -> Found | None:
    """Return whether the answer was examined at the ends of every assumption's range."""
    if not (run.path / TABLE).is_file():
        return None
    return Found("Every assumption was set to both ends of its range, one at a time.", TABLE)


def beginning(run: KeptRun) -> Found | None:
    """Return how the run begins."""
    settings = configuration(run)
    said = settings.get("run") or {}
    if settings.get("start"):
        return Found(f"From the census {settings['start']} at {said.get('start_date')}, without a warm-up.", MANIFEST)
    if "warm_up_weeks" not in said:
        return None
    filled = (settings.get("city") or {}).get("start") or {}
    kind = str(said.get("kind", "terminating")).replace("_", " ")
    return Found(f"{kind}; {said['warm_up_weeks']:g} weeks of warm-up; beds taken at time zero: {filled}.", MANIFEST)


def horizon(run: KeptRun) -> Found | None:
    """Return how long is simulated."""
    said = configuration(run).get("run") or {}
    if "weeks" not in said:
        return None
    return Found(
        f"{said['weeks']:g} weeks are measured, from {said.get('start_date')}; times are in minutes.", MANIFEST
    )


def estimation(run: KeptRun) -> Found | None:
    """Return how figures and their intervals come about."""
    n = int(run.manifest.get("replications", 0))
    text = f"{counted(n, 'replication')} a cell; paired differences on common random numbers, 95 % t intervals, Holm."
    return Found(text, COMPARISONS) if n and (run.path / COMPARISONS).is_file() else None


def software(run: KeptRun) -> Found | None:
    """Return the versions of everything that the run was made with."""
    said = run.manifest
    versions = ", ".join(f"{name} {version}" for name, version in (said.get("versions") or {}).items())
    if not said.get("citycare"):
        return None
    return Found(f"CityCare {said['citycare']}, Python {said.get('python')}, {versions}.", MANIFEST)


def sampling(run: KeptRun) -> Found | None:
    """Return how random numbers are drawn."""
    seed = run.manifest.get("root_seed")
    text = (
        f"PCG64 streams, one for each replication, source and purpose, from root seed {seed}; drawn before time zero."
    )
    return Found(text, MANIFEST) if seed is not None else None


def execution(run: KeptRun) -> Found | None:
    """Return which engine moved the patients."""
    engines = sorted({engine for found in (run.manifest.get("engines") or {}).values() for engine in found})
    return (
        Found(f"{'; '.join(engines)}. Events in order of time; ties as the design says.", MANIFEST) if engines else None
    )


def machine(run: KeptRun) -> Found | None:
    """Return on what the run was made, and how long it took."""
    timings = run.manifest.get("timings") or {}
    seconds = sum(spent.get("simulate", 0.0) for spent in timings.values())
    if not timings:
        return None
    return Found(f"{run.manifest.get('platform')}; {duration(seconds)} of simulation on one core in all.", TIMINGS)


def sharing(run: KeptRun) -> Found | None:
    """Return how the same run can be had again."""
    command = str(run.manifest.get("command") or "")
    if not command:
        return None
    code = str(run.manifest.get("code_hash"))[:16]
    return Found(f"MIT licence; code {code}; {command}", MANIFEST)
