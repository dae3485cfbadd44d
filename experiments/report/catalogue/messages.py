"""Collect every text that reports show, and bring the files of translations up to date with them.

`python -m experiments.report.catalogue.messages` adds what is new to each file, with nothing said yet, drops what is no
longer shown, and says how many texts each file lacks.
"""

from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from string import Formatter

import yaml
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from experiments.hindsight.measure_list import JUDGED
from experiments.languages import SUFFIX, translations_folder
from experiments.measure_list import MEASURES

Text = str | tuple[str, str]
KEYWORDS = {"_": None, "later": None, "many": (1, 2)}
PYTHON, TEMPLATES = [("**.py", "python")], [("**.j2", "jinja2.ext:babel_extract")]
OPTIONS = {"**.j2": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}

HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: CityCare\\n"
"Language: {code}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def shown_texts() -> list[Text]:
    """Return every text, counted ones as two: of code and templates, measures, and the questions that are shipped."""
    return list(dict.fromkeys((*_of_code(), *_of_measures(), *_of_questions())))


def _of_code() -> Iterator[Text]:
    folder = str(files("experiments").joinpath("report"))
    for _file, _line, text, _comments, _context in extract_from_dir(
        folder, PYTHON + TEMPLATES, OPTIONS, KEYWORDS, strip_comment_tags=False
    ):
        yield text if isinstance(text, str) else (text[0], text[1])


def _of_measures() -> Iterator[str]:
    for one in MEASURES.values():
        yield from (text for text in (one.label, one.definition, one.unit, one.unit.replace("/", " a ")) if text)
    for _seat, what, *_rest in JUDGED:
        yield what


def _of_questions() -> Iterator[str]:
    for file in sorted(files("conf").joinpath("experiment").iterdir(), key=lambda found: found.name):
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
        yield from (text for text in [(read.get("experiment") or {}).get("question")] if text)


def read(file: Path) -> Catalog:
    """Return the translations of a file."""
    with file.open("rb") as opened:
        return read_po(opened, locale=file.name.removesuffix(SUFFIX))


def faults(catalogue: Catalog) -> list[str]:
    """Return what is wrong with a catalogue: texts it lacks, or that are doubtful, or that fill other placeholders."""
    found = []
    for text in shown_texts():
        message = catalogue.get(text if isinstance(text, str) else text[0])
        if message is None or not all(_said(message)):
            found.append(f"nothing is said for {text!r}")
        elif message.fuzzy:
            found.append(f"doubtful: {text!r}")
        else:
            found += [f"other placeholders: {said!r}" for said in _said(message) if placeholders(said) != _asked(text)]
    return found


def _said(message: Message) -> tuple[str, ...]:
    said = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(text or "" for text in said)


def _asked(text: Text) -> set[str]:
    return placeholders(text if isinstance(text, str) else text[1])


def placeholders(text: str) -> set[str]:
    """Return the names in braces of a template.

    Raises:
        ValueError: when a brace is not closed.
    """
    return {name for _literal, name, _form, _conversion in Formatter().parse(text) if name is not None}


def updated(catalogue: Catalog) -> Catalog:
    """Return a catalogue of all texts shown, with what the given one says for them."""
    made = Catalog(locale=catalogue.locale)
    for text in shown_texts():
        known = catalogue.get(text if isinstance(text, str) else text[0])
        made.add(text, known.string if known else None)
    return made


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as its file holds it: sorted, nothing of it depending on the day or the machine."""
    made = BytesIO()
    made.write(HEADER.format(code=catalogue.locale_identifier, plurals=catalogue.plural_forms).encode())
    write_po(made, catalogue, width=120, sort_output=True, omit_header=True)
    return made.getvalue()


def main() -> None:
    """Bring every file of translations up to date."""
    for file in sorted(Path(str(translations_folder())).glob(f"*{SUFFIX}")):
        made = updated(read(file))
        file.write_bytes(written(made))
        print(f"{file.name}: {len(made)} texts, {len(faults(made))} to be mended")


if __name__ == "__main__":
    main()
