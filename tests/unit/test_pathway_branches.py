"""Branches, loops and groups as planners write them, and values that depend on what is drawn."""

from typing import Any

import pytest
import yaml

from experiments.grades import DURATIONS, PROBABILITIES
from experiments.laws import read_distribution
from experiments.pathways import Options, PathwayText, both, read_options
from experiments.schema import read
from sim.choices import Choice
from sim.distributions import Distribution, Empirical, Exponential, Fixed, Mixture, Remaining, Truncated, Weibull
from sim.faults import Fault
from sim.graded import ACUITY, OTHERWISE, Axis, Graded
from sim.pathway import Balking, Phase, Step
from sim.patience import Deterioration, Patience, Returns

pytestmark = pytest.mark.unit

MINUTE: Graded[Distribution] = Graded((Fixed(1.0),))
STEP = "duration: {fixed: {minutes: 1}}"


def step(name: str, p: Graded[float] = Graded((1.0,)), after: str | None = None) -> Step:  # noqa: B008
    return Step(name, MINUTE, p=p, after=after)


def pathway(text: str) -> tuple[PathwayText, list[str]]:
    faults: list[Fault] = []
    found = read(PathwayText, yaml.safe_load(text), "x", faults)
    return found, [str(fault) for fault in faults]


def steps(text: str) -> tuple[Step, ...]:
    """Return the steps of a phase of which only the list of steps is written down."""
    lines = "\n".join(f"    {line}" for line in text.strip().splitlines())
    found, faults = pathway(f"phases:\n- name: door\n  steps:\n{lines}")
    assert faults == []
    return found.phases[0].steps


def one_of(option: str, name: str = "way") -> Graded[float]:
    return Graded((1.0, 0.0), (Axis(name, (option, OTHERWISE)),))


def test_a_step_that_may_repeat_is_written_out() -> None:
    found = steps(f"- {{name: ct, p: 0.3, repeat: {{p: 0.1, at_most: 3}}, {STEP}}}\n- {{name: end, {STEP}}}")
    again = Graded((0.1,))
    assert found == (step("ct", Graded((0.3,))), step("ct_2", again, "ct"), step("ct_3", again, "ct_2"), step("end"))
    assert steps(f"- {{name: ct, repeat: {{p: 0.1, at_most: 1}}, {STEP}}}") == (step("ct"),)


def test_steps_of_a_group_happen_together_and_again() -> None:
    text = f"""
- {{name: look, {STEP}}}
- after: look
  p: 0.2
  repeat: {{p: 0.4, at_most: 2}}
  steps:
    - {{name: prepare, {STEP}}}
    - {{name: scan, p: 0.5, {STEP}}}
    - {{name: report, after: scan, {STEP}}}
"""
    half = Graded((0.5,))
    assert steps(text) == (
        step("look"),
        step("prepare", Graded((0.2,)), "look"),
        step("scan", half, "prepare"),
        step("report", after="scan"),
        step("prepare_2", Graded((0.4,)), "report"),
        step("scan_2", half, "prepare_2"),
        step("report_2", after="scan_2"),
    )


def test_branches_with_shares_draw_a_choice() -> None:
    text = f"""
phases:
- name: door
  steps:
  - one_of: way
    branches:
      ct: {{share: 0.3, steps: [{{name: ct, p: 0.9, {STEP}}}]}}
      mri: {{share: {{by_acuity: [0.1, 0.1, 0.1, 0.1, 0.2]}}, steps: [{{name: mri, {STEP}}}]}}
      none: {{share: {{by_acuity: [0.6, 0.6, 0.6, 0.6, 0.5]}}}}
"""
    found, faults = pathway(text)
    assert faults == []
    shares = Graded((0.3,)), Graded((0.1, 0.1, 0.1, 0.1, 0.2)), Graded((0.6, 0.6, 0.6, 0.6, 0.5))
    assert found.choices == (Choice("way", ("ct", "mri", "none"), shares),)
    ct, mri = found.phases[0].steps
    assert ct == step("ct", Graded((0.9, 0.0), (Axis("way", ("ct", OTHERWISE)),)))
    assert mri == step("mri", one_of("mri"))


