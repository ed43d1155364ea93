"""The model's description says what the code does: tables are as the code writes them, and nothing goes unmentioned."""

import re

import pytest
from odd_tables import (
    BLOCK,
    ODD,
    TABLES,
    Phase,
    equations_of_the_core,
    explored,
    modules_in,
    phases_of_a_round,
    regenerate,
)

from greatpowers import GreatPowersError, load_doctrine, load_policy, names
from greatpowers.core import ladder, phases
from greatpowers.core.declare import fields_of
from greatpowers.core.levers import Levers
from greatpowers.core.luck import Luck
from greatpowers.core.metrics import METRICS
from greatpowers.core.parameters import Parameters
from greatpowers.core.trace import Trace
from greatpowers.core.workspace import Guardian, GuardianHere, StateSnapshot, TheatreNotes
from greatpowers.core.world import Pairs, Stances, States, System, Theatres

TEXT = ODD.read_text(encoding="utf-8")
PROSE = BLOCK.sub("", TEXT)
SUBMODELS = PROSE.partition("\n## 7 Submodels")[2].partition("\n## Parameters")[0]
NOMENCLATURE = PROSE.partition("### 2.7 Nomenclature")[2].partition("\n---")[0]
BIBLIOGRAPHY = PROSE.partition("\n## Bibliography")[2].splitlines()

ELEMENTS = (
    "1 Purpose and patterns",
    "2 Entities, state variables and scales",
    "3 Process overview and scheduling",
    "4 Design concepts",
    "5 Initialization",
    "6 Input data",
    "7 Submodels",
)
CONCEPTS = (
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction",
    "Stochasticity", "Collectives", "Observation",
)  # fmt: skip

DECLARED: dict[str, type] = {
    "states": States, "pairs": Pairs, "theatres": Theatres, "stances": Stances, "system": System,
    "standing": StateSnapshot, "marks": TheatreNotes,
}  # fmt: skip
# A source such as "Weisiger & Yarhi-Milo 2015" or "Hufbauer, Schott & Elliott 1990": the first author and the year.
NOT_AUTHORS = {"After", "April", "Early", "From", "GDP", "The", "To"}
NAME = r"(?:Del )?[A-Z][\w'-]+(?: de [A-Z]\w+)?"  # also Del Moral and Bueno de Mesquita
SOURCE = re.compile(rf"({NAME}(?:, {NAME})*(?: & {NAME}| et al\.)?)\s([12]\d{{3}})\b")


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def citations() -> set[tuple[str, str]]:
    texts = [entry.field.source for declared in (Parameters, *DECLARED.values()) for entry in fields_of(declared)]
    texts += [metric.source for metric in METRICS] + [equation.remark for equation in equations_of_the_core()]
    texts += [load_doctrine(name).source for name in names("doctrines")]
    texts += [load_policy(name).source for name in names("policies")]
    package = ODD.parent / "greatpowers"
    texts += [path.read_text(encoding="utf-8") for kind in ("py", "toml") for path in package.rglob(f"*.{kind}")]
    texts += ["\n".join(line for line in PROSE.splitlines() if line not in BIBLIOGRAPHY)]
    cited = [source for text in texts for source in SOURCE.findall(" ".join(text.split()))]
    works = {(re.split(r", | & | et al", people)[0], year) for people, year in cited}
    return {(author, year) for author, year in works if author not in NOT_AUTHORS}


def test_generated_tables_are_what_the_code_writes_now() -> None:
    assert regenerate(TEXT) == TEXT, "run: python tests/docs/odd_tables.py"


def test_every_table_that_the_code_can_write_is_there_once() -> None:
    assert sorted(name for name, _ in BLOCK.findall(TEXT)) == sorted(TABLES)


@pytest.mark.parametrize("element", ELEMENTS)
def test_the_seven_elements_of_the_protocol_are_there(element: str) -> None:
    assert f"\n## {element}\n" in TEXT


@pytest.mark.parametrize("concept", CONCEPTS)
def test_the_eleven_design_concepts_are_there(concept: str) -> None:
    assert f"\n**{concept}.** " in PROSE.partition("\n## 4 Design concepts")[2].partition("\n## 5")[0]


