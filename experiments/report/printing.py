"""Print a report to PDF by a Chromium that is installed: the page's own style for paper, nothing else."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from experiments.report.page import write_report
from experiments.schema import stop_at
from sim.faults import Fault

PDF = "report.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PATIENCE_S = 180
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND"


def write_pdf(folder: Path, code: str) -> Path:
    """Write `report.html`, print it to `report.pdf` beside it, and return the path of that.

    Raises:
        ScenarioError: when no browser is installed, or it does not print; the page is written all the same.
    """
    page, path = write_report(folder, code), folder / PDF
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        mend = f"install Chromium ({', '.join(BROWSERS)}), or print {page.name} from any browser"
        stop_at([Fault("--format", "pdf", mend)])
    path.unlink(missing_ok=True)
    with TemporaryDirectory() as profile:
        words = printing_words(str(browser), profile, page, path)
        try:
            done = subprocess.run(words, capture_output=True, timeout=PATIENCE_S, check=False)
            said = done.stderr.decode(errors="replace").strip().splitlines()[-1:] if done.returncode else []
        except (OSError, subprocess.TimeoutExpired) as error:
            said = [str(error)]
    if said or not path.is_file():
        stop_at([Fault("--format", "pdf", f"print {page.name} from a browser; {browser} did not ({' '.join(said)})")])
    return path


def printing_words(browser: str, profile: str, page: Path, path: Path) -> list[str]:
    """Return the command that prints a page with a profile of its own, without network."""
    return [
        browser,
        "--headless=new",
        "--no-sandbox",  # the page is our own, and holds no foreign script
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        OFFLINE,
        f"--user-data-dir={profile}",
        "--no-pdf-header-footer",
        f"--print-to-pdf={path.resolve()}",
        page.resolve().as_uri(),
    ]
