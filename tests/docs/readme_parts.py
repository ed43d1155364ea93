"""The parts of README and of the findings on the world of 2017, as the software gives them; as a script it writes them.

README has the findings in short: columns of their table, paragraphs of their answers.
"""

import sys
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from unittest.mock import patch

import greatpowers
from greatpowers import Comparison
from greatpowers.simulation.intervals import Interval
from greatpowers.studies import brief_reasons
from greatpowers.studies.brief_words import answer, cautions

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
FINDINGS = ROOT / "model" / "docs" / "findings.md"
TODAY = ROOT / "model" / "docs" / "today.md"

WORLD = {
    "mean_severity": ("Escalation", "{:.3f}"),
    "wars_begun": ("Wars", "{:.1f}"),
    "battle_deaths": ("Battle deaths, thousands", "{:.0f}"),
    "great_power_war": ("Great-power war", "{:.1%}"),
    "order": ("Order", "{:.2f}"),
    "sender_cost": ("Cost to senders, %", "{:.3f}"),
    "target_cost": ("Cost to targets, %", "{:.3f}"),
}
PLACE = {
    "severity": ("Escalation", "{:.3f}"),
    "war": ("War", "{:.0%}"),
    "control": ("Held at the end", "{:.0%}"),
    "signed": ("Deal signed", "{:.0%}"),
}
IN_SHORT = ("mean_severity", "wars_begun", "order", "sender_cost")
"""Columns of README's table."""

LEAST = 2
"""Histories of which there is an interval."""


@cache
def comparison() -> Comparison:
    """README's main job, with the posterior that the command plays."""
    return greatpowers.compare("2017", posterior="record")


def table(columns: dict[str, tuple[str, str]], estimates: Callable[[str, str], tuple[Interval, Interval]]) -> str:
    """Means, and behind them what the posterior leaves open."""
    lines = ["| policy | " + " | ".join(label for label, _ in columns.values()) + " |"]
    lines.append("| --- |" + " ---: |" * len(columns))
    for policy in comparison().names:
        cells = []
        for name, (_, form) in columns.items():
            luck, drawn = estimates(policy, name)
            cells.append(f"{form.format(luck.mean)} ({form.format(drawn.low)} to {form.format(drawn.high)})")
        lines.append(f"| `{policy}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def of_world(columns: Collection[str] = tuple(WORLD)) -> str:
    """The table of the world."""
    compared = comparison()
    return table(
        {name: WORLD[name] for name in columns},
        lambda policy, name: (compared.estimate(policy, name), compared.posterior_estimate(policy, name)),
    )


def of_place(place: str) -> str:
    """The table of a place."""
    rows = comparison().by_place([place]).set_index(["policy", "outcome"])

    def estimates(policy: str, name: str) -> tuple[Interval, Interval]:
        row = rows.loc[(policy, name)]
        return (
            Interval(row["mean"], row["low"], row["high"]),
            Interval(row["posterior_mean"], row["posterior_low"], row["posterior_high"]),
        )

    return table(PLACE, estimates)


def of_question(world: str) -> str:
    """The answer to a scenario's question, and what it hangs on; its reasons, which are not told, are played least."""
    with patch.object(brief_reasons, "FEW", LEAST):
        brief = greatpowers.brief(world)
    return "\n".join(f"> {line}\n>" for line in (*answer(brief), *cautions(brief)[:2])).removesuffix("\n>")


def paragraphs(page: Path, name: str, *which: int) -> str:
    """Paragraphs of a quoted answer that stands in a page."""
    quoted = block_of(page.read_text(encoding="utf-8"), name).split("\n>\n")
    return "\n>\n".join(quoted[number] for number in which)


PARTS: dict[tuple[Path, str], Callable[[], str]] = {
    (FINDINGS, "world"): of_world,
    (FINDINGS, "donbas"): lambda: of_place("donbas"),
    (FINDINGS, "answer-2017"): lambda: of_question("2017"),
    (README, "world"): lambda: of_world(IN_SHORT),
    (README, "answer"): lambda: paragraphs(FINDINGS, "answer-2017", 0, 3),
    (README, "answer-2025"): lambda: paragraphs(TODAY, "answer-2025", 0),
}
"""What gives each part of a page."""


def block_of(text: str, name: str) -> str:
    """What stands in README between the marks of a part."""
    return text.split(f"<!-- generated: {name} -->\n")[1].split("\n<!-- end -->")[0]


def with_block(text: str, name: str, part: str) -> str:
    """The text with a part in place of what stands between its marks."""
    mark, end = f"<!-- generated: {name} -->\n", "\n<!-- end -->"
    before, rest = text.split(mark)
    return before + mark + part + end + rest.split(end, 1)[1]


if __name__ == "__main__":
    for (page, name), make in PARTS.items():
        written = with_block(page.read_text(encoding="utf-8"), name, make())
        page.write_text(written, encoding="utf-8", newline="\n")
    sys.stdout.write("README.md and model/docs/findings.md written\n")