@pytest.mark.parametrize("equation", [equation.name for equation in equations_of_the_core()])
def test_every_equation_is_written_out_among_the_submodels(equation: str) -> None:
    assert equation in words(SUBMODELS)


@pytest.mark.parametrize("phase", list(phases_of_a_round()), ids=lambda phase: str(phase.name))
def test_every_phase_of_a_round_has_its_paragraph(phase: Phase) -> None:
    assert f"`{phase.name}`" in SUBMODELS


def test_every_file_of_the_phases_is_linked_from_the_submodels() -> None:
    missing = {module.__name__ for module in modules_in(phases)} - {
        link.removesuffix(".py").replace("/", ".") for link in re.findall(r"\]\((greatpowers/[\w/]+\.py)\)", SUBMODELS)
    }
    assert not missing


@pytest.mark.parametrize("parameter", [declared.name for declared in fields_of(Parameters)])
def test_every_parameter_is_used_in_the_prose(parameter: str) -> None:
    assert parameter in words(PROSE)


@pytest.mark.parametrize("lever", [declared.name for declared in fields_of(Levers)])
def test_every_lever_is_used_among_the_submodels(lever: str) -> None:
    assert re.search(rf"\bL\.{lever}\b", SUBMODELS)


def test_every_symbol_has_one_meaning_and_stands_for_something_in_the_code() -> None:
    rows = [
        [cell.strip() for cell in row.split("|")[1:-1]] for row in NOMENCLATURE.splitlines() if row.startswith("| ")
    ]
    symbols = [symbol for row in rows for symbol in row[0].split(", ")]
    assert len(symbols) == len(set(symbols))
    known = {f"{name}.{field.name}" for name, declared in DECLARED.items() for field in fields_of(declared)}
    known |= {f"guardian.{column.name.lower()}" for axis in (GuardianHere, Guardian) for column in axis}
    known |= {f"trace.{column.name.lower().rstrip('_')}" for column in Trace}
    known |= {Levers.__name__, Luck.__name__, "logit"} | {name for name in vars(ladder) if name.isupper()}
    named = {name for row in rows for name in re.findall(r"`([\w.]+)`", row[3])}
    assert not named - known


def test_every_source_cited_has_an_entry_in_the_bibliography() -> None:
    entries = [line for line in BIBLIOGRAPHY if line.startswith("* ")]
    missing = [
        f"{author} {year}"
        for author, year in sorted(citations())
        if not any(line.startswith((f"* {author},", f"* {author} (")) and f"({year})" in line for line in entries)
    ]
    assert not missing


def test_the_bibliography_is_in_alphabetical_order_and_names_nobody_twice() -> None:
    entries = [line for line in BIBLIOGRAPHY if line.startswith("* ")]
    authors = [re.split(r"[,(]", line)[0].lower() for line in entries]
    assert authors == sorted(authors)
    assert len(entries) == len(set(entries))


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!http)([^)#]+)\)", TEXT))))
def test_every_link_into_the_repository_leads_somewhere(target: str) -> None:
    assert (ODD.parent / target).exists()


@pytest.mark.parametrize("anchor", sorted(set(re.findall(r"\]\(#([\w-]+)\)", TEXT))))
def test_every_link_within_the_page_leads_to_a_heading(anchor: str) -> None:
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_a_table_that_the_code_does_not_know_is_named_with_the_nearest() -> None:
    with pytest.raises(GreatPowersError, match="no generated table 'metric'. Did you mean 'metrics'"):
        regenerate("<!-- generated: metric -->\n<!-- end generated -->\n")


def test_a_table_left_open_is_refused_rather_than_swallowing_what_follows() -> None:
    with pytest.raises(GreatPowersError, match="not closed"):
        regenerate("<!-- generated: metrics -->\ntext\n")


def test_the_explored_range_is_half_to_twice_the_default_within_what_is_admissible() -> None:
    by_name = {declared.name: declared for declared in fields_of(Parameters)}
    for name, span in ((name, explored(declared)) for name, declared in by_name.items()):
        declared = by_name[name]
        if span is None:
            assert declared.field.unit == "0 or 1"
        else:
            assert declared.default is not None
            assert declared.field.low <= span[0] <= declared.default <= span[1] <= declared.field.high
