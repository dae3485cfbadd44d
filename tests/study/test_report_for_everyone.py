"""The report in a real browser, for everyone: screen readers, keyboards, paper, spreadsheets, and in Chinese."""

import base64
import csv
import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from experiments.report import write_report
from tests.browser import Page, blank_page, installed
from tests.report_folder import Design, write_run_folder

pytestmark = [
    pytest.mark.study,
    pytest.mark.skipif(installed() is None, reason="no Chromium is installed"),
]

AXE = os.environ.get("CITYCARE_AXE", "")
"""Path of axe.min.js of axe-core, which is no part of this project."""
RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
VIOLATIONS = f"""axe.run(document, {{runOnly: {RULES}}}).then(found =>
  found.violations.map(one => one.id + ": " + one.nodes[0].html.slice(0, 200)))"""
COLORS = """new Promise(resolve => { const image = new Image(); image.onload = () => {
  const paper = document.createElement("canvas"); paper.width = image.width; paper.height = image.height;
  const pen = paper.getContext("2d"); pen.drawImage(image, 0, 0);
  const dots = new Uint32Array(pen.getImageData(0, 0, image.width, image.height).data.buffer), seen = new Map();
  for (const dot of dots) seen.set(dot, (seen.get(dot) ?? 0) + 1);
  const most = Math.max(...seen.values()); resolve({drawn: dots.length - most, colors: seen.size}); };
  image.src = "data:image/png;base64,%s"; })"""
FOCUS = """(() => { const one = document.activeElement, style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {name: one.tagName + (one.id ? "#" + one.id : "") + " " + (one.getAttribute("href") ?? ""),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.right > 0 && box.bottom > 0 && box.top < innerHeight}; })()"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the page of one run by language."""
    folder = write_run_folder(tmp_path_factory.mktemp("run"), Design(tornado=True))
    pages = {code: folder / f"{code}.html" for code in ("en", "zh")}
    for code, page in pages.items():
        write_report(folder, code).rename(page)
    return pages


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with blank_page(str(installed())) as made:
        yield made


def complaints(page: Page) -> list[object]:
    events = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
    return [found for event in events for found in page.seen(event)]


@pytest.mark.skipif(not Path(AXE).is_file(), reason="CITYCARE_AXE names no axe.min.js")
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "light"), (1280, "dark")])
@pytest.mark.parametrize("code", ["en", "zh"])
def test_axe_finds_nothing(page: Page, reports: dict[str, Path], code: str, width: int, scheme: str) -> None:
    page.open(reports[code], width=width, media={"prefers-color-scheme": scheme})
    page.ask("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.ask(Path(AXE).read_text(encoding="utf-8") + "; true")
    assert page.ask(VIOLATIONS) == []


@pytest.mark.parametrize("code", ["en", "zh"])
def test_every_figure_is_drawn_in_colors(page: Page, reports: dict[str, Path], code: str) -> None:
    """An empty frame has axes at most: far fewer pixels, and no colors."""
    page.open(reports[code], width=1280)
    boxes = page.ask(
        """[...document.querySelectorAll("figure .live svg")].map(one => { const box = one.getBoundingClientRect();
        return {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height, scale: 1}; })"""
    )
    shots = [page.picture(clip=box, captureBeyondViewport=True) for box in boxes]
    assert complaints(page) == []
    page.call("Page.navigate", url="about:blank")
    for shot in shots:
        found = page.ask(COLORS % base64.b64encode(shot).decode())
        assert found["colors"] > 20
        assert found["drawn"] > 3000


@pytest.mark.parametrize("width", [320, 390, 1280, 3840])
def test_nothing_is_wider_than_the_window(page: Page, reports: dict[str, Path], width: int) -> None:
    page.open(reports["zh"], width=width)
    page.ask("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.ask("document.documentElement.scrollWidth <= innerWidth")


def test_a_keyboard_reaches_everything_and_shows_where_it_is(page: Page, reports: dict[str, Path]) -> None:
    page.open(reports["en"], width=1280, media={"prefers-reduced-motion": "reduce"})
    wanted = page.ask(
        """[...document.querySelectorAll("a[href], button, summary, [tabindex='0']")]
        .filter(one => one.checkVisibility()).length"""
    )
    walked = []
    for _ in range(wanted):
        for kind in ("keyDown", "keyUp"):
            page.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        walked.append(page.ask(FOCUS))
    assert walked[0]["name"] == "A #main"
    assert [one["name"] for one in walked if not (one["ring"] and one["seen"])] == []
    assert all(not one["name"].startswith("BODY") for one in walked)


def test_headings_do_not_skip_a_level(page: Page, reports: dict[str, Path]) -> None:
    page.open(reports["en"])
    levels = page.ask("[...document.querySelectorAll('h1, h2, h3, h4')].map(one => Number(one.tagName[1]))")
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def saved(page: Page, folder: Path, selector: str) -> Path:
    """Press the button of a table and return the file that the browser has saved."""
    page.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder), eventsEnabled=True)
    page.ask(f"document.querySelector({selector!r}).click()")
    for _ in range(200):
        found = [file for file in folder.iterdir() if file.suffix == ".csv"]
        if found:
            return found[0]
        sleep(0.1)
    raise AssertionError("nothing was saved")


def test_a_table_is_saved_as_csv(page: Page, reports: dict[str, Path], tmp_path: Path) -> None:
    page.open(reports["zh"])
    assert page.ask("document.querySelectorAll('.csv').length === document.querySelectorAll('.scroll table').length")
    file = saved(page, tmp_path, "#measures .csv")
    assert file.name == "各方案的全部指标_全市.csv"
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    shown = page.ask("[...document.querySelectorAll('#measures .measures tr')].map(one => one.cells.length)")
    assert [len(row) for row in rows] == shown
    assert rows[0][0] == "指标"
    assert rows[1][0].startswith("候床滞留")
    assert complaints(page) == []


def test_a_saved_table_holds_no_formula(page: Page, reports: dict[str, Path], tmp_path: Path) -> None:
    page.open(reports["en"])
    cells = ["=1+1", "@SUM(A1)", "-cmd", "+3.1 ± 2", 'a "b", c']
    page.ask(
        f"""(() => {{ const row = document.querySelector("#measures .measures tbody tr");
        {cells!r}.forEach((text, i) => row.cells[i].textContent = text); }})()"""
    )
    rows = list(csv.reader(saved(page, tmp_path, "#measures .csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1][: len(cells)] == ["'=1+1", "'@SUM(A1)", "'-cmd", "+3.1 ± 2", 'a "b", c']


def pdf(page: Page, **more: Any) -> bytes:
    answer = page.call("Page.printToPDF", generateTaggedPDF=True, preferCSSPageSize=True, **more)
    return base64.b64decode(answer["data"])


def test_paper_holds_every_figure(page: Page, reports: dict[str, Path]) -> None:
    page.open(reports["en"])
    n_figures = page.ask("document.querySelectorAll('figure').length")
    printed = pdf(page)
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/S\s*/Figure", printed)) == n_figures
    page.ask("document.querySelector('figure').remove()")
    assert len(re.findall(rb"/S\s*/Figure", pdf(page))) == n_figures - 1
    page.call("Emulation.setEmulatedMedia", media="print")
    for hidden in ("nav", ".csv", ".skip", ".live"):
        assert page.ask(f"[...document.querySelectorAll({hidden!r})].every(one => !one.checkVisibility())")
