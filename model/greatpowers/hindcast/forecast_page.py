"""What forecasts by place found: in sentences, as files of plain data, and as one HTML page that needs nothing else."""

import math
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from greatpowers.hindcast import forecast_scoring as scoring
from greatpowers.hindcast.benchmarks import PRIOR_SPREAD
from greatpowers.hindcast.forecast import MEAN, Forecast
from greatpowers.hindcast.page import measured
from greatpowers.hindcast.run import OWN_WEIGHT
from greatpowers.presentation.figures import page
from greatpowers.presentation.html import Cell, Cells, Heading, Headings, HtmlTable, TableRow, rendered, row_of, shown
from greatpowers.scenario.kinds import rung_name
from greatpowers.simulation.setup import seeds_as_data
from greatpowers.storage.checkpoint import csv_text
from greatpowers.storage.files import json_text
from greatpowers.storage.manifest import provenance, save_whole
from greatpowers.validation.scorecard_page import interval, number

NAMES = {scoring.MODEL: "model", scoring.ELSEWHERE: "rate elsewhere", scoring.LOGIT: "rung, salience"}
EXTREMES = 3
"""Places shown at either end of surprise."""


def whole(forecasts: Forecast) -> str:
    """The group that the answer is about: all places, or those of the only scenario."""
    return scoring.POOLED if len(forecasts.worlds) > 1 else forecasts.worlds[0].name


def forecast_name(row: "pd.Series[float]", headline: bool) -> str:
    """A forecast as it stands in a table: that of one of several policies by the policy."""
    return NAMES[str(row["forecast"])] if headline else str(row["policy"])


def figure(row: "pd.Series[float]", name: str) -> str:
    """A figure with its interval."""
    low, high = float(row[f"{name}_low"]), float(row[f"{name}_high"])
    span = interval(low, high)
    return f"{number(float(row[name]))}{f' ({span})' if span else ''}"


def score(forecasts: Forecast, outcome: str, forecast: str = scoring.MODEL) -> "pd.Series[float] | None":
    """The row of scores of one forecast over all places; None where there is none."""
    rows = forecasts.scores[
        (forecasts.scores["outcome"] == outcome)
        & (forecasts.scores["group"] == whole(forecasts))
        & (forecasts.scores["forecast"] == forecast)
    ]
    return None if rows.empty else rows.iloc[0]


