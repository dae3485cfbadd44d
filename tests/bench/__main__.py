"""Run every benchmark, print a table and write `bench.json` into the current folder."""

import json
from dataclasses import asdict
from pathlib import Path

from tests.bench.registry import Figure, all_benches, measure

LINE = "{:36}{:>10}{:>10}{:>8}  {}"


def main() -> None:
    """Print each figure as soon as it is known, with what is timed below it."""
    print("Medians of interleaved runs; ratio: how many times the value the baseline takes.\n")
    print(LINE.format("benchmark", "value", "baseline", "ratio", "unit"))
    figures: list[Figure] = []
    for bench in all_benches():
        measured = measure(bench)
        print(*map(text, measured), sep="\n", flush=True)
        figures += measured
    rows = [asdict(figure) for figure in figures]
    Path("bench.json").write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\nWritten to bench.json")


def text(figure: Figure) -> str:
    """Return a figure as a line of the table, and below it what is timed."""
    numbers = ("" if x is None else f"{x:.2f}" for x in (figure.value, figure.baseline, figure.ratio))
    lines = [LINE.format(figure.name, *numbers, figure.unit), f"    timed     {figure.timed}"]
    if figure.baseline_timed:
        lines.append(f"    baseline  {figure.baseline_timed}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
