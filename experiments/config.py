"""Compose configurations: Hydra merges files and overrides; our own reader then checks everything at once.

A cell is one composed configuration. A sweep makes a grid of cells, from comma-separated lists on the command
line (`-m transfer=stay_put,balance`) or from `hydra.sweeper.params` of an experiment file.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path
from re import sub
from typing import Any

from hydra import compose as hydra_compose
from hydra import initialize_config_dir, initialize_config_module
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.plugins import Plugins
from hydra.errors import HydraException, MissingConfigException
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from experiments.combining import Composed, Grid
from experiments.config_faults import call_faults, encoding_faults, hydra_fault
from experiments.designs import USUAL, Design, World, overlap_faults, worlds
from experiments.fingerprint import configuration_hash
from experiments.grid import Options, beside, read_request
from experiments.own_settings import settle
from experiments.plugins import Seats, added_policies
from experiments.schema import close_match, read, stop_at
from experiments.settings import Settings
from sim.faults import Fault, ScenarioError

SHIPPED = "conf"
ROOT = "config"


@dataclass(frozen=True, slots=True)
class CellConfig:
    """Hold one composed configuration.

    `factors` maps what is swept to its level here; the name joins the levels, or is "base" when nothing is swept.
    `resolved` is the configuration as plain values, `written` the same with its references (`${...}`) still in it;
    `hash` names everything in it that results depend on. `beside` marks what an experiment asks for beside its grid.
    """

    name: str
    factors: dict[str, str]
    settings: Settings
    resolved: dict[str, Any] = field(repr=False)
    hash: str
    written: dict[str, Any] = field(default_factory=dict, repr=False)
    beside: bool = False


def compose(
    overrides: Sequence[str] = (),
    multirun: bool = False,
    config_dir: Path | None = None,
    plugins: Sequence[str] = (),
) -> list[CellConfig]:
    """Return the cells that overrides ask for, in the order of the grid.

    `config_dir` is a folder of configuration files, or one with a folder `conf` in it; its files come before the
    shipped ones. `plugins` are Python files with policies.

    Raises:
        ScenarioError: with all faults of shape; what the values mean is checked by `experiments.build`.
    """
    faults: list[Fault] = []
    files = [str(Path(file).resolve()) for file in plugins]
    added = added_policies(files)
    with _hydra(config_dir):
        _announce(added, _options())
        options = _options()
        request = read_request(overrides, multirun, options, faults)
        stop_at(faults)
        lines = request.lines(options)
        whole = _composed(lines)
        axes = request.axes(_sweeper_params(whole), faults)
        stop_at(faults)
        chosen = whole.hydra.runtime.choices
        grid = Grid(_values(whole), lambda factors: _values(_composed(lines + _swept(dict(factors), options))), chosen)
        found = _worlds(whole, faults)
        faults.extend(overlap_faults(found, axes))
        stop_at(faults)
        cells = [
            _cell(grid.cell({**world.changes, **factors}), {**world.factors, **factors}, files, faults, world)
            for world in found
            for factors in _grid(axes)
        ]
        for factors in _beside(whole, axes, options, faults):
            cell = _cell(grid.cell(factors), factors, files, faults)
            cells.append(cell and replace(cell, beside=True))
    stop_at(faults)
    return _named_apart([cell for cell in cells if cell is not None])


def vary(cell: CellConfig, key: str, value: object) -> CellConfig | None:
    """Return the cell with one setting changed, as `vary_all` does."""
    return vary_all(cell, {key: value})


def vary_all(cell: CellConfig, changes: Mapping[str, object]) -> CellConfig | None:
    """Return the cell with some settings changed, or None when it has no such setting.

    Keys are dotted paths, as on the command line; numbers are positions in lists.

    Raises:
        ScenarioError: when a value is of the wrong shape.
    """
    written, resolved = deepcopy(cell.written), deepcopy(cell.resolved)
    if not all(_put(written, key, value) and _put(resolved, key, value) for key, value in changes.items()):
        return None
    if any(f"${{{key}}}" in json.dumps(cell.written) for key in changes):
        resolved = _plain(OmegaConf.create(written))
    faults: list[Fault] = []
    settings = read(Settings, resolved, "", faults)
    stop_at(faults)
    plugins = cell.settings.plugins
    settings, identity = replace(settings, plugins=plugins), configuration_hash(resolved, plugins)
    return replace(cell, settings=settings, resolved=resolved, written=written, hash=identity)


def _put(node: Any, key: str, value: object) -> bool:
    """Set the value that a dotted path leads to; False when it leads to none."""
    *parents, last = [int(part) if part.isdigit() else part for part in key.split(".")]
    try:
        for part in parents:
            node = node[part]
        found = node[last]
    except (KeyError, IndexError, TypeError):
        return False
    node[last] = value
    return not isinstance(found, dict)


def _announce(added: Seats, options: Options) -> None:
    """Let every added policy be chosen by its name, unless a configuration file of that name is there."""
    for seat, policies in added.items():
        for name in policies.keys() - set(options(seat)):
            ConfigStore.instance().store(name=name, group=seat, node={"policy": name}, provider="plug-in")


class ShippedFiles(SearchPathPlugin):
    """Let Hydra look into the shipped files after the folder it is started on."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Append the shipped files."""
        search_path.append("citycare", f"pkg://{SHIPPED}")


Plugins.instance().register(ShippedFiles)


