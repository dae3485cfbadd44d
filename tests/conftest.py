"""Refuse tests without exactly one marker, and make hypothesis repeatable."""

import pytest
from hypothesis import settings

MARKERS = frozenset({"unit", "theory", "golden", "contract", "study", "bench"})

# No deadline: a test must not depend on the speed of a machine. Derandomized: the same examples every time.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")


@pytest.hookimpl(tryfirst=True)  # before `-m` deselects, so that every collected test is checked
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    wrong = [item.nodeid for item in items if len(MARKERS & {mark.name for mark in item.iter_markers()}) != 1]
    if wrong:
        names = ", ".join(sorted(MARKERS))
        raise pytest.UsageError("\n".join([f"each test needs exactly one marker of {names}; wrong:", *wrong]))
