"""Fill the templates of the page; every text from configuration or a form is escaped."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from experiments.app.asked import Asked
from experiments.app.choices import in_words
from experiments.app.comparing import Table
from experiments.app.drawing import funnel, span_of, whiskers
from experiments.app.forms import Form
from experiments.app.running import Progress, last_words, progress
from experiments.app.sharpening import Readings, SoFar
from experiments.app.shelf import CITY, members, questions
from experiments.app.turns import Turns
from experiments.app.variants import State, Variant
from experiments.app.weighing import Weighed
from experiments.commands.shared import project_version
from experiments.report import answer
from experiments.report.folder import read_folder
from experiments.report.words import capitalized
from sim.faults import Fault

MOST_NAMED = 4
STATES = {
    "kept": "kept, not run yet",
    "waiting": "waiting for its turn",
    "running": "running",
    "done": "done",
    "failed": "failed",
    "canceled": "canceled; what was finished is kept",
    "stopped": "stopped with the page; what was finished is kept",
}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("experiments.app"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(version=project_version(), in_words=in_words, capitalized=capitalized, states=STATES)
    return made


def render(template: str, **values: Any) -> str:
    """Return a page or a part of one."""
    return _environment().get_template(f"{template}.html.j2").render(**values)


def style() -> str:
    """Return the style sheet."""
    return files("experiments.app").joinpath("templates", "app.css").read_text(encoding="utf-8")


def script() -> str:
    """Return the script."""
    return files("experiments.app").joinpath("templates", "app.js").read_text(encoding="utf-8")


def command_of(asked: Asked) -> str:
    """Return the command line that runs what is asked for."""
    return shlex.join(["citycare", "run", *asked.words])


def home(own: Sequence[Variant], others: Sequence[Variant], turns: Turns) -> str:
    """Return the first page: questions, and the variants that are there."""
    mine, theirs = [listed(one, turns) for one in own], [listed(one, turns) for one in others]
    return render("home", questions=list(questions().values()), own=mine, others=theirs)


def ask(form: Form, weighed: Weighed | None = None) -> str:
    """Return the page on which a question is changed; `weighed` is there when it was asked for."""
    asked = {"command": command_of(form.asked), "text": form.asked.text(named(form)), "name": named(form)}
    return render("ask", form=form, weighed=weighed, cities=members(CITY), **asked)


def not_composed(experiment: str, faults: Sequence[Fault]) -> str:
    """Return the page that lists the faults of a question that cannot be shown."""
    return render("faults", experiment=experiment, faults=faults)


def estimate(form: Form, weighed: Weighed) -> str:
    """Return the part of a page that says what a run takes, or what is wrong."""
    return render("weighed", weighed=weighed, command=command_of(form.asked), text=form.asked.text(named(form)))


def named(form: Form) -> str:
    """Return the name that a planner gave, or else one that says what is changed."""
    if form.name:
        return form.name
    numbers = form.choices.numbers
    settings = [
        f"{numbers[key].words if key in numbers else in_words(key)} {value}"
        for key, value in form.asked.settings.items()
    ]
    chosen = [f"{in_words(group)} {in_words(member)}" for group, member in form.asked.members.items()]
    levels = [f"{in_words(key)}: {', '.join(found)}" for key, found in form.asked.levels.items()]
    changes = [*chosen, *levels, *settings]
    more = [f"and {len(changes) - MOST_NAMED} more"] if len(changes) > MOST_NAMED else []
    return capitalized(", ".join([*changes[:MOST_NAMED], *more]) or in_words(form.question.name) or "As configured")


@dataclass(frozen=True, slots=True)
class Listed:
    """Show a variant in a list: its state in words, and how far it is."""

    variant: Variant
    state: State
    words: str
    has_results: bool


def listed(variant: Variant, turns: Turns) -> Listed:
    """Return a variant as a list shows it."""
    state = variant.state
    place = turns.place(variant)
    words = f"waiting, {place} before it" if state.name == "waiting" and place else STATES.get(state.name, state.name)
    return Listed(variant, state, words, (variant.run / "batches").is_dir())


def now(variant: Variant, turns: Turns, readings: Readings) -> str:
    """Return the part of a variant's page that changes: state, progress, and the answer so far."""
    shown = listed(variant, turns)
    found: Progress | None = progress(variant.run) if shown.has_results else None
    so_far: SoFar | None = readings.so_far(variant.run) if shown.has_results else None
    left = found.left(shown.state.since) if found and shown.state.name == "running" else ""
    pictures = _pictures(so_far) if so_far else {"whiskers": [], "narrowing": ""}
    whole = answer(read_folder(variant.run)) if so_far and shown.state.name == "done" else None
    words = last_words(variant) if shown.state.name == "failed" else ""
    parts = {"progress": found, "left": left, "so_far": so_far, "answer": whole, "words": words}
    return render("now", shown=shown, **parts, **pictures)


def _pictures(so_far: SoFar) -> dict[str, object]:
    ends = span_of([row.interval for row in so_far.rows])
    rows = [
        whiskers(row.interval, ends, row.verdict, f"{row.label}: {row.printed} {so_far.unit}") for row in so_far.rows
    ]
    narrowing: Markup | str = ""
    if len(so_far.narrowing) > 1:
        first, last = so_far.narrowing[0], so_far.narrowing[-1]
        words = f"The interval of {so_far.leading} from {first.n} to {last.n} replications: half-width"
        narrowing = funnel(
            so_far.narrowing, f"{words} from {first.half_width:.3g} to {last.half_width:.3g} {so_far.unit}"
        )
    return {"whiskers": rows, "narrowing": narrowing}


def shown(variant: Variant, turns: Turns, readings: Readings, is_own: bool) -> str:
    """Return the page of a variant."""
    text = variant.file.read_text(encoding="utf-8")
    words = shlex.join(["citycare", *variant.words])
    return render(
        "variant",
        variant=variant,
        question=questions()[variant.asked.experiment].question if variant.asked.experiment in questions() else "",
        state=variant.state,
        now=Markup(now(variant, turns, readings)),
        text=text,
        command=command_of(variant.asked),
        kept_command=words,
        is_own=is_own,
        has_report=variant.report.is_file(),
        has_measures=(variant.run / "measures.parquet").is_file(),
    )


def compared(table: Table | None, chosen: Sequence[Variant]) -> str:
    """Return the page that sets variants side by side."""
    ends = span_of([line.interval for line in table.lines if line.interval]) if table else (0.0, 1.0)
    rows = table.lines if table else ()
    pictures = [
        whiskers(one.interval, ends, one.verdict, f"{one.variant.name}, {one.cell}: {one.difference}")
        if one.interval
        else ""
        for one in rows
    ]
    return render("compare", table=table, chosen=chosen, pictures=pictures)
