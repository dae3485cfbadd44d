"""Answer what a browser that was let in asks: pages, parts of pages, files, and what is to be done."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from experiments.app import pages
from experiments.app.comparing import comparison
from experiments.app.forms import Fields, Form, fields_of, read_form
from experiments.app.sharpening import Readings
from experiments.app.turns import Turns
from experiments.app.variants import Variant, Variants
from experiments.app.weighing import Scales, still_newest
from experiments.store import RunFolder
from sim.faults import ScenarioError

HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
REPORT_POLICY = "sandbox allow-scripts allow-downloads allow-popups allow-modals"
"""The report keeps its own policy too; here it may not reach this page or its cookies."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer with a body of a kind, or send the browser to another address; `headers` come on top."""

    body: bytes = b""
    kind: str = HTML
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


def page(text: str, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> Reply:
    """Return a page, or a part of one."""
    return Reply(text.encode(), HTML, status, {name.replace("_", "-"): value for name, value in headers.items()})


def see(address: str) -> Reply:
    """Send the browser to another address of ours."""
    return Reply(status=HTTPStatus.SEE_OTHER, headers={"Location": address})


NOT_FOUND = Reply(b"There is nothing here.\n", TEXT, HTTPStatus.NOT_FOUND)
NOT_YOURS = Reply(b"This variant belongs to somebody else.\n", TEXT, HTTPStatus.FORBIDDEN)


def address_of(variant: Variant) -> str:
    """Return the address of a variant's page."""
    return f"/variant/{variant.owner}/{variant.slug}"


@dataclass(frozen=True, slots=True)
class Desk:
    """Hold what all planners share: kept variants, the queue of runs, and what was composed and read before."""

    variants: Variants
    turns: Turns
    scales: Scales = field(default_factory=Scales)
    readings: Readings = field(default_factory=Readings)

    def get(self, path: str, fields: Fields, planner: str) -> Reply:
        """Answer what is looked at."""
        first, *rest = path.strip("/").split("/")
        if first == "" and not rest:
            every = self.variants.every()
            own, others = ([one for one in every if (one.owner == planner) is is_own] for is_own in (True, False))
            return page(pages.home(own, others, self.turns))
        if first == "ask" and not rest:
            return self._ask(fields)
        if first == "compare" and not rest:
            return self._compare(fields)
        if first == "variant" and len(rest) in (2, 3):
            variant = self.variants.find(rest[0], rest[1])
            return self._look(variant, rest[2] if len(rest) == 3 else "", planner) if variant else NOT_FOUND
        return NOT_FOUND

    def post(self, path: str, fields: Fields, planner: str) -> Reply:
        """Do what is asked for."""
        first, *rest = path.strip("/").split("/")
        if first in ("weigh", "check", "keep", "run") and not rest:
            return self._asked(first, fields, planner)
        if first == "variant" and len(rest) == 3:
            variant = self.variants.find(rest[0], rest[1])
            if variant and variant.owner != planner:
                return NOT_YOURS
            deeds: dict[str, Callable[[Variant], str]] = {
                "run": self._run,
                "cancel": self._cancel,
                "delete": self._delete,
            }
            return see(deeds[rest[2]](variant)) if variant and rest[2] in deeds else NOT_FOUND
        return NOT_FOUND

    def _ask(self, fields: Fields) -> Reply:
        """Show a question as it ships, or as a variant changed it."""
        owner, _, slug = (list(fields.get("variant", ())) or [""])[0].partition("/")
        variant = self.variants.find(owner, slug)
        fields = fields_of(variant.asked) if variant else fields
        try:
            return page(pages.ask(read_form(fields, self.scales)))
        except ScenarioError as error:
            return _not_composed(fields, error)

    def _asked(self, deed: str, fields: Fields, planner: str) -> Reply:
        """Weigh what is asked for, then keep or run it; with a fault, nothing is kept or run."""
        try:
            form = read_form(fields, self.scales)
        except ScenarioError as error:
            return _fragment(error) if deed == "weigh" else _not_composed(fields, error)
        if deed == "weigh":
            return self._weigh(form, planner)
        weighed = self.scales.weigh(form.asked)
        if deed == "check" or not weighed.is_sound:
            status = HTTPStatus.OK if weighed.is_sound else HTTPStatus.UNPROCESSABLE_ENTITY
            return page(pages.ask(form, weighed), status)
        variant = self.variants.keep(planner, pages.named(form), form.asked)
        return see(self._run(variant) if deed == "run" else address_of(variant))

    def _weigh(self, form: Form, planner: str) -> Reply:
        weighed = still_newest(self.scales, form.asked, planner)
        if weighed is None:
            return Reply(status=HTTPStatus.NO_CONTENT)
        return page(pages.estimate(form, weighed), X_Name=quote(pages.named(form)))

    def _run(self, variant: Variant) -> str:
        if variant.state.name != "done":
            self.turns.add(variant)
        return address_of(variant)

    def _cancel(self, variant: Variant) -> str:
        self.turns.cancel(variant)
        return address_of(variant)

    def _delete(self, variant: Variant) -> str:
        if self.turns.place(variant) is not None:
            return address_of(variant)
        self.variants.remove(variant)
        return "/"

    def _look(self, variant: Variant, part: str, planner: str) -> Reply:
        """Show a variant, what changes on its page, or one of its files."""
        if part == "":
            return page(pages.shown(variant, self.turns, self.readings, variant.owner == planner))
        if part == "now":
            return page(pages.now(variant, self.turns, self.readings))
        if part == "variant.yaml":
            return _file(variant.file, "application/yaml; charset=utf-8")
        if part == "report.html":
            return _file(variant.report, HTML, {"Content-Security-Policy": REPORT_POLICY})
        if part == "measures.csv" and (variant.run / "measures.parquet").is_file():
            return Reply(_csv(variant.run), "text/csv; charset=utf-8")
        return NOT_FOUND

    def _compare(self, fields: Fields) -> Reply:
        found = [self.variants.find(*key.partition("/")[::2]) for key in fields.get("variant", ())]
        chosen = list({one.key: one for one in found if one}.values())
        read = [(one, self.readings.measures(one.run)) for one in chosen]
        measure = (list(fields.get("measure", ())) or [""])[0]
        table = comparison([(one, run) for one, run in read if run], measure)
        return page(pages.compared(table, chosen))


def _fragment(error: ScenarioError) -> Reply:
    return page(pages.render("fault_list", faults=error.faults))


def _not_composed(fields: Fields, error: ScenarioError) -> Reply:
    experiment: Sequence[str] = list(fields.get("experiment", ())) or [""]
    return page(pages.not_composed(experiment[0], error.faults), HTTPStatus.UNPROCESSABLE_ENTITY)


def _file(path: Path, kind: str, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(path.read_bytes(), kind, headers=headers or {}) if path.is_file() else NOT_FOUND


def _csv(folder: Path) -> bytes:
    """Return the measures of a run as CSV; a text that a spreadsheet would take for a formula is marked as text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    table = RunFolder(folder).measures()
    writer.writerow(table.columns)
    for row in table.itertuples(index=False):
        writer.writerow([f"'{one}" if isinstance(one, str) and one[:1] in "=+-@" else one for one in row])
    return text.getvalue().encode()
