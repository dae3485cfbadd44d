"""Compile functions with numba, under types that readers and checkers keep."""

from collections.abc import Callable
from hashlib import blake2b
from importlib.resources import files
from typing import Any, TypeVar

import numba

Compiled = TypeVar("Compiled", bound=Callable[..., object])

_njit: Any = numba.njit
_PART = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}
"""The tables outlive every call, so nobody counts references to them."""


def inner(function: Compiled) -> Compiled:
    """Compile a function that only compiled functions call, as a part of them."""
    compiled: Compiled = _njit(function, forceinline=True, **_PART)
    return compiled


def apart(function: Compiled) -> Compiled:
    """Compile a function that only compiled functions call, once for all its callers; it stays apart from them."""
    compiled: Compiled = _njit(function, **_PART)
    return compiled


def entry(function: Compiled) -> Compiled:
    """Compile a function that Python calls, keep the machine code on disk, and let other threads run meanwhile."""
    compiled: Compiled = _njit(function, cache=True, nogil=True)
    return compiled


def sources() -> int:
    """Return a number that changes with any source file of this folder.

    What is kept on disk is found again by what an entry encloses. Without this number a change of a function that it
    calls would go unnoticed.
    """
    digest = blake2b(digest_size=7)
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".py"):
            digest.update(file.read_bytes())
    return int.from_bytes(digest.digest(), "little")
