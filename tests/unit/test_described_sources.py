"""Sources that a configuration describes one by one, and arrivals that were recorded."""

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from experiments.arrival_settings import SourceSettings
from experiments.build import build_scenario
from experiments.fingerprint import configuration_hash
from experiments.schema import read
from experiments.sources import SourceMaker, seasonal
from sim.arrivals import Burst, Replay, Scheduled, Seasonal
from sim.distributions import Exponential
from sim.faults import Fault, ScenarioError
from sim.scenario import Patience, Source
from tests.small_clinic import clinic, write_clinic
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

CITY = two_hospitals().city
NEAR, FAR = (hospital.id for hospital in CITY.hospitals)
START = datetime(2026, 1, 7, 14)
SESSION = "{days: [mon, thu], first: '08:00', last: '08:45', every_min: 20, patients: 2}"


def made(text: str) -> tuple[list[Source], list[str]]:
    """Return the sources that a text describes, and what is wrong with them."""
    faults: list[Fault] = []
    settings = read(dict[str, SourceSettings], yaml.safe_load(text), "sources", faults)
    maker = SourceMaker(CITY, ("ill", "hurt"), START, faults)
    sources = [] if faults else list(maker.sources(settings))
    return sources, [str(fault) for fault in faults]


def one(arrivals: str, where: str = "zone: z") -> Source:
    (source,), faults = made(f"{{clinic: {{{where}, conditions: {{ill: 3, hurt: 1}}, arrivals: {arrivals}}}}}")
    assert faults == []
    return source


def test_a_source_has_a_place_conditions_and_a_patience() -> None:
    source = one("{burst: {at_min: 5, patients: 3, over_min: 2}}", f"hospital: {FAR}, patience: {{mean_min: 9}}")
    assert (source.name, source.zone, source.hospital) == ("clinic", -1, 1)
    assert (source.conditions, source.condition_share.tolist()) == (("ill", "hurt"), [0.75, 0.25])
    assert source.patience == Patience(mean_min=9.0)
    assert source.pattern == Burst(5.0, 3.0, 2.0)
    assert list(source.faults()) == []


def test_patients_come_by_the_week_and_the_season() -> None:
    source = one("{weekly: {per_day: 12, weekday_profile: [1, 1, 1, 1, 1, 0, 0]}}")
    assert source.hourly_rate[:24].tolist() == pytest.approx([0.7] * 24)
    assert source.hourly_rate[120:].tolist() == [0.0] * 48
    winter = one("{weekly: {per_day: 12, season: [2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]}}")
    assert isinstance(winter.pattern, Seasonal)
    assert winter.pattern.starts_at == START
    assert winter.pattern.factors[0] == 2.0
    assert winter.hourly_rate.sum() == pytest.approx(12 * 7 * 14 / 12)


def test_patients_come_by_appointment() -> None:
    source = one(
        f"{{scheduled: {{sessions: [{SESSION}], lateness: {{exponential: {{mean_min: 4}}}}, p_no_show: 0.1}}}}"
    )
    times = [day * 1440.0 + 480.0 + k * 20.0 for day in (0, 3) for k in (0, 0, 1, 1, 2, 2)]
    assert source.pattern == Scheduled(tuple(times), True, Exponential(4.0), 0.0, 0.1)
    assert source.hourly_rate.sum() == pytest.approx(12 * 0.9)
    listed = one("{scheduled: {times_min: [90, 30], early_min: 10}}")
    assert listed.pattern == Scheduled((30.0, 90.0), early_min=10.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: {conditions: {ill: 1}, zone: z, arrivals: {}}}", "sources.a.arrivals = []: give exactly one of weekly"),
        (
            "{a: {conditions: {ill: 1}, zone: z, arrivals: {weakly: {}}}}",
            "sources.a.arrivals.weakly = 'weakly': unknown",
        ),
        ("{a: {zone: z, arrivals: BURST}}", "sources.a.conditions = {}: give at least one condition a weight"),
        ("{a: {conditions: {ill: -1}, zone: z, arrivals: BURST}}", "sources.a.conditions.ill = -1.0: give a weight"),
        ("{a: {conditions: {ill: 1}, arrivals: BURST}}", "sources.a = (None, None): name a zone or a hospital"),
        ("{a: {conditions: {ill: 1}, zone: y, arrivals: BURST}}", "sources.a.zone = 'y': use one of z"),
        (f"{{a: {{conditions: {{ill: 1}}, hospital: z, zone: {NEAR}, arrivals: BURST}}}}", "sources.a = "),
        (
            "{a: {conditions: {ill: 1}, zone: z, arrivals: {weekly: {per_day: -1}}}}",
            "sources.a.arrivals.weekly.per_day",
        ),
        (
            "{a: {conditions: {ill: 1}, zone: z, arrivals: {weekly: {per_day: 1, season: [1]}}}}",
            "sources.a.arrivals.weekly.season = 1: give 12 factors",
        ),
        (
            "{a: {conditions: {ill: 1}, zone: z, arrivals: {scheduled: {}}}}",
            "sources.a.arrivals.scheduled = [0, 0]: give",
        ),
        (
            "{a: {conditions: {ill: 1}, zone: z, arrivals: {scheduled: {sessions: "
            "[{days: [may], first: '8', last: '25:00', every_min: 0}]}}}}",
            "sources.a.arrivals.scheduled.sessions[0].days = 'may': name days out of mon, tue",
        ),
    ],
)
def test_names_what_is_wrong_with_a_source(text: str, expected: str) -> None:
    _, faults = made(text.replace("BURST", "{burst: {at_min: 5, patients: 3, over_min: 2}}"))
    assert faults[0].startswith(expected)


