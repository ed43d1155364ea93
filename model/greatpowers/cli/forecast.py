"""``greatpowers forecast``: scenarios that say what happened, played and scored by place."""

from argparse import ArgumentParser, Namespace
from functools import partial
from typing import TYPE_CHECKING, Any

from greatpowers.cli import terminal
from greatpowers.cli.arguments import MOST_SEEDS, Command, add_count, add_output, add_parameter_file, add_workers
from greatpowers.presentation.tables import TableColumn, numbers

if TYPE_CHECKING:
    import pandas as pd

    from greatpowers.hindcast.forecast import Forecast


SCORES = (
    TableColumn("group", "Places", keep=True),
    TableColumn("forecast", "Forecast", keep=True),
    *numbers(places="n", events="Came", mean="Mean\nprob.", auc="AUC", auc_range="95%", within="AUC\nwithin"),
    *numbers(brier="Brier", skill="Skill", fair_skill="Fair\nskill", log_score="Log\nscore"),
)
CAPTION = (
    "Within: AUC among places of one scenario. Skill: Brier score over the rate of the same places; fair: over the "
    "rate in the other scenarios."
)
PLACES = (
    TableColumn("place", "Place"),
    TableColumn("rung", "Rung at the start"),
    TableColumn("salience", "Salience", number=True),
    TableColumn("war", "War", keep=True),
    TableColumn("p_war", "prob.", number=True),
    TableColumn("force", "Force", keep=True),
    TableColumn("p_force", "prob.", number=True),
    TableColumn("surprise", "Surprise", number=True),
)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "scenarios", metavar="SCENARIO", nargs="*",
        help="scenarios that say what happened, shipped names or paths; 2017 1913 1936 1978 if none",
    )  # fmt: skip
    add_count(parser, "--seeds", MOST_SEEDS, "histories under each policy, on seeds 0 to N-1 (200 if not given)", 200)
    add_output(parser, "directory to write to; ./greatpowers-results/forecast if not given")
    add_parameter_file(parser)
    add_workers(parser)


COMMAND = Command(
    "score forecasts, place by place, against what happened there",
    "Play scenarios that say what happened, and score the probability of force and of war in each place, beside "
    "simple rivals.",
    (
        ("greatpowers forecast", "the shipped scenarios of 2017, 1913, 1936 and 1978"),
        ("greatpowers forecast 2017 --seeds 1000 --out forecast-2017", "one, with more histories"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Play, score, tell and write; raises :class:`GreatPowersError` before playing if it cannot be done."""
    from greatpowers.hindcast.forecast import SCENARIOS, forecast
    from greatpowers.hindcast.forecast_page import save_forecast

    parameters = terminal.chosen_parameters(arguments)
    directory = terminal.destination(arguments.out, "forecast", "forecast")
    with terminal.progress_bar("playing histories") as progress:
        forecasts = forecast(arguments.scenarios or SCENARIOS, arguments.seeds, parameters, arguments.workers, progress)
    terminal.remark("writing tables and the page")
    terminal.write_and_print(
        directory, partial(save_forecast, forecasts), lambda screen: _print_result(screen, forecasts)
    )


def _print_result(screen: "terminal.Screen", forecasts: "Forecast") -> None:
    from greatpowers.hindcast.forecast_page import answer, basis, details, extremes, place_row, split_scores
    from greatpowers.hindcast.forecast_scoring import OUTCOMES

    scores, singly = split_scores(forecasts)
    for outcome in OUTCOMES:
        _print_scores(screen, f"Forecasts by place: {outcome.words}", outcome.name, scores, True)
        _print_scores(screen, f"Under each policy by itself: {outcome.words}", outcome.name, singly, False)
    for world in forecasts.worlds:
        rows = [place_row(row) for _, row in extremes(forecasts, world.name).iterrows()]
        note = "Surprise: mean log score of the place; the highest and the lowest."
        screen.grid(f"{world.name}: most and least surprising places", PLACES, rows, note)
    screen.heading(answer(forecasts))
    screen.print(basis(forecasts), *details(forecasts), "", sep="\n")


def _print_scores(
    screen: "terminal.Screen", title: str, outcome: str, scores: "pd.DataFrame", is_headline: bool
) -> None:
    rows = [_row(row, is_headline) for _, row in scores[scores["outcome"] == outcome].iterrows()]
    if rows:
        screen.grid(title, SCORES, rows, CAPTION if is_headline else "")


def _row(row: "pd.Series[float]", is_headline: bool) -> dict[str, Any]:
    from greatpowers.hindcast.forecast_page import forecast_name, short

    figures = ("mean", "auc", "within", "brier", "skill", "fair_skill", "log_score")
    return {
        "group": row["group"],
        "forecast": forecast_name(row, is_headline),
        "places": row["places"],
        "events": row["events"],
        "auc_range": f"{short(float(row['auc_low']))}-{short(float(row['auc_high']))}",
        **{name: short(float(row[name])) for name in figures},
    }
