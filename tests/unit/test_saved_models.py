"""A model file from a stranger runs nothing: what is not of a known type is refused before it is made."""

from pathlib import Path

import pytest
from sklearn.preprocessing import FunctionTransformer
from skops.io import dumps

from experiments.train.saved import read_model
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

RAN: list[str] = []


class Strange:
    """Tell when somebody makes one."""

    def __setstate__(self, state: object) -> None:
        RAN.append("made")


@pytest.mark.parametrize(
    "content", [Strange(), [{"uses_nurse": False, "of": Strange()}], FunctionTransformer(Path.unlink)]
)
def test_a_file_with_a_strange_type_is_refused_and_nothing_of_it_runs(content: object, tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    path.write_bytes(dumps(content))
    with pytest.raises(ScenarioError, match="which no model of ours does"):
        read_model(path)
    assert RAN == []


@pytest.mark.parametrize("content", [b"", b"no zip", b"\x80\x04cos\nsystem\n."])
def test_what_is_no_model_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match="is no model"):
        read_model(path)
