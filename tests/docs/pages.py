"""What the pages of the site show: fenced blocks in their order, and the files of the repository that they name."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "model" / "docs"
PAGES = sorted(path for path in SITE.rglob("*.md"))
FENCE = re.compile(r"^```(?:\{code-block\} )?(\w+)\n((?::\w+:[^\n]*\n)*)(.*?)^```$", re.S | re.M)
CAPTION = re.compile(r"^:caption: (.+)$", re.M)
LINK = re.compile(r"\]\((?!\w+:|#)([^)\s#]+)[^)\s]*\)")
TOP = r"(?:model|tests|configs|notebooks|\.ci|\.github)/"
NAMED = re.compile(rf"`({TOP}[\w./-]+)`")
PLACEHOLDER = "NAME"


class Block(NamedTuple):
    """A fenced block: its language, the name of the file it is (empty if it is none), and what it holds."""

    language: str
    file: str
    text: str


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page in order; directives other than code-block are left out."""
    fenced = []
    for language, options, body in FENCE.findall(text):
        caption = CAPTION.search(options)
        fenced.append(Block(language, caption[1] if caption else "", body))
    return fenced


def named_paths(page: Path) -> Iterator[tuple[str, Path]]:
    """What a page links to or names in code, and where that should be. A file to be made stands for its folder."""
    text = page.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        yield target, page.parent / target
    for name in NAMED.findall(text):
        yield name, (ROOT / name).parent if PLACEHOLDER in name else ROOT / name
