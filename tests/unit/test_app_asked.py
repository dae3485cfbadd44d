"""What a planner asks for says the same as YAML and as a command line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.app.asked import MOST_LETTERS, Asked, in_hydra, one_line, plain, read_text
from experiments.app.variants import Variants
from experiments.config import compose
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

MINE = Asked(
    "imaging_offpeak",
    {"city": "five_hospitals", "transfer": "balance"},
    {"imaging": ("exclusive", "pooled")},
    {
        "city.ward_beds.scale": 1.05,
        "run.replications": 2,
        "city.hospitals.central.staff.ed_nurse": 20,
        "care.scan": 1e-07,
    },
)
KEYS = st.from_regex(r"[a-z]{1,5}(\.[a-z]{1,5}){0,2}", fullmatch=True)
VALUES = st.one_of(st.integers(), st.floats(allow_nan=False), st.booleans(), st.none(), st.text(max_size=8))
NAMES = st.text(max_size=100)


def test_the_command_line_names_everything() -> None:
    assert MINE.words == [
        "-m",
        "experiment=imaging_offpeak",
        "city=five_hospitals",
        "transfer=balance",
        "imaging=exclusive,pooled",
        "city.ward_beds.scale=1.05",
        "run.replications=2",
        "city.hospitals.central.staff.ed_nurse=20",
        "care.scan=1e-07",
    ]
    assert Asked().words == []


def test_one_level_needs_no_sweep() -> None:
    assert Asked("surge", levels={"transfer": ("balance",)}).words == ["experiment=surge", "transfer=balance"]


@pytest.mark.parametrize(
    "asked", [MINE, Asked("policy_league", {"conveyance": "none"}, {"transfer": ("balance",)}, {"run.weeks": 0.5})]
)
def test_yaml_and_command_line_compose_the_same_cells(asked: Asked, tmp_path: Path) -> None:
    variant = Variants(tmp_path).keep("planner-a", "Mine: 5 % more # beds", asked)
    written = compose([f"experiment={variant.slug}"], config_dir=variant.folder)
    words = [word for word in asked.words if word != "-m"]
    typed = compose(words, "-m" in asked.words)
    assert [(one.name, one.hash, one.factors) for one in written] == [
        (one.name, one.hash, one.factors) for one in typed
    ]
    assert [one.settings.run for one in written] == [one.settings.run for one in typed]
    assert [one.settings.experiment for one in written] == [one.settings.experiment for one in typed]


@given(settings=st.dictionaries(KEYS, VALUES, max_size=4), name=NAMES)
def test_what_is_written_is_read_again(settings: dict[str, str | int | float | bool | None], name: str) -> None:
    inside = [key for key in settings if any(other.startswith(f"{key}.") for other in settings)]
    kept = {key: value for key, value in settings.items() if key not in inside and key.split(".")[0] != "hydra"}
    kept = {key: value for key, value in kept.items() if key != "defaults"}
    asked = Asked("surge", {"transfer": "balance"}, {"a.b": ("1", "2")}, kept)
    assert read_text(asked.text(name)) == (one_line(name), asked)


@given(NAMES)
def test_a_name_is_one_line_that_can_be_printed(name: str) -> None:
    found = one_line(name)
    assert len(found) <= MOST_LETTERS
    assert found.isprintable()
    assert f"# Name: {found}\n" in Asked().text(name)


@pytest.mark.parametrize("text", ["", "- a list", "just: a table", "a: [", "defaults: 3"])
def test_other_files_are_refused_in_words(text: str) -> None:
    with pytest.raises(ScenarioError, match="take a file that this page wrote"):
        read_text(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        (" 1.50 ", 1.5),
        ("-2", -2),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("abc", "abc"),
        ("nan", "nan"),
        ("true", True),
    ],
)
def test_a_box_holds_a_number_where_it_looks_like_one(text: str, value: object) -> None:
    assert plain(text) == value
    assert type(plain(text)) is type(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ("a/b.csv", "a/b.csv"),
        ("it's", r"'it\'s'"),
        ("", "''"),
        ("nan", "'nan'"),
    ],
)
def test_values_on_the_command_line(value: str | float | None, written: str) -> None:
    assert in_hydra(value) == written


@pytest.mark.parametrize("value", ["it's, a [test] {of} $signs", "a=b", "back\\slash\\", "\\'", "", "null", "1,2"])
def test_any_text_passes_the_command_line_as_it_stands(value: str) -> None:
    assert compose([f"experiment.question={in_hydra(value)}"])[0].settings.experiment.question == value
