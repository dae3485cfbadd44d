"""Find in configuration files what Hydra would refuse late or not at all, and say in words what it refuses."""

from collections.abc import Iterator
from pathlib import Path
from re import compile

from experiments.schema import join
from sim.faults import Fault

CALL = compile(r"\$\{[^}]*:")


def encoding_faults(file: Path) -> Iterator[Fault]:
    """Yield a fault for a configuration file that is no readable text."""
    try:
        file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        yield Fault(str(file), repr(error.object[error.start : error.end]), "save the file in the encoding UTF-8")
    except OSError as error:
        yield Fault(str(file), error.strerror or str(error), "let this be a file that can be read, or remove it")


def call_faults(node: object, field: str = "") -> Iterator[Fault]:
    """Yield a fault for every value that calls a function (`${oc.env:HOME}`): configuration holds values only."""
    if isinstance(node, str) and CALL.search(node):
        yield Fault(field, node, "write the value itself, or refer to another key as ${key}; functions are not called")
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield from call_faults(value, join(field, str(key)))


def hydra_fault(error: Exception) -> Fault:
    """Return what Hydra or OmegaConf refused, with the field where they know it."""
    cause = error.__cause__ or error
    where = getattr(cause, "full_key", None) or "configuration"
    return Fault(str(where), " ".join(str(cause).split()), "mend the configuration file or the override")
