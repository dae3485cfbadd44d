"""The planner's page in a real browser that reaches nothing but this machine."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from experiments.app.server import Server
from experiments.app.serving import opened
from tests.browser import Page, blank_page, installed

pytestmark = [pytest.mark.study, pytest.mark.skipif(installed() is None, reason="no Chromium is installed")]

TRIES, PAUSE_S = 1200, 0.1
PATH = "/ask?experiment=sharing_first"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with opened(tmp_path_factory.mktemp("app")) as made:
        Thread(target=made.serve_forever, args=(0.05,), daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture(scope="module")
def page(server: Server) -> Iterator[Page]:
    with blank_page(str(installed())) as made:
        visit(made, server.address)
        yield made


def visit(page: Page, address: str, width: int = 1280) -> None:
    page.call("Page.navigate", url="about:blank")
    page.events.clear()
    page.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    page.call("Page.navigate", url=address)
    wait_for(page, "document.documentElement?.dataset.ready ?? ''")


def wait_for(page: Page, condition: str) -> None:
    for _ in range(TRIES):
        if page.ask(condition):
            return
        sleep(PAUSE_S)
    raise AssertionError(condition)


def at(server: Server, path: str) -> str:
    return f"http://127.0.0.1:{server.site.door.port}{path}"


def set_box(page: Page, key: str, value: str) -> None:
    page.ask(
        f"(() => {{ const box = document.getElementById({json.dumps(key)}); box.value = {json.dumps(value)};"
        " box.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def asked_elsewhere(page: Page) -> list[str]:
    sent = [event["request"]["url"] for event in page.seen("Network.requestWillBeSent")]
    return [url for url in sent if not url.startswith(("http://127.0.0.1:", "data:", "about:"))]


def test_the_token_is_gone_from_the_address(server: Server, page: Page) -> None:
    visit(page, server.address)
    assert page.ask("location.search + document.cookie") == ""


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("path", ["/", PATH])
def test_pages_fit_ask_nothing_elsewhere_and_raise_nothing(server: Server, page: Page, path: str, width: int) -> None:
    visit(page, at(server, path), width)
    assert page.ask("document.documentElement.scrollWidth") <= width
    assert asked_elsewhere(page) == []
    assert page.seen("Runtime.exceptionThrown") == []
    assert [one["entry"]["text"] for one in page.seen("Log.entryAdded")] == []


def test_every_control_has_a_name_and_is_reached_by_keyboard(server: Server, page: Page) -> None:
    visit(page, at(server, PATH))
    nameless = (
        "[...document.querySelectorAll('input:not([type=hidden]), select, button')].filter((one) =>"
        " !(one.labels?.length || one.ariaLabel || one.textContent.trim())).map((one) => one.outerHTML)"
    )
    assert page.ask(nameless) == []
    page.ask("document.querySelector('#city\\\\.ward_beds\\\\.scale').previousElementSibling.focus()")
    before = page.ask("document.getElementById('city.ward_beds.scale').value")
    for kind in ("keyDown", "keyUp"):
        page.call("Input.dispatchKeyEvent", type=kind, key="ArrowRight", code="ArrowRight", windowsVirtualKeyCode=39)
    after = page.ask("document.getElementById('city.ward_beds.scale').value")
    assert float(after) > float(before)


def test_a_planner_asks_mends_runs_and_sees_the_answer(server: Server, page: Page) -> None:
    visit(page, at(server, PATH))
    set_box(page, "run.weeks", "-1")
    wait_for(page, "document.querySelector('#weighed .faults')?.textContent.includes('run.weeks = -1')")
    assert page.ask("document.getElementById('run').disabled")
    small = {"weeks": "0.1", "warm_up_weeks": "0.05", "replications": "3", "sensitivity_replications": "0"}
    for name, value in small.items():
        set_box(page, f"run.{name}", value)
    wait_for(page, "document.querySelector('[data-sound]')?.textContent.startsWith('18 replications')")
    set_box(page, "name", "Seen in a browser")
    page.ask("document.getElementById('run').click()")
    wait_for(page, "location.pathname.startsWith('/variant/')")
    wait_for(page, "document.querySelector('[data-state]')?.dataset.state === 'done'")
    wait_for(page, "document.querySelectorAll('.differences svg').length === 4")
    assert page.ask("document.querySelector('h1').textContent") == "Seen in a browser"
    assert page.ask("document.querySelectorAll('figure svg .band').length") == 1
    (variant,) = server.site.desk.variants.every()
    assert Path(variant.report).is_file()
    assert asked_elsewhere(page) == []