def record(folder: Path, text: str) -> str:
    path = folder / "recorded.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_recorded_arrivals_are_sorted_into_sources_by_place_and_condition(tmp_path: Path) -> None:
    rows = (
        f"arrived,hospital,condition\n2026-01-07 14:30,,\n95.5,{FAR},hurt\n2026-01-07T15:00:30,{FAR},hurt\n12,{FAR},\n"
    )
    file = record(tmp_path, rows)
    text = f"{{past: {{zone: z, conditions: {{ill: 1}}, arrivals: {{replay: {{file: {file}}}}}}}}}"
    sources, faults = made(text)
    assert faults == []
    found = {(s.name, s.zone, s.hospital, s.conditions): s.pattern for s in sources}
    assert found == {
        (f"past.{FAR}", -1, 1, ("ill",)): Replay((12.0,)),
        (f"past.{FAR}.hurt", -1, 1, ("hurt",)): Replay((95.5, 60.5)),
        ("past.z", 0, -1, ("ill",)): Replay((30.0,)),
    }


def test_all_bad_rows_of_a_record_are_named(tmp_path: Path) -> None:
    rows = [
        "arrived,hospital,zone,condition",
        "later,,z,ill",
        "-5,,z,ill",
        "5,nowhere,,ill",
        "6,,z,il",
        f"7,{FAR},z,ill",
        "2026-01-07 14:00+02:00,,z,ill",
    ]
    text = f"{{past: {{arrivals: {{replay: {{file: {record(tmp_path, chr(10).join(rows))}}}}}}}}}"
    _, faults = made(text)
    starts = [
        "recorded.csv row 5, column condition = 'il': did you mean 'ill'?",
        "recorded.csv row 4, column hospital = 'nowhere': use one of",
        f"recorded.csv row 6, column hospital = '{FAR}': leave the hospital or the zone empty",
        "recorded.csv row 2, column arrived = 'later': write a local date and time",
        "recorded.csv row 7, column arrived = '2026-01-07 14:00+02:00': write a local date and time",
        "recorded.csv row 3, column arrived = '-5': give a time from the start of the run on (2026-01-07 14:00:00)",
    ]
    assert sorted(faults) == sorted(line for start in starts for line in faults if line.startswith(start))
    assert len(faults) == len(starts)


def test_a_record_must_say_what_the_configuration_does_not(tmp_path: Path) -> None:
    _, faults = made(
        f"{{past: {{arrivals: {{replay: {{file: {record(tmp_path, 'arrived' + chr(10) + '5' + chr(10))}}}}}}}}}"
    )
    assert len(faults) == 1
    assert faults[0].startswith("sources.past = 'recorded.csv': name its zone or hospital and its conditions")
    _, faults = made(f"{{past: {{arrivals: {{replay: {{file: {tmp_path / 'none.csv'}}}}}}}}}")
    assert faults[0].startswith("none.csv = 'no such file'")


def test_a_season_reaches_the_zones_and_nobody_else() -> None:
    rate = np.full(168, 2.0)
    zone = Source("z", ("ill",), np.ones(1), rate, zone=0)
    plan = Source("plan", ("ill",), np.ones(1), rate, hospital=0)
    assert list(seasonal((zone, plan), None, START)) == [zone, plan]
    winter, same = seasonal((zone, plan), [2.0] * 12, START)
    assert same is plan
    assert isinstance(winter.pattern, Seasonal)
    assert winter.pattern.factors == (2.0,) * 12
    assert winter.hourly_rate.tolist() == [4.0] * 168


def test_a_configuration_adds_sources_attributes_and_returns(tmp_path: Path) -> None:
    added = [
        "+sources.bus.zone=town",
        "+sources.bus.conditions.ill=1",
        "+sources.bus.arrivals.burst={at_min: 60, patients: 30, over_min: 10}",
        "+attributes.sex={female: 0.5, male: 0.5}",
        "+deterioration={share: 0.1, mean_min: 30}",
        "+returns={p: 0.1, p_unseen: 0.2, within: {exponential: {mean_min: 600}}}",
        "+city.demand.season=[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]",
    ]
    scenario = build_scenario(clinic(write_clinic(tmp_path), 0.1, 500.0, *added).settings)
    assert [source.name for source in scenario.sources] == ["zone-town", "bus"]
    assert isinstance(scenario.sources[0].pattern, Seasonal)
    assert scenario.sources[1].pattern == Burst(60.0, 30.0, 10.0)
    assert scenario.attributes[0].options == ("female", "male")
    assert scenario.deterioration is not None
    assert scenario.returns is not None
    with pytest.raises(ScenarioError, match=r"sources.bus.conditions = 'il'"):
        build_scenario(clinic(tmp_path, 0.1, 500.0, *added[:1], "+sources.bus.conditions.il=1", *added[2:]).settings)


def test_recorded_arrivals_count_by_their_content(tmp_path: Path) -> None:
    def hashed(text: str, name: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        resolved: dict[str, Any] = {"sources": {"past": {"arrivals": {"replay": {"file": str(path)}}}}}
        return configuration_hash(resolved)

    assert hashed("arrived\n1\n", "a.csv") == hashed("arrived\n1\n", "b.csv")
    assert hashed("arrived\n1\n", "a.csv") != hashed("arrived\n2\n", "a.csv")
