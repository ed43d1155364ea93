"""The notebooks are what they were when they ran: whole, in order, small, and free of anything of the machine."""

import ast
import base64
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from greatpowers import names
from greatpowers.cli.arguments import parse
from greatpowers.cli.entry import COMMANDS, build_parser

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = (
    "01-first-history",
    "02-stick-and-carrot",
    "03-in-which-worlds",
    "04-nineteenth-century-against-order",
    "05-why-did-this-war-start",
    "06-the-model-against-the-record",
)
LARGEST_FIGURE, LARGEST_NOTEBOOK = 150_000, 700_000
PAPER_SIZE = "## The size a paper would use"
PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
ABSOLUTE_PATH = re.compile(r"(?<![\w./<:~])(?:/(?:[\w.+-]+/)+[\w.+-]*|[A-Za-z]:\\\w)")
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")

each = pytest.mark.parametrize("name", NOTEBOOKS)


@cache
def notebook(name: str) -> Any:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)


def cells(name: str, kind: str) -> list[Any]:
    return [cell for cell in notebook(name).cells if cell.cell_type == kind]


def outputs(name: str) -> Iterator[Any]:
    for cell in cells(name, "code"):
        yield from cell.outputs


def printed(name: str) -> Iterator[str]:
    """Everything in the outputs that is read as text."""
    for output in outputs(name):
        if output.output_type == "stream":
            yield output.text
        yield from (str(text) for kind, text in output.get("data", {}).items() if kind not in PICTURES)


def prose(name: str) -> str:
    return "\n\n".join(cell.source for cell in cells(name, "markdown"))


def commands(name: str) -> list[list[str]]:
    """Command lines of the fenced console blocks, split into words."""
    blocks = re.findall(r"```console\n(.*?)```", prose(name), re.S)
    return [shlex.split(line, comments=True) for block in blocks for line in block.strip().splitlines()]


def test_these_are_all_the_notebooks_there_are() -> None:
    assert tuple(sorted(path.stem for path in FOLDER.glob("*.ipynb"))) == NOTEBOOKS


@each
def test_format_is_valid_and_the_kernel_is_everybodys(name: str) -> None:
    content = notebook(name)
    nbformat.validate(content)
    assert content.nbformat == 4
    assert content.metadata.kernelspec.name == "python3"
    assert content.cells[0].cell_type == "markdown" and content.cells[0].source.startswith(f"# {int(name[:2])}. ")


@each
def test_every_cell_was_run_in_order_and_left_something(name: str) -> None:
    code_cells = cells(name, "code")
    assert [cell.execution_count for cell in code_cells] == list(range(1, len(code_cells) + 1))
    assert all(cell.outputs for cell in code_cells)
    for cell in code_cells:
        ast.parse(re.sub(r"^%.*$", "", cell.source, flags=re.M))


@each
def test_nothing_went_wrong_and_nothing_was_warned_of(name: str) -> None:
    kinds = {output.output_type for output in outputs(name)}
    assert kinds <= {"stream", "display_data", "execute_result"}
    assert all(output.name == "stdout" for output in outputs(name) if output.output_type == "stream")
    assert not [text for text in printed(name) if "Warning" in text or "Traceback" in text]


@each
def test_no_trace_of_the_machine_is_left(name: str) -> None:
    for text in (*printed(name), prose(name), *(cell.source for cell in cells(name, "code"))):
        assert not ABSOLUTE_PATH.findall(text)
        assert not ADDRESS.findall(text)
    assert not any(cell.metadata for cell in notebook(name).cells), "times of execution"


def test_the_search_for_paths_finds_them() -> None:
    for text in ("see /tmp/tmpab12/results", "'/home/somebody/x.toml'", "(C:\\Users)"):
        assert ABSOLUTE_PATH.search(text), text
    for text in ("stick/carrot", "https://example.org/a/b", "</td></tr>", "1.5/2.0", "./results/x"):
        assert not ABSOLUTE_PATH.search(text), text


@each
def test_figures_and_notebooks_are_small(name: str) -> None:
    figures = [base64.b64decode(o.data["image/png"]) for o in outputs(name) if "image/png" in o.get("data", {})]
    assert figures and all(figure.startswith(b"\x89PNG") for figure in figures)
    assert max(map(len, figures)) < LARGEST_FIGURE
    assert (FOLDER / f"{name}.ipynb").stat().st_size < LARGEST_NOTEBOOK


@each
def test_it_says_what_size_a_paper_would_use_and_how_to_run_that(name: str) -> None:
    assert PAPER_SIZE in prose(name)
    lines = commands(name)
    wanted = "validate" if name.startswith("06") else "batch"
    assert wanted in [words[1] for words in lines]
    parser = build_parser()
    for words in lines:
        assert words[0] == "greatpowers"
        parse(parser, words[1:], COMMANDS)


@each
def test_the_experiments_and_scenarios_it_names_are_shipped_or_shown(name: str) -> None:
    for words in commands(name):
        kind = {"batch": "experiments", "run": "scenarios", "compare": "scenarios"}.get(words[1])
        if kind and words[2].endswith(".toml"):
            assert f'Path(place) / "{words[2]}"' in "\n".join(cell.source for cell in cells(name, "code"))
        elif kind:
            assert words[2] in names(kind)


@each
def test_prose_does_not_state_what_the_model_gives(name: str) -> None:
    """A figure with a decimal point in prose would stay when the model changes; computed text does not."""
    plain = re.sub(r"```.*?```|`[^`]*`", "", prose(name), flags=re.S)
    assert not re.findall(r"(?<![\w.])\d+\.\d+", re.sub(r"^# \d+\..*$", "", plain, flags=re.M))
