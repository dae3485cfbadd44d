"""The page keeps its promises: offline, escaped, the same bytes for the same folder, a table behind every figure."""

import base64
import hashlib
import json
import re
from dataclasses import asdict
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from altair.vegalite.v6.schema.core import load_schema

from experiments.report import write_report
from experiments.report.answer import answer
from experiments.report.drawing import embedded_json, in_columns
from experiments.report.figures import all_figures
from experiments.report.folder import read_folder
from experiments.service_plan import STORED, ActivityLevel, ServicePlan
from tests.report_folder import CELLS, HOSPITALS, Design, write_run_folder

pytestmark = pytest.mark.contract

EVIL = "<script>alert(1)</script>"
FIGURES = ["differences", "supply", "gains", "waits", "beds", "departments", "front", "convergence", "tornado"]
ADDRESSES = ("src", "href", "action", "data", "poster", "srcset", "xlink:href")


class Skeleton(HTMLParser):
    """Collect scripts, styles, addresses, headings and figures of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.policy = ""
        self.addresses: list[str] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.script_types: list[str | None] = []
        self.attributes: set[str] = set()
        self.figures: list[str] = []
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.inside = tag
        self.attributes |= found.keys()
        self.addresses += [str(found[name]) for name in ADDRESSES if name in found]
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = str(found["content"])
        if tag in self.inline:
            self.inline[tag].append("")
        if tag == "script":
            self.script_types.append(found.get("type"))
        if tag == "figure":
            self.figures.append(str(found["id"]))

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, text: str) -> None:
        if self.inside in self.inline:
            self.inline[self.inside][-1] += text


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a page in which everything that comes from outside tries to be a script."""
    cells = [
        {"name": cell.name, "factors": cell.factors | {"x": EVIL}, "configuration": {EVIL: EVIL}} for cell in CELLS
    ]
    for cell, made in zip(CELLS, cells, strict=True):
        made["configuration"] |= {"information": cell.factors["information"], "run": {"warm_up_weeks": 1}}
    manifest: dict[str, Any] = {"cells": cells, "question": EVIL, "versions": {EVIL: EVIL}, "citycare": EVIL}
    manifest |= {"names": {"hospitals": {key: f"{EVIL}{key}" for key in HOSPITALS}, "zones": {"z01": EVIL}}}
    manifest |= {"failures": [{"cell": EVIL, "replication": 0, "error": EVIL, "traceback": EVIL}]}
    folder = write_run_folder(tmp_path_factory.mktemp("evil"), Design(manifest=manifest, tornado=True))
    plans = [
        ServicePlan(EVIL, EVIL, 1.0, EVIL, (ActivityLevel(EVIL, 1.0, 1.0),)),
        ServicePlan("", "", conflict=(EVIL,)),
    ]
    (folder / STORED).write_text(json.dumps([asdict(plan) for plan in plans]))
    return write_report(folder).read_text(encoding="utf-8")


def test_nothing_from_outside_becomes_markup(page: str) -> None:
    assert "alert(1)" in page
    assert "<script>" not in page
    assert Skeleton(page).script_types == ["application/json", "module"]
    assert EVIL in json.loads(Skeleton(page).inline["script"][0])["gains"]["columns"]["name"]["words"][0]


def test_json_cannot_close_its_element() -> None:
    text = embedded_json({"a": "</script><!-- & \u2028"})
    assert not set(text) & set("<>&\u2028")
    assert json.loads(text) == {"a": "</script><!-- & \u2028"}


def test_rows_travel_in_columns() -> None:
    rows = [{"a": 1, "b": "x"}, {"a": 2.5, "b": "y"}, {"a": 3, "b": "x"}]
    assert in_columns(rows) == {"a": [1, 2.5, 3], "b": {"words": ["x", "y"], "places": [0, 1, 0]}}
    assert in_columns([]) == {}


def test_only_what_the_policy_names_may_run(page: str) -> None:
    found = Skeleton(page)
    allowed = dict(part.split(" ", 1) for part in found.policy.split("; "))
    assert allowed["default-src"] == "'none'"
    assert "unsafe" not in found.policy
    for kind, text in (("script", found.inline["script"][1]), ("style", found.inline["style"][0])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert allowed[f"{kind}-src"] == f"'sha256-{digest}'"
    assert "style" not in found.attributes
    assert not any(name.startswith("on") for name in found.attributes)


def test_no_address_leads_outside(page: str) -> None:
    assert all(address.startswith("#") or address == "data:," for address in Skeleton(page).addresses)
    assert not re.search(r"@import|url\(", Skeleton(page).inline["style"][0])


def test_every_figure_has_pictures_and_a_table(page: str) -> None:
    assert Skeleton(page).figures == [f"figure-{name}" for name in FIGURES]
    for part in page.split("<figure ")[1:]:
        figure = part.split("</figure>")[0]
        assert figure.count("<svg") == 2
        assert "<table>" in figure
        assert "<caption>" in figure


def test_the_same_folder_gives_the_same_bytes_below_the_limit(tmp_path: Path) -> None:
    first = write_report(write_run_folder(tmp_path / "a", Design(n_replications=2))).read_bytes()
    second = write_report(write_run_folder(tmp_path / "b", Design(n_replications=2))).read_bytes()
    assert first == second
    assert len(first) < 4_000_000


def test_specifications_are_valid_vega_lite(tmp_path: Path) -> None:
    run = read_folder(write_run_folder(tmp_path, Design(n_replications=3, tornado=True)))
    figures = all_figures(run, answer(run).lead)
    assert list(figures) == FIGURES
    for figure in figures.values():
        for specification in figure.specifications.values():
            jsonschema.validate(specification, load_schema())


def test_a_run_without_baseline_still_gets_a_page(tmp_path: Path) -> None:
    folder = write_run_folder(tmp_path, Design(n_replications=1))
    comparisons = (folder / "comparisons.csv").read_text().splitlines()[0]
    (folder / "comparisons.csv").write_text(comparisons + "\n")
    page = write_report(folder).read_text(encoding="utf-8")
    assert "Nothing could be compared: 6 cells ran" in page
    assert Skeleton(page).figures == []
    assert "165" in page or "161" in page  # means are printed all the same


def test_one_replication_gets_a_page_without_intervals(tmp_path: Path) -> None:
    page = write_report(write_run_folder(tmp_path, Design(n_replications=1))).read_text(encoding="utf-8")
    assert "1 paired replication cannot say whether" in page
    assert Skeleton(page).figures == [
        "figure-supply",
        "figure-waits",
        "figure-beds",
        "figure-departments",
        "figure-front",
    ]
