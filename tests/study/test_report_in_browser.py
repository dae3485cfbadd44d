"""The report in a real browser: nothing is fetched, nothing complains, figures are drawn at every width."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from experiments.report import write_report
from tests.browser import Page, blank_page, installed
from tests.report_folder import Design, write_run_folder

pytestmark = [
    pytest.mark.study,
    pytest.mark.skipif(installed() is None, reason="no Chromium is installed"),
]

FIGURES = ["differences", "supply", "gains", "waits", "beds", "departments", "front", "convergence", "tornado"]
BOXES = """[...document.querySelectorAll("figure")].map(figure => {
  const shown = [...figure.querySelectorAll("svg")].filter(svg => svg.getClientRects().length);
  const box = shown[0]?.getBoundingClientRect();
  return {name: figure.id, shown: shown.length, live: figure.querySelector(".live svg") !== null,
    width: box?.width, height: box?.height, right: box?.right,
    marks: shown[0]?.querySelectorAll(".mark-rect path, .mark-symbol path, .mark-rule line").length};
})"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(write_run_folder(tmp_path_factory.mktemp("run"), Design(tornado=True)))


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with blank_page(str(installed())) as made:
        yield made


def complaints(page: Page) -> list[object]:
    events = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
    return [found for event in events for found in page.seen(event)]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light"), (3840, "light")])
def test_figures_are_drawn_and_nothing_is_fetched(page: Page, report: Path, width: int, scheme: str) -> None:
    page.open(report, width=width, media={"prefers-color-scheme": scheme})
    boxes = page.ask(BOXES)
    assert [box["name"] for box in boxes] == [f"figure-{name}" for name in FIGURES]
    for box in boxes:
        assert box["shown"] == 1
        assert box["live"]
        assert box["marks"] >= 3
        assert box["width"] > 0.7 * min(width, 900)
        assert box["right"] <= width
    assert page.ask("document.documentElement.scrollWidth <= innerWidth")
    assert [request["request"]["url"] for request in page.seen("Network.requestWillBeSent")] == [
        report.resolve().as_uri()
    ]
    assert complaints(page) == []


def test_colors_follow_the_scheme(page: Page, report: Path) -> None:
    heat = "getComputedStyle(document.querySelector('#figure-beds .live .mark-rect path')).fill"
    colors = set()
    for scheme in ("light", "dark"):
        page.open(report, media={"prefers-color-scheme": scheme})
        colors.add(page.ask(heat))
    assert len(colors) == 2
    assert all(color.startswith("rgb(") for color in colors)


def test_a_pointer_gets_the_numbers(page: Page, report: Path) -> None:
    page.open(report)
    spot = page.ask(
        """(() => { const mark = document.querySelector("#figure-beds .live .mark-rect path");
        mark.scrollIntoView({block: "center", behavior: "instant"});
        const box = mark.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"""
    )
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=spot[0], y=spot[1])
    shown = page.ask("document.getElementById('vg-tooltip-element')?.innerText ?? ''")
    assert "North General" in shown
    assert "Mon 0:00" in shown
    assert complaints(page) == []


def test_paper_shows_the_pictures(page: Page, report: Path) -> None:
    page.open(report)
    page.call("Emulation.setEmulatedMedia", media="print")
    shown = page.ask(
        """[...document.querySelectorAll("figure svg")].filter(svg => svg.getClientRects().length)
        .map(svg => svg.parentElement.className)"""
    )
    assert shown == ["wide"] * len(FIGURES)


def test_without_scripts_the_pictures_stay(page: Page, report: Path) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(report, wait=False)
    page.call("Emulation.setScriptExecutionDisabled", value=False)
    boxes = page.ask(BOXES)
    assert [(box["shown"], box["live"]) for box in boxes] == [(1, False)] * len(FIGURES)
    assert all(box["marks"] >= 3 for box in boxes)
