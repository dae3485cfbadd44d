"""Say in words how two runs differ: in what was asked, in what was used, and in what came out."""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from experiments.fingerprint import WITHOUT_EFFECT
from experiments.kept.listing import KeptRun
from experiments.measure_list import MEASURES
from experiments.progress import counted
from experiments.report.numbers import decimals_for, difference_unit, number, scale_of, signed, unit_in_words
from experiments.statistics import paired_difference
from experiments.store import MEASURES as MEASURES_FILE
from experiments.store import RunFolder

ABSENT = object()
MOST_LINES = 40


def explained(a: KeptRun, b: KeptRun) -> str:
    """Return how run B differs from run A."""
    parts = {
        "Asked": [*_asked(a, b), *_configurations(a, b)],
        "Used": list(_used(a, b)),
        "Found": list(_found(a, b)),
    }
    lines = [f"A is {a.path}, B is {b.path}."]
    for name, said in parts.items():
        shown, left = said[:MOST_LINES], len(said) - MOST_LINES
        lines += [f"{name}:", *(f"  {line}" for line in shown or ["nothing differs."])]
        lines += [f"  and {left} more."] if left > 0 else []
    return "\n".join(lines)


def pairs_of(a: KeptRun, b: KeptRun) -> list[tuple[str, str]]:
    """Return the cells that stand for each other: by name, or the only ones there are."""
    if len(a.cells) == len(b.cells) == 1:
        return [(next(iter(a.cells)), next(iter(b.cells)))]
    return [(name, name) for name in a.cells if name in b.cells]


def _asked(a: KeptRun, b: KeptRun) -> Iterator[str]:
    for key, words in (("question", "the question"), ("replications", "replications"), ("root_seed", "the root seed")):
        if a.manifest.get(key) != b.manifest.get(key):
            yield f"{words}: {a.manifest.get(key)!r} in A, {b.manifest.get(key)!r} in B."
    if len(a.cells) == len(b.cells) == 1:
        return
    for one, other, name in ((a, b, "A"), (b, a, "B")):
        only = [cell for cell in one.cells if cell not in other.cells]
        if only:
            yield f"only {name} has {counted(len(only), 'cell')}: {', '.join(only)}."


def _configurations(a: KeptRun, b: KeptRun) -> Iterator[str]:
    """Yield what differs in the configurations of cells that stand for each other, each difference once."""
    where: dict[str, list[str]] = {}
    pairs = pairs_of(a, b)
    for one, other in pairs:
        for line in changes(_effective(a, one), _effective(b, other)):
            where.setdefault(line, []).append(one)
    for line, cells in where.items():
        yield line + ("." if len(cells) == len(pairs) else f" (in {', '.join(cells)}).")


def _effective(run: KeptRun, cell: str) -> dict[str, Any]:
    """Return the flat configuration of a cell without what changes no result."""
    flat = flattened(run.cells[cell].get("configuration") or {})
    silent = tuple(".".join(path) for path in WITHOUT_EFFECT)
    return {key: value for key, value in flat.items() if not key.startswith(silent)}


def changes(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[str]:
    """Yield in words every setting that differs between two flat configurations."""
    for key in sorted({*a, *b}):
        before, after = a.get(key, ABSENT), b.get(key, ABSENT)
        if before is ABSENT:
            yield f"{key} is {after!r} in B and not set in A"
        elif after is ABSENT:
            yield f"{key} is {before!r} in A and not set in B"
        elif before != after:
            yield f"{key} is {before!r} in A and {after!r} in B"


def flattened(node: Any, path: str = "") -> dict[str, Any]:
    """Return the values of nested tables and lists by their dotted paths."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else None
    if items is None or not node:
        return {path: node}
    found: dict[str, Any] = {}
    for key, value in items:
        found |= flattened(value, f"{path}.{key}" if path else str(key))
    return found


def _used(a: KeptRun, b: KeptRun) -> Iterator[str]:
    """Yield differences of code, versions, machine and input files."""
    said, other = a.manifest, b.manifest
    if said.get("code_hash") != other.get("code_hash"):
        yield f"the code: {str(said.get('code_hash'))[:10]} in A, {str(other.get('code_hash'))[:10]} in B."
    for key in ("citycare", "python", "machine", "platform", "versions", "data_hashes"):
        for line in changes(flattened(said.get(key), key), flattened(other.get(key), key)):
            yield f"{line}."


def _found(a: KeptRun, b: KeptRun) -> Iterator[str]:
    missing = [name for run, name in ((a, "A"), (b, "B")) if not (run.path / MEASURES_FILE).is_file()]
    if missing:
        yield f"{' and '.join(missing)} is not finished, so nothing can be compared."
        return
    values = [RunFolder(run.path).measures().query("dimension == 'all'") for run in (a, b)]
    for one, other in pairs_of(a, b):
        yield from _of_cell(a, b, (one, other), values)


def _of_cell(a: KeptRun, b: KeptRun, pair: tuple[str, str], values: list[Any]) -> Iterator[str]:
    """Yield what differs between two cells in the means of the measures, in pairs where seeds are the same."""
    traces = [(run.manifest.get("trace_hashes") or {}).get(cell) for run, cell in zip((a, b), pair, strict=True)]
    if traces[0] and traces[0] == traces[1]:
        yield f"{pair[0]}: identical, to the last event of {counted(len(traces[0]), 'replication')}."
        return
    wide = [
        table[table["cell"] == cell].pivot(index="replication", columns="measure", values="value")
        for table, cell in zip(values, pair, strict=True)
    ]
    before, after = wide[0].align(wide[1], join="inner")
    for measure in before.columns:
        line = _in_words(measure, before[measure], after[measure], a.manifest["root_seed"] == b.manifest["root_seed"])
        if line:
            yield f"{pair[0]}: {line}"


def _in_words(name: str, before: Any, after: Any, paired: bool) -> str:
    """Return how one measure moved from A to B, "" when it did not."""
    found, known = paired_difference(before, after), MEASURES.get(name)
    if not found.n or (found.mean == 0 and found.half_width == 0):
        return ""
    scale = scale_of(known.unit) if known else 1.0
    digits = decimals_for(found.half_width * scale) if isfinite(found.half_width) else 3
    unit = unit_in_words(known.unit) if known else ""
    moved = f"{number(before.mean() * scale, digits)} in A, {number(after.mean() * scale, digits)} in B {unit}".rstrip()
    label = known.label if known else name
    if not paired or not isfinite(found.half_width):
        return f"{label}: {moved}."
    interval = f"{signed(found.low * scale, digits)} to {signed(found.high * scale, digits)}"
    sure = "" if found.low > 0 or found.high < 0 else ", which does not exclude zero"
    by = f"{signed(found.mean * scale, digits)} {difference_unit(known.unit) if known else ''}".rstrip()
    return f"{label}: {moved}; {by} (95 % interval {interval}, {counted(found.n, 'pair')}){sure}."
