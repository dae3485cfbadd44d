"""Drive a headless Chromium over its debugging pipe: open a page, watch it, ask it, picture it."""

import base64
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

PATIENCE_S, PATIENCE_TRIES = 30, 600
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
)


def installed() -> str | None:
    """Return the path of a Chromium, or None when there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass
class Page:
    """Speak the DevTools protocol with one page; keep every event that it reports."""

    to_browser: int
    from_browser: int
    session: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    unread: bytes = b""

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method and return its result; events that come meanwhile are kept."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return dict(answer["result"])
            self.events.append(answer)

    def open(self, file: Path, width: int = 1280, media: Mapping[str, str] | None = None, wait: bool = True) -> None:
        """Open a file in a window of that width and wait until it calls itself ready, or has merely loaded.

        Events of what was open before are forgotten.
        """
        self.call("Page.navigate", url="about:blank")
        self.events.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        features = [{"name": name, "value": value} for name, value in (media or {}).items()]
        self.call("Emulation.setEmulatedMedia", media="", features=features)
        self.call("Page.navigate", url=file.resolve().as_uri())
        ready = "document.documentElement?.dataset.ready ?? ''" if wait else "document.readyState === 'complete'"
        for _ in range(PATIENCE_TRIES):
            if self.ask(ready):
                return
            sleep(PATIENCE_S / PATIENCE_TRIES)
        raise RuntimeError(f"the page was not ready after {PATIENCE_S} s")

    def ask(self, script: str) -> Any:
        """Return the value of a script run in the page."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def picture(self, **parameters: Any) -> bytes:
        """Return a PNG of the page."""
        return base64.b64decode(self.call("Page.captureScreenshot", **parameters)["data"])

    def seen(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of every event of that name."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self.unread:
            piece = os.read(self.from_browser, 1 << 20)
            if not piece:
                raise RuntimeError("the browser has closed its pipe")
            self.unread += piece
        message, self.unread = self.unread.split(b"\0", 1)
        return dict(json.loads(message))


@contextmanager
def blank_page(browser: str) -> Iterator[Page]:
    """Start a browser with a profile of its own, yield an empty page, and end it."""
    child_reads, we_write = os.pipe()
    we_read, child_writes = os.pipe()
    with TemporaryDirectory() as profile:
        # The browser reads from descriptor 3 and writes to 4.
        wrapper = ["bash", "-c", 'exec "$@" 3<&"$READ" 4>&"$WRITE"', "bash"]
        process = subprocess.Popen(
            [*wrapper, browser, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(child_reads, child_writes),
            env={**os.environ, "READ": str(child_reads), "WRITE": str(child_writes)},
            stderr=subprocess.DEVNULL,
        )
        os.close(child_reads)
        os.close(child_writes)
        page = Page(we_write, we_read)
        try:
            target = page.call("Target.createTarget", url="about:blank")["targetId"]
            page.session = page.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                page.call(f"{domain}.enable")
            yield page
        finally:
            process.terminate()
            process.wait(timeout=20)
            os.close(we_write)
            os.close(we_read)
