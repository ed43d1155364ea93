"""What the site adds to Sphinx: documents from elsewhere, files to look into, a guard against outside requests.

* A document of :data:`ELSEWHERE` is one line, an ``include`` of a file outside the site. It is read from there, with
  its links as seen from there.
* A link to any other file or directory of the repository leads to a page that shows it, so that readers without a
  checkout see what is meant. A link to nothing fails the strict build, as links between pages do.
* ``{keys} MODULE CLASS ...`` is a table of the keys that a file may have, from the classes that check it;
  ``{citation}`` is what CITATION.cff says.
* The built pages are searched for anything that a browser would fetch from elsewhere; one finding fails the build.
"""

import json
import os
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from shutil import copyfile
from typing import Any

import yaml
from docutils import nodes
from pydantic import BaseModel
from pygments.lexers import find_lexer_class_for_filename
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

SITE = Path(__file__).resolve().parent
ROOT = SITE.parents[1]
ELSEWHERE = {
    "theory/odd": "model/ODD.md",
    "contributing": ".github/CONTRIBUTING.md",
    "changelog": "CHANGELOG.md",
}
NOTEBOOKS = ROOT / "notebooks"
SHOWN = "source:"
"""Scheme, inside the build only, of links to files that have no page of their own."""
LINK = re.compile(r"\]\((?!\w+:|#)([^)\s]+)\)")
OUTSIDE = r"""["']?(?:https?:)?//"""
FETCHED = re.compile(
    rf"""<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*\b(?:src|data)={OUTSIDE}"""
    rf"""|<link\b(?![^>]*\brel=["']?(?:canonical|license))[^>]*\bhref={OUTSIDE}"""
    rf"""|url\({OUTSIDE}|@import\s+{OUTSIDE}"""
)
"""What makes a browser fetch something from elsewhere."""

log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register everything; called by Sphinx."""
    app.add_directive("keys", Keys)
    app.add_directive("citation", Citation)
    app.connect("config-inited", bring_notebooks)
    app.connect("source-read", read_document)
    app.connect("doctree-resolved", lead_to_shown_files)
    app.connect("html-collect-pages", pages_of_shown_files)
    app.connect("build-finished", refuse_outside_requests)
    app.connect("autodoc-process-signature", without_long_signatures)
    app.connect("autodoc-process-docstring", set_properties_aside, priority=400)  # napoleon comes at 500
    app.connect("autodoc-process-docstring", take_properties_back, priority=600)
    return {"parallel_read_safe": False, "parallel_write_safe": False}


AS_WRITTEN: dict[str, list[str]] = {}


def set_properties_aside(_app: Sphinx, what: str, name: str, _thing: Any, _options: Any, lines: list[str]) -> None:
    """Keep the docstring of a property, of which napoleon would take what stands before a colon for its type."""
    if what == "property":
        AS_WRITTEN[name] = list(lines)


def take_properties_back(_app: Sphinx, _what: str, name: str, _thing: Any, _options: Any, lines: list[str]) -> None:
    """Put back what :func:`set_properties_aside` kept."""
    if name in AS_WRITTEN:
        lines[:] = AS_WRITTEN.pop(name)


class Keys(SphinxDirective):
    """Tables of the keys that classes of a module accept: key, what is expected, default, meaning."""

    required_arguments = 2
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return the tables; a class that is not there fails the build."""
        module = import_module(self.arguments[0])
        lines: list[str] = []
        for name in self.arguments[1].split():
            declared: type[BaseModel] = getattr(module, name)
            lines += [f"**{name}.** {(declared.__doc__ or '').partition(chr(10))[0]}", ""]
            lines += ["| key | expected | if left out | meaning |", "| --- | --- | --- | --- |"]
            lines += [self.row(key, field) for key, field in declared.model_fields.items()]
            lines.append("")
        return self.parse_text_to_nodes("\n".join(lines))

    def row(self, key: str, field: Any) -> str:
        """One key."""
        from greatpowers.scenario.kinds import Expect

        told = [one.text for one in field.metadata if isinstance(one, Expect)]
        default = "needed" if field.is_required() else _default(field.get_default(call_default_factory=True))
        cells = (f"`{field.alias or key}`", told[0] if told else _kind(field.annotation), default, field.description)
        return "| " + " | ".join(str(cell or "").replace("|", "\\|") for cell in cells) + " |"


def _default(value: object) -> str:
    if value is None or value == () or value == {} or value == "" or isinstance(value, BaseModel):
        return ""
    return f"`{json.dumps(value)}`"


def _kind(annotation: Any) -> str:
    """What a key without a text of its own takes: a table, tables, or a text for a name that may be missing."""
    for part in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return "a table" if part is annotation else "tables"
        for told in getattr(part, "__metadata__", ()):
            if hasattr(told, "text"):
                return str(told.text)
    return ""


class Citation(SphinxDirective):
    """How to cite the software: a sentence and BibTeX, from CITATION.cff."""

    def run(self) -> list[nodes.Node]:
        """Return both."""
        path = ROOT / "CITATION.cff"
        self.env.note_dependency(str(path))
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        authors = " and ".join(_author(author) for author in told["authors"])
        fields = {"author": f"{{{authors}}}", "title": told["title"], "version": told["version"]}
        if "date-released" in told:
            fields["year"] = str(told["date-released"])[:4]
        entry = ["@software{greatpowers,", *(f"  {key} = {{{value}}}," for key, value in fields.items()), "}"]
        sentence = f"{authors}. *{told['title']}* (version {told['version']}) [Computer software]."
        return self.parse_text_to_nodes("\n".join([sentence, "", "```bibtex", *entry, "```"]))