def split_scores(forecasts: Forecast) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The scores of forecasts, and those of single policies where several were played; both with what is doubted."""
    scores = forecasts.scores[forecasts.scores["outcome"].isin([outcome.name for outcome in scoring.OUTCOMES])]
    several = scores["group"].isin([world.name for world in forecasts.worlds if len(world.policies) > 1])
    singly = several & (scores["forecast"] == scoring.MODEL) & (scores["policy"] != MEAN)
    return scores[~singly], scores[singly]


def answer(forecasts: Forecast) -> str:
    """The result in a sentence."""
    parts = []
    for outcome in scoring.OUTCOMES:
        row = score(forecasts, outcome.name)
        if row is not None:
            parts.append(f"{figure(row, 'auc')} for {outcome.words}")
    return f"AUC by place is {', '.join(parts)}." if parts else "No place was left to forecast anything of."


def basis(forecasts: Forecast) -> str:
    """What the figures are of."""
    worlds = "; ".join(f"{world.name} to {world.to} ({_policies(world.policies)})" for world in forecasts.worlds)
    return (
        f"{len(forecasts.places)} places: {worlds}. {len(forecasts.seeds)} histories under each policy. An outcome "
        "counts that came at any time in between; intervals are 95%, by bootstrap over places."
    )


def _policies(policies: tuple[str, ...]) -> str:
    return policies[0] if len(policies) == 1 else f"mean of {len(policies)} policies"


def details(forecasts: Forecast) -> list[str]:
    """What else there is to say in short."""
    return [line for outcome in scoring.OUTCOMES for line in _details(forecasts, outcome)]


def _details(forecasts: Forecast, outcome: scoring.ForecastOutcome) -> list[str]:
    row = score(forecasts, outcome.name)
    if row is None:
        return []
    return [
        f"{outcome.words.capitalize()}: came to {row['events']:.0f} of {row['places']:.0f} places; "
        f"{row['given']:.0f} more, there at the start, left out.",
        *_against_rivals(forecasts, outcome, row),
        *_undoubted(forecasts, outcome, row),
    ]


def _against_rivals(forecasts: Forecast, outcome: scoring.ForecastOutcome, row: "pd.Series[float]") -> list[str]:
    """How the model does beside what is fitted on the other scenarios; nothing where there is only one."""
    rival = score(forecasts, outcome.name, scoring.LOGIT)
    if rival is None:
        return []
    title = outcome.words.capitalize()
    return [
        f"{title}: Brier skill over the rate elsewhere {figure(row, 'fair_skill')}; of rung and salience alone "
        f"{figure(rival, 'fair_skill')}.",
        f"{title}: among places of one scenario, which no knowledge of the time helps to tell apart, AUC is "
        f"{figure(row, 'within')}; that of rung and salience {figure(rival, 'within')}; the model is ahead by "
        f"{figure(rival, 'within_lead')}.",
    ]


def _undoubted(forecasts: Forecast, outcome: scoring.ForecastOutcome, row: "pd.Series[float]") -> list[str]:
    """What changes without what is doubted, if anything does."""
    changed = changed_by_doubt(forecasts, outcome)
    other = score(forecasts, f"{outcome.name}{scoring.UNDOUBTED}")
    if not changed or other is None or not math.isfinite(float(other["auc"])):
        return []
    return [
        f"Without what is doubted ({outcome.words} in {', '.join(changed)}), AUC is {figure(other, 'auc')} instead of "
        f"{number(float(row['auc']))}, and Brier score {number(float(other['brier']))} instead of "
        f"{number(float(row['brier']))}."
    ]


def changed_by_doubt(forecasts: Forecast, outcome: scoring.ForecastOutcome) -> list[str]:
    """Places whose outcome is another without what is doubted."""
    places = forecasts.places[forecasts.places[outcome.name].notna()]
    moved = places[places[outcome.name] != places[f"{outcome.name}{scoring.UNDOUBTED}"]]
    return [f"{row.scenario} {row.theatre}" for row in moved.itertuples()]


def extremes(forecasts: Forecast, scenario: str) -> pd.DataFrame:
    """Places of a scenario with the highest and lowest surprise, most surprising first; ties in the file's order."""
    own = forecasts.places[(forecasts.places["scenario"] == scenario) & forecasts.places["surprise"].notna()]
    ranked = own.sort_values("surprise", ascending=False, kind="stable")
    if len(ranked) <= 2 * EXTREMES:
        return ranked
    return pd.concat([ranked.iloc[:EXTREMES], ranked.iloc[-EXTREMES:]])


def outcome_label(came: float) -> str:
    """Whether an outcome came, as it stands in a table; a dash where it was so at the start."""
    return "–" if math.isnan(came) else ("yes" if came else "no")


def short(value: float) -> str:
    """A score to three digits, a dash if there is none."""
    return f"{value:.3f}" if math.isfinite(value) else "–"


def probability(value: float) -> str:
    """A probability as it stands in a table; a dash where nothing was forecast."""
    if math.isnan(value):
        return "–"
    return "<.001" if value < 0.001 else (">.999" if value > 0.999 else f"{value:.3f}")


GENERATOR = "greatpowers forecast"
FIGURES = ("auc", "within", "brier", "skill", "fair_skill", "log_score", "auc_lead", "within_lead")
SCORE_HEADS: Headings = (
    Heading("Places", text=True), Heading("Forecast", text=True), "Number", "Came", "Mean probability", "AUC",
    Heading("AUC", "within scenarios"), Heading("Brier", "less is better"), Heading("Skill", "over their rate"),
    Heading("Skill", "over the rate elsewhere"), Heading("Log score", "less is better"),
    Heading("Model ahead", "in AUC"), Heading("Model ahead", "in AUC within"),
)  # fmt: skip
PLACE_KEYS = ("place", "rung", "salience", "war", "p_war", "force", "p_force", "surprise")
PLACE_HEADS: Headings = (
    Heading("Place", text=True), Heading("Rung at the start", text=True), "Salience", Heading("War", text=True),
    "Probability", Heading("Force", text=True), "Probability", "Surprise",
)  # fmt: skip


def render(forecasts: Forecast) -> str:
    """The page as text; equal forecasts give equal text."""
    worlds = [
        {**world._asdict(), "policies": ", ".join(world.policies), "table": _places(forecasts, world.name)}
        for world in forecasts.worlds
    ]
    parts = [_part(forecasts, outcome.name, outcome.words) for outcome in scoring.OUTCOMES]
    return rendered(
        "hindcast/forecast_page.html",
        generator=GENERATOR,
        answer=answer(forecasts),
        basis=basis(forecasts),
        details=details(forecasts),
        parts=parts,
        worlds=worlds,
    )


