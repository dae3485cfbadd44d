"""Read what a form sends: which question, and what is changed in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from experiments.app.asked import Asked, Value, plain
from experiments.app.choices import Choices, changed, choices, chosen_levels
from experiments.app.shelf import CITY, Question, groups, members, questions
from experiments.app.weighing import Scales
from experiments.schema import close_match, stop_at
from sim.faults import Fault

Fields = Mapping[str, Sequence[str]]
MEMBER, LEVEL, SETTING, NAME, FOLDER = "member:", "level:", "set:", "name", "city.folder"


@dataclass(frozen=True, slots=True)
class Form:
    """Hold what was sent, understood: the question, what can be changed in it, and what is."""

    question: Question
    choices: Choices
    asked: Asked
    name: str

    def value(self, key: str, usual: Value) -> Value:
        """Return the value that a box shows."""
        return self.asked.settings.get(key, usual)

    def levels(self, key: str, usual: tuple[str, ...]) -> tuple[str, ...]:
        """Return the levels that are chosen of what is compared."""
        return self.asked.levels.get(key, usual)


def read_form(fields: Fields, scales: Scales) -> Form:
    """Return what a form asks for.

    Raises:
        ScenarioError: when the question or a member is unknown, or they cannot be composed together.
    """
    question = _question(_one(fields, "experiment"))
    world = Asked(question.name, _members(fields, question), settings=_folder(fields))
    given = {key.removeprefix(LEVEL): _levels(values) for key, values in fields.items() if key.startswith(LEVEL)}
    offered = choices(question, scales.first(world, dict(question.axes)))
    numbers = {key.removeprefix(SETTING): plain(values[-1]) for key, values in fields.items() if _is_number(key)}
    settings = {**world.settings, **changed(offered, numbers)}
    asked = replace(world, levels=chosen_levels(offered.axes, given), settings=settings)
    return Form(question, offered, asked, _one(fields, NAME))


def fields_of(asked: Asked, name: str = "") -> dict[str, list[str]]:
    """Return the fields of a form that asks for this."""
    return {
        "experiment": [asked.experiment],
        NAME: [name],
        **{MEMBER + group: [member] for group, member in asked.members.items()},
        **{LEVEL + key: list(levels) for key, levels in asked.levels.items()},
        **{SETTING + key: [str(value)] for key, value in asked.settings.items()},
    }


def _question(name: str) -> Question:
    known = questions()
    if name not in known:
        stop_at([Fault("experiment", name, f"no such member; {close_match(name, [one for one in known if one])}")])
    return known[name]


def _members(fields: Fields, question: Question) -> dict[str, str]:
    """Return the chosen members of groups of which the question compares none."""
    chosen = {group: _one(fields, MEMBER + group) for group in (CITY, *groups()) if group not in question.axes}
    chosen = {group: member for group, member in chosen.items() if member}
    known = {group: [one.name for one in members(group)] for group in chosen}
    wrong = {group: member for group, member in chosen.items() if member not in known[group]}
    stop_at([Fault(group, name, f"no such member; {close_match(name, known[group])}") for group, name in wrong.items()])
    return chosen


def _folder(fields: Fields) -> dict[str, Value]:
    """Return the folder of the city's files, where the city comes from files."""
    from_files = _one(fields, MEMBER + CITY) == "from_files"
    return {FOLDER: _one(fields, SETTING + FOLDER)} if from_files and _one(fields, SETTING + FOLDER) else {}


def _is_number(key: str) -> bool:
    return key.startswith(SETTING) and key != SETTING + FOLDER


def _levels(values: Sequence[str]) -> list[str]:
    """Return levels that come as ticks, or in one text with commas."""
    return [word for value in values for word in (one.strip() for one in value.split(",")) if word]


def _one(fields: Fields, key: str) -> str:
    return (list(fields.get(key, ())) or [""])[-1].strip()
