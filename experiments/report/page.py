"""Write the report of a run: one HTML file that works offline, from stored tables only."""

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from experiments.columns import write_text
from experiments.languages import ENGLISH
from experiments.report.alone import shown_cells
from experiments.report.answer import Answer, answer
from experiments.report.catalogue import _, language, many, speaking
from experiments.report.certainty import certainty
from experiments.report.drawing import embedded_json, in_columns, live_script
from experiments.report.evidence import (
    command,
    configuration_tree,
    endings_table,
    experiment_name,
    factor_table,
    one_variation,
    pairs_table,
    seeds_table,
    service_tables,
    source_tables,
    timings_table,
)
from experiments.report.figure import Figure
from experiments.report.figures import all_figures
from experiments.report.findings import MAIN_MEASURES, finding
from experiments.report.folder import Cell, StoredRun, read_folder, records
from experiments.report.hindsight import hindsight_table
from experiments.report.kinds import kinds
from experiments.report.numbers import signed
from experiments.report.outlook import outlook
from experiments.report.profiles import patients_by_zone
from experiments.report.real_waits import real_waits_table
from experiments.report.settling import settling_figure, settlings, without_steady_state
from experiments.report.sharing import sharing_tables
from experiments.report.tables import describe_measure, differences_table, measure_rows, without, zone_table
from experiments.report.verified import verified_sentence
from experiments.report.watch import watch
from experiments.report.words import capitalized, describe, label, paragraph
from experiments.store import REPORT

POLICY = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'"
)


def write_report(folder: Path, code: str = "") -> Path:
    """Write `report.html` of a run folder and return its path; equal folders give equal bytes.

    Its language is `code`, or else the one that the run's configuration sets.

    Raises:
        ScenarioError: when the folder lacks the tables of a run, or there is no such language.
    """
    path, run = folder / REPORT, read_folder(folder)
    write_text(page_of(run, code or language_of(run)), path)
    return path


def language_of(run: StoredRun) -> str:
    """Return the language that the configuration of a run sets for its report."""
    settings = (run.cells[0].configuration.get("report") or {}) if run.cells else {}
    return str(settings.get("language") or ENGLISH)


def page_of(run: StoredRun, code: str = ENGLISH) -> str:
    """Return the whole page as text, in a language.

    Raises:
        ScenarioError: when there is no such language.
    """
    with speaking(code):
        return _page(run)


def _page(run: StoredRun) -> str:
    return environment().get_template("page.html.j2").render(context_of(run))


def context_of(run: StoredRun) -> dict[str, Any]:
    """Return everything that a page says, in the language that is spoken now, by the names that its template uses."""
    answered = answer(run)
    figures = all_figures(run, answered.lead)
    cells = in_reading_order(run, answered)
    found = settlings(run, cells)
    refused = without_steady_state(run, found)
    settled = settling_figure(run, found)
    figures |= {settled.name: settled} if settled else {}
    seen = watch(run, answered.lead)
    city_wide = run.comparisons.loc[run.comparisons["dimension"] == "all"]
    style, script = template_text("style.css") + template_text("watch.css"), live_script()
    return {
        "policy": POLICY.format(script=source_hash(script), style=source_hash(style)),
        "style": Markup(style),
        "script": Markup(script),
        "charts": Markup(embedded_json(embedded_charts(figures | ({"watch": seen.figure} if seen else {})))),
        "watch": seen,
        "watch_day": Markup(embedded_json(seen.player)) if seen else "",
        "language": language(),
        "answer": answered,
        "figures": figures,
        "run": run,
        "experiment": experiment_name(run),
        "numbers": key_figures(run, answered),
        "outlook": outlook(run),
        "kinds": kinds(run, answered.lead),
        "sharing": sharing_tables(run, answered.lead),
        "real_waits": real_waits_table(run, cells),
        "hindsight": hindsight_table(run),
        "cells": cells,
        "measures": without(measure_rows(run, cells), cells, refused),
        "certainty": certainty(run, answered.lead, found, refused),
        "differences": differences_table(run, _("Every comparison over the whole city"), records(city_wide)),
        **evidence_of(run, answered),
    }


