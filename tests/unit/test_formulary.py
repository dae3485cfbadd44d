"""A formulary: levels that follow from what hospitals are expected to want, and steps that pathways begin with."""

from dataclasses import replace

import pytest

from experiments.build import build_scenario
from experiments.config import compose
from experiments.formulary import FormularyLine, kept, wanted_per_day
from experiments.pathways import read_pathway
from sim.distributions import Fixed
from sim.faults import Fault, ScenarioError
from sim.pathway import Graded
from sim.run import simulate
from sim.scenario import Horizon, Scenario
from sim.shelves import Review, Shelf
from sim.streams import Replication
from tests.small_worlds import POLICIES, one_queue

pytestmark = pytest.mark.unit

LINE = FormularyLine(life_days=5.0, price=600.0, review_days=2.0, lead_days=1.0, service_share=0.9, cold=True)
MEDICINES = ("formulary=perishables", "pathways=emergency_medicines")


def test_a_level_lasts_until_the_next_order_has_come_with_its_probability() -> None:
    """Three days at .5 a day: P(N <= 2) = .809 and P(N <= 3) = .934 for a mean of 1.5."""
    shelf = LINE.shelf("saline", 0.5)
    assert shelf == Shelf("saline", 3.0, 7200.0, review=Review(2880.0, 3.0, 1440.0), price=600.0, cold=True)
    assert LINE.shelf("saline", 0.0).at_start == 1.0


def clinic(p: float) -> Scenario:
    """Return a clinic with two arrivals an hour, of whom this share wants three units."""
    world = one_queue(1, [1 / 30], Fixed(1.0), Horizon(0.0, 600.0))
    (phase,) = world.pathways[0].phases
    drip = replace(phase.steps[0], name="drip", p=Graded((p,)), medicines=(("saline", 3.0),))
    phases = (replace(phase, steps=(drip, replace(phase.steps[0], after="drip"))),)
    return replace(world, pathways=(replace(world.pathways[0], phases=phases),))


def test_what_is_wanted_is_arrivals_times_shares_times_units() -> None:
    assert wanted_per_day(clinic(0.25)) == {(0, "saline"): pytest.approx(48 * 0.25 * 3)}
    assert wanted_per_day(one_queue(1, [1.0], Fixed(1.0), Horizon(0.0, 600.0))) == {}


def test_every_hospital_keeps_the_formulary_beside_its_own_shelves() -> None:
    own = Shelf("saline", at_start=77)
    city = clinic(0.5).city
    city = replace(city, hospitals=(replace(city.hospitals[0], shelves=(own,)),))
    lines = {"saline": LINE, "plasma": LINE}
    assert kept(city, lines).hospitals[0].shelves == (own, LINE.shelf("plasma", 0.0))
    assert kept(city, lines, {(0, "plasma"): 4.0}).hospitals[0].shelves == (own, LINE.shelf("plasma", 4.0))


@pytest.mark.parametrize(
    ("field", "value"),
    [("life_days", 0.0), ("review_days", -1.0), ("price", -1.0), ("lead_days", -0.5), ("use", -1.0)],
)
def test_a_line_that_cannot_be_is_refused(field: str, value: float) -> None:
    (fault,) = replace(LINE, **{field: value}).faults("formulary.saline")  # type: ignore[arg-type]
    assert (fault.field, fault.value) == (f"formulary.saline.{field}", value)


@pytest.mark.parametrize("share", [0.0, 1.0, 1.5])
def test_a_service_share_lies_between_none_and_all(share: float) -> None:
    (fault,) = replace(LINE, service_share=share).faults("f")
    assert fault.field == "f.service_share"


STEP = {"name": "drip", "duration": {"fixed": {"minutes": 0}}, "medicines": {"saline": 1}}
WARD = {"name": "ward", "steps": [{"name": "stay", "duration": {"fixed": {"minutes": 5}}}]}


def test_phases_begin_with_steps_that_are_written_beside_them() -> None:
    faults: list[Fault] = []
    text = read_pathway({"phases": [WARD], "first_steps": {"ward": [STEP]}}, "pathways.visit", faults)
    assert faults == []
    assert [step.name for step in text.phases[0].steps] == ["drip", "stay"]
    assert text.phases[0].steps[0].medicines == (("saline", 1.0),)


def test_first_steps_of_a_phase_that_is_not_there_are_refused() -> None:
    faults: list[Fault] = []
    read_pathway({"phases": [WARD], "first_steps": {"icu": [STEP]}}, "pathways.visit", faults)
    assert [(fault.field, fault.mend) for fault in faults] == [
        ("pathways.visit.first_steps.icu", "name one of the phases ward")
    ]


def test_nobody_has_another_journey_because_of_medicines() -> None:
    """The shipped pathways with medicines add steps that take no time: every mark of the others is the same."""
    short = ("run.weeks=0.1", "run.warm_up_weeks=0", "triage=nurse")
    plain, more = (build_scenario(compose([*lines, *short])[0].settings) for lines in ((), MEDICINES))
    before, after = (simulate(one, POLICIES, Replication(0, 1)) for one in (plain, more))
    columns = list(before.patients.columns)
    assert before.patients.equals(after.patients[columns])
    assert len(before.stock) == 0
    assert after.stock["used"].sum() > 0


def test_levels_grow_with_the_city() -> None:
    def level(*lines: str) -> dict[str, float]:
        hospital = build_scenario(compose([*MEDICINES, *lines])[0].settings).city.hospitals[0]
        return {shelf.medicine: shelf.review.up_to for shelf in hospital.shelves if shelf.review}

    assert all(level("city.demand.scale=2")[name] > up_to for name, up_to in level().items())
    assert level("formulary.platelets.service_share=0.99")["red_cells"] > level()["red_cells"]


def test_medicines_that_nobody_keeps_are_refused() -> None:
    with pytest.raises(ScenarioError, match="saline"):
        clinic(0.5).checked()
