"""One day, played in a real browser: it starts, stops and is moved by keys, and stands still for who asks for that."""

from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from experiments.report import write_report
from tests.browser import Page, blank_page, installed
from tests.report_folder import Design
from tests.walked_folder import write_walked_folder

pytestmark = [
    pytest.mark.study,
    pytest.mark.skipif(installed() is None, reason="no Chromium is installed"),
]

DRAWN = """(() => { const stage = document.getElementById("player-stage");
  const pixels = stage.getContext("2d").getImageData(0, 0, stage.width, stage.height).data;
  const seen = new Set(); for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] > 250)
    seen.add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]); return seen.size; })()"""
CLOCK = "document.getElementById('player-clock').value"
SAID = "document.getElementById('player-said').textContent"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(write_walked_folder(tmp_path_factory.mktemp("run"), Design(n_replications=2, n_patients=2000)))


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with blank_page(str(installed())) as made:
        yield made


def press(page: Page, key: str, code: str, number: int, **text: str) -> None:
    for kind in ("keyDown", "keyUp"):
        page.call("Input.dispatchKeyEvent", type=kind, key=key, code=code, windowsVirtualKeyCode=number, **text)


def chosen(page: Page, control: str, value: int, event: str) -> None:
    page.ask(
        f"(() => {{ const one = document.getElementById('player-{control}');"
        f" one.value = {value}; one.dispatchEvent(new Event('{event}')); }})()"
    )


def later(page: Page, script: str, value: object) -> object:
    """Return what a script gives once it is no longer `value`, or after a while."""
    for _ in range(100):
        found = page.ask(script)
        if found != value:
            return found
        sleep(0.05)
    return value


def test_keys_play_pause_and_move_the_day(page: Page, report: Path) -> None:
    page.open(report)
    assert page.ask(CLOCK).endswith("00:00")
    page.ask("document.getElementById('player-play').focus()")
    press(page, " ", "Space", 32, text=" ")
    assert page.ask("document.getElementById('player-play').textContent") == "Pause"
    before = page.ask("Number(document.getElementById('player-time').value)")
    assert later(page, "Number(document.getElementById('player-time').value)", before) != before
    press(page, " ", "Space", 32, text=" ")
    assert page.ask("document.getElementById('player-play').textContent") == "Play"
    stopped = page.ask(CLOCK)
    sleep(0.2)
    assert page.ask(CLOCK) == stopped
    assert stopped in page.ask(SAID)
    page.ask("document.getElementById('player-time').focus()")
    press(page, "End", "End", 35)
    assert page.ask(CLOCK).endswith("23:59")
    press(page, "ArrowLeft", "ArrowLeft", 37)
    assert page.ask(CLOCK).endswith("23:58")


def test_dots_are_drawn_in_colors_of_the_page(page: Page, report: Path) -> None:
    for width in (1280, 375):
        page.open(report, width=width)
        assert page.ask(DRAWN) >= 4
        assert page.ask("document.documentElement.scrollWidth <= innerWidth")
        assert page.seen("Runtime.exceptionThrown") == []
        assert page.seen("Log.entryAdded") == []


def test_the_other_cell_is_another_picture(page: Page, report: Path) -> None:
    page.open(report)
    chosen(page, "time", 700, "input")
    first = page.ask(SAID)
    chosen(page, "cell", 1, "change")
    assert page.ask(SAID) != first


def test_who_asks_for_less_motion_sees_jumps(page: Page, report: Path) -> None:
    """Nothing moves before it is asked to, and then the clock goes in steps of half an hour."""
    page.open(report, media={"prefers-reduced-motion": "reduce"})
    assert page.ask("Number(document.getElementById('player-time').value)") == 0
    page.ask("document.getElementById('player-play').click()")
    moved = later(page, "Number(document.getElementById('player-time').value)", 0)
    assert isinstance(moved, int | float)
    assert moved >= 29


def test_paper_and_pages_without_scripts_show_the_figure_alone(page: Page, report: Path) -> None:
    page.open(report)
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page.ask("document.getElementById('player').getClientRects().length") == 0
    assert page.ask("document.querySelector('#figure-watch .wide svg').getClientRects().length") == 1
