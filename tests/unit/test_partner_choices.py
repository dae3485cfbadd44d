"""Scans at a partner while that is agreed: who waits, who begins where, and what the levels and the ledger say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.act import hold_reviews
from sim.compiled.network import CompiledNetwork
from sim.compiled.support import supported
from sim.faults import ScenarioError
from sim.levels import hourly_levels
from sim.network import Network
from sim.partner_uses import PartnerUse, partner_uses
from sim.platform.agreements import ANY, Agreement
from sim.platform.kinds import SharedKind
from sim.run_ledger import ledger_table
from sim.scenario import Scenario
from tests.small_worlds import POLICIES
from tests.two_hospitals import Patient, Stock, cohort_of, two_hospitals

pytestmark = pytest.mark.unit

PARTNER = (("scanner@far", "radiographer@far"),)


def shared_scans(*agreements: Agreement, alternative: bool = True) -> Scenario:
    """Return two hospitals whose patients may be scanned at the far one, as their agreements say."""
    made = two_hospitals(Stock(ed_space=9))
    (pathway,) = made.pathways
    door, emergency, ward = pathway.phases
    own, other = (("scanner", "radiographer"), PARTNER) if alternative else (PARTNER[0], ())
    scan = replace(emergency.steps[0], needs=own, or_needs=other)
    phases = (door, replace(emergency, steps=(scan,)), ward)
    return replace(made, pathways=(replace(pathway, phases=phases),), agreements=agreements)


def scanned(scenario: Scenario, patients: list[Patient]) -> Network:
    cohort = cohort_of(patients)
    network = Network(scenario.checked(), cohort, cohort.acuity)
    hold_reviews(network, POLICIES)
    network.run()
    return network


def started(network: Network) -> list[float]:
    marks = np.frombuffer(network.log.marks).reshape(network.cohort.n_patients, -1)
    return list(map(float, marks[:, network.layout.mark_index["emergency.scan_started"]]))


def between(starts_min: float, ends_min: float) -> Agreement:
    return Agreement("far", "near", (SharedKind.EQUIPMENT,), starts_min, ends_min)


THREE = [Patient(0.0, scan=100.0), Patient(1.0, scan=50.0), Patient(2.0, scan=30.0)]


def traveling(travels: bool) -> Scenario:
    """Return the two hospitals, 20 minutes apart, without agreements; a scan at the far one may ask to travel."""
    made = replace(shared_scans(), agreements=None)
    (pathway,) = made.pathways
    door, emergency, ward = pathway.phases
    scan = replace(emergency.steps[0], travels=travels)
    return replace(made, pathways=(replace(pathway, phases=(door, replace(emergency, steps=(scan,)), ward)),))


@pytest.mark.parametrize(("travels", "way_min"), [(True, 40.0), (False, 0.0)])
@pytest.mark.parametrize("network", [Network, CompiledNetwork])
def test_who_is_scanned_elsewhere_is_on_the_road_there_and_back_and_the_scanner_is_not(
    network: type[Network | CompiledNetwork], travels: bool, way_min: float
) -> None:
    """The first is scanned at home, the others at the far one; they leave their space later by both ways."""
    cohort = cohort_of([Patient(0.0, scan=100.0), Patient(1.0, scan=50.0), Patient(2.0, scan=30.0)])
    made = network(traveling(travels).checked(), cohort, cohort.acuity)
    made.run()
    marks = np.frombuffer(made.log.marks).reshape(3, -1)
    column = made.layout.mark_index
    assert marks[:, column["emergency.scan_started"]].tolist() == [0.0, 1.0, 51.0]
    assert marks[:, column["emergency_left"]].tolist() == [100.0, 51.0 + way_min, 81.0 + way_min]


def test_who_waits_may_go_to_a_partner_while_that_is_agreed_and_waits_at_home_afterwards() -> None:
    """From 20 to 60 the far scanner may be used: the second begins there at 20 and is finished, the third waits on."""
    network = scanned(shared_scans(between(20.0, 60.0)), THREE)
    assert started(network) == [0.0, 20.0, 100.0]
    levels = hourly_levels(network.layout, network.cohort, network.log)
    found = {
        (hospital, column): rows[column].tolist()[:3]
        for hospital, rows in levels[levels["pool"] == "scanner"].groupby("hospital")
        for column in ("busy_min", "queue_min")
    }
    assert found["near", "busy_min"] == [60.0, 60.0, 10.0]
    assert found["far", "busy_min"] == [40.0, 10.0, 0.0]
    assert found["near", "queue_min"] == [19.0 + 58.0, 40.0, 0.0]
    assert found["far", "queue_min"] == [40.0, 0.0, 0.0]
    assert partner_uses(network.layout, network.cohort, network.log) == [PartnerUse(1, 0, 20.0, 20.0)]
    table = ledger_table(network.layout, network.cohort, network.log)
    assert table[["time_min", "action", "subject", "owner", "user"]].values.tolist() == [
        [20.0, "agree", "agreement/0", "far", "near"],
        [20.0, "request", "scan/0", "far", "near"],
        [20.0, "book", "scan/0", "far", "near"],
        [20.0, "use", "scan/0", "far", "near"],
        [60.0, "withdraw", "agreement/0", "far", "near"],
    ]


def test_without_an_agreement_nobody_goes_and_without_a_list_all_may() -> None:
    assert started(scanned(shared_scans(), THREE)) == [0.0, 100.0, 150.0]
    by_flags = replace(shared_scans(), agreements=None)
    assert started(scanned(by_flags, THREE)) == [0.0, 1.0, 51.0]


def test_the_owner_never_needs_an_agreement() -> None:
    here = [replace(patient, hospital=1) for patient in THREE]
    assert started(scanned(shared_scans(), here)) == [0.0, 100.0, 150.0]


def test_a_step_only_at_a_partner_needs_an_agreement_for_the_whole_run() -> None:
    with pytest.raises(ScenarioError) as caught:
        shared_scans(between(0.0, 60.0), alternative=False).checked()
    assert [fault.field for fault in caught.value.faults] == ["pathways.visit.emergency.scan.needs"]
    shared_scans(between(0.0, np.inf), alternative=False).checked()


def test_queues_that_agreements_close_are_left_to_the_stories() -> None:
    assert [fault.field for fault in supported(shared_scans(between(0.0, 60.0)))] == [
        "pathways.visit.emergency.scan.needs"
    ]
    assert not supported(replace(shared_scans(), agreements=None))


patients = st.lists(
    st.builds(
        Patient,
        arrived=st.integers(0, 200).map(float),
        acuity=st.integers(1, 5),
        hospital=st.integers(0, 1),
        scan=st.one_of(st.none(), st.integers(1, 60).map(float)),
    ),
    min_size=1,
    max_size=12,
).map(lambda found: sorted(found, key=lambda patient: patient.arrived))
spans = st.lists(st.tuples(st.sampled_from(["near", "far", ANY]), st.integers(0, 200), st.integers(1, 200)), max_size=3)


@settings(deadline=None, max_examples=60)
@given(patients, spans)
def test_use_of_partners_is_covered_by_agreements_and_bookings(
    people: list[Patient], spans: list[tuple[str, int, int]]
) -> None:
    agreements = tuple(
        Agreement(owner, ANY, (SharedKind.EQUIPMENT,), float(start), float(start + length))
        for owner, start, length in spans
    )
    network = scanned(shared_scans(*agreements), people)
    uses = partner_uses(network.layout, network.cohort, network.log)
    for use in uses:
        assert use.owner != use.user
        assert any(one.owner in ("far", ANY) and one.holds_at(use.started_min) for one in agreements)
    table = ledger_table(network.layout, network.cohort, network.log)
    counts = table.groupby(["kind", "owner", "user", "action"])["units"].sum()
    for key in counts.index:
        *pair, action = key
        if action == "use":
            assert counts[key] <= counts[(*pair, "book")]
    booked = table.loc[table["action"] == "book", "subject"]
    assert not booked.duplicated().any()
    levels = hourly_levels(network.layout, network.cohort, network.log)
    assert (levels["busy_min"] <= levels["duty_min"] + 1e-6).all()
    busy = levels[levels["pool"] == "scanner"]["busy_min"].sum()
    assert busy == sum(patient.scan or 0.0 for patient in people)
    assert len([moment for moment in started(network) if moment == moment]) == sum(p.scan is not None for p in people)
