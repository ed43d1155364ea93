"""The parts of the page of today's worlds that hold figures, as the software gives them; as a script it writes them."""

import sys
from collections.abc import Callable
from functools import cache

import pandas as pd
from readme_parts import TODAY as PAGE, of_question, with_block

import greatpowers
from greatpowers import load_scenario
from greatpowers.hindcast.forecast import PlayedScenario, judge, play_scenarios
from greatpowers.hindcast.forecast_scoring import ELSEWHERE, LOGIT, MODEL, OUTCOMES, RESAMPLES
from greatpowers.scenario.kinds import rung_name

PAST = ("1913", "1936", "1978")
"""Scenarios whose rates are the rivals: that of 2017 is left out, since its years are those that are forecast."""
SEEDS = 500
SCORES = {"auc": "AUC", "brier": "Brier score", "skill": "Skill", "fair_skill": "Fair skill", "log_score": "Log score"}
FORECASTS = {MODEL: "the model", ELSEWHERE: "the rate elsewhere", LOGIT: "rung and salience, fitted elsewhere"}
SHOWN = 8
"""Places of the table: those held likeliest to see force or war."""


def share(chance: float) -> str:
    """A probability in a table; open where it was so at the start."""
    if pd.isna(chance):
        return "–"
    return "below 1%" if chance < 0.005 else f"{100 * chance:.0f}%"


def came(value: float) -> str:
    """Whether an outcome came, or was there at the start."""
    return "at the start" if pd.isna(value) else "yes" if value else "no"


@cache
def played(name: str) -> PlayedScenario:
    """A scenario as :func:`greatpowers.forecast` plays it, once for all worlds of the page."""
    (scenario,) = play_scenarios([load_scenario(name)], range(SEEDS))
    return scenario


def of_forecast(world: str) -> str:
    """Scores of a scenario's forecast beside its rivals, and the places held likeliest beside what came."""
    seeds = tuple(range(SEEDS))
    forecast = judge([played(name) for name in (world, *PAST)], seeds, {}, RESAMPLES)
    scores = forecast.scores[(forecast.scores["group"] == world)]
    lines = ["| outcome | forecast | places | came | " + " | ".join(SCORES.values()) + " |"]
    lines.append("| --- | --- |" + " ---: |" * (2 + len(SCORES)))
    policy = str(forecast.places.loc[forecast.places["scenario"] == world, "policy"].iloc[0])
    for outcome in OUTCOMES:
        for name, words in FORECASTS.items():
            rows = scores[(scores["outcome"] == outcome.name) & (scores["forecast"] == name)]
            row = rows[rows["policy"].isin(["", policy])].iloc[0]
            cells = [f"{row[column]:.3f}" for column in SCORES]
            lines.append(f"| {outcome.words} | {words} | {row['places']} | {row['events']} | {' | '.join(cells)} |")
    places = forecast.places[forecast.places["scenario"] == world]
    unlikely = places[["p_war", "p_force"]].max(axis=1).fillna(1.0)
    wanted = places.assign(likely=unlikely, came=places[["war", "force"]].max(axis=1).fillna(0.0))
    likeliest = wanted.sort_values("likely", ascending=False).head(SHOWN).index
    rows = wanted.loc[wanted.index.isin(likeliest) | (wanted["came"] > 0)].sort_values("likely", ascending=False)
    lines += [
        "",
        "| place | rung at the start | war | came | force | came |",
        "| --- | --- | ---: | --- | ---: | --- |",
    ]
    lines += [
        f"| {row['place']} | {rung_name(int(row['rung']))} | {share(row['p_war'])} | {came(row['war'])} | "
        f"{share(row['p_force'])} | {came(row['force'])} |"
        for _, row in rows.iterrows()
    ]
    return "\n".join(lines)


ENDS = {
    "war": ("War again", "{:.0%}"),
    "signed": ("Deal signed", "{:.0%}"),
    "under_deal": ("Under a deal", "{:.0%}"),
    "control": ("Held at the end", "{:.1%}"),
    "severity": ("Escalation", "{:.3f}"),
    "target_cost": ("Cost to Russia, %", "{:.2f}"),
}


def of_ends(world: str, place: str) -> str:
    """What becomes of a place under each policy compared; behind means what the posterior leaves open."""
    compared = greatpowers.compare(world, posterior="record")
    rows = compared.by_place([place]).set_index(["policy", "outcome"])
    lines = ["| policy | " + " | ".join(words for words, _ in ENDS.values()) + " |", "| --- |" + " ---: |" * len(ENDS)]
    for policy in compared.names:
        cells = []
        for name, (_, form) in ENDS.items():
            row = rows.loc[(policy, name)]
            low, high = (form.format(row[f"posterior_{bound}"]) for bound in ("low", "high"))
            cells.append(f"{form.format(row['mean'])} ({low} to {high})")
        lines.append(f"| `{policy}` | {' | '.join(cells)} |")
    return "\n".join(lines)


PARTS: dict[str, Callable[[], str]] = {
    "answer-2022": lambda: of_question("2022"),
    "forecast-2022": lambda: of_forecast("2022"),
    "answer-2025": lambda: of_question("2025"),
    "ends-2025": lambda: of_ends("2025", "ukraine"),
    "forecast-2025": lambda: of_forecast("2025"),
}


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    for part, make in PARTS.items():
        text = with_block(text, part, make())
    PAGE.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{PAGE.name} written\n")
