"""Pages of results: HTML that needs nothing but itself, readable in light, in dark and on paper.

A figure goes in as SVG, with the letters of the page and colours that follow light and dark.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
import matplotlib as mpl
from markupsafe import Markup
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import greatpowers
from greatpowers.presentation.style import FAINT, INK, PRESET_COLOURS, RULE

NEUTRAL, PAPER = PRESET_COLOURS["laissez-faire"], "#fdfdfe"
"""Paper is a white of our own, so that it can be told from white that is meant."""

THEME: Mapping[str, str] = {
    INK: "var(--ink)",
    FAINT: "var(--faint)",
    RULE: "var(--rule)",
    NEUTRAL: "var(--neutral)",
    PAPER: "var(--paper)",
}
"""Colours of figures that the page decides."""

SETTINGS: Any = {"svg.fonttype": "none", "svg.hashsalt": "greatpowers"}


def blank(width: float, height: float) -> Figure:
    """An empty figure of this size in inches; title and caption belong to the page."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="none")
    FigureCanvasAgg(figure)
    return figure


def svg(figure: Figure, name: str, text: str) -> str:
    """The figure as an SVG element; `name` keeps its ids apart from other figures', `text` is read to the blind.

    Equal figures give equal text.
    """
    stream = io.StringIO()
    with mpl.rc_context(SETTINGS):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    found = stream.getvalue()
    found = found[found.index("<svg") :]
    found = re.sub(r"<metadata>.*?</metadata>", "", found, flags=re.DOTALL)
    found = re.sub(r'\bid="', f'id="{name}-', found)
    found = re.sub(r'(href="|url\()#', rf"\1#{name}-", found)
    found = re.sub(r'font(-family)?: ?([\d.]+px )?[^;"]*DejaVu[^;"]*', _letters, found)
    for colour, variable in THEME.items():
        found = found.replace(colour.lower(), variable).replace(colour, variable)
    found = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"|height="[\d.]+pt" width="[\d.]+pt"', "", found, count=1)
    return found.replace("<svg", f'<svg role="img" aria-label="{text}"', 1)


def _letters(found: re.Match[str]) -> str:
    """The size of the letters only; the page says which."""
    size = re.search(r"[\d.]+px", found[0])
    return f"font-size: {size[0]}" if size else ""


