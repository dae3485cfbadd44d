"""The notation of durations, probabilities and pathways."""

import pytest

from experiments.grades import DURATIONS, PROBABILITIES
from experiments.laws import read_distribution
from experiments.pathways import PathwayText
from experiments.schema import read
from sim.distributions import Exponential, Fixed, Gamma, Lognormal, Residual, Triangular, Uniform
from sim.faults import Fault
from sim.pathway import Graded, Phase, Step

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ({"fixed": {"minutes": 3}}, Fixed(3.0)),
        ({"exponential": {"mean_min": 3}}, Exponential(3.0)),
        ({"lognormal": {"mean_min": 8, "sd_min": 5}}, Lognormal(8.0, 5.0)),
        ({"gamma": {"mean_min": 8, "sd_min": 5}}, Gamma(8.0, 5.0)),
        ({"uniform": {"low_min": 1, "high_min": 2}, "times": 3}, Uniform(3.0, 6.0)),
        ({"triangular": {"low_min": 1, "mode_min": 2, "high_min": 4}, "times": 0.5}, Triangular(0.5, 1.0, 2.0)),
        ({"residual": {"lognormal": {"mean_min": 8, "sd_min": 5}}, "times": 2}, Residual(Lognormal(16.0, 10.0))),
        ({"residual": {"fixed": {"minutes": 4}, "times": 2}}, Residual(Fixed(8.0))),
    ],
)
def test_reads_a_distribution(text: dict[str, object], law: object) -> None:
    faults: list[Fault] = []
    assert read_distribution(text, "d", faults) == law
    assert faults == []


def test_times_multiplies_mean_and_spread() -> None:
    plain = read_distribution({"gamma": {"mean_min": 8, "sd_min": 5}}, "d", [])
    doubled = read_distribution({"gamma": {"mean_min": 8, "sd_min": 5}, "times": 2}, "d", [])
    assert plain is not None
    assert doubled is not None
    assert (doubled.mean, doubled.sd) == (2 * plain.mean, 2 * plain.sd)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ({"lognorml": {"mean_min": 8}}, "d.lognorml = 'lognorml': unknown distribution; did you mean 'lognormal'?"),
        ({"lognormal": {"mean": 8, "sd_min": 5}}, "d.lognormal.mean = 'mean': unknown key; did you mean 'mean_min'?"),
        ({"lognormal": {"mean_min": 0, "sd_min": 5}}, "d.lognormal.mean_min = 0.0: give a finite number above zero"),
        ({"lognormal": {"mean_min": "8", "sd_min": 5}}, "d.lognormal.mean_min = '8': give a number, not text"),
        ({"fixed": {"minutes": 1}, "gamma": {"mean_min": 8, "sd_min": 5}}, "d = "),
        ({}, "d = {}: name exactly one distribution"),
        (8, "d = 8: give a table of keys and values"),
        ({"fixed": {"minutes": 1}, "times": 0}, "d.times = 0.0: give a factor above zero"),
        ({"residual": {"fixed": {"minutes": -1}}}, "d.residual.fixed.minutes = -1.0"),
    ],
)
def test_names_what_is_wrong_with_a_distribution(text: object, expected: str) -> None:
    faults: list[Fault] = []
    assert read_distribution(text, "d", faults) is None
    assert str(faults[0]).startswith(expected)


def test_five_durations_by_acuity() -> None:
    text = {"by_acuity": [{"fixed": {"minutes": m}} for m in (1, 2, 3, 4, 5)], "times": 10}
    assert DURATIONS.read(text, "d", []) == Graded(tuple(Fixed(10.0 * m) for m in (1, 2, 3, 4, 5)))
    assert DURATIONS.read({"fixed": {"minutes": 1}}, "d", []) == Graded((Fixed(1.0),))


def test_times_beside_five_reaches_what_is_left_of_a_stay() -> None:
    text = {"by_acuity": [{"residual": {"fixed": {"minutes": m}}} for m in (1, 2, 3, 4, 5)], "times": 10}
    assert DURATIONS.read(text, "d", []) == Graded(tuple(Residual(Fixed(10.0 * m)) for m in (1, 2, 3, 4, 5)))


def test_probabilities_by_acuity_never_exceed_one() -> None:
    text = {"by_acuity": [0.9, 0.5, 0.25, 0.0, 1.0], "times": 2}
    assert PROBABILITIES.read(text, "p", []) == Graded((1.0, 1.0, 0.5, 0.0, 1.0))
    assert PROBABILITIES.read(1, "p", []) == Graded((1.0,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (1.2, "p = 1.2: give a probability between 0 and 1"),
        ("often", "p = 'often': give a number, not text"),
        ({"by_acuity": [0.1] * 4}, "p.by_acuity = [0.1, 0.1, 0.1, 0.1]: give a list of 5 values"),
        ({"by_acuity": [0.1, 0.1, 2, 0.1, 0.1]}, "p.by_acuity[2] = 2.0: give a probability"),
        ({"by_acuty": [0.1] * 5}, "p.by_acuty = 'by_acuty': unknown key; did you mean 'by_acuity'?"),
    ],
)
def test_names_what_is_wrong_with_a_probability(text: object, expected: str) -> None:
    faults: list[Fault] = []
    PROBABILITIES.read(text, "p", faults)
    assert str(faults[0]).startswith(expected)


def test_reads_a_pathway_of_phases_and_steps() -> None:
    text = {
        "phases": [
            {"name": "door", "steps": [{"name": "triage", "needs": ["nurse"], "duration": {"fixed": {"minutes": 3}}}]},
            {"name": "ward", "place": "bed", "transferable": True, "p": 0.3, "steps": []},
        ]
    }
    faults: list[Fault] = []
    pathway = read(PathwayText, text, "pathways.x", faults)
    assert faults == []
    triage = Step("triage", Graded((Fixed(3.0),)), ("nurse",))
    ward = Phase("ward", (), "bed", transferable=True, p=Graded((0.3,)))
    assert pathway == PathwayText((Phase("door", (triage,)), ward))


def test_lists_faults_of_all_phases_with_their_paths() -> None:
    text = {
        "phases": [
            {"name": "door", "stepz": [], "steps": [{"name": "triage", "duration": {"fixt": {"minutes": 3}}}]},
            {"name": "ward", "place": 5, "steps": [{"name": "stay", "p": 7, "duration": {"fixed": {"minutes": 3}}}]},
        ]
    }
    faults: list[Fault] = []
    read(PathwayText, text, "pathways.x", faults)
    assert sorted(fault.field for fault in faults) == [
        "pathways.x.phases[0].steps[0].duration.fixt",
        "pathways.x.phases[0].stepz",
        "pathways.x.phases[1].place",
        "pathways.x.phases[1].steps[0].p",
    ]
