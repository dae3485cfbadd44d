"""Serve the page to browsers of this machine: one thread a request, nothing but our own files, strict headers."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from traceback import print_exc
from urllib.parse import parse_qs, urlsplit

from experiments.app import pages
from experiments.app.desk import TEXT, Desk, Reply, page, see
from experiments.app.doors import Door, is_from_here, is_own_form

HOST = "127.0.0.1"
MOST_BYTES, MOST_FIELDS = 200_000, 2_000
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Site:
    """Decide who is answered: hosts, tokens and forms are looked at before anything else."""

    door: Door
    desk: Desk

    def reply(self, address: str, headers: Mapping[str, str], body: str | None) -> Reply:
        """Answer a request; one with a body is a form."""
        return self.get(address, headers) if body is None else self.post(address, headers, body)

    def get(self, address: str, headers: Mapping[str, str]) -> Reply:
        """Answer a request that changes nothing."""
        found = urlsplit(address)
        fields = parse_qs(found.query, max_num_fields=MOST_FIELDS)
        if not is_from_here(headers):
            return Reply(b"Ask for this machine by its own name.\n", TEXT, HTTPStatus.MISDIRECTED_REQUEST)
        if found.path in STATIC:
            text, kind = STATIC[found.path]
            return Reply(text().encode(), kind)
        if "token" in fields and found.path == "/":
            return self._enter(fields["token"][-1], headers)
        if not self._is_known(headers):
            return page(pages.render("enter", wrong=False), HTTPStatus.FORBIDDEN)
        return self.desk.get(found.path, fields, self.door.planner(headers))

    def post(self, address: str, headers: Mapping[str, str], body: str) -> Reply:
        """Answer a form."""
        if not (is_from_here(headers) and is_own_form(headers)):
            return Reply(b"This form is not one of this page.\n", TEXT, HTTPStatus.FORBIDDEN)
        path = urlsplit(address).path
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        if path == "/enter":
            return self._enter((fields.get("token") or [""])[-1].strip(), headers)
        if not self._is_known(headers):
            return page(pages.render("enter", wrong=False), HTTPStatus.FORBIDDEN)
        return self.desk.post(path, fields, self.door.planner(headers))

    def _is_known(self, headers: Mapping[str, str]) -> bool:
        return self.door.knows(headers) and bool(self.door.planner(headers))

    def _enter(self, token: str, headers: Mapping[str, str]) -> Reply:
        """Let a browser in, at an address without the token, or ask again."""
        if not self.door.fits(token):
            return page(pages.render("enter", wrong=True), HTTPStatus.FORBIDDEN)
        return replace(see("/"), cookies=tuple(self.door.cookies(headers)))


STATIC = {
    "/app.css": (pages.style, "text/css; charset=utf-8"),
    "/app.js": (pages.script, "text/javascript; charset=utf-8"),
}


class Handler(BaseHTTPRequestHandler):
    """Pass requests of a browser on to the site, and its replies back."""

    server: "Server"
    server_version = "CityCare"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """Answer a request that changes nothing."""
        self._answer(None)

    def do_POST(self) -> None:
        """Answer a form."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MOST_BYTES:
            self._send(Reply(b"The form is too long.\n", TEXT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
            return
        self._answer(self.rfile.read(int(length)).decode("utf-8", errors="replace"))

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing: addresses may hold the token."""

    def _answer(self, body: str | None) -> None:
        headers = dict(self.headers.items())
        try:
            reply = self.server.site.reply(self.path, headers, body)
        except ValueError:
            reply = Reply(b"This cannot be read.\n", TEXT, HTTPStatus.BAD_REQUEST)
        except Exception:
            print_exc(file=sys.stderr)
            reply = Reply(b"Something went wrong; the terminal says more.\n", TEXT, HTTPStatus.INTERNAL_SERVER_ERROR)
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in {**HEADERS, "Content-Type": reply.kind, **reply.headers}.items():
            self.send_header(name, value)
        for cookie in reply.cookies:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)


class Server(ThreadingHTTPServer):
    """Listen on the loopback address only."""

    daemon_threads = True

    def __init__(self, port: int, desk: Desk, token: str = "") -> None:
        """Bind to a port, or with 0 to any that is free; the token is made here unless one is given."""
        super().__init__((HOST, port), Handler)
        own = self.server_address[1]
        self.site = Site(Door(own, token) if token else Door(own), desk)

    @property
    def address(self) -> str:
        """Return the address that lets a browser in."""
        return f"http://{HOST}:{self.site.door.port}/?token={self.site.door.token}"
