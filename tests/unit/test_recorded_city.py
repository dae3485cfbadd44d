"""The city of 36 hospitals in which decisions are timed: made from the shipped one, and every member is asked there."""

import pytest

from experiments.settings import Settings
from policies.transfer import Balance
from tests.bench.bench_seats import MEMBERS
from tests.bench.recorded import Recorder, fresh, large_settings, recorded
from tests.contract.test_solver_without_answer import optimized

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def eight_hospitals() -> Settings:
    return large_settings(["experiment=elective_lists"], hospitals=8)


def test_hospitals_and_zones_are_laid_side_by_side_and_differ(eight_hospitals: Settings) -> None:
    city = eight_hospitals.city
    assert list(city.hospitals)[5:] == ["central_2", "north_2", "east_2"]
    assert len(city.zones) == 12 + 7  # three fifths of twelve
    first, second = city.hospitals["central"], city.hospitals["central_2"]
    assert first.places["medical_bed"] != second.places["medical_bed"]
    assert (first.latitude, first.longitude) != (second.latitude, second.longitude)


def test_every_hospital_has_its_own_list(eight_hospitals: Settings) -> None:
    assert {one.hospital for one in eight_hospitals.sources.values()} == set(eight_hospitals.city.hospitals)
    assert len(eight_hospitals.sources) == 8


def test_views_are_those_that_a_policy_saw_and_can_be_decided_again() -> None:
    overrides = ["experiment=sharing_first", "transfer=balance", "run.weeks=0.05", "run.warm_up_weeks=0.02"]
    policy, views = recorded("transfer", large_settings(overrides, hospitals=6))
    assert isinstance(policy, Balance)
    assert 0 < len(views) <= 12  # one each hour, if somebody waits
    assert {len(view.city.hospital_ids) for view in views} == {6}
    again = fresh(policy)
    assert again is not policy
    assert [again.decide(view).objective for view in views] == [policy.decide(view).objective for view in views]


def test_a_recorder_shows_what_its_policy_says_of_itself() -> None:
    watched = Recorder(Balance())
    assert watched.solver == Balance().solver
    with pytest.raises(AttributeError):
        watched.nothing  # noqa: B018


def test_no_optimized_member_goes_untimed() -> None:
    assert set(optimized()) <= set(MEMBERS)
