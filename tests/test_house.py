"""The shape of the house: imports run one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("config", "sentiment_api", "jobs", "dashboard", "demo", "sentiment_analysis")

LEVELS = {
    "models": 0,
    "functions": 1,
    "faces": 2,
    "project": 3,
}
FACES = ("rest", "graphql", "admin", "management", "urls", "views", "middleware")
"""Names of modules and packages through which people come in."""

BELOW_MODELS = (
    "config.allowed_hosts",
    "config.apps",
    "config.industries",
    "config.secrets",
    "sentiment_api.apps",
    "sentiment_api.identifiers",
    "sentiment_api.sqlite",
    "jobs.apps",
    "jobs.row_keys",
)


def level_of(module: str) -> str:
    """Where a module stands."""
    room, *rest = [*module.split("."), ""]
    if room == "sentiment_analysis":
        return "project"
    if rest and rest[0] in FACES:
        return "faces"
    if ".".join([room, *rest[:1]]) in BELOW_MODELS or (
        rest and rest[0] in ("models", "migrations")
    ):
        return "models"
    if room == "dashboard":
        return "faces"
    return "functions"


def modules() -> Iterator[tuple[str, Path]]:
    """All modules of the rooms."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if "migrations" in file.parts or "node_modules" in file.parts:
                continue
            parts = file.relative_to(ROOT).with_suffix("").parts
            yield ".".join(p for p in parts if p != "__init__"), file


def imports_of(file: Path) -> Iterator[str]:
    """The modules of the rooms that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in ROOMS)


IMPORTS = [
    (module, imported) for module, file in modules() for imported in sorted(set(imports_of(file)))
]


def test_nothing_imports_what_stands_above_it() -> None:
    """models <- functions <- faces <- project."""
    wrong = [
        f"{module} ({level_of(module)}) imports {imported} ({level_of(imported)})"
        for module, imported in IMPORTS
        if LEVELS[level_of(imported)] > LEVELS[level_of(module)]
    ]
    assert not wrong


def test_the_product_does_not_know_the_demo() -> None:
    """The demo uses the product, never the other way round."""
    wrong = [
        (module, imported)
        for module, imported in IMPORTS
        if imported.startswith("demo") and not module.startswith("demo")
    ]
    assert not wrong


def test_the_imports_are_seen_at_all() -> None:
    """The tests above look at something."""
    assert ("jobs.pipeline", "jobs.plan.Plan") in IMPORTS


def test_config_knows_no_other_room_and_models_know_no_later_one() -> None:
    """config <- sentiment_api <- jobs among models."""
    order = {"config": 0, "sentiment_api": 1, "jobs": 2}
    wrong = [
        (module, imported)
        for module, imported in IMPORTS
        if level_of(module) == "models"
        and order.get(imported.split(".")[0], 9) > order.get(module.split(".")[0], 9)
    ]
    assert not wrong


def test_formulas_import_neither_django_nor_the_database() -> None:
    """Arithmetic is pure."""
    for name in ("sentiment_calc", "range_scores", "range_aggregates", "change"):
        text = (ROOT / "jobs" / f"{name}.py").read_text()
        assert "django" not in text
        assert "models" not in [part for line in text.splitlines() for part in line.split()]
