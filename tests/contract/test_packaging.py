"""Promises of the files that others install from: the lock, the package and what the files may name."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

# Written with brackets so that this file does not match itself.
INDEX_HOST = re.compile(r"py[p]i\.(python\.)?org|python[h]osted\.org|https?://\S+/[s]imple\b", re.IGNORECASE)


IGNORED = {"/.git/", *(ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}


def is_ignored(folder: Path) -> bool:
    return not IGNORED.isdisjoint({f"{folder.name}/", f"/{folder.relative_to(ROOT).as_posix()}/"})


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield path
        elif not is_ignored(path):
            yield from project_files(path)


def names_index_host(path: Path) -> bool:
    return bool(INDEX_HOST.search(path.read_bytes().decode("utf-8", errors="ignore")))


def declared_requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["dev"]]


def test_no_file_names_a_package_index() -> None:
    assert [str(path.relative_to(ROOT)) for path in project_files() if names_index_host(path)] == []


@pytest.mark.parametrize("host", ["py pi.org", "files.python hosted.org", "http://mirror.example/sim ple/"])
def test_a_package_index_is_seen(host: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"fetched from {host.replace(' ', '')} today", encoding="utf-8")
    assert names_index_host(page)


def test_project_files_are_found_and_the_environment_is_left_out() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in project_files()}
    assert {"requirements.lock", "pyproject.toml", "sim/__init__.py", ".ci/run"} <= found
    assert not any(name.startswith((".venv/", ".git/")) for name in found)


def test_every_line_of_the_lock_is_a_pinned_version_or_a_hash() -> None:
    pin = re.compile(r"[a-z0-9-]+==[^ /:]+( ; [^/:]+)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    strange = [line for line in LOCK.splitlines() if not (pin.fullmatch(line) or digest.fullmatch(line))]
    assert strange == []


@pytest.mark.parametrize("requirement", declared_requirements(), ids=lambda requirement: requirement.name)
def test_the_lock_holds_one_allowed_version_of_each_requirement(requirement: Requirement) -> None:
    versions = re.findall(rf"^{re.escape(requirement.name)}==(\S+)", LOCK, re.MULTILINE)
    assert len(versions) == 1, f"{requirement.name} must be pinned once: make lock"
    assert requirement.specifier.contains(versions[0]), f"{requirement} excludes {versions[0]}: make lock"