STYLE = """
:root { --paper:#fdfdfc; --card:#f5f5f2; --ink:#222222; --faint:#5f6368; --rule:#d9d9d9; --neutral:#4d4d4d;
  --accent:#0a5ea8; --note:#fff6df; --note-rule:#e0a800; color-scheme: light; }
@media screen and (prefers-color-scheme: dark) { :root { --paper:#16181b; --card:#1f2226; --ink:#e8e6e1;
  --faint:#a5a9ae; --rule:#3a3e44; --neutral:#b8bcc2; --accent:#7cbcf5; --note:#2b2614; --note-rule:#b58900;
  color-scheme: dark; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--paper); color:var(--ink); font:16px/1.55 system-ui,"Segoe UI",Roboto,Helvetica,Arial,
  sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header .kind { color:var(--faint); font-size:.85rem; letter-spacing:.04em; text-transform:uppercase; margin:0; }
h1 { font-size:2rem; line-height:1.2; margin:.2rem 0 .6rem; }
h2 { font-size:1.3rem; margin:2.6rem 0 .6rem; padding-top:.7rem; border-top:1px solid var(--rule); }
h3 { font-size:1.02rem; margin:1.6rem 0 .3rem; }
p { margin:.5rem 0; max-width: 50rem; }
.question { font-size:1.15rem; color:var(--faint); font-style:italic; }
.answer { background:var(--card); border-left:5px solid var(--accent); padding:1rem 1.3rem 1.1rem; margin:1.4rem 0 1rem;
  border-radius:0 6px 6px 0; }
.answer .said { font-size:1.22rem; line-height:1.45; font-weight:600; margin:.15rem 0; max-width:none; }
.answer .word { font-size:.8rem; color:var(--faint); text-transform:uppercase; letter-spacing:.05em; margin:0; }
.note { background:var(--note); border-left:5px solid var(--note-rule); padding:.7rem 1.1rem; margin:1rem 0;
  max-width:none; }
ul { padding-left:1.2rem; max-width:50rem; } li { margin:.25rem 0; }
.wide { overflow-x:auto; }
table { border-collapse:collapse; font-size:.83rem; margin:.7rem 0; font-variant-numeric:tabular-nums; width:100%; }
caption { text-align:left; color:var(--faint); font-size:.84rem; padding:.3rem 0; caption-side:bottom; }
th, td { text-align:right; padding:.34rem .45rem; border-bottom:1px solid var(--rule); vertical-align:top; }
th:first-child, td:first-child, .text { text-align:left; }
thead th { border-bottom:2px solid var(--neutral); font-weight:600; vertical-align:bottom; }
thead .unit { display:block; font-weight:400; color:var(--faint); font-size:.76rem; }
td .range { display:block; color:var(--faint); font-size:.75rem; white-space:nowrap; }
td.best { font-weight:700; } td.best::before { content:"\\2605\\00a0"; color:var(--accent); }
tr.base td { background:var(--card); }
figure { margin:1.2rem 0 1.6rem; } figure svg { width:100%; height:auto; display:block; }
figure svg text { font-family:system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif; }
figcaption { color:var(--faint); font-size:.86rem; margin-top:.2rem; max-width:50rem; }
pre { background:var(--card); padding:.8rem 1rem; border-radius:6px; overflow-x:auto; font-size:.82rem;
  line-height:1.45; }
code { font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace; font-size:.92em; overflow-wrap:anywhere; }
dl { display:grid; grid-template-columns:max-content 1fr; gap:.2rem 1.2rem; font-size:.9rem; }
dt { color:var(--faint); } dd { margin:0; overflow-wrap:anywhere; }
details summary { cursor:pointer; color:var(--accent); margin:.4rem 0; }
footer { margin-top:3rem; color:var(--faint); font-size:.82rem; border-top:1px solid var(--rule); padding-top:.8rem; }
@media (max-width:40rem) { main { padding:1.2rem .8rem; } h1 { font-size:1.5rem; } dl { grid-template-columns:1fr; } }
@media print { body { font-size:10.5pt; } main { max-width:none; padding:0; } h2 { break-after:avoid; }
  figure, .answer, tr { break-inside:avoid; } .wide { overflow:visible; } pre { white-space:pre-wrap; }
  @page { margin:16mm; } }
"""

GENERATOR = "greatpowers report"

HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="{{ generator }}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{{ title }}</title>
<style>{{ style }}</style>
</head>
<body>
<main>
"""
"""Beginning of every page, up to what is its own."""

FOOT = """</main>
</body>
</html>
"""


@dataclass(frozen=True)
class Heading:
    """Head of a column."""

    label: str
    unit: str = ""
    text: bool = False


@dataclass(frozen=True)
class Cell:
    """A value, with its interval below it."""

    value: str
    range: str = ""
    kind: str = ""


@dataclass(frozen=True)
class TableRow:
    """A line of a table; `base` is that of the baseline."""

    cells: tuple[Cell, ...]
    base: bool = False


@dataclass(frozen=True)
class HtmlTable:
    """A table."""

    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[TableRow, ...]


def shown(
    caption: str, headings: Sequence[str | Heading], rows: Iterable[Sequence[str | Cell] | TableRow]
) -> HtmlTable:
    """A table of texts and of cells."""
    heads = tuple(Heading(head) if isinstance(head, str) else head for head in headings)
    return HtmlTable(caption, heads, tuple(row if isinstance(row, TableRow) else row_of(row) for row in rows))


def row_of(cells: Iterable[str | Cell], base: bool = False) -> TableRow:
    """A line of texts and of cells."""
    return TableRow(tuple(Cell(cell) if isinstance(cell, str) else cell for cell in cells), base)


TABLE = """{%- macro table(t) %}
<div class="wide"><table>
<caption>{{ t.caption }}</caption>
<thead><tr>{% for h in t.headings %}<th{% if h.text %} class="text"{% endif %} scope="col">{{ h.label }}
{%- if h.unit %}<span class="unit">{{ h.unit }}</span>{% endif %}</th>{% endfor %}</tr></thead>
<tbody>{% for row in t.rows %}
<tr{% if row.base %} class="base"{% endif %}>{% for c in row.cells %}<td{% if c.kind %} class="{{ c.kind }}"{% endif %}>
{{- c.value }}{% if c.range %}<span class="range">{{ c.range }}</span>{% endif %}</td>{% endfor %}</tr>{% endfor %}
</tbody></table></div>
{%- endmacro %}
"""
"""A macro, `table`, that shows a :class:`HtmlTable`."""

PAGE = (
    """{%- macro figure(f) %}
