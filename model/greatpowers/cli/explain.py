"""``greatpowers explain``: why a rung rose or a war began, from the record of a run."""

from argparse import Namespace

from greatpowers.cli.choices import chosen_round
from greatpowers.cli.terminal import output
from greatpowers.narrative.explanation import explain
from greatpowers.simulation.history import load_history


def execute(arguments: Namespace) -> None:
    """Print the explanation; raises :class:`GreatPowersError` for what the run does not have."""
    history = load_history(arguments.run_dir)
    when = None if arguments.round is None else chosen_round(history, arguments.round, "--round")
    output().print(explain(history, theatre=arguments.theatre, round=when), soft_wrap=True)
