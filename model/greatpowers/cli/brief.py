"""``greatpowers brief``: one question answered for one place, with its doubt, on two printable pages."""

from argparse import ArgumentParser, Namespace

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, add_histories, add_posterior

SEEDS = 500


def _arguments(parser: ArgumentParser) -> None:
    add_histories(parser, SEEDS, least=2)
    text = "the place the question is about, by its id; the first of the scenario's question if not given"
    parser.add_argument("--question", "--place", metavar="PLACE", dest="place", help=text)
    text = "the policy asked about, a shipped name or a path; that of the scenario's question if not given"
    parser.add_argument("--policy", metavar="P", help=text)
    text = "the policy it is compared with; that of the scenario's question if not given"
    parser.add_argument("--against", metavar="P", help=text)
    add_posterior(parser)


COMMAND = Command(
    "one question answered for one place, with its doubt, on two printable pages",
    "Play the two policies of a question on the same luck and on a posterior's parameters. Answer in three sentences, "
    "show three histories, and say what the answer depends on and where it is reversed. Write two printable pages, as "
    "HTML and as PDF.",
    (
        ("greatpowers brief 2017 --out brief", "what the offer would do in the Donbas"),
        (
            "greatpowers brief 1978 --question afghanistan --seeds 200 --out brief",
            "another question, with fewer histories",
        ),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Play, tell and write; raises :class:`GreatPowersError` before playing if it cannot be done."""
    terminal.carry_out(arguments, gp.brief, ("place", "policy", "against", "posterior"), _print_result)


def _print_result(screen: "terminal.Screen", panel: "gp.Brief") -> None:
    from greatpowers.studies.brief_words import again, answer, sections, stories

    screen.print(f"{panel.title}\n")
    for line in answer(panel):
        screen.print(f"{line}\n")
    for story in stories(panel):
        screen.heading(f"{story.heading}. {story.share}")
        lines = (f"  {quarter}  {line}" if quarter else f"  {line}" for quarter, line in story.lines)
        screen.print(*lines, "", sep="\n")
    for title, texts in sections(panel).items():
        screen.heading(title)
        screen.print(*(f"  {line}" for line in texts), "", sep="\n")
    for how, what in again(panel):
        screen.print(f"{how} {what}", soft_wrap=True)