def test_branches_of_phases_may_follow_a_choice_that_stays_depend_on() -> None:
    text = """
choices: {way: {rehab: 0.25, home: 0.75}}
phases:
- name: acute
  place: bed
  steps: [{name: stay, duration: {by: way, rehab: {fixed: {minutes: 7}}, home: {fixed: {minutes: 4}}, times: 10}}]
- one_of: way
  branches:
    rehab: {phases: [{name: rehab, place: bed, steps: [], repeat: {p: 0.1, at_most: 2}}]}
    home: {}
"""
    found, faults = pathway(text)
    assert faults == []
    assert found.choices == (Choice("way", ("rehab", "home"), (Graded((0.25,)), Graded((0.75,)))),)
    acute, rehab, again = found.phases
    assert acute.steps[0].duration == Graded((Fixed(70.0), Fixed(40.0)), (Axis("way", ("rehab", "home")),))
    assert rehab == Phase("rehab", (), "bed", p=one_of("rehab"))
    shared = Graded((0.1, 0.0), (Axis("way", ("rehab", OTHERWISE)),))
    assert again == Phase("rehab_2", (), "bed", p=shared, after="rehab")


def test_phases_in_a_group_keep_what_depends_on_their_steps() -> None:
    text = f"""
phases:
- repeat: {{p: 0.5, at_most: 2}}
  phases:
  - {{name: theatre, steps: [{{name: cut, p: 0.5, {STEP}}}]}}
  - {{name: icu, after: theatre.cut, steps: []}}
"""
    found, faults = pathway(text)
    assert faults == []
    assert [(phase.name, phase.after) for phase in found.phases] == [
        ("theatre", None),
        ("icu", "theatre.cut"),
        ("theatre_2", "icu"),
        ("icu_2", "theatre_2.cut"),
    ]
    assert found.phases[2].steps == found.phases[0].steps


def test_everything_a_step_or_phase_can_have_is_written_by_its_name() -> None:
    text = f"""
phases:
- name: ward
  place: bed
  balks: {{waiting: [3, 6], p: [0.2, 0.5]}}
  cleaning: {{fixed: {{minutes: 30}}}}
  steps:
  - {{name: dose, needs: [nurse], or_needs: [[pharmacist]], medicines: {{aspirin: 1, heparin: 0.5}}, {STEP}}}
"""
    found, faults = pathway(text)
    assert faults == []
    (ward,) = found.phases
    assert (ward.balks, ward.cleaning) == (Balking((3, 6), (0.2, 0.5)), Graded((Fixed(30.0),)))
    assert ward.steps[0].or_needs == (("pharmacist",),)
    assert ward.steps[0].medicines == (("aspirin", 1.0), ("heparin", 0.5))


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            "{name: ct, repeat: {p: 0.1, at_most: 0}, D}",
            "x.phases[0].steps[0].repeat.at_most = 0: give a number from 1",
        ),
        ("{name: ct, repeat: {p: 2, at_most: 3}, D}", "x.phases[0].steps[0].repeat.p = 2.0: give a probability"),
        ("{name: ct, repeat: {at_most: 3}, D}", "x.phases[0].steps[0].repeat.p = None: missing"),
        (
            "{steps: [{name: ct, p: 0.5, D}]}",
            "x.phases[0].steps[0].steps[0] = 'ct': write p and after beside the group",
        ),
        ("{steps: [{name: a, D}, {name: b, after: z, D}]}", "x.phases[0].steps[0].b.after = 'z': name something in"),
        (
            "{one_of: way, branches: {a: {share: 0.5}, b: {}}}",
            "x.phases[0].steps[0] = 'way': give every branch a share",
        ),
        ("{one_of: way, branches: {a: {}, b: {}}}", "x.phases[0].steps[0] = 'way': give every branch a share"),
        ("{one_of: known, branches: {a: {}, z: {}}}", "x.phases[0].steps[0].branches.z = 'z': name one of a, b"),
        ("{one_of: known, branches: {a: {share: 1}}}", "x.phases[0].steps[0] = 'known': leave the shares out"),
        ("{one_of: way, branch: {}}", "x.phases[0].steps[0].branch = 'branch': unknown key; did you mean 'branches'?"),
        ("{one_of: way, branches: {a: {shares: 1}}}", "x.phases[0].steps[0].branches.a.shares = 'shares': unknown key"),
        (
            "{repeat: {p: 0.5, at_most: 2}, steps: [{name: ct, D}, {one_of: way, branches: {a: {share: 1}}}]}",
            "x.phases[0].steps[0] = 'one_of': draw the choice before what is repeated",
        ),
        ("7", "x.phases[0].steps[0] = 7: give a table"),
    ],
)
def test_names_what_is_wrong_with_a_step(item: str, expected: str) -> None:
    written = item.replace("D}", STEP + "}")
    _, faults = pathway(f"choices: {{known: {{a: 0.5, b: 0.5}}}}\nphases: [{{name: door, steps: [{written}]}}]")
    assert faults[0].startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{phasez: []}", ["x.phasez = 'phasez': unknown key; did you mean 'phases'?", "x.phases = None: missing"]),
        ("{phases: 3}", ["x.phases = 3: give a list of phases"]),
        ("{phases: [], choices: {way: 3}}", ["x.choices.way = 3: give a table"]),
        ("{phases: [{name: a, steps: 3}]}", ["x.phases[0].steps = 3: give a list of steps"]),
    ],
)
def test_names_what_is_wrong_with_a_pathway(text: str, expected: list[str]) -> None:
    _, faults = pathway(text)
    assert len(faults) == len(expected)
    assert all(line.startswith(start) for line, start in zip(faults, expected, strict=True))


