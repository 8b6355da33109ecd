"""The package is built as docs/explanation/architecture.md says; and each rule can fail."""

import ast
import graphlib
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parents[2] / "pkg" / "nianbao"

# A part imports from its own row or one below; "" is the package's own __init__.
LAYERS = [
    {"cli"},
    {"collecting", "notices"},
    {"batch", "review"},
    {"catalog", "render", "running"},
    {"demo", "published", "report"},
    {"checks"},
    {"filing"},
    {"console", "fonts", "forms", "project", "terminal"},
    {"characters", "errors", "reasons", "_version", ""},
]
LEVEL = {part: level for level, parts in enumerate(reversed(LAYERS)) for part in parts}
STRANGERS = {("running", "report")}  # one drives kernels from outside, the other works inside
PRINTERS = {
    "print", "click.echo", "click.secho", "click.echo_via_pager", "echo", "secho", "Console",
    "rich.print", "sys.stdout.write", "sys.stderr.write", "rich.console.Console",
}  # fmt: skip
MAX_FILE, MAX_FUNCTION = 400, 60


class Module(NamedTuple):
    name: str
    package: str  # that relative imports start from
    source: str
    tree: ast.Module

    @property
    def part(self) -> str:
        return part_of(self.name)


def part_of(name: str) -> str:
    """`report` for nianbao.report.blocks, nothing for nianbao itself."""
    return name.partition(".")[2].partition(".")[0]


@cache  # the package is parsed once for all rules
def modules(root: Path) -> dict[str, Module]:
    found = {}
    for path in sorted(root.rglob("*.py")):
        package = ".".join(path.relative_to(root.parent).parent.parts)
        name = package if path.stem == "__init__" else f"{package}.{path.stem}"
        source = path.read_text(encoding="utf-8")
        found[name] = Module(name, package, source, ast.parse(source))
    return found


def imports(module: Module, nodes: Iterator[ast.AST], known: dict[str, Module]) -> set[str]:
    """Modules of the package that these nodes import."""
    named = set()
    inner = known.keys() | {f"{PACKAGE.name}.{part}" for part in LEVEL}
    for node in nodes:
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            up = module.package.split(".")[: 1 - node.level or None] if node.level else []
            base = ".".join([*up, *filter(None, [node.module])])
            inside = {f"{base}.{alias.name}" for alias in node.names}
            named |= (inside & inner) or {base}
    return {name for name in named if name.split(".")[0] == PACKAGE.name}


