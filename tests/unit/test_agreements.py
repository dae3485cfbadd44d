"""Agreements: who may see and use what is another's, and the reason of every no."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.platform.agreements import ANY, Agreement, Agreements, Subject
from sim.platform.kinds import Act, SharedKind

pytestmark = pytest.mark.unit

PACT = Agreement("A", "B", (SharedKind.EQUIPMENT, SharedKind.INFORMATION), 60.0, 120.0, "care")
SCANNER = Subject("A", SharedKind.EQUIPMENT)


def test_an_owner_needs_no_agreement() -> None:
    assert Agreements().may("A", Act.USE, SCANNER, 0.0)


def test_what_an_agreement_allows_is_allowed_and_names_the_agreement() -> None:
    answer = Agreements([PACT]).may("B", Act.USE, SCANNER, 60.0, "care")
    assert answer
    assert answer.agreement is PACT


@pytest.mark.parametrize(
    ("actor", "subject", "time_min", "purpose", "reason"),
    [
        ("C", SCANNER, 60.0, "care", "A has no agreement with C"),
        ("B", replace(SCANNER, owner="C"), 60.0, "care", "C has no agreement with B"),
        ("B", replace(SCANNER, kind=SharedKind.BED), 60.0, "care", "is on equipment, information, not on bed"),
        ("B", SCANNER, 60.0, "research", "for the purpose care, not research"),
        ("B", SCANNER, 59.0, "care", "has not begun"),
        ("B", SCANNER, 120.0, "care", "has ended"),
    ],
)
def test_a_no_says_which_condition_failed(
    actor: str, subject: Subject, time_min: float, purpose: str, reason: str
) -> None:
    answer = Agreements([PACT]).may(actor, Act.USE, subject, time_min, purpose)
    assert not answer
    assert reason in answer.reason


def test_agreements_go_one_way() -> None:
    assert not Agreements([PACT]).may("A", Act.USE, Subject("B", SharedKind.EQUIPMENT), 60.0, "care")


@pytest.mark.parametrize(("action", "allowed"), [(Act.SEE_COUNTS, True), (Act.SEE_ROWS, False), (Act.USE, False)])
def test_aggregate_only_shows_counts_and_nothing_else(action: Act, allowed: bool) -> None:
    counts = Agreements([replace(PACT, aggregate_only=True)])
    assert bool(counts.may("B", action, SCANNER, 60.0, "care")) == allowed


@pytest.mark.parametrize(("n_people", "shown"), [(None, True), (0, True), (1, False), (3, False), (4, True)])
def test_small_counts_of_people_are_not_shown(n_people: int | None, shown: bool) -> None:
    census = Subject("A", SharedKind.INFORMATION, n_people)
    answer = Agreements([PACT]).may("B", Act.SEE_COUNTS, census, 60.0, "care")
    assert bool(answer) == shown
    assert answer.reason == ("" if shown else "counts of people from 1 to 3 are not shown")


def test_a_small_count_may_be_used_by_whom_its_people_came_to() -> None:
    assert Agreements([PACT]).may("B", Act.SEE_ROWS, Subject("A", SharedKind.INFORMATION, 1), 60.0, "care")


@pytest.mark.parametrize(("owner", "user"), [("A", ANY), (ANY, "B"), (ANY, ANY)])
def test_an_agreement_can_be_with_every_hospital(owner: str, user: str) -> None:
    everyone = Agreements([replace(PACT, owner=owner, user=user, purpose=ANY)])
    assert everyone.may("B", Act.USE, SCANNER, 60.0, "research")


def test_the_reason_is_that_of_the_agreement_that_came_nearest() -> None:
    beds, later = replace(PACT, kinds=(SharedKind.BED,)), replace(PACT, starts_min=90.0)
    for both in ([beds, later], [later, beds]):
        assert "has not begun" in Agreements(both).may("B", Act.USE, SCANNER, 60.0, "care").reason


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"owner": ""}, "owner"),
        ({"user": "A"}, "user"),
        ({"purpose": ""}, "purpose"),
        ({"kinds": ()}, "kinds"),
        ({"ends_min": 60.0}, "ends_min"),
        ({"minimum_cell": 0}, "minimum_cell"),
    ],
)
def test_an_impossible_agreement_is_blamed_by_field(change: dict[str, object], field: str) -> None:
    assert [one.field for one in replace(PACT, **change).faults("pact")] == [f"pact.{field}"]  # type: ignore[arg-type]


def test_a_possible_agreement_has_no_faults() -> None:
    assert not list(PACT.faults("pact"))
    assert not list(Agreement(ANY, ANY).faults("pact"))


AGREEMENTS = st.builds(
    Agreement,
    owner=st.sampled_from(["A", "B", ANY]),
    user=st.sampled_from(["B", "C", ANY]),
    kinds=st.sets(st.sampled_from(SharedKind), min_size=1).map(lambda kinds: tuple(sorted(kinds))),
    starts_min=st.integers(0, 3).map(float),
    ends_min=st.integers(1, 4).map(float),
    purpose=st.sampled_from(["care", ANY]),
    aggregate_only=st.booleans(),
)


@given(st.lists(AGREEMENTS, max_size=4), st.sampled_from(Act), st.sampled_from(SharedKind), st.integers(0, 4))
def test_something_is_allowed_exactly_when_one_agreement_meets_every_condition(
    agreements: list[Agreement], action: Act, kind: SharedKind, time: int
) -> None:
    expected = any(
        one.owner in ("A", ANY)
        and one.user in ("C", ANY)
        and kind in one.kinds
        and one.starts_min <= time < one.ends_min
        and (action is Act.SEE_COUNTS or not one.aggregate_only)
        for one in agreements
    )
    assert bool(Agreements(agreements).may("C", action, Subject("A", kind), float(time), "care")) == expected