def _part(forecasts: Forecast, outcome: str, words: str) -> dict[str, Any]:
    own, alone = (table[table["outcome"] == outcome] for table in split_scores(forecasts))
    return {
        "title": words,
        "rows": shown("", SCORE_HEADS, [_score(row, is_headline=True) for _, row in own.iterrows()]),
        "policies": shown("", SCORE_HEADS, [_score(row, is_headline=False) for _, row in alone.iterrows()]),
    }


def _score(row: "pd.Series[float]", is_headline: bool) -> TableRow:
    figures = (measured(*(float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))) for name in FIGURES)
    cells: Cells = (
        str(row["group"]), Cell(forecast_name(row, is_headline), kind="text"), str(row["places"]),
        str(row["events"]), number(float(row["mean"])), *figures,
    )  # fmt: skip
    return row_of(cells, base=is_headline and str(row["forecast"]) == scoring.MODEL)


def _places(forecasts: Forecast, scenario: str) -> HtmlTable:
    own = forecasts.places[forecasts.places["scenario"] == scenario].sort_values(
        "surprise", ascending=False, kind="stable"
    )
    texts = {"rung", *(outcome.name for outcome in scoring.OUTCOMES)}
    rows = [
        row_of(Cell(str(told[key]), kind="text" if key in texts else "") for key in PLACE_KEYS)
        for told in (place_row(row) for _, row in own.iterrows())
    ]
    return shown("", PLACE_HEADS, rows)


def place_row(row: "pd.Series[float]") -> dict[str, Any]:
    """A place as it stands in a table."""
    return {
        "place": row["place"],
        "rung": f"{row['rung']} {rung_name(int(row['rung'])).replace('-', ' ')}",
        "salience": number(float(row["salience"])),
        **{outcome.name: outcome_label(float(row[outcome.name])) for outcome in scoring.OUTCOMES},
        **{f"p_{outcome.name}": probability(float(row[f"p_{outcome.name}"])) for outcome in scoring.OUTCOMES},
        "surprise": short(float(row["surprise"])),
    }


DIGITS = 6


def save_forecast(forecasts: Forecast, directory: str | Path) -> Path:
    """Write a forecast to a directory, whole or not at all, and return its path.

    ``forecast.csv`` (a row a place), ``policies.csv`` (its probabilities under each policy), ``scores.csv``,
    ``forecast.json`` (all of it, and everything needed to repeat it) and ``forecast.html``. Raises
    :class:`GreatPowersError` for a directory that holds anything else or cannot be written.
    """
    tables = {"forecast": places_table(forecasts), "policies": forecasts.policies, "scores": forecasts.scores}
    content = {
        **{f"{name}.csv": csv_text(table, digits=DIGITS) for name, table in tables.items()},
        "forecast.json": json_text(document(forecasts)),
        **page("forecast.html", partial(render, forecasts)),
    }
    return save_whole(directory, {**provenance(), "kind": "forecast", "settings": settings(forecasts)}, content)


def places_table(forecasts: Forecast) -> pd.DataFrame:
    """The places, with outcomes as whole numbers, empty where they were so at the start."""
    names = [f"{outcome.name}{ending}" for ending in ("", scoring.UNDOUBTED) for outcome in scoring.OUTCOMES]
    return forecasts.places.astype(dict.fromkeys(names, "Int64"))


def settings(forecasts: Forecast) -> dict[str, Any]:
    """What was asked for, as plain data."""
    return {
        "scenarios": [world._asdict() | {"policies": list(world.policies)} for world in forecasts.worlds],
        "seeds": seeds_as_data(forecasts.seeds),
        "parameters": dict(forecasts.parameters),
        "resamples": forecasts.resamples,
    }


def document(forecasts: Forecast) -> dict[str, Any]:
    """The forecast as plain data."""
    return {
        "answer": answer(forecasts),
        "settings": settings(forecasts),
        "rules": {
            "outcomes": {
                outcome.name: {"rung": int(outcome.rung), "is": outcome.words} for outcome in scoring.OUTCOMES
            },
            "weight_of_the_mean_in_histories": OWN_WEIGHT,
            "regressors_of_the_logit": list(scoring.REGRESSORS),
            "prior_spread_of_slopes": PRIOR_SPREAD,
        },
        "scores": forecasts.scores.to_dict(orient="records"),
        "places": forecasts.places.to_dict(orient="records"),
        "policies": forecasts.policies.to_dict(orient="records"),
    }
