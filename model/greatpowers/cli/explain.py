"""``greatpowers explain``: why a rung rose or a war began, from the record of a run."""

from argparse import Namespace

from greatpowers.analysis import History, explain, load_history
from greatpowers.cli.screen import output
from greatpowers.scenario import GreatPowersError


def execute(arguments: Namespace) -> None:
    """Print the explanation; raises :class:`GreatPowersError` for what the run does not have."""
    history = load_history(arguments.run_dir)
    round_number = None if arguments.round is None else _round_number(history, arguments.round)
    output().print(explain(history, theatre=arguments.theatre, round=round_number), soft_wrap=True)


def _round_number(history: History, asked: int | str) -> int:
    """The round meant by a number or a quarter."""
    quarters = history.metrics["quarter"].tolist()
    number = quarters.index(asked) if asked in quarters else asked
    if not isinstance(number, int) or number >= len(quarters):
        last = len(quarters) - 1
        raise GreatPowersError(
            f"--round is {asked}, which is not in this run; expected 0 to {last}, or {quarters[0]} to {quarters[-1]}."
        )
    return number