def at_import_time(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those in functions and under TYPE_CHECKING."""
    for node in ast.iter_child_nodes(tree):
        lazy = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if not lazy and not typing:
            yield node
            yield from at_import_time(node)


def wrong_directions(root: Path) -> list[str]:
    known = modules(root)
    return [
        f"{module.name} imports {target}"
        for module in known.values()
        for target in sorted(imports(module, ast.walk(module.tree), known))
        if not allowed(module.part, part_of(target))
    ]


def allowed(part: str, target: str) -> bool:
    if part == target:
        return True
    known = part in LEVEL and target in LEVEL
    return known and LEVEL[target] <= LEVEL[part] and (part, target) not in STRANGERS


def strange_parts(root: Path) -> list[str]:
    return sorted({module.part for module in modules(root).values()} - LEVEL.keys())


def cycles(root: Path) -> list[str]:
    known = modules(root)
    between_modules = {
        m.name: imports(m, at_import_time(m.tree), known) - {m.name} for m in known.values()
    }
    between_parts: dict[str, set[str]] = {}
    for m in known.values():
        targets = {part_of(t) for t in imports(m, ast.walk(m.tree), known)}
        between_parts.setdefault(m.part, set()).update(targets - {m.part})
    return [*cycle(between_modules), *cycle(between_parts)]


def cycle(graph: dict[str, set[str]]) -> list[str]:
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return [" → ".join(reversed(error.args[1]))]
    return []


def long_files(root: Path) -> list[str]:
    return [
        f"{module.name}: {lines} lines"
        for module in modules(root).values()
        if (lines := len(module.source.splitlines())) > MAX_FILE
    ]


def long_functions(root: Path) -> list[str]:
    return [
        f"{module.name}.{node.name}: {lines} lines"
        for module in modules(root).values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := node.end_lineno - node.lineno + 1) > MAX_FUNCTION
    ]


def loose_ends(root: Path) -> list[str]:
    return [
        f"{module.name}:{token.start[0]}: {token.string}"
        for module in modules(root).values()
        for token in tokenize.generate_tokens(io.StringIO(module.source).readline)
        if token.type == tokenize.COMMENT and re.search(r"\b(TODO|FIXME|XXX)\b", token.string)
    ]


def loose_prints(root: Path) -> list[str]:
    """What is printed elsewhere than where output leaves: see `nianbao.terminal`."""
    return [
        f"{module.name}:{node.lineno}: {called}"
        for module in modules(root).values()
        if module.part not in {"terminal", "console"}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        if (called := ast.unparse(node.func)) in PRINTERS
    ]


Rule = Callable[[Path], list[str]]
RULES: list[Rule] = [
    wrong_directions,
    strange_parts,
    cycles,
    long_files,
    long_functions,
    loose_ends,
    loose_prints,
]


@pytest.mark.parametrize("rule", RULES)
def test_the_package_keeps_the_rule(rule: Rule):
    assert rule(PACKAGE) == []


GOOD = {
    "__init__.py": "__version__ = '0'",
    "errors.py": "",
    "forms/__init__.py": "from nianbao.errors import NianbaoError",
    "report/__init__.py": "from .blocks import Block",
    "report/blocks.py": "from nianbao.forms import form\ndef f():\n    from . import tables",
    "report/tables.py": "from nianbao.report import blocks\nfrom ..errors import NianbaoError",
    "render/html.py": "import nianbao.report.blocks\nmark = 'TODO'  # the word TODOS is free",
    "review/publish.py": "from nianbao.batch.store import swap",
    "batch/store.py": "from nianbao import __version__",
}
BAD = [
    (wrong_directions, "forms/form.py", "from nianbao.filing import figure"),
    (wrong_directions, "errors.py", "import nianbao.forms"),
    (wrong_directions, "errors.py", "from . import forms"),
    (wrong_directions, "filing/read.py", "from ..checks.finding import Finding"),
    (wrong_directions, "checks/prose.py", "def f():\n    from nianbao.report import blocks"),
    (wrong_directions, "running/engine.py", "from nianbao.report import blocks"),
    (wrong_directions, "report/charts.py", "from nianbao import running"),
    (wrong_directions, "catalog/ask.py", "from nianbao.batch import store"),
    (strange_parts, "utils.py", ""),
    (cycles, "report/blocks.py", "from nianbao.report import tables"),
    (cycles, "report/blocks.py", "if True:\n    from .tables import table"),
    (cycles, "batch/store.py", "def f():\n    from nianbao.review import publish"),
    (long_files, "report/long.py", "\n" * (MAX_FILE + 1)),
    (long_functions, "report/long.py", "def f():\n" + "    pass\n" * MAX_FUNCTION),
    (loose_ends, "report/open.py", "x = 1  # TODO: more"),
    (loose_ends, "report/open.py", "# FIXME"),
    (loose_prints, "cli/check.py", "def f():\n    click.echo('x')"),
    (loose_prints, "batch/run.py", "print('x')"),
    (loose_prints, "cli/options.py", "console = Console(file=None)"),
]


def lay(root: Path, files: dict[str, str]) -> Path:
    for name, source in files.items():
        path = root / "nianbao" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return root / "nianbao"


@pytest.mark.parametrize("rule", RULES)
def test_a_good_package_passes(rule: Rule, tmp_path: Path):
    assert rule(lay(tmp_path, GOOD)) == []


@pytest.mark.parametrize(("rule", "name", "source"), BAD)
def test_a_bad_package_fails(rule: Rule, name: str, source: str, tmp_path: Path):
    assert rule(lay(tmp_path, {**GOOD, name: source})) != []
