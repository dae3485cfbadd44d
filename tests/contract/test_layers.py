"""Who may import whom: the table of layers, forbidden libraries, and no import circles."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]

# Prefixes of our own modules that a module may import; the longest matching key counts.
ALLOWED = {
    "sim": ("sim",),
    "sim.contract": ("sim.contract", "sim.units"),
    "sim.units": (),
    "optimize": ("optimize",),
    "policies": ("policies", "optimize", "sim.contract", "sim.units"),
    "experiments": ("experiments", "policies", "optimize", "sim"),
    "conf": (),
}
PACKAGES = ("sim", "optimize", "policies", "experiments", "conf")

# Libraries a layer must not know: the world and its decisions read no file, no wall clock, no configuration.
FORBIDDEN = {
    "sim": {"pyomo", "highspy", "sklearn", "hydra", "omegaconf", "yaml", "os", "pathlib", "time"},
    "optimize": {"simpy", "hydra", "omegaconf", "yaml"},
    "policies": {"simpy", "hydra", "omegaconf", "yaml", "os", "pathlib", "time"},
    "experiments": set(),
    "conf": set(),
}

Graph = dict[str, set[str]]


def imported_names(tree: ast.AST, package: str) -> Iterator[str]:
    """Yield every imported name, dotted and absolute; `from a import b` yields `a.b`, whatever b is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            source = ".".join([*parents, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def read_imports() -> Graph:
    """Map each of our modules to all names it imports."""
    graph = {}
    for path in sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        module = module_of(path)
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        graph[module] = set(imported_names(ast.parse(path.read_text(encoding="utf-8")), package))
    return graph


def within(name: str, prefix: str) -> bool:
    return f"{name}.".startswith(f"{prefix}.")


def own_modules(graph: Graph) -> Graph:
    """Reduce each imported name to the longest module of ours that it lies within; drop all others."""

    def owner(name: str) -> str:
        return max((module for module in graph if within(name, module)), key=len, default="")

    return {module: {owner(name) for name in names} - {module, ""} for module, names in graph.items()}


def allowed_imports(module: str) -> tuple[str, ...]:
    return ALLOWED[max((key for key in ALLOWED if within(module, key)), key=len)]


def layer_breaches(graph: Graph) -> list[str]:
    """List the imports of ours that the table does not allow."""
    return [
        f"{module} imports {target}"
        for module, targets in own_modules(graph).items()
        for target in sorted(targets)
        if not any(within(target, prefix) for prefix in allowed_imports(module))
    ]


def forbidden_libraries(graph: Graph) -> list[str]:
    return sorted(
        f"{module} imports {library}"
        for module, names in graph.items()
        for library in {name.split(".")[0] for name in names} & FORBIDDEN[module.split(".")[0]]
    )


def first_circle(graph: Graph) -> list[str]:
    try:
        TopologicalSorter(own_modules(graph)).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_import_is_allowed_by_the_table_of_layers() -> None:
    assert layer_breaches(read_imports()) == []


def test_no_layer_knows_a_forbidden_library() -> None:
    assert forbidden_libraries(read_imports()) == []


def test_the_solver_is_known_to_its_two_doors_only() -> None:
    graph = read_imports()
    assert {module for module, names in graph.items() if any(within(name, "highspy") for name in names)} == {
        "optimize.engine",
        "optimize.growing",
    }


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert first_circle(read_imports()) == []


def test_every_package_is_read() -> None:
    assert {module.split(".")[0] for module in read_imports()} == set(PACKAGES)


@pytest.mark.parametrize(
    ("module", "target", "breach"),
    [
        ("sim.a", "sim.b", False),
        ("sim.a", "optimize.b", True),
        ("sim.contract", "sim.units", False),
        ("sim.contract", "sim.b", True),
        ("optimize.a", "sim.units", True),
        ("policies.a", "sim.contract", False),
        ("policies.a", "sim.contracts", True),
        ("policies.a", "sim", True),
        ("policies.a", "experiments.b", True),
        ("experiments.a", "policies.b", False),
        ("sim.a", "conf", True),
    ],
)
def test_a_breach_is_seen_and_an_allowed_import_is_not(module: str, target: str, breach: bool) -> None:
    graph: Graph = {module: {target}, target: set()}
    assert layer_breaches(graph) == ([f"{module} imports {target}"] if breach else [])


def test_a_circle_through_three_modules_is_seen() -> None:
    graph = {"sim.a": {"sim.b"}, "sim.b": {"sim.c"}, "sim.c": {"sim.a"}}
    assert set(first_circle(graph)) == set(graph)


def test_a_forbidden_library_is_seen() -> None:
    assert forbidden_libraries({"sim.a": {"time.perf_counter"}}) == ["sim.a imports time"]


def test_a_name_taken_from_a_package_belongs_to_the_package_unless_it_is_a_module() -> None:
    graph = {
        "policies.a": {"sim.Scenario", "sim.contract", "sim.contract.View"},
        "sim": set(),
        "sim.contract": set(),
    }
    assert layer_breaches(graph) == ["policies.a imports sim"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import sim.units", "sim.units"),
        ("from sim import units", "sim.units"),
        ("from . import units", "sim.inner.units"),
        ("from .units import minutes", "sim.inner.units.minutes"),
        ("def f():\n    from ..units import minutes", "sim.units.minutes"),
    ],
)
def test_imports_are_read_wherever_and_however_they_are_written(source: str, expected: str) -> None:
    assert list(imported_names(ast.parse(source), package="sim.inner")) == [expected]
