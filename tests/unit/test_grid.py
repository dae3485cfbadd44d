"""Overrides on the command line: what holds in every cell, what makes a grid, what is wrong."""

from collections.abc import Iterator

import pytest
from hydra import initialize_config_module

from experiments.grid import Request, beside, forced, levels, parse, read_request
from sim.faults import Fault

pytestmark = pytest.mark.unit

GROUPS = {"transfer": ["balance", "stay_put"], "experiment": ["first", "second"]}


@pytest.fixture(autouse=True, scope="module")
def hydra() -> Iterator[None]:
    with initialize_config_module("conf", version_base="1.3"):
        yield


def options(group: str) -> list[str]:
    return GROUPS.get(group, [])


def request_of(*lines: str, multirun: bool = True) -> tuple[Request, list[str]]:
    faults: list[Fault] = []
    return read_request(lines, multirun, options, faults), [str(fault) for fault in faults]


def test_separates_fixed_overrides_from_sweeps() -> None:
    request, faults = request_of("transfer=balance,stay_put", "run.weeks=2", "a=range(1,4)", "b=choice(x,y)")
    assert faults == []
    assert request.lines(options) == ["++run.weeks=2"]
    axes = {"transfer": ["balance", "stay_put"], "a": ["1", "2", "3"], "b": ["x", "y"]}
    assert request.axes({}, []) == axes


def test_the_last_override_of_a_key_counts() -> None:
    request, _ = request_of("run.weeks=2", "run.weeks=1,2", "run.weeks=3")
    assert request.lines(options) == ["++run.weeks=3"]
    assert request.axes({}, []) == {}


def test_axes_of_an_experiment_keep_their_order_and_yield_to_the_command_line() -> None:
    request, _ = request_of("information=live", "transfer=stay_put", "extra=1,2")
    axes = request.axes({"transfer": "stay_put,balance", "information": "delayed,live", "run.weeks": 2}, [])
    assert axes == {
        "transfer": ["stay_put"],
        "information": ["live"],
        "run.weeks": ["2"],
        "extra": ["1", "2"],
    }
    assert list(axes) == ["transfer", "information", "run.weeks", "extra"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("run.weeks=2", "++run.weeks=2"),
        ("transfer=balance", "transfer=balance"),
        ("+run.weeks=2", "+run.weeks=2"),
        ("~run.folder", "~run.folder"),
        ("hydra.verbose=true", "hydra.verbose=true"),
    ],
)
def test_only_plain_values_are_forced(line: str, expected: str) -> None:
    (override,) = parse([line], [])
    assert forced(override, options) == expected


def test_levels_are_written_as_on_the_command_line() -> None:
    (override,) = parse(["a='x,y',2.50,null"], [])
    assert levels(override) == ["'x,y'", "2.5", "null"]


@pytest.mark.parametrize(
    ("line", "multirun", "expected"),
    [
        ("transfer=balance,stay", True, "transfer = 'stay': no such member; did you mean 'stay_put'?"),
        ("transfer=[balance,stay]", False, "transfer = 'stay': no such member; did you mean 'stay_put'?"),
        ("transfer=balance,stay_put", False, "transfer = 'balance,stay_put': add -m"),
        ("experiment=first,second", True, "experiment = 'first,second': run one experiment at a time"),
        ("a=interval(0,1)", True, "a = 'interval(0,1)': list the values"),
        ("no sign", True, "command line = 'no sign': write field=value"),
        ("=1", True, "command line = '=1': write field=value"),
    ],
)
def test_says_what_is_wrong(line: str, multirun: bool, expected: str) -> None:
    _, faults = request_of(line, multirun=multirun)
    assert len(faults) == 1
    assert faults[0].startswith(expected)


def test_lists_everything_that_is_wrong() -> None:
    _, faults = request_of("transfer=x", "(", "experiment=y", "run.weeks=1,2", multirun=False)
    assert len(faults) == 4


AXES = {"transfer": ["stay_put", "balance"], "scale": ["1", "1.1"], "run.weeks": ["2"]}


def beside_of(*asked: dict[str, object]) -> tuple[list[dict[str, list[str]]], list[str]]:
    faults: list[Fault] = []
    return beside(asked, {"transfer": "stay_put"}, AXES, options, faults), [str(fault) for fault in faults]


def test_a_cell_beside_the_grid_is_the_baseline_but_for_what_it_names() -> None:
    found, faults = beside_of({"scale": 1.3}, {"transfer": "balance"})
    assert faults == []
    assert found[0] == {"transfer": ["stay_put"], "scale": ["1.3"], "run.weeks": ["2"]}
    assert found[1] == {"transfer": ["balance"], "scale": ["1", "1.1"], "run.weeks": ["2"]}


def test_cells_beside_the_grid_name_swept_keys_and_known_members() -> None:
    _, faults = beside_of({"transfer": "balanse"}, {"scail": "2"})
    assert len(faults) == 2
    assert "experiment.beside[0].transfer" in faults[0]
    assert "balance" in faults[0]
    assert "experiment.beside[1].scail" in faults[1]
    assert "scale" in faults[1]
