"""Progress is told at once and truly, as lines or as a bar."""

from io import StringIO

import pytest
from rich.console import Console

from experiments import progress
from experiments.progress import Bar, Lines, Tally, counted, duration, watcher_for

pytestmark = pytest.mark.unit


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_numbers_with_nouns() -> None:
    assert [counted(n, "cell") for n in (0, 1, 2)] == ["0 cells", "1 cell", "2 cells"]


def test_the_time_that_remains_follows_the_mean_so_far(clock: list[float]) -> None:
    tally = Tally.of(["a", "a", "b", "b"])
    assert tally.remaining == "unknown time left"
    clock[0] += 20.0
    tally.take("a")
    assert tally.remaining == "about 1 min 0 s left"


def test_a_cell_is_complete_with_its_last_replication() -> None:
    tally = Tally.of(["a", "a", "b"])
    assert tally.cells == "0/2 cells"
    tally.take("a")
    tally.take("b")
    assert tally.cells == "1/2 cells"


def test_lines_begin_with_the_headline_and_tell_each_replication(clock: list[float]) -> None:
    lines = Lines(stream := StringIO())
    lines.start("2 cells x 1 replication", ["a", "b"])
    clock[0] += 3.0
    lines.advance("a", "r000 in 2.9 s")
    lines.advance("b", "r000 FAILED: no bed", failed=True)
    lines.stop()
    assert stream.getvalue().splitlines() == [
        "2 cells x 1 replication",
        "1/2  a r000 in 2.9 s; 1/2 cells, about 3 s left",
        "2/2  b r000 FAILED: no bed; 2/2 cells, about 0 s left",
    ]


def test_many_replications_give_at_most_a_hundred_lines_and_always_the_last() -> None:
    lines = Lines(stream := StringIO())
    lines.start("headline", ["a"] * 250)
    for index in range(250):
        lines.advance("a", f"r{index:03d}")
    shown = stream.getvalue().splitlines()[1:]
    assert len(shown) == 84
    assert shown[0].startswith("3/250")
    assert shown[-1].startswith("250/250")


def test_failures_are_always_told() -> None:
    lines = Lines(stream := StringIO())
    lines.start("headline", ["a"] * 250)
    lines.advance("a", "r000 FAILED: no bed", failed=True)
    assert "FAILED" in stream.getvalue()


def test_a_bar_shows_headline_cells_and_replications() -> None:
    console = Console(file=StringIO(), force_terminal=True, width=100)
    bar = Bar(console)
    bar.start("2 cells x 1 replication", ["a", "b"])
    bar.advance("a", "r000 in 2.9 s")
    bar.advance("b", "r000 FAILED: no bed", failed=True)
    bar.stop()
    written = console.file.getvalue()  # type: ignore[attr-defined]
    assert written.startswith("2 cells x 1 replication\n")
    assert "2/2 cells" in written
    assert "b r000 FAILED: no bed\n" in written


def test_a_terminal_gets_a_bar_and_a_file_gets_lines() -> None:
    assert isinstance(watcher_for(Console(file=StringIO(), force_terminal=True)), Bar)
    assert isinstance(watcher_for(Console(file=StringIO())), Lines)
