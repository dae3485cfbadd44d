"""Every test says of which kind it is: exactly one marker."""

from types import SimpleNamespace
from typing import cast

import pytest

from tests.conftest import MARKERS, pytest_collection_modifyitems

pytestmark = pytest.mark.contract


def item_with(*markers: str) -> pytest.Item:
    marks = [SimpleNamespace(name=name) for name in markers]
    return cast(pytest.Item, SimpleNamespace(nodeid="test_it", iter_markers=lambda: iter(marks)))


@pytest.mark.parametrize("markers", [(), ("parametrize",), ("unit", "theory")])
def test_a_test_without_exactly_one_marker_is_refused_by_name(markers: tuple[str, ...]) -> None:
    with pytest.raises(pytest.UsageError, match=r"exactly one marker.*\ntest_it"):
        pytest_collection_modifyitems([item_with(*markers)])


@pytest.mark.parametrize("marker", sorted(MARKERS))
def test_each_marker_alone_is_accepted(marker: str) -> None:
    pytest_collection_modifyitems([item_with(marker, "parametrize")])


def test_the_configuration_declares_the_same_markers(pytestconfig: pytest.Config) -> None:
    declared = {line.split(":")[0] for line in pytestconfig.getini("markers")}
    assert declared >= MARKERS