def in_reading_order(run: StoredRun, answered: Answer) -> tuple[Cell, ...]:
    """Return the cells with those that the answer compares first, so that a small screen shows them side by side."""
    first = [answered.lead.baseline.name, answered.lead.treatment.name] if answered.lead else []
    return tuple(
        sorted(
            shown_cells(run, answered.lead),
            key=lambda cell: first.index(cell.name) if cell.name in first else len(first),
        )
    )


def evidence_of(run: StoredRun, answered: Answer) -> dict[str, Any]:
    """Return what the section of evidence prints."""
    manifest = run.manifest
    shown = answered.lead.baseline.name if answered.lead else next((cell.name for cell in run.cells), "")
    return {
        "tree": configuration_tree(run.cells),
        "factors": factor_table(run.cells),
        "trace_hashes": seeds_table(run),
        "endings": endings_table(run),
        "timings": timings_table(run),
        "versions": pairs_table(_("Versions"), (_("Package"), _("Version")), versions_of(manifest)),
        "input_hashes": pairs_table(_("Input files"), (_("File"), "SHA-256"), manifest.get("data_hashes") or {}),
        "failures": manifest.get("failures") or [],
        "sources": source_tables(),
        "verified": verified_sentence(run),
        "command": command(run),
        "varied": command(run, one_variation()),
        "zones": zone_table(patients_by_zone(run, shown), label(run.cell(shown)), run.names("zones")),
        "services": service_tables(run),
    }


def versions_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of CityCare, its code, Python, the kind of machine and the packages."""
    keys = {"citycare": "CityCare", "code_hash": _("CityCare, code"), "python": "Python", "platform": _("Platform")}
    own = {name: str(manifest[key]) for key, name in keys.items() if key in manifest}
    return own | {str(name): str(version) for name, version in (manifest.get("versions") or {}).items()}


def key_figures(run: StoredRun, answered: Answer) -> list[dict[str, Any]]:
    """Return the main measures of the leading treatment: label, difference, interval, verdict."""
    if answered.lead is None:
        return []
    table = run.comparisons
    chosen = table.loc[(table["dimension"] == "all") & (table["treatment"] == answered.lead.treatment.name)]
    found = {row["measure"]: finding(row, {cell.name: cell for cell in run.cells}) for row in records(chosen)}
    return [
        {
            "label": describe_measure(name)[1],
            "difference": signed(found[name].difference, found[name].decimals),
            "unit": found[name].words.unit,
            "interval": found[name].interval,
            "verdict": found[name].verdict,
            "reserved": found[name].reserved,
        }
        for name in MAIN_MEASURES
        if name in found
    ]


def embedded_charts(figures: Mapping[str, Figure]) -> dict[str, Any]:
    """Return what the script needs to draw the figures: rows, in columns, and both specifications of each."""
    return {
        name: {"columns": in_columns(figure.rows), "specifications": dict(figure.specifications)}
        for name, figure in figures.items()
    }


def template_text(name: str) -> str:
    """Return the text of a file beside the templates."""
    return files("experiments.report").joinpath("templates", name).read_text(encoding="utf-8")


def source_hash(text: str) -> str:
    """Return how a content security policy names an inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def filled(text: str, **parts: Markup) -> Markup:
    """Return a text as markup, its placeholders filled with markup."""
    return escape(text).format(**parts)


def code_of(text: str) -> Markup:
    """Return a name as code."""
    return Markup("<code>{}</code>").format(text)


def environment() -> Environment:
    """Return the template environment: everything is escaped unless it was made here, nothing may be undefined."""
    made = Environment(
        loader=PackageLoader("experiments.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"in_words": describe, "heading": label, "capitalized": capitalized, "picture": Markup}
    made.filters["filled"] = filled
    made.globals |= {"_": _, "many": many, "code": code_of, "paragraph": paragraph}
    return made
