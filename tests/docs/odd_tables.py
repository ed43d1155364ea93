"""The tables of the model's description that the code can write by itself.

A document says where a table belongs with a pair of comments, and :func:`regenerate` fills what lies between them:

    <!-- generated: parameters -->
    <!-- end generated -->

Run as a script it brings the description up to date: ``python tests/docs/odd_tables.py``.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from greatpowers.core import equations, ladder, luck, phases, round as round_module, world
from greatpowers.core.declare import Declared, fields_of
from greatpowers.core.levers import Levers
from greatpowers.core.log import NUMBERS
from greatpowers.core.metrics import METRICS
from greatpowers.core.parameters import Parameters
from greatpowers.scenario.build import all_levers, segments_of
from greatpowers.scenario.errors import GreatPowersError, suggestion
from greatpowers.scenario.kinds import rung_name
from greatpowers.scenario.library import names
from greatpowers.scenario.load import load_doctrine, load_policy, load_scenario, ranked_policies
from greatpowers.scenario.schema import PolicyPreset

ODD = Path(__file__).resolve().parents[2] / "model" / "ODD.md"


class Equation(NamedTuple):
    """An equation of the core: its function, and `remark`, the docstring."""

    module: ModuleType
    name: str
    arguments: list[str]
    remark: str


class Phase(NamedTuple):
    """A line of `play_round`: the function called, its number in the list (empty if it has none) and its comment."""

    module: ModuleType
    name: str
    number: str
    remark: str


class Constant(NamedTuple):
    """A number fixed in a phase, as written there, and the comment above it."""

    module: ModuleType
    name: str
    value: str
    remark: str


def equations_of_the_core() -> Iterator[Equation]:
    """Every equation, file by file."""
    for module in modules_in(equations):
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.FunctionDef):
                arguments = [argument.arg for argument in node.args.args]
                yield Equation(module, node.name, arguments, ast.get_docstring(node) or "")


def phases_of_a_round() -> Iterator[Phase]:
    """What `play_round` calls, in its order."""
    source = inspect.getsource(round_module)
    body = ast.parse(source).body
    homes = {a.name: n.module for n in body if isinstance(n, ast.ImportFrom) and n.module for a in n.names}
    played = next(n for n in body if isinstance(n, ast.FunctionDef) and n.name == "play_round")
    for statement in played.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            name = ast.unparse(statement.value.func)
            comment = source.splitlines()[statement.lineno - 1].partition("#")[2].strip()
            number = comment.split()[0] if comment[:1].isdigit() else ""
            yield Phase(importlib.import_module(homes[name]), name, number, comment.removeprefix(number).strip())


def constants_of_phases() -> Iterator[Constant]:
    """Every constant of the phases; one that directly follows another shares its comment."""
    for module in modules_in(phases):
        source = inspect.getsource(module)
        lines, remark, last = source.splitlines(), "", 0
        for node in ast.parse(source).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                remark = remark if node.lineno == last + 1 else _comment_above(lines, node.lineno - 1)
                last = node.lineno
                yield Constant(module, ast.unparse(node.targets[0]), str(node.value.value), remark)


def _comment_above(lines: Sequence[str], row: int) -> str:
    """The comment that ends just above line `row` (counted from 0)."""
    comment: list[str] = []
    while row > 0 and lines[row - 1].startswith("#"):
        row -= 1
        comment.insert(0, lines[row].lstrip("# "))
    return " ".join(comment)


def modules_in(package: ModuleType) -> list[ModuleType]:
    """The modules of a package, by name."""
    module_names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in module_names]


BEGIN = "<!-- generated: {} -->"
END = "<!-- end generated -->"
BLOCK = re.compile(r"<!-- generated: (?P<name>[\w-]+) -->\n(?P<body>.*?)<!-- end generated -->", re.DOTALL)

CITATION = re.compile(r"\(([^()]*\b[12]\d{3}[^()]*)\)")

STATE_TABLES = (world.States, world.Pairs, world.Theatres, world.Stances, world.System)
SWITCH = "0 or 1"
NORMAL = "standard normal"
UNIFORM = "uniform in (0, 1)"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(_cell(text) for text in line) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _code(name: str) -> str:
    return f"`{name}`"


def _range(low: float, high: float) -> str:
    return f"{low:g} to {high:g}"


def explored(parameter: Declared) -> tuple[float, float] | None:
    """Range that uncertainty analysis explores: half to twice the default, within what is admissible; no switches."""
    if parameter.default is None or parameter.field.unit == SWITCH:
        return None
    low, high = sorted((parameter.default / 2, parameter.default * 2))
    return max(parameter.field.low, low), min(parameter.field.high, high)


def parameters() -> str:
    """Every parameter: default, explored and admissible range, unit, meaning, source."""
    rows = []
    for declared in fields_of(Parameters):
        span, field = explored(declared), declared.field
        rows.append(
            (
                _code(declared.name), f"{declared.default:g}", _range(*span) if span else "not varied",
                _range(field.low, field.high), field.unit, field.meaning, field.source,
            )
        )  # fmt: skip
    return table(("parameter", "default", "explored", "admissible", "unit", "meaning", "source"), rows)


def levers() -> str:
    """Every lever of a policy: value when left out, range, unit, meaning."""
    off = all_levers({})
    return table(
        ("lever", "if left out", "admissible", "unit", "meaning"),
        (
            (_code(f.name), f"{off[f.name]:g}", _range(f.field.low, f.field.high), f.field.unit, f.field.meaning)
            for f in fields_of(Levers)
        ),
    )


def metrics() -> str:
    """Every metric of a round, and how the figure for a run follows."""
    return table(
        ("metric", "family", "unit", "whole run", "formula", "source"),
        ((_code(m.name), m.family, m.unit, m.whole_run, m.formula, m.source) for m in METRICS),
    )


def rungs() -> str:
    """The escalation ladder."""
    return table(
        ("rung", "name", "hostility level", "commitment κ", "gain γ", "hold χ", "ebb ε", "severity σ"),
        (
            (
                str(rung), rung_name(rung), f"{ladder.HOSTILITY[rung]:g}", f"{ladder.COMMITMENT[rung]:g}",
                f"{ladder.GAIN[rung]:g}", f"{ladder.HOLD[rung]:g}",
                f"{ladder.EBB[rung]:g}", f"{ladder.SEVERITY[rung]:g}",
            )
            for rung in range(ladder.TOP_RUNG + 1)
        ),
    )  # fmt: skip


def state_variables() -> str:
    """Everything that the world consists of, table by table."""
    return "\n".join(_columns_of(declared) for declared in STATE_TABLES)


def _columns_of(declared: type) -> str:
    heading = f"**`{declared.__name__}`**: {_first_sentence(declared.__doc__)}\n\n"
    fields = fields_of(declared)
    rows = ((_code(f.name), "whole" if f.whole else "real", f.field.unit, f.field.meaning) for f in fields)
    return heading + table(("variable", "kind", "unit", "meaning"), rows)


def draws() -> str:
    """Everything that is drawn for a round."""
    kinds = ((luck.StateDraw, "state"), (luck.TheatreDraw, "theatre"), (luck.GuardianDraw, "theatre and state"))
    rows = []
    for kind, each in kinds:
        for law, drawn in (
            (UNIFORM, [draw for draw in kind if not luck.is_normal(draw)]),
            (NORMAL, [draw for draw in kind if luck.is_normal(draw)]),
        ):
            if drawn:
                rows.append((each, law, ", ".join(_code(draw.name.lower()) for draw in drawn)))
    return table(("one value for each", "law", "draws"), rows)


def events() -> str:
    """Every kind of event, with the three numbers that it carries besides what was before and after."""
    return table(
        ("event", "numbers"),
        ((_code(kind.name.lower()), ", ".join(_code(name) for name in NUMBERS[kind])) for kind in NUMBERS),
    )


def order_of_play() -> str:
    """The phases of a round, as the text of `play_round` lists them."""
    rows = ((p.number, _code(p.name), _link(p.module), p.remark) for p in phases_of_a_round())
    return table(("phase", "function", "file", "what happens"), rows)


def equation_reference() -> str:
    """Every equation of the core: its function and arguments, its file and whom it follows."""
    rows = (
        (
            _code(e.name), ", ".join(map(_code, e.arguments)), _link(e.module),
            "; ".join(CITATION.findall(e.remark)) or "own",
        )
        for e in equations_of_the_core()
    )  # fmt: skip
    return table(("equation", "of", "file", "after"), rows)


def constants() -> str:
    """Numbers fixed in the phases, with the comment above each."""
    rows = ((_code(c.name), c.value, _link(c.module), c.remark) for c in constants_of_phases())
    return table(("constant", "value", "file", "what it is"), rows)


def doctrines() -> str:
    """The shipped doctrines."""
    shipped = [load_doctrine(name) for name in names("doctrines")]
    return table(
        ("doctrine", "power", "order", "welfare", "fear", "what it stands for", "source"),
        (
            (_code(d.name), *(f"{weight:g}" for weight in d.weights.model_dump().values()), d.summary, d.source)
            for d in shipped
        ),
    )


def policies() -> str:
    """The shipped policies: what is not off, segment by segment."""
    rows = ((_code(p.name), p.summary, _levers_of(p), p.source) for p in map(load_policy, ranked_policies()))
    return table(("policy", "what it stands for", "levers that are not off", "source"), rows)


def _levers_of(policy: PolicyPreset) -> str:
    off, parts = all_levers({}), []
    for part in segments_of(policy):
        since = f"from round {part.start} on" if part.start else ""
        since += f" as {_code(part.followed)}" if part.followed != policy.name else ""
        chosen = ", ".join(f"{name} {value:g}" for name, value in part.levers.items() if value != off[name]) or "none"
        parts.append(f"{since}: {chosen}" if since else chosen)
    return "; ".join(parts)


def theatres_2017() -> str:
    """The theatres of the 2017 scenario as they stand at the start."""
    scenario = load_scenario("2017")
    listed = table(
        ("theatre", "challenger", "host", "salience", "rung", "ceiling", "control", "sanctions"),
        (
            (
                _code(t.id), t.challenger, t.host, f"{t.salience:g}", rung_name(t.rung), rung_name(t.ceiling),
                f"{t.control:g}" + (" (annexed)" if t.annexed else ""), f"{t.sanctions:g}",
            )
            for t in scenario.theatres
        ),
    )  # fmt: skip
    return f"{len(scenario.states)} states and {len(scenario.theatres)} theatres, from {scenario.start}.\n\n{listed}"


def _link(module: ModuleType) -> str:
    """A link that works from a document in the directory that holds the package."""
    path = module.__name__.replace(".", "/") + ".py"
    return f"[{path.split('/', 2)[2]}]({path})"


def _first_sentence(doc: str | None) -> str:
    return inspect.cleandoc(doc or "").split("\n\n", 1)[0]


TABLES: dict[str, Callable[[], str]] = {
    "constants": constants,
    "doctrines": doctrines,
    "draws": draws,
    "equations": equation_reference,
    "events": events,
    "ladder": rungs,
    "levers": levers,
    "metrics": metrics,
    "order-of-play": order_of_play,
    "parameters": parameters,
    "policies": policies,
    "state-variables": state_variables,
    "theatres-2017": theatres_2017,
}


def regenerate(text: str) -> str:
    """The document with every generated table as the code has it now; raises :class:`GreatPowersError`."""
    tables = BLOCK.findall(text)
    if len(tables) != text.count("<!-- generated:") or len(tables) != text.count(END):
        raise GreatPowersError(f"a generated table is not closed: write {END} on a line of its own after it.")
    for name, _ in tables:
        if name not in TABLES:
            raise GreatPowersError(f"there is no generated table '{name}'. {suggestion(name, list(TABLES))}")
    return BLOCK.sub(lambda match: f"{BEGIN.format(match['name'])}\n\n{TABLES[match['name']]()}\n{END}", text)


if __name__ == "__main__":
    ODD.write_text(regenerate(ODD.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    sys.stdout.write("ODD.md written\n")
