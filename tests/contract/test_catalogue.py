"""Every text that a report shows is said in every language, with the same placeholders, and no language leaks."""

import ast
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import pytest

from experiments.config import compose
from experiments.languages import ENGLISH, languages, translations_folder
from experiments.measure_list import MEASURES
from experiments.report import write_report
from experiments.report.catalogue import _, language, many, messages, speaking
from experiments.report.folder import read_folder
from experiments.report.page import language_of, page_of
from sim.faults import ScenarioError
from tests.report_folder import Design, write_run_folder

pytestmark = pytest.mark.contract

OTHERS = [code for code in languages() if code != ENGLISH]


def catalogue(code: str) -> messages.Catalog:
    return messages.read(Path(str(translations_folder())) / f"{code}.po")


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_said_with_the_same_placeholders(code: str) -> None:
    assert messages.faults(catalogue(code)) == []


def test_a_text_that_is_missing_doubtful_or_filled_otherwise_is_named() -> None:
    made = catalogue("zh")
    made["better"].string = ""
    made["worse"].flags.add("fuzzy")
    made["{size} {unit}"].string = "{size}"
    made["{n} hospital"].string = ("家医院",)
    del made["Verdict"]
    assert sorted(messages.faults(made)) == sorted(
        [
            "nothing is said for 'better'",
            "nothing is said for 'Verdict'",
            "doubtful: 'worse'",
            "other placeholders: '{size}'",
            "other placeholders: '家医院'",
        ]
    )


def test_texts_of_code_templates_measures_and_questions_are_collected() -> None:
    found = set(messages.shown_texts())
    assert {"Verdict", "Skip to the results", "USD/day", "USD a day", "What do this city's hospitals gain by deciding "
            "together?"} <= found  # fmt: skip
    assert ("{n} hospital", "{n} hospitals") in found
    assert {text for one in MEASURES.values() for text in (one.label, one.definition) if text} <= found


def test_bringing_a_catalogue_up_to_date_keeps_what_is_said_and_drops_what_is_not_shown() -> None:
    old = messages.Catalog(locale="zh")
    old.add("better", "更好")
    old.add("no longer shown", "旧")
    made = messages.updated(old)
    assert made["better"].string == "更好"
    assert "no longer shown" not in made
    assert len(made) == len(messages.shown_texts())


def test_files_of_translations_are_as_the_command_writes_them() -> None:
    for code in OTHERS:
        file = Path(str(translations_folder())) / f"{code}.po"
        assert messages.written(messages.updated(messages.read(file))) == file.read_bytes()


def test_no_text_is_made_before_it_is_translated() -> None:
    """An f-string, or a sum of texts, is another text each time: no file can say it."""
    for file in sorted(Path(str(files("experiments").joinpath("report"))).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in messages.KEYWORDS:
                made = [part for part in node.args if isinstance(part, ast.JoinedStr | ast.BinOp)]
                assert not made, f"{file.name}, line {node.lineno}"


def test_a_language_is_spoken_within_its_context_and_thread_only() -> None:
    assert (_("better"), language()) == ("better", "en")
    with speaking("zh"):
        assert (_("better"), language()) == ("更好", "zh")
        assert many("{n} hospital", "{n} hospitals", 1234) == "1,234 家医院"
        with ThreadPoolExecutor(1) as elsewhere:
            assert elsewhere.submit(_, "better").result() == "better"
        with speaking("en"):
            assert _("better") == "better"
        assert _("of no language") == "of no language"
    assert many("{n} hospital", "{n} hospitals", 1) == "1 hospital"


def test_what_counts_stays_with_its_sign() -> None:
    assert _("95 % interval") == "95\u00a0% interval"
    assert _("{size} {unit}") == "{size}\u00a0{unit}"
    assert _("") == ""


def test_an_unknown_language_is_named_with_a_mend() -> None:
    with pytest.raises(ScenarioError, match=r"report\.language") as caught, speaking("zz"):
        pass
    assert "zh" in str(caught.value)
    with pytest.raises(ScenarioError, match=r"report\.language"):
        compose(["report.language=zg"])


def test_the_language_does_not_enter_the_hash_of_results() -> None:
    assert compose(["report.language=zh"])[0].hash == compose([])[0].hash


def test_a_page_in_chinese_names_its_language_and_leaves_no_english_sentence(tmp_path: Path) -> None:
    folder = write_run_folder(tmp_path, Design(n_replications=4, tornado=True))
    page = write_report(folder, "zh").read_text(encoding="utf-8")
    assert '<html lang="zh">' in page
    assert "跳到结果" in page
    shown = page.split("<body")[1].split('<section id="evidence">')[0]
    for text in messages.shown_texts():
        said = text if isinstance(text, str) else text[0]
        if len(said) > 24 and "{" not in said:
            assert said not in shown
    assert '<html lang="en">' in write_report(folder).read_text(encoding="utf-8")


def test_the_configuration_of_a_run_sets_the_language_of_its_report(tmp_path: Path) -> None:
    run = read_folder(write_run_folder(tmp_path, Design(n_replications=2)))
    assert language_of(run) == "en"
    run.manifest["cells"][0]["configuration"]["report"] = {"language": "zh"}  # type: ignore[index]
    assert language_of(run) == "zh"
    assert page_of(run, "en").count('lang="en"') == 1
