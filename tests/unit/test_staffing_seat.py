"""Staff lent between two hospitals: who works where and when, what is refused and why, and what is written down."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from sim.contract import Policies, StaffingDecision, StaffingView
from sim.faults import ScenarioError
from sim.loan_rules import LoanRules
from sim.loans import LoanBook, Spell, staff_roles
from sim.log import DecisionRow, Loan
from sim.scenario import Information, Scenario, Sight
from tests.small_worlds import KnowTruth, Stay
from tests.two_hospitals import Moved, Patient, Stock, two_hospitals

pytestmark = pytest.mark.unit

NEAR, FAR, NURSE, RADIOGRAPHER = 0, 1, 0, 1
RULES = LoanRules(
    review_every_min=600.0, first_min=60.0, lead_min=60.0, shift_min=120.0, kept_share=0.5, max_travel_min=30.0
)
Asked = tuple[int, int, int, int]


@dataclass
class Script:
    """Ask for the loans written down, and keep what was seen."""

    loans: dict[float, Sequence[Asked]]
    views: list[StaffingView] = field(default_factory=list)

    def decide(self, view: StaffingView) -> StaffingDecision:
        self.views.append(view)
        return StaffingDecision(*np.array(self.loans.get(view.now_min, []), dtype=np.int64).reshape(-1, 4).T)


def world(nurses: Sequence[int] = (3,), rules: LoanRules = RULES) -> Scenario:
    """Return two hospitals 20 minutes apart, each with these nurses; a loan lasts from minute 120 to 240."""
    return replace(two_hospitals(Stock(nurse=tuple(nurses), radiographer=2)), loans=rules)


def told(
    loans: dict[float, Sequence[Asked]], patients: Sequence[Patient] = (Patient(0),), of: Scenario | None = None
) -> tuple[Moved, Script]:
    script = Script(loans)
    return Moved(of or world(), patients, Policies(KnowTruth(), Stay(), staffing=script)), script


ONE_GOES: dict[float, Sequence[Asked]] = {60.0: [(NEAR, FAR, NURSE, 1)]}


def reasons(moved: Moved) -> list[str]:
    return [loan.refusal for loan in moved.network.log.loans]


OFTEN = {60.0 + 120.0 * k: [(NEAR, FAR, NURSE, 1)] for k in range(4)}


def test_staff_is_lent_in_so_many_shifts_in_a_row_and_then_pauses_for_one() -> None:
    rules = replace(RULES, review_every_min=120.0, most_in_a_row=2)
    moved, script = told(OFTEN, of=world(rules=rules))
    assert reasons(moved) == ["", "", "lent too often in a row", ""]
    assert [int(view.may_lend[NEAR, NURSE]) for view in script.views[:4]] == [1, 1, 0, 1]
    assert [int(view.may_lend[FAR, NURSE]) for view in script.views[:4]] == [1, 1, 1, 1]
    assert reasons(told(OFTEN, of=world(rules=replace(rules, most_in_a_row=0)))[0]) == [""] * 4


def test_a_role_works_only_where_its_credentials_are_recognized() -> None:
    rules = replace(RULES, recognized={"nurse": ("near",)})
    asked = [(NEAR, FAR, NURSE, 1), (FAR, NEAR, NURSE, 1), (NEAR, FAR, RADIOGRAPHER, 1)]
    assert reasons(told({60.0: asked}, of=world(rules=rules))[0]) == ["credentials not recognized", "", ""]


def test_recognized_roles_and_hospitals_must_be_there() -> None:
    with pytest.raises(ScenarioError) as error:
        world(rules=replace(RULES, recognized={"nurze": ("near",), "nurse": ("fahr",)}, most_in_a_row=-1)).checked()
    text = str(error.value)
    assert all(word in text for word in ("nurze", "fahr", "loans.most_in_a_row"))


def test_a_loan_called_off_does_not_count_as_lent_in_a_row() -> None:
    rules = replace(RULES, most_in_a_row=1)
    book, next_shift = LoanBook(world(rules=rules), rules), Spell(240.0, 360.0)
    loan = Loan(60.0, NEAR, FAR, NURSE, 1, 120.0, 240.0, 20.0, "")
    book.add(loan)
    assert book.tired(next_shift)[NEAR, NURSE]
    book.cancel(loan)
    assert not book.tired(next_shift).any()


def test_a_lent_nurse_leaves_the_roster_travels_works_and_goes_back() -> None:
    moved, _ = told(ONE_GOES)
    assert moved.level("near", "nurse", "duty_min") == [180, 180, 120, 120, *[180] * 6]
    assert moved.level("far", "nurse", "duty_min") == [180, 180, 180 + 40, 240, *[180] * 6]
    assert moved.level("near", "radiographer", "duty_min") == [120] * 10


def test_a_guest_serves_from_the_minute_of_arrival() -> None:
    """At the far hospital three are in triage when a fourth comes: the guest is there at minute 140."""
    patients = [*[Patient(110, hospital=FAR, triage=90)] * 3, Patient(125, hospital=FAR, triage=10)]
    assert told(ONE_GOES, patients)[0].mark("door.triage_started") == [110, 110, 110, 140]
    assert told({}, patients)[0].mark("door.triage_started") == [110, 110, 110, 200]


def test_a_lender_has_fewer_to_serve_with_and_finishes_who_is_in_hand() -> None:
    """Three are in triage when one nurse goes at minute 120: one hour of overtime, and the fourth waits for two."""
    patients = [*[Patient(110, triage=70)] * 3, Patient(125, triage=10)]
    moved, _ = told(ONE_GOES, patients)
    assert moved.mark("door.triage_started") == [110, 110, 110, 180]
    assert moved.level("near", "nurse", "overtime_min") == [0, 0, 60, *[0] * 7]
    assert moved.level("near", "nurse", "duty_min")[2] == 180


def test_guests_go_with_the_change_of_shift_and_nobody_starts_in_between() -> None:
    """The near roster falls from three to one just when the loan ends: nobody is there for the third patient."""
    nurses = [3, 3, 3, 3, 1, 1, *[3] * 162]
    patients = [*[Patient(115, triage=200)] * 2, Patient(130, triage=10)]
    moved, _ = told(ONE_GOES, patients, world(nurses, replace(RULES, kept_share=0.0, kept_least=0)))
    assert moved.mark("door.triage_started") == [115, 115, 315]
    assert moved.level("near", "nurse", "duty_min")[2:6] == [120, 120, 120, 75]


def test_guests_go_with_a_change_of_shift_whichever_was_planned_first() -> None:
    """The change at minute 240 is planned at 180, after the loan: four less two, three less two, then one."""
    nurses = [4, 4, 4, 3, 1, 1, *[4] * 162]
    patients = [*[Patient(115, triage=200)] * 2, Patient(130, triage=10)]
    loans: dict[float, Sequence[Asked]] = {60.0: [(NEAR, FAR, NURSE, 2)]}
    moved, _ = told(loans, patients, world(nurses, replace(RULES, kept_share=0.0)))
    assert moved.mark("door.triage_started") == [115, 115, 315]


def test_rosters_change_under_a_loan() -> None:
    moved, _ = told(ONE_GOES, of=world([4, 4, 4, 3, *[4] * 164]))
    assert moved.level("near", "nurse", "duty_min")[2:5] == [180, 120, 240]
    assert moved.level("far", "nurse", "duty_min")[2:5] == [240 + 40, 240, 240]


def first_decision(moved: Moved) -> DecisionRow:
    return next(row for row in moved.network.log.decisions if row.seat == "staffing")


def refusals(*loans: Asked, of: Scenario | None = None) -> list[str]:
    moved, _ = told({60.0: loans}, of=of)
    assert first_decision(moved).n_refused == sum(bool(row.refusal) for row in moved.network.log.loans)
    return [row.refusal for row in moved.network.log.loans]


@pytest.mark.parametrize(
    ("loan", "refusal"),
    [
        ((NEAR, NEAR, NURSE, 1), "no other hospital"),
        ((NEAR, 2, NURSE, 1), "no other hospital"),
        ((-1, FAR, NURSE, 1), "no other hospital"),
        ((NEAR, FAR, 2, 1), "no such staff"),
        ((NEAR, FAR, -1, 1), "no such staff"),
        ((NEAR, FAR, NURSE, 0), "nobody named"),
        ((NEAR, FAR, NURSE, 2), "lender needs its staff"),
        ((NEAR, FAR, RADIOGRAPHER, 1), ""),
        ((FAR, NEAR, NURSE, 1), ""),
    ],
)
def test_what_cannot_be_done_is_refused(loan: Asked, refusal: str) -> None:
    assert refusals(loan) == [refusal]


def test_nobody_is_promised_twice_nor_lent_on() -> None:
    assert refusals(*[(NEAR, FAR, NURSE, 1)] * 2) == ["", "lender needs its staff"]
    assert refusals((NEAR, FAR, NURSE, 1), (FAR, NEAR, NURSE, 1), (FAR, NEAR, NURSE, 1)) == [
        "",
        "",
        "lender needs its staff",
    ]


def test_a_lender_keeps_its_minimum_in_every_hour_of_the_shift() -> None:
    """Of three one may go; of the two who are there in the last hour of the shift as well; of one nobody."""
    assert refusals((NEAR, FAR, NURSE, 1), of=world([3, 3, 3, 2, *[3] * 164])) == [""]
    assert refusals((NEAR, FAR, NURSE, 1), of=world([3, 3, 3, 1, *[3] * 164])) == ["lender needs its staff"]
    assert refusals((NEAR, FAR, NURSE, 1), of=world([3, 1, 3, 3, 1, *[3] * 163])) == [""]


def test_both_must_have_agreed_and_be_near() -> None:
    of = world()
    near, far = of.city.hospitals
    apart = replace(of, city=replace(of.city, hospitals=(near, replace(far, agreed=False))))
    assert refusals((NEAR, FAR, NURSE, 1), (FAR, NEAR, NURSE, 1), of=apart) == ["no agreement"] * 2
    assert refusals((NEAR, FAR, NURSE, 1), of=world(rules=replace(RULES, max_travel_min=19.0))) == ["too far"]
    assert refusals((NEAR, FAR, NURSE, 1), of=world(rules=replace(RULES, max_travel_min=20.0))) == [""]


def test_loans_are_written_down_with_when_and_how_far() -> None:
    moved, _ = told({60.0: [(NEAR, FAR, NURSE, 1), (NEAR, NEAR, NURSE, 1)]})
    assert [tuple(row) for row in moved.network.log.loans] == [
        (60.0, NEAR, FAR, NURSE, 1, 120.0, 240.0, 20.0, ""),
        (60.0, NEAR, NEAR, NURSE, 1, 120.0, 240.0, 0.0, "no other hospital"),
    ]
    row = first_decision(moved)
    assert (row.seat, row.n_options, row.n_moves, row.n_refused) == ("staffing", 1 + 1 + 1 + 1, 2, 1)


def test_a_view_shows_now_and_the_next_shift_with_the_loans_made_so_far() -> None:
    """Reviews come every 60 minutes, and loans of 120 minutes overlap; two of three nurses are busy at minute 60."""
    rules = replace(RULES, review_every_min=60.0)
    patients = [Patient(0, triage=150), Patient(1, triage=150), Patient(2, triage=10), *[Patient(50, triage=99)] * 2]
    _, script = told(ONE_GOES, patients, world(rules=rules))
    first, second, third = script.views[:3]
    assert (first.now_min, first.starts_min, first.known_at_min) == (60.0, 120.0, 60.0)
    assert [table.tolist() for table in (first.on_duty, first.busy, first.queue)] == [
        [[3, 2], [3, 2]],
        [[3, 0], [0, 0]],
        [[1, 0], [0, 0]],
    ]
    assert first.next_duty.tolist() == [[3, 2], [3, 2]]
    assert first.may_lend.tolist() == [[1, 1], [1, 1]]
    assert second.next_duty.tolist() == [[2, 2], [3, 2]]  # the guest goes in the middle of that shift
    assert second.may_lend.tolist() == [[0, 1], [1, 1]]
    assert second.on_duty.tolist() == [[2, 2], [3, 2]]
    assert third.on_duty.tolist() == [[2, 2], [4, 2]]
    assert third.next_duty.tolist() == [[3, 2], [3, 2]]


@pytest.mark.parametrize("sight", [Sight.NONE, Sight.DELAYED])
def test_a_view_shows_no_more_than_the_information_condition_allows(sight: Sight) -> None:
    of = replace(world(rules=replace(RULES, review_every_min=60.0)), information=Information(sight, delay_min=60.0))
    _, script = told({}, [Patient(100, triage=500)], of)
    assert np.isnan(script.views[0].busy).all()
    known = [float(view.busy[NEAR, NURSE]) for view in script.views[1:3]]
    assert known == [0.0, 1.0] if sight is Sight.DELAYED else np.isnan(known).all()
    assert script.views[0].next_duty.tolist() == [[3, 2], [3, 2]]


def test_who_takes_no_part_is_not_shown() -> None:
    of = world()
    near, far = of.city.hospitals
    apart = replace(of, city=replace(of.city, hospitals=(near, replace(far, agreed=False))))
    _, script = told({}, of=apart)
    assert np.isnan(script.views[0].on_duty).tolist() == [[False, False], [True, True]]
    assert script.views[0].may_lend.tolist() == [[1, 1], [0, 0]]


def test_roles_are_staff_that_two_hospitals_have() -> None:
    of = world()
    near, far = of.city.hospitals
    alone = replace(far, pools=tuple(pool for pool in far.pools if pool.code != "radiographer"))
    assert staff_roles(of) == ("nurse", "radiographer")
    assert staff_roles(replace(of, city=replace(of.city, hospitals=(near, alone)))) == ("nurse",)


def test_the_book_rounds_what_is_kept_up_and_loses_nobody_to_rounding() -> None:
    """0.28 of 25 are 7.000000000000001 in doubles."""
    spell = Spell(0.0, 60.0)
    for share, spare in ((0.28, 18), (0.29, 17), (1.0, 0), (0.0, 24)):
        book = LoanBook(world((25,)), replace(RULES, kept_share=share))
        assert book.may_lend(spell)[NEAR, NURSE] == spare


def test_the_book_counts_loans_that_meet_a_spell() -> None:
    book = LoanBook(world((9,)), RULES)
    book.add(Loan(0.0, NEAR, FAR, NURSE, 2, 120.0, 240.0, 20.0, ""))
    lent = [int(book.lent(Spell(start, start + 60.0))[NEAR, NURSE]) for start in (0.0, 60.0, 61.0, 239.0, 240.0)]
    assert lent == [0, 0, 2, 2, 0]
    here = [int(book.borrowed(Spell(*at))[FAR, NURSE]) for at in ((120.0, 240.0), (130.0, 241.0), (119.0, 200.0))]
    assert here == [2, 0, 0]
    assert book.next_duty(Spell(120.0, 240.0)).tolist() == [[7, 2], [11, 2]]
    book.add(Loan(240.0, FAR, NEAR, NURSE, 1, 300.0, 360.0, 20.0, ""))
    assert book.lent(Spell(0.0, 999.0)).tolist() == [[0, 0], [1, 0]]


def test_nobody_is_counted_below_none_when_a_loan_reaches_into_a_shift_without_staff() -> None:
    book = LoanBook(world([9, 9, 9, *[0] * 165]), RULES)
    book.add(Loan(0.0, NEAR, FAR, NURSE, 2, 60.0, 200.0, 20.0, ""))
    assert book.next_duty(Spell(180.0, 240.0))[NEAR, NURSE] == 0


def test_a_spell_touches_hours_even_over_the_end_of_a_week() -> None:
    assert Spell(119.0, 121.0).hours.tolist() == [1, 2]
    assert Spell(120.0, 180.0).hours.tolist() == [2]
    assert Spell(167 * 60.0, 169 * 60.0).hours.tolist() == [167, 168]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"review_every_min": 0.0}, "review_every_min"),
        ({"shift_min": float("inf")}, "shift_min"),
        ({"first_min": -1.0}, "first_min"),
        ({"lead_min": -1.0}, "lead_min"),
        ({"kept_share": 1.5}, "kept_share"),
        ({"kept_least": -1}, "kept_least"),
        ({"max_travel_min": 120.0}, "max_travel_min"),
        ({"premium_share": float("nan")}, "premium_share"),
        ({"wage_per_hour": -1.0}, "wage_per_hour"),
    ],
)
def test_impossible_rules_are_refused_by_name(change: dict[str, float], field: str) -> None:
    with pytest.raises(ScenarioError) as error:
        world(rules=replace(RULES, **change)).checked()  # type: ignore[arg-type]
    assert [fault.field for fault in error.value.faults] == [f"loans.{field}"]
