"""Give tests the small city of the documentation as a folder, and ways to spoil it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "data.md"
_EXAMPLE = re.compile(r"^```csv (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def documented_examples() -> dict[str, str]:
    """Return the examples of the documentation by file name."""
    return dict(_EXAMPLE.findall(DOCUMENT.read_text(encoding="utf-8")))


def write_documented_city(folder: Path) -> Path:
    """Write the small city of the documentation."""
    for name, text in documented_examples().items():
        if name != "medical_service_long.csv":
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def rewrite(path: Path, old: str, new: str) -> None:
    """Replace one piece of text that must stand in the file exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
