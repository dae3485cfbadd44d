"""Write a report as Markdown or JSON: every sentence and every table of the page, without its pictures."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from experiments.columns import write_text
from experiments.report.catalogue import _, speaking
from experiments.report.folder import StoredRun, read_folder
from experiments.report.page import context_of
from experiments.report.tables import MeasureCell, MeasureRow, Table
from experiments.report.words import capitalized, label

MARKDOWN, JSON = "report.md", "report.json"
SPECIAL = str.maketrans({**{sign: f"\\{sign}" for sign in "\\`*_{}[]<>#|~"}, "\n": " "})
Document = dict[str, Any]


def write_markdown(folder: Path, code: str) -> Path:
    """Write `report.md` of a run folder, in a language, and return its path.

    Raises:
        ScenarioError: when the folder lacks the tables of a run, or there is no such language.
    """
    path = folder / MARKDOWN
    write_text("\n".join(markdown(document_of(read_folder(folder), code))) + "\n", path)
    return path


def write_json(folder: Path, code: str) -> Path:
    """Write `report.json` of a run folder, in a language, and return its path.

    Raises:
        ScenarioError: when the folder lacks the tables of a run, or there is no such language.
    """
    path = folder / JSON
    text = json.dumps(document_of(read_folder(folder), code), ensure_ascii=False, indent=2)
    write_text(text + "\n", path)
    return path


def document_of(run: StoredRun, code: str) -> Document:
    """Return what a page says: question, answer, limits, numbers, and sections with sentences and tables.

    Raises:
        ScenarioError: when there is no such language.
    """
    with speaking(code):
        context = context_of(run)
        answered = context["answer"]
        return {
            "language": context["language"],
            "citycare": str(run.manifest.get("citycare", "")),
            "question": answered.question,
            "answer": list(answered.sentences),
            "limits": answered.limits,
            "numbers": [one | {"verdict": _(one["verdict"])} for one in context["numbers"]],
            "sections": list(_sections(context)),
            "command": context["command"],
            "verified": context["verified"],
        }


def _sections(context: Mapping[str, Any]) -> Iterator[Document]:
    """Yield the sections in the order of the page."""
    measures = _measures_table(context["measures"], [label(cell) for cell in context["cells"]])
    figures = dict(context["figures"])
    if context["watch"]:
        figures["watch"] = context["watch"].figure
    for name, figure in figures.items():
        yield _section(name, figure.title, [figure.caption], [figure.table])
        if name == next(iter(figures)):
            yield _section("measures", _("All measures"), [], [measures, context["differences"]])
    sharing = context["sharing"]
    tables = [sharing.evenness, sharing.ledger, sharing.pairs, sharing.alerts] if sharing else []
    yield _section("sharing", _("Who shares what"), [], tables)
    yield _section("outlook", _("The hours to come"), [], context["outlook"])
    yield _section("real_waits", _("Does urgency count as it does in reality?"), [], [context["real_waits"]])
    yield _section("hindsight", _("What knowing the truth could have spared"), [], [context["hindsight"]])
    certain = context["certainty"]
    yield _section("certainty", _("How sure is this?"), certain.sentences, certain.tables)
    evidence = [context[name] for name in ("factors", "endings", "zones", "trace_hashes", "versions", "timings")]
    evidence += [context["input_hashes"], *context["sources"]]
    failures = [f"{one['cell']}, {one['replication']}: {one['error']}" for one in context["failures"]]
    yield _section("evidence", _("Evidence"), failures, evidence)


def _section(name: str, title: str, sentences: Sequence[str], tables: Sequence[Table | None]) -> Document:
    kept = [asdict(table) for table in tables if table is not None and table.rows]
    made = [{key: table[key] for key in ("caption", "columns", "rows")} for table in kept]
    return {"name": name, "title": title, "sentences": list(sentences), "tables": made}


def _measures_table(rows: Sequence[MeasureRow], cells: Sequence[str]) -> Table:
    body = tuple((row.label, row.unit, *(_entry(cell) for cell in row.cells)) for row in rows)
    return Table(_("All measures by cell, whole city"), (_("Measure"), _("Unit"), *cells), body)


def _entry(cell: MeasureCell) -> str:
    """Return mean, difference and verdict in one entry."""
    verdict = f"{_(cell.verdict)}{'*' if cell.reserve else ''}" if cell.verdict else ""
    change = ", ".join(part for part in (cell.difference, verdict) if part)
    return f"{cell.mean} ({change})" if change else cell.mean


def markdown(document: Document) -> Iterator[str]:
    """Yield the lines of a document in CommonMark with tables; whatever could be taken for markup is escaped."""
    yield f"# {plain(document['question'])}\n"
    yield from (f"{plain(sentence)}\n" for sentence in [*document["answer"], document["limits"]] if sentence)
    for one in document["numbers"]:
        parts = (plain(one[name]) for name in ("difference", "unit", "interval", "verdict"))
        yield "- {}: {} {} ({}, {})".format(plain(one["label"]), *parts)
    for section in document["sections"]:
        if section["sentences"] or section["tables"]:
            yield f"\n## {plain(capitalized(section['title']))}\n"
            yield from (f"{plain(sentence)}\n" for sentence in section["sentences"])
            for table in section["tables"]:
                yield from _markdown_table(table)
    yield f"\n```\n{document['command']}\n```\n\n{plain(document['verified'])}"


def _markdown_table(table: Document) -> Iterator[str]:
    yield f"**{plain(table['caption'])}**\n"
    yield f"| {' | '.join(map(plain, table['columns']))} |"
    yield f"|{' --- |' * len(table['columns'])}"
    yield from (f"| {' | '.join(map(plain, row))} |" for row in table["rows"])
    yield ""


def plain(text: object) -> str:
    """Return text in which Markdown finds no markup."""
    return str(text).translate(SPECIAL)