def _hydra(config_dir: Path | None) -> AbstractContextManager[None]:
    """Start Hydra on the shipped files, or on a folder that comes before them."""
    if config_dir is None:
        module: AbstractContextManager[None] = initialize_config_module(SHIPPED, version_base="1.3")
        return module
    own = config_dir / "conf" if (config_dir / "conf").is_dir() else config_dir
    if not own.is_dir():
        stop_at([Fault("--config-dir", str(config_dir), "name a folder with configuration files")])
    stop_at([fault for file in sorted(own.rglob("*.yaml")) for fault in encoding_faults(file)])
    folder: AbstractContextManager[None] = initialize_config_dir(str(own.resolve()), version_base="1.3")
    return folder


def _options() -> Options:
    """Return a function that lists the members of a group, none for what is no group."""
    loader = GlobalHydra.instance().config_loader()

    @cache
    def options(group: str) -> list[str]:
        found: list[str] = loader.get_group_options(group)
        return found

    return options


def _sweeper_params(whole: DictConfig) -> dict[str, object]:
    """Return what the chosen experiment sweeps: keys and comma-separated levels."""
    params = whole.hydra.sweeper.params
    return {} if params is None else {str(key): levels for key, levels in params.items()}


def _worlds(whole: DictConfig, faults: list[Fault]) -> list[World]:
    """Return the worlds that the chosen experiment visits."""
    asked = _plain(whole.experiment, resolve=False)
    scenarios = read(dict[str, dict[str, Any]], asked.get("scenarios") or {}, "experiment.scenarios", faults)
    design = read(Design | None, asked.get("design"), "experiment.design", faults)
    stop_at(faults)
    return worlds(scenarios, design)


def _grid(axes: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    for levels in product(*axes.values()):
        yield dict(zip(axes, levels, strict=True))


def _beside(
    whole: DictConfig, axes: dict[str, list[str]], options: Options, faults: list[Fault]
) -> list[dict[str, str]]:
    """Return the factors of the cells that the experiment asks for beside the grid, each once."""
    asked, baseline = (OmegaConf.select(whole, key) for key in ("experiment.beside", "run.baseline"))
    grid = list(_grid(axes))
    if not asked or len(grid) < 2:
        return []
    spans = beside([dict(one) for one in asked], dict(baseline or {}), axes, options, faults)
    stop_at(faults)
    every = [factors for span in spans for factors in _grid(span)]
    return [factors for place, factors in enumerate(every) if factors not in grid and factors not in every[:place]]


def _swept(factors: dict[str, str], options: Options) -> list[str]:
    return [f"{'' if options(key) else '++'}{key}={level}" for key, level in factors.items()]


def _cell(
    values: Composed, factors: dict[str, str], plugins: list[str], faults: list[Fault], world: World = USUAL
) -> CellConfig | None:
    """Return one cell, or None when something is wrong with it; it is named by its world and its other levels."""
    before = len(faults)
    faults.extend(call_faults(values.written))
    if len(faults) > before:
        return None
    settings = read(Settings, values.resolved, "", faults)
    if len(faults) > before:
        return None
    factors = {key: level.strip("'\"") for key, level in factors.items()}
    levels = [world.name, *(level for key, level in factors.items() if key not in world.factors)]
    name = "-".join(sub(r"[^A-Za-z0-9._+]+", "_", level).strip("_") for level in levels if level) or "base"
    settings = replace(settings, plugins=tuple(plugins))
    identity = configuration_hash(values.resolved, plugins)
    return CellConfig(name, factors, settings, values.resolved, identity, values.written)


def _values(whole: DictConfig) -> Composed:
    """Return a composed configuration as plain values; nothing is resolved where a value calls a function."""
    written = _plain(whole, resolve=False)
    del written["hydra"]
    if any(call_faults(written)):
        return Composed(written, {})
    with open_dict(whole):
        hydra = whole.pop("hydra")
        resolved = _plain(whole)
        whole["hydra"] = hydra
    return Composed(written, resolved)


def _composed(lines: list[str]) -> DictConfig:
    """Return what Hydra merges.

    Raises:
        ScenarioError: when a file cannot be read, or names another file that is not there.
    """
    try:
        whole = hydra_compose(ROOT, list(lines), return_hydra_config=True)
        if OmegaConf.select(whole, "city.folder"):
            settle(whole, hydra_compose(ROOT, []), lines)
        return whole
    except MissingConfigException as error:
        mend = close_match(str(error.missing_cfg_file).rpartition("/")[2], error.options or ())
        raise ScenarioError([Fault("defaults", error.missing_cfg_file, f"no such file; {mend}")]) from error
    except YAMLError as error:
        raise ScenarioError([Fault("configuration", " ".join(str(error).split()), "mend the YAML")]) from error
    except (HydraException, OmegaConfBaseException) as error:
        raise ScenarioError([hydra_fault(error)]) from error


def _plain(own: DictConfig, resolve: bool = True) -> dict[str, Any]:
    """Return a configuration as plain values, references resolved."""
    try:
        plain = OmegaConf.to_container(own, resolve=resolve)
    except OmegaConfBaseException as error:
        raise ScenarioError([hydra_fault(error)]) from error
    assert isinstance(plain, dict)
    return {str(key): value for key, value in plain.items()}


def _named_apart(cells: list[CellConfig]) -> list[CellConfig]:
    """Number cells whose levels differ only in signs that a file name cannot hold."""
    seen: dict[str, int] = {}
    named = []
    for cell in cells:
        seen[cell.name] = seen.get(cell.name, 0) + 1
        named.append(cell if seen[cell.name] == 1 else replace(cell, name=f"{cell.name}_{seen[cell.name]}"))
    return named
