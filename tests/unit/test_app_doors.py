"""Only who knows the token is let in, from this machine and from our own forms."""

from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

import pytest

from experiments.app.asked import Asked
from experiments.app.desk import Desk, Reply
from experiments.app.doors import Door, is_from_here, is_own_form
from experiments.app.server import Site
from experiments.app.turns import Turns
from experiments.app.variants import Variants

pytestmark = pytest.mark.unit

HERE = {"Host": "127.0.0.1:8760"}
TOKEN = "right-token"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(Door(8760, TOKEN), Desk(Variants(tmp_path), Turns()))


def entered(site: Site) -> dict[str, str]:
    """Return the headers of a browser that has shown the token."""
    reply = site.get(f"/?token={TOKEN}", HERE)
    pairs = [cookie.partition(";")[0] for cookie in reply.cookies]
    return {**HERE, "Cookie": "; ".join(pairs), "Origin": "http://127.0.0.1:8760"}


def kept(site: Site, headers: dict[str, str], name: str = "Mine") -> str:
    variant = site.desk.variants.keep(site.door.planner(headers), name, Asked("surge"))
    return f"/variant/{variant.owner}/{variant.slug}"


def test_tokens_are_random_and_long() -> None:
    tokens = {Door(1).token for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 32
    assert Door(1, TOKEN).fits(TOKEN)
    assert not any(Door(1, TOKEN).fits(wrong) for wrong in ("", "right-toke", "right-token2", "Right-token", "é"))


def test_a_door_does_not_print_its_token() -> None:
    assert TOKEN not in repr(Door(1, TOKEN))


@pytest.mark.parametrize("path", ["/", "/ask?experiment=surge", "/compare", "/variant/a/b", "/variant/a/b/report.html"])
def test_without_the_token_nothing_is_shown(site: Site, path: str) -> None:
    for cookie in ("", "citycare_pass_8760=wrong; citycare_planner=x", f"citycare_pass_1={TOKEN}; citycare_planner=x"):
        reply = site.get(path, {**HERE, "Cookie": cookie})
        assert reply.status == HTTPStatus.FORBIDDEN
        assert b"Enter the token" in reply.body


@pytest.mark.parametrize("path", ["/run", "/weigh", "/keep", "/variant/a/b/cancel"])
def test_without_the_token_nothing_is_done(site: Site, path: str) -> None:
    assert site.post(path, HERE, "experiment=surge").status == HTTPStatus.FORBIDDEN
    assert not site.desk.turns.waiting
    assert not site.desk.variants.every()


def test_the_token_leaves_the_address_and_becomes_a_cookie_that_scripts_cannot_read(site: Site) -> None:
    reply = site.get(f"/?token={TOKEN}", HERE)
    assert (reply.status, reply.headers) == (HTTPStatus.SEE_OTHER, {"Location": "/"})
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in reply.cookies)
    assert site.get("/", entered(site)).status == HTTPStatus.OK


def test_the_token_can_be_typed(site: Site) -> None:
    assert site.post("/enter", HERE, urlencode({"token": f" {TOKEN} "})).status == HTTPStatus.SEE_OTHER
    wrong = site.post("/enter", HERE, "token=no")
    assert wrong.status == HTTPStatus.FORBIDDEN
    assert b"not the token" in wrong.body
    assert not wrong.cookies


def test_a_planner_is_known_again_and_nobody_can_tell_the_cookie_from_the_name(site: Site) -> None:
    headers = entered(site)
    again = site.get(f"/?token={TOKEN}", headers)
    assert any(cookie.partition(";")[0] in headers["Cookie"] for cookie in again.cookies if "planner" in cookie)
    name = site.door.planner(headers)
    assert name.startswith("planner-")
    assert name.removeprefix("planner-") not in headers["Cookie"]
    assert site.door.planner(entered(site)) != name


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1:8760", True), ("localhost:9000", True), ("[::1]:1", True), ("evil.example", False), ("", False),
     ("127.0.0.1.evil.example:8760", False), ("[", False)],
)  # fmt: skip
def test_only_names_of_this_machine_are_answered(site: Site, host: str, here: bool) -> None:
    assert is_from_here({"Host": host}) is here
    if not here:
        assert site.get(f"/?token={TOKEN}", {"Host": host}).status == HTTPStatus.MISDIRECTED_REQUEST


@pytest.mark.parametrize(
    ("headers", "own"),
    [({}, True), ({"Origin": "http://127.0.0.1:8760"}, True), ({"Origin": "http://evil.example"}, False),
     ({"Origin": "null"}, False), ({"Origin": "http://127.0.0.1:1"}, False), ({"Sec-Fetch-Site": "cross-site"}, False)],
)  # fmt: skip
def test_forms_of_other_pages_are_turned_away(site: Site, headers: dict[str, str], own: bool) -> None:
    assert is_own_form({**HERE, **headers}) is own
    known = {**entered(site), **headers} if headers else entered(site)
    address = kept(site, known)
    reply = site.post(f"{address}/delete", known, "")
    assert (reply.status == HTTPStatus.SEE_OTHER) is own
    assert bool(site.desk.variants.every()) is not own


def test_planners_see_each_other_and_change_only_their_own(site: Site) -> None:
    mine, yours = entered(site), entered(site)
    address = kept(site, mine)
    page = site.get(address, yours).body.decode()
    assert "Mine" in page
    assert f'action="{address}' not in page
    assert f'action="{address}' in site.get(address, mine).body.decode()
    for deed in ("run", "cancel", "delete"):
        assert site.post(f"{address}/{deed}", yours, "").status == HTTPStatus.FORBIDDEN
    assert site.desk.variants.every()
    assert "Your variants" in site.get("/", mine).body.decode()
    assert "Variants of others" in site.get("/", yours).body.decode()


@pytest.mark.parametrize(
    "path", ["/variant/../../etc", "/variant/a/../..", "/nothing", "/variant/a/b/../x", "/ask/more"]
)
def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    assert site.get(path, entered(site)).status == HTTPStatus.NOT_FOUND


def test_names_are_escaped(site: Site) -> None:
    headers = entered(site)
    address = kept(site, headers, "<script>alert(1)</script> & more")
    for path in ("/", address):
        body = site.get(path, headers).body.decode()
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in body


def test_files_of_a_variant(site: Site) -> None:
    headers = entered(site)
    address = kept(site, headers)
    found = site.get(f"{address}/variant.yaml", headers)
    assert found.body.startswith(b"# @package _global_\n# Name: Mine\n")
    missing: list[Reply] = [
        site.get(f"{address}/{name}", headers) for name in ("report.html", "measures.csv", "manifest.json")
    ]
    assert {reply.status for reply in missing} == {HTTPStatus.NOT_FOUND}


def test_a_report_cannot_reach_the_page(site: Site) -> None:
    headers = entered(site)
    address = kept(site, headers)
    (variant,) = site.desk.variants.every()
    variant.run.mkdir(parents=True)
    variant.report.write_text("<p>report</p>", encoding="utf-8")
    reply = site.get(f"{address}/report.html", headers)
    assert reply.body == b"<p>report</p>"
    assert reply.headers["Content-Security-Policy"].startswith("sandbox ")
    assert "allow-same-origin" not in reply.headers["Content-Security-Policy"]