<figure>
<h3>{{ f.title }}</h3>
{{ f.svg | safe }}
<figcaption>{{ f.caption }}</figcaption>
</figure>
{%- endmacro %}
"""
    + TABLE
    + """<header>
<p class="kind">Experiment · {{ name }}</p>
<h1>{{ title }}</h1>
{% if question %}<p class="question">{{ question }}</p>{% endif %}
</header>
{% for note in notes %}<p class="note">{{ note }}</p>{% endfor %}
<section class="answer" aria-label="The answer">
<p class="word">The answer</p>
<p class="said">{{ answer }}</p>
</section>
{% if details %}<ul>{% for line in details %}<li>{{ line }}</li>{% endfor %}</ul>{% endif %}
{% for line in basis %}<p>{{ line }}</p>
{% endfor %}

<h2>{{ noun | capitalize }} compared</h2>
{% for t in tables %}{{ table(t) }}{% endfor %}
{% for f in figures %}{{ figure(f) }}{% endfor %}

{% if robust %}
<h2>How robust it is</h2>
{% for r in robust %}
<p>{{ r.text }}</p>
{{ table(r.table) }}
{{ figure(r.figure) }}
{% endfor %}
{% endif %}

{% if flips or level_tables or driver_sections %}
<h2>What drives it, and where the answer changes</h2>
{% if flips %}<p>{{ flips }}</p>{% endif %}
{% if discovered %}<p>{{ discovered.text }}</p>
{% if discovered.figure %}{{ figure(discovered.figure) }}{% endif %}{% endif %}
{% for f in level_figures %}{{ figure(f) }}{% endfor %}
{% for t in level_tables %}{{ table(t) }}{% endfor %}
{% for s in driver_sections %}
{{ figure(s.figure) }}
{{ table(s.table) }}
{% endfor %}
{% endif %}

<h2>What was run</h2>
{% if summary %}<p>{{ summary }}</p>{% endif %}
<dl>{% for key, value in facts %}<dt>{{ key }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>
<details><summary>The experiment file, word for word</summary><pre><code>{{ experiment_text }}</code></pre></details>

<h2>Caveats</h2>
<ul>{% for line in caveats %}<li>{{ line }}</li>{% endfor %}</ul>

<h2>How to reproduce</h2>
<p>The same version on the same experiment file gives the same rows; any single run can be played again in full, with
its trajectories and events.</p>
<pre><code>{{ commands }}</code></pre>
{% if worth %}<p>Runs worth a look:</p>
<ul>{% for line in worth %}<li>{{ line.what }}: <code>{{ line.command }}</code></li>{% endfor %}</ul>{% endif %}
<dl>{% for key, value in origin %}<dt>{{ key }}</dt><dd><code>{{ value }}</code></dd>{% endfor %}</dl>
<footer>Made by <code>greatpowers report</code> {{ version }} from the files in the experiment's directory; nothing here
is fetched from anywhere. Columns and units are listed in <code>data-dictionary.md</code> beside the data.</footer>
"""
)


def opening(kind: str, heading: str, question: str) -> str:
    """The first part of a body: what kind of page it is, what it asks, and the answer, which is part of the content."""
    return f"""<header>
<p class="kind">{kind}</p>
<h1>{heading}</h1>
<p class="question">{question}</p>
</header>
<section class="answer" aria-label="The answer">
<p class="word">The answer</p>
<p class="said">{{{{ answer }}}}</p>
</section>
"""


def rendered(body: str, *, title: str, generator: str, style: str = "", **content: Any) -> str:
    """A page as text: head and foot that all share, and a body in Jinja's language. Equal content gives equal text.

    `style` comes on top of that of all pages. The body may name the version besides its content.
    """
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    found = environment.from_string(HEAD + body + FOOT).render(
        title=title, generator=generator, style=Markup(STYLE + style), version=greatpowers.__version__, **content
    )
    return found + "\n"
