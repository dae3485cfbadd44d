"""Golden texts: what is written today equals what was written and read by a person."""

import pytest

from tests.golden.texts import FOLDER, GOLDEN

pytestmark = pytest.mark.golden


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_text_is_unchanged(name: str) -> None:
    assert GOLDEN[name]() == (FOLDER / name).read_text(encoding="utf-8")
