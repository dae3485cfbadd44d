"""Let in who knows the token, tell planners apart, and turn away what other pages of a browser send."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TOKEN_BYTES, PLANNER_BYTES, NAME_DIGITS = 24, 16, 10
A_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Door:
    """Guard one page: its secret token, and the port that keeps its cookies apart from those of another page."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES), repr=False)

    def fits(self, token: str) -> bool:
        """Say whether a token is the right one, in a time that does not depend on how much of it is."""
        return compare_digest(token.encode(), self.token.encode())

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Say whether a request comes from a browser that has shown the token."""
        return self.fits(_cookies(headers).get(self._pass, ""))

    def planner(self, headers: Mapping[str, str]) -> str:
        """Return the name of the planner's folder, "" for a browser that was never here.

        It is a hash of the cookie, so that who sees the name cannot be taken for its owner.
        """
        own = _cookies(headers).get(self._planner, "")
        return f"planner-{sha256(own.encode()).hexdigest()[:NAME_DIGITS]}" if own else ""

    def cookies(self, headers: Mapping[str, str]) -> list[str]:
        """Return the cookies for a browser that has shown the token; a planner who was here before stays the same."""
        own = _cookies(headers).get(self._planner) or secrets.token_urlsafe(PLANNER_BYTES)
        kept = "Path=/; HttpOnly; SameSite=Lax"
        return [f"{self._pass}={self.token}; {kept}", f"{self._planner}={own}; Max-Age={A_YEAR_S}; {kept}"]

    @property
    def _pass(self) -> str:
        return f"citycare_pass_{self.port}"

    @property
    def _planner(self) -> str:
        return "citycare_planner"


def is_from_here(headers: Mapping[str, str]) -> bool:
    """Say whether a request names this machine as its host, so that no other name was bent to point here."""
    try:
        return urlsplit(f"//{headers.get('Host', '')}").hostname in LOOPBACK
    except ValueError:
        return False


def is_own_form(headers: Mapping[str, str]) -> bool:
    """Say whether what is posted was sent by a page of ours, not by a page of somebody else in the same browser."""
    if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == headers.get("Host", "")


def _cookies(headers: Mapping[str, str]) -> dict[str, str]:
    try:
        return {name: found.value for name, found in SimpleCookie(headers.get("Cookie", "")).items()}
    except CookieError:
        return {}
