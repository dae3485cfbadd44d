"""Read overrides from the command line: what holds in every cell, and which axes make a grid of cells."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

from experiments.schema import close_match
from sim.faults import Fault

Options = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Request:
    """Hold parsed overrides: those with one value, and those that sweep several."""

    fixed: tuple[Override, ...]
    sweeps: tuple[Override, ...]

    def lines(self, options: Options) -> list[str]:
        """Return the overrides that hold in every cell, as Hydra takes them."""
        return [forced(one, options) for one in self.fixed]

    def axes(self, params: Mapping[str, object], faults: list[Fault]) -> dict[str, list[str]]:
        """Return the levels of each swept key: `params` of the experiment, unless the command line says otherwise."""
        planned = parse([f"{key}={levels}" for key, levels in params.items()], faults)
        axes = {one.key_or_group: levels(one) for one in (*planned, *self.sweeps)}
        narrowed = {one.key_or_group: levels(one) for one in self.fixed if one.key_or_group in axes}
        return axes | narrowed


def read_request(lines: Sequence[str], multirun: bool, options: Options, faults: list[Fault]) -> Request:
    """Return the parsed overrides; append faults of syntax, of unknown members and of sweeps without `-m`."""
    parsed = parse(lines, faults)
    for one in parsed:
        faults.extend(_member_faults(one, options))
        if one.is_sweep_override():
            faults.extend(_sweep_faults(one, multirun))
    last = {one.get_key_element(): one for one in parsed}
    return Request(
        fixed=tuple(one for one in last.values() if not one.is_sweep_override()),
        sweeps=tuple(one for one in last.values() if one.is_sweep_override()),
    )


def parse(lines: Sequence[str], faults: list[Fault]) -> list[Override]:
    """Return overrides in Hydra's grammar; append a fault for each line that breaks it."""
    loader = GlobalHydra.instance().config_loader()
    parser, parsed = OverridesParser.create(config_loader=loader), []
    for line in lines:
        reason = "no field"
        try:
            found = parser.parse_overrides([line])
            if found[0].key_or_group:
                parsed.extend(found)
                continue
        except HydraException as error:
            reason = str(error).splitlines()[0]
        faults.append(Fault("command line", line, f"write field=value, special signs in quotes ({reason})"))
    return parsed


def beside(
    asked: Sequence[Mapping[str, object]],
    baseline: Mapping[str, object],
    axes: Mapping[str, list[str]],
    options: Options,
    faults: list[Fault],
) -> list[dict[str, list[str]]]:
    """Return for each cell asked for beside the grid the levels of every swept key.

    What it leaves out is as in the baseline; keys that the baseline does not name take all of their levels. Append
    faults of keys that are not swept, and of members that there are none of.
    """
    for index, own in enumerate(asked):
        for key, level in own.items():
            known = options(key)
            if key not in axes:
                mend = f"name a key that is swept; {close_match(key, list(axes))}"
                faults.append(Fault(f"experiment.beside[{index}].{key}", level, mend))
            elif known and level not in known:
                faults.append(Fault(f"experiment.beside[{index}].{key}", level, close_match(str(level), known)))
    usual = {key: [str(baseline[key])] if key in baseline else found for key, found in axes.items()}
    return [{key: [str(own[key])] if key in own else usual[key] for key in axes} for own in asked]


def levels(one: Override) -> list[str]:
    """Return the values of an override as they would be written on the command line."""
    if one.is_sweep_override():
        return [str(level) for level in one.sweep_string_iterator()]
    return [one.get_value_string()] if one.value() is not None else ["null"]


def forced(one: Override, options: Options) -> str:
    """Return the line that sets a value whether its key exists or not: our own reader knows the keys."""
    line = str(one.input_line)
    is_plain = line[:1] not in "+~" and not one.is_hydra_override()
    return f"++{line}" if is_plain and not options(one.key_or_group) else line


def _member_faults(one: Override, options: Options) -> Iterator[Fault]:
    """Yield a fault for every chosen member that its group does not have."""
    known = options(one.key_or_group)
    chosen = levels(one) if known and not one.is_delete() else []
    for level in (one for choice in chosen for one in choice.strip("[]").split(",")):
        if level not in (*known, "null"):
            yield Fault(one.key_or_group, level, f"no such member; {close_match(level, known)}")


def _sweep_faults(one: Override, multirun: bool) -> Iterator[Fault]:
    if one.key_or_group == "experiment":
        yield Fault("experiment", one.get_value_string(), "run one experiment at a time")
    elif not multirun:
        mend = "add -m to run every one of these values, or put the text in quotes"
        yield Fault(one.key_or_group, one.get_value_string(), mend)
    elif not one.is_discrete_sweep():
        yield Fault(one.key_or_group, one.get_value_string(), "list the values, separated by commas")