def _author(author: dict[str, str]) -> str:
    return author.get("name") or f"{author['given-names']} {author['family-names']}"


def bring_notebooks(app: Sphinx, _config: object) -> None:
    """Put the notebooks among the pages: Sphinx reads nothing outside its own directory."""
    place = Path(app.srcdir) / "notebooks"
    shipped = {path.name: path for path in NOTEBOOKS.glob("*.ipynb")}
    for old in place.glob("*.ipynb"):
        if old.name not in shipped:
            old.unlink()
    for name, path in shipped.items():
        if not (place / name).exists() or (place / name).read_bytes() != path.read_bytes():
            copyfile(path, place / name)


def read_document(app: Sphinx, document: str, content: list[str]) -> None:
    """Take the text of a document from where it lives, and turn its links to files into links to pages."""
    here = ROOT / ELSEWHERE[document] if document in ELSEWHERE else Path(app.env.doc2path(document))
    if document in ELSEWHERE:
        content[0] = here.read_text(encoding="utf-8")
        app.env.note_dependency(str(here))
    if here.suffix == ".md":
        content[0] = LINK.sub(lambda link: f"]({page_of(link[1], here, document)})", content[0])


def page_of(target: str, here: Path, document: str) -> str:
    """Where a link leads on the site; unchanged if it leads to nothing, which the strict build then says."""
    path, hash_, anchor = target.partition("#")
    place = Path(os.path.normpath(here.parent / path))
    if not place.is_relative_to(ROOT) or not place.exists():
        return target
    name = place.relative_to(ROOT).as_posix()
    homes = {file: document for document, file in ELSEWHERE.items()}
    if name in homes:
        page = SITE / f"{homes[name]}.md"
    elif place.parent == NOTEBOOKS and place.suffix == ".ipynb":
        page = SITE / "notebooks" / place.name
    elif place == SITE:
        page = SITE / "index.md"
    elif place.is_relative_to(SITE):
        page = place
    else:
        return SHOWN + name
    return os.path.relpath(page, (SITE / document).parent).replace(os.sep, "/") + hash_ + anchor


def lead_to_shown_files(app: Sphinx, tree: nodes.document, document: str) -> None:
    """Make links to files relative to the page they stand on, and remember which files are asked for."""
    if app.builder.format != "html":
        return
    shown = _shown(app)
    for link in tree.findall(nodes.reference):
        if link.get("refuri", "").startswith(SHOWN):
            name = link["refuri"].removeprefix(SHOWN)
            shown.add(name)
            link["refuri"] = app.builder.get_relative_uri(document, _page_name(name))


def pages_of_shown_files(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A page for each file that was asked for: its text, or what a directory holds."""
    shown = _shown(app)
    for name in sorted(shown):
        place = ROOT / name
        body = _listing(app, place, shown) if place.is_dir() else _text(app, place)
        yield _page_name(name), {"title": name, "body": f"<h1><code>{name}</code></h1>\n{body}"}, "page.html"


def _shown(app: Sphinx) -> set[str]:
    # Sphinx keeps what extensions remember as attributes of its environment, which its types do not know.
    if not hasattr(app.env, "shown_files"):
        app.env.shown_files = set()  # type: ignore[attr-defined]
    return app.env.shown_files  # type: ignore[attr-defined, no-any-return]


def _page_name(name: str) -> str:
    return f"files/{name}"


def _text(app: Sphinx, place: Path) -> str:
    lexer = find_lexer_class_for_filename(place.name)
    # Builders of HTML have a highlighter; the type of builders in general does not say so.
    return app.builder.highlighter.highlight_block(  # type: ignore[attr-defined, no-any-return]
        place.read_text(encoding="utf-8"), lexer.aliases[0] if lexer else "text", linenos=False
    )


def _listing(app: Sphinx, place: Path, shown: set[str]) -> str:
    here = _page_name(place.relative_to(ROOT).as_posix())
    lines = []
    for path in sorted(place.iterdir()):
        if path.name.startswith((".", "__pycache__")):
            continue
        name = path.relative_to(ROOT).as_posix()
        text = f"<code>{path.name}{'/' if path.is_dir() else ''}</code>"
        if name in shown:
            text = f'<a href="{app.builder.get_relative_uri(here, _page_name(name))}">{text}</a>'
        lines.append(f"<li>{text}</li>")
    return "<ul>\n" + "\n".join(lines) + "\n</ul>"


def refuse_outside_requests(app: Sphinx, exception: Exception | None) -> None:
    """Fail the strict build if a page or a style would make a browser fetch something from elsewhere."""
    if exception is None and app.builder.format == "html":
        for path in sorted(Path(app.outdir).rglob("*")):
            if path.suffix in (".html", ".css") and (found := FETCHED.search(path.read_text(encoding="utf-8"))):
                log.warning("%s asks for something from outside: %s", path.relative_to(app.outdir), found[0])


def without_long_signatures(
    app: Sphinx, what: str, name: str, thing: object, options: object, signature: str, returned: str
) -> tuple[str, str] | None:
    """Leave out signatures that list every key of a file or every parameter: tables say that better."""
    is_long = what == "class" and (hasattr(thing, "model_fields") or hasattr(thing, "_fields"))
    return ("", "") if is_long else None
