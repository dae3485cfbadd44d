"""Write all golden texts anew: python -m tests.golden.rewrite. Read the difference before committing it."""

from tests.golden.texts import FOLDER, GOLDEN

if __name__ == "__main__":
    for name, make in GOLDEN.items():
        (FOLDER / name).write_text(make(), encoding="utf-8", newline="\n")