def test_values_may_depend_on_one_thing_within_another() -> None:
    text = {"by": "sex", "male": {"by_acuity": [0.1, 0.2, 0.3, 0.4, 0.5]}, "otherwise": 0.6, "times": 0.5}
    expected = (0.05, 0.1, 0.15, 0.2, 0.25, *(0.3,) * 5)
    assert PROBABILITIES.read(text, "p", []) == Graded(expected, (Axis("sex", ("male", OTHERWISE)), ACUITY))
    inner = {"by_acuity": [{"by": "sex", "male": 0.1, "otherwise": 0.2}, 0.3, 0.3, 0.3, 0.3]}
    assert PROBABILITIES.read(inner, "p", []).axes == (ACUITY, Axis("sex", ("male", OTHERWISE)))
    law = {"by": "condition", "otherwise": {"fixed": {"minutes": 4}}, "burn": {"fixed": {"minutes": 9}}}
    expected_law: Graded[Distribution] = Graded((Fixed(9.0), Fixed(4.0)), (Axis("condition", ("burn", OTHERWISE)),))
    assert DURATIONS.read(law, "d", []) == expected_law


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ({"by": "sex"}, "p = {'by': 'sex'}: give a value for each level of 'sex'"),
        ({"by": 3, "a": 0.1}, "p.by = 3: give a word"),
        ({"by": "sex", "male": 2}, "p.male = 2.0: give a probability"),
        ({"by": "sex", "male": {"a": 2}}, "p.male.a = 'a': unknown key"),
        ({"by": "sex", "a": {"by": "b", "x": 0.1}, "b": {"by": "b", "y": 0.1}}, "p = {'by': 'sex'"),
        ({"by": "sex", "male": 0.5, "times": -1}, "p.times = -1.0: give a factor above zero"),
    ],
)
def test_names_what_is_wrong_with_a_table(text: dict[str, Any], expected: str) -> None:
    faults: list[Fault] = []
    PROBABILITIES.read(text, "p", faults)
    assert str(faults[0]).startswith(expected)


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("{weibull: {mean_min: 8, sd_min: 5}, times: 2}", Weibull(16.0, 10.0)),
        (
            "{empirical: {probabilities: [0, 0.5, 1], quantiles_min: [1, 2, 8]}, times: 2}",
            Empirical((0.0, 0.5, 1.0), (2.0, 4.0, 16.0)),
        ),
        (
            "{mixture: {weights: [0.3, 0.7], parts: [{fixed: {minutes: 1}}, {exponential: {mean_min: 2}}]}, times: 3}",
            Mixture((0.3, 0.7), (Fixed(3.0), Exponential(6.0))),
        ),
        (
            "{truncated: {law: {exponential: {mean_min: 2}, times: 2}, low_min: 1, high_min: 9}, times: 2}",
            Truncated(Exponential(8.0), 2.0, 18.0),
        ),
        ("{truncated: {law: {exponential: {mean_min: 2}}, low_min: 1}}", Truncated(Exponential(2.0), 1.0)),
        ("{remaining: {stay: {exponential: {mean_min: 2}}, elapsed_min: 5}}", Remaining(Exponential(2.0), 5.0)),
    ],
)
def test_reads_distributions_of_distributions(text: str, law: Distribution) -> None:
    faults: list[Fault] = []
    assert read_distribution(yaml.safe_load(text), "d", faults) == law
    assert faults == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{mixture: {weights: [0.3, 0.6], parts: [{fixed: {minutes: 1}}, {fixed: {minutes: 2}}]}}",
            "d.mixture.weights",
        ),
        ("{mixture: {weights: [1], parts: [{fixt: {minutes: 1}}]}}", "d.mixture.parts[0].fixt"),
        ("{truncated: {law: {fixed: {minutes: 1}}, low_min: 3}}", "d.truncated = (3.0, inf)"),
        ("{empirical: {probabilities: [0, 1], quantiles_min: [3, 1]}}", "d.empirical.quantiles_min"),
        ("{weibull: {mean_min: 1, sd_min: 0}}", "d.weibull.sd_min"),
    ],
)
def test_names_what_is_wrong_inside_a_distribution(text: str, expected: str) -> None:
    faults: list[Fault] = []
    assert read_distribution(yaml.safe_load(text), "d", faults) is None
    assert [str(fault).startswith(expected) for fault in faults] == [True]


