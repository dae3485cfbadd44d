"""A wrong belief makes the wrong demand: the same patients, another pathway; and what cannot be believed is named."""

from functools import cache

import numpy as np
import pytest

from experiments.beliefs import belief_shares, believing, taken_for
from experiments.build import build, build_scenario
from experiments.config import compose
from sim.cohort import Cohort, draw_cohort
from sim.engine import Engine
from sim.faults import ScenarioError
from sim.layout import Layout
from sim.run import simulate
from sim.scenario import Scenario
from sim.streams import Replication

pytestmark = pytest.mark.unit

ENGINES = (Engine.SIMPY, Engine.COMPILED)

MISSED = "conditions.stroke.believed={minor_illness: 1.0}"


@cache
def scenario(*words: str) -> Scenario:
    return build_scenario(compose(["run.weeks=0.5", "run.warm_up_weeks=0", *words])[0].settings)


@cache
def cohort(*words: str) -> Cohort:
    return draw_cohort(scenario(*words), Replication(0, 7))


def names(*words: str) -> list[str]:
    conditions = [condition.name for condition in scenario(*words).conditions]
    return [conditions[i] for i in cohort(*words).condition.tolist()]


def pathways(*words: str) -> list[str]:
    known = [pathway.name for pathway in scenario(*words).pathways]
    return [known[i] for i in cohort(*words).pathway.tolist()]


def test_the_same_patients_come_with_the_same_acuity_whatever_is_believed() -> None:
    before, after = cohort(), cohort(MISSED)
    assert names(MISSED) == [taken_for(n, "minor_illness") if n == "stroke" else n for n in names()]
    for column in ("arrived_min", "acuity", "zone", "hospital", "features"):
        assert np.array_equal(getattr(before, column), getattr(after, column))


def test_a_stroke_taken_for_a_minor_illness_goes_its_way_and_nobody_else_does() -> None:
    assert "stroke" in names()
    for name, right, wrong in zip(names(), pathways(), pathways(MISSED), strict=True):
        assert wrong == ("minor_illness" if name == "stroke" else right)


def test_a_wrong_belief_makes_the_wrong_demand() -> None:
    """Only who is believed to have a stroke uses what that pathway asks for."""
    strokes = np.array(names()) == "stroke"
    assert scan_minutes((MISSED,), strokes) < scan_minutes((), strokes) / 2
    assert scan_minutes((), ~strokes) == scan_minutes((MISSED,), ~strokes)


def scan_minutes(words: tuple[str, ...], chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    slot = Layout.of(scenario(*words)).slot_index["emergency.ct"]
    minutes = cohort(*words).minutes[chosen][:, slot]
    return float(minutes[minutes > 0].sum())


def test_without_beliefs_nothing_changes() -> None:
    assert believing(scenario(), {"stroke": {}}) is scenario()


def test_a_half_is_taken_for_others_as_stated() -> None:
    words = "conditions.minor_illness.believed={chest_pain: 0.3, abdominal_pain: 0.2}"
    found = names(words)
    n = sum(name.startswith("minor_illness") for name in found)
    for other, share in (("chest_pain", 0.3), ("abdominal_pain", 0.2)):
        seen = found.count(taken_for("minor_illness", other)) / n
        assert abs(seen - share) <= 4 * np.sqrt(share * (1 - share) / n)


def test_what_cannot_be_believed_is_named() -> None:
    beliefs: dict[str, dict[str, float]] = {
        "stroke": {"strok": 0.5, "stroke": 0.1, "chest_pain": -0.1},
        "chest_pain": {"stroke": 1.5},
        "x": {"stroke": 0},
    }
    with pytest.raises(ScenarioError) as error:
        believing(scenario(), beliefs)
    fields = [fault.field for fault in error.value.faults]
    assert fields.count("conditions.stroke.believed") == 2
    assert {
        "conditions.stroke.believed.chest_pain",
        "conditions.chest_pain.believed.stroke",
        "conditions.x.believed",
    } <= set(fields)
    with pytest.raises(ScenarioError, match="did you mean 'chest_pain'"):
        scenario("conditions.stroke.believed={chest_pian: 0.5}")


def test_shares_come_from_what_a_model_holds_likeliest() -> None:
    posterior = np.array([[0.6, 0.4], [0.3, 0.7], [0.9, 0.1], [0.2, 0.8]])
    found = belief_shares(("a", "b"), np.array([0, 0, 0, 1]), posterior)
    assert found["a"] == pytest.approx({"b": 1 / 3})
    assert found["b"] == {}


def test_a_wrong_belief_is_the_same_on_both_engines_and_takes_fewer_scans() -> None:
    """The ordinary run: whoever has a stroke and is taken for a minor illness hardly meets the scanner."""
    busy = []
    for words in ((MISSED,), ()):
        cell = compose(["run.weeks=0.2", "run.warm_up_weeks=0", "triage=nurse", *words])[0]
        world, _ = build(cell.settings)
        one, other = (simulate(world, build(cell.settings)[1], Replication(0, 7), engine) for engine in ENGINES)
        assert one.trace_hash == other.trace_hash
        busy.append(one.levels.query("pool == 'ct_scanner'")["busy_min"].sum())
    assert busy[0] < busy[1]
