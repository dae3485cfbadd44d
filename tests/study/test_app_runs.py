"""A page's run is a run of the command line: the same measures; it is found again, and canceled with its workers."""

import http.client
import os
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from time import sleep
from urllib.parse import urlencode

import pytest

from experiments.app.asked import Asked
from experiments.app.comparing import comparison
from experiments.app.running import Progress, progress
from experiments.app.server import Server
from experiments.app.serving import opened
from experiments.app.sharpening import Readings, so_far
from experiments.app.variants import Variant, Variants
from experiments.cli import main
from experiments.report.folder import read_folder
from experiments.store import RunFolder

pytestmark = pytest.mark.study

SMALL = {"run.replications": 3, "run.weeks": 0.1, "run.warm_up_weeks": 0.05, "run.workers": 1}
PATIENCE, PAUSE_S = 1200, 0.1


class Browser:
    """Ask the server as a browser does, with cookies of its own."""

    def __init__(self, server: Server) -> None:
        self.port = server.site.door.port
        self.cookies: dict[str, str] = {}
        self.get(server.address.partition(str(self.port))[2])

    def get(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, http.client.HTTPMessage]:
        """Return status, text and headers; with a form, send it."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is None:
            link.request("GET", path, headers=headers)
        else:
            kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
            link.request("POST", path, urlencode(form), {**headers, **kind})
        reply = link.getresponse()
        for line in reply.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return reply.status, reply.read().decode(), reply.headers


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    from threading import Thread

    with opened(tmp_path / "app") as made:
        Thread(target=made.serve_forever, args=(0.05,), daemon=True).start()
        yield made
        made.shutdown()


def until(variant: Variant, *states: str) -> None:
    for _ in range(PATIENCE):
        if variant.state.name in states:
            return
        sleep(PAUSE_S)
    raise AssertionError(f"{variant.state}: {variant.log.read_text(encoding='utf-8')}")


def living(group: int) -> list[int]:
    """Return the processes of a group that have not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, rest = (folder / "stat").read_text().rpartition(")")[2].strip().partition(" ")
            if int(rest.split()[1]) == group and state != "Z":
                found.append(int(folder.name))
        except (OSError, ValueError):
            continue
    return found


def test_a_run_of_the_page_has_the_measures_of_the_command_line(server: Server, tmp_path: Path) -> None:
    browser = Browser(server)
    form = {f"set:{key}": str(value) for key, value in SMALL.items()} | {"experiment": "sharing_first", "name": "Small"}
    form |= {"level:transfer": "stay_put,nearest_free", "level:information": "live", "set:city.ward_beds.scale": "0.95"}
    form |= {"set:run.sensitivity_replications": "0"}
    status, _, headers = browser.get("/run", form)
    assert status == 303
    (variant,) = server.site.desk.variants.every()
    assert headers["Location"] == f"/variant/{variant.owner}/{variant.slug}"
    until(variant, "done", "failed")
    assert variant.state.name == "done", variant.log.read_text(encoding="utf-8")
    folder = tmp_path / "typed"
    assert main(["run", "--config-dir", str(variant.folder), f"experiment={variant.slug}", f"run.folder={folder}"]) == 0
    typed = tmp_path / "words"
    assert main(["run", *variant.asked.words, f"run.folder={typed}"]) == 0
    assert (folder / "measures.parquet").read_bytes() == (variant.run / "measures.parquet").read_bytes()
    assert (typed / "measures.parquet").read_bytes() == (variant.run / "measures.parquet").read_bytes()
    again = Browser(server)
    assert "Small" in again.get("/")[1]  # whoever comes later finds it
    page = browser.get(headers["Location"])[1]
    assert "The answer" in page
    assert browser.get(f"{headers['Location']}/report.html")[1].startswith("<!DOCTYPE html>")
    assert browser.get(f"{headers['Location']}/measures.csv")[1].startswith("cell,replication,measure")
    assert "Nearest free" in browser.get(f"/compare?variant={variant.owner}/{variant.slug}")[1]
    check_readings(variant)


def check_readings(variant: Variant) -> None:
    """What is known after all replications is what the report says; after two it is what two say."""
    stored, readings = read_folder(variant.run), Readings()
    whole, part = so_far(stored), readings.so_far(variant.run)
    assert whole is not None
    assert part is not None
    assert (part.sentence, part.narrowing, [row.printed for row in part.rows]) == (
        whole.sentence,
        whole.narrowing,
        [row.printed for row in whole.rows],
    )
    assert [one.n for one in part.narrowing] == [2, 3]
    assert part.rows[0].interval.n == 3
    assert progress(variant.run) == Progress(6, 6, "replications")
    for cell in read_folder(variant.run).cells:
        RunFolder(variant.run).forget(cell.name, 2)
    fewer = readings.so_far(variant.run)
    assert fewer is not None
    assert fewer.narrowing == part.narrowing[:1]
    assert progress(variant.run) == Progress(4, 6, "replications")
    table = comparison([(variant, stored), (variant, stored)], "boarding_hours_per_day")
    assert table is not None
    assert len(table.lines) == 4
    assert table.lines[2].interval is not None
    assert (table.lines[2].interval.mean, table.lines[2].interval.half_width) == (0.0, 0.0)


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="processes are counted in /proc")
def test_canceling_ends_the_run_and_its_workers_and_keeps_what_is_finished(server: Server) -> None:
    browser = Browser(server)
    form = {"experiment": "sharing_first", "name": "Long", "set:run.replications": "400", "set:run.weeks": "0.2"}
    _, _, headers = browser.get("/run", {**form, "set:run.warm_up_weeks": "0.1"})
    (variant,) = server.site.desk.variants.every()
    for _ in range(PATIENCE):
        found = progress(variant.run)
        if found and found.n_done > 1:
            break
        sleep(PAUSE_S)
    process = server.site.desk.turns.process
    assert process is not None
    assert os.getpgid(process.pid) == process.pid
    assert len(living(process.pid)) > 1  # the run and its workers
    assert re.search(r"Running: \d+ of 2400 replications", browser.get(f"{headers['Location']}/now")[1])
    assert browser.get(f"{headers['Location']}/cancel", {})[0] == 303
    assert variant.state.name == "canceled"
    for _ in range(PATIENCE):
        if not living(process.pid):
            break
        sleep(PAUSE_S)
    assert living(process.pid) == []
    assert "Finished replications are kept" in variant.log.read_text(encoding="utf-8")
    kept = progress(variant.run)
    assert kept is not None
    assert 1 < kept.n_done < 2400
    assert "Go on" in browser.get(headers["Location"])[1]


def test_nothing_runs_with_a_fault(server: Server) -> None:
    browser = Browser(server)
    status, text, _ = browser.get("/run", {"experiment": "surge", "name": "No", "set:city.staff.scale": "abc"})
    assert status == 422
    assert "city.staff.scale = &#39;abc&#39;: give a number, not text" in text
    assert not server.site.desk.variants.every()
    assert server.site.desk.turns.running is None
    status, text, _ = browser.get("/check", {"experiment": "surge", "set:run.replications": "2"})
    assert status == 200
    assert "28 replications: about" in text


def test_headers_forbid_what_the_page_does_not_need(server: Server) -> None:
    browser = Browser(server)
    _, text, headers = browser.get("/")
    assert headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', text)
    assert server.server_address[0] == "127.0.0.1"


def test_what_was_running_when_the_page_was_closed_can_go_on(tmp_path: Path) -> None:
    variant = Variants(tmp_path).keep("planner-a", "Mine", Asked("surge"))
    variant.becomes("running")
    with opened(tmp_path):
        assert variant.state.name == "stopped"