def test_probabilities_are_multiplied_over_all_that_either_depends_on() -> None:
    p = Graded((0.5, 0.25), (Axis("sex", ("male", "female")),))
    q = Graded((1.0, 0.0), (Axis("way", ("out", OTHERWISE)),))
    assert both(p, q) == Graded((0.5, 0.0, 0.25, 0.0), (*p.axes, *q.axes))
    assert both(Graded((0.5,)), Graded((0.5,))) == Graded((0.25,))


def test_attributes_patience_and_returns_in_writing() -> None:
    assert read_options({"a": 0.3, "b": 0.7}, "sex", []) == Options(("a", "b"), (Graded((0.3,)), Graded((0.7,))))
    faults: list[Fault] = []
    patience = read(Patience, {"never_leaves_share": {"by_acuity": [1, 1, 0.5, 0.3, 0.2]}, "mean_min": 90}, "x", faults)
    assert patience == Patience(Graded((1.0, 1.0, 0.5, 0.3, 0.2)), 90.0)
    worse = read(Deterioration, {"share": 0.1, "mean_min": {"by_acuity": [1, 2, 3, 4, 5]}}, "x", faults)
    assert worse == Deterioration(0.1, Graded((1.0, 2.0, 3.0, 4.0, 5.0)))
    text = {"p": 0.03, "p_unseen": 0.1, "within": {"exponential": {"mean_min": 1440}}}
    assert read(Returns, text, "x", faults) == Returns(0.03, 0.1, Exponential(1440.0))
    assert faults == []
    read(Deterioration, {"share": 2, "mean_min": 5}, "deterioration", faults)
    assert [str(fault) for fault in faults] == ["deterioration.share = 2.0: give a share between 0 and 1"]
