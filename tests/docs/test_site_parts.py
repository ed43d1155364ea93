"""What the site adds to Sphinx: links lead to pages, and nothing is fetched from outside."""

import sys
from pathlib import Path
from typing import Any

import pytest
from pages import ROOT, SITE

pytest.importorskip("sphinx", reason="the extra 'docs' is not installed")
from sphinx.ext.napoleon import Config, _process_docstring

sys.path.insert(0, str(SITE))
parts: Any = __import__("site_parts")


@pytest.mark.parametrize(
    ("document", "target", "leads_to"),
    [
        ("science", "theory/odd.md#parameters", "theory/odd.md#parameters"),
        ("tutorials/own-policy", "../../../configs/scenarios/2017.toml", "source:configs/scenarios/2017.toml"),
        ("tutorials/own-policy", "../../../configs/policies", "source:configs/policies"),
        ("how-to/explain-and-fork", "../../../notebooks/01-first-history.ipynb", "../notebooks/01-first-history.ipynb"),
        ("theory/odd", "..", "../index.md"),
        ("how-to/laboratory", "../figures/laboratory-world.png", "../figures/laboratory-world.png"),
        ("theory/new-mechanism", "../../ODD.md#71-leadership", "odd.md#71-leadership"),
        ("science", "nothing.md", "nothing.md"),
        ("science", "../../../elsewhere.md", "../../../elsewhere.md"),
    ],
)
def test_a_link_of_a_page_leads_to_a_page_or_to_a_file_that_is_shown(document: str, target: str, leads_to: str) -> None:
    assert parts.page_of(target, SITE / f"{document}.md", document) == leads_to


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("greatpowers/core", "source:model/greatpowers/core"),
        ("../tests/docs/test_odd.py", "source:tests/docs/test_odd.py"),
        ("ODD.md#parameters", "odd.md#parameters"),
    ],
)
def test_a_document_from_elsewhere_has_its_links_as_seen_from_there(target: str, leads_to: str) -> None:
    assert parts.page_of(target, ROOT / "model" / "ODD.md", "theory/odd") == leads_to


def test_every_document_from_elsewhere_is_one_line_on_the_site_and_is_there() -> None:
    for document, file in parts.ELSEWHERE.items():
        page = SITE / f"{document}.md"
        include = page.read_text(encoding="utf-8").splitlines()[0]
        assert Path(page.parent, include.removeprefix("```{include} ")).resolve() == ROOT / file


@pytest.mark.parametrize(
    "fetching",
    [
        '<script src="https://example.org/x.js"></script>', "<img alt='a' src=//example.org/a.png>",
        '<link rel="stylesheet" href="http://example.org/x.css">', "a { background: url(https://example.org/a.png) }",
        '@import "https://example.org/x.css";', '<iframe title="a" src="https://example.org">',
    ],
)  # fmt: skip
def test_what_would_be_fetched_from_outside_is_found(fetching: str) -> None:
    assert parts.FETCHED.search(fetching)


@pytest.mark.parametrize(
    "tag",
    [
        '<script src="_static/x.js"></script>', '<a href="https://doi.org/10.1000/1">', '<img src="../_images/a.png">',
        '<link rel="canonical" href="https://example.org">', "url(data:image/png;base64,AA==)",
    ],
)  # fmt: skip
def test_links_to_follow_and_files_of_the_site_are_left_alone(tag: str) -> None:
    assert not parts.FETCHED.search(tag)


class Registering:
    """A Sphinx that knows only what is connected to one event, napoleon included."""

    config = Config()

    def __init__(self) -> None:
        self.handlers: list[tuple[int, Any]] = [(500, _process_docstring)]
        parts.setup(self)

    def connect(self, event: str, handler: Any, priority: int = 500) -> None:
        if event == "autodoc-process-docstring":
            self.handlers.append((priority, handler))

    def add_directive(self, *_: object) -> None: ...

    def described(self, what: str, docstring: str) -> list[str]:
        lines = [docstring]
        for _, handler in sorted(self.handlers, key=lambda handled: handled[0]):
            handler(self, what, "greatpowers.History.metrics", None, None, lines)
        return lines


@pytest.mark.parametrize("what", ["property", "function"])
def test_a_colon_in_the_docstring_of_a_property_makes_no_type_of_it(what: str) -> None:
    written = "Metrics by round: index `round`, column `quarter`."
    assert [line for line in Registering().described(what, written) if line] == [written]
