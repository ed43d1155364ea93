"""What a forecast by place found, in sentences."""

import math

import pandas as pd

from greatpowers.hindcast.forecast import MEAN, Forecast
from greatpowers.hindcast.forecast_scoring import ELSEWHERE, LOGIT, MODEL, OUTCOMES, POOLED, UNDOUBTED, ForecastOutcome
from greatpowers.validation.scorecard_page import interval, number

NAMES = {MODEL: "model", ELSEWHERE: "rate elsewhere", LOGIT: "rung, salience"}
EXTREMES = 3
"""Places shown at either end of surprise."""


def whole(found: Forecast) -> str:
    """The group that the answer is about: all places, or those of the only scenario."""
    return POOLED if len(found.worlds) > 1 else found.worlds[0].name


def group_name(group: str) -> str:
    """A group as it stands in a table."""
    return "pooled" if group == POOLED else group


def forecast_name(row: "pd.Series[float]", headline: bool) -> str:
    """A forecast as it stands in a table: that of one of several policies by the policy."""
    return NAMES[str(row["forecast"])] if headline else str(row["policy"])


def figure(row: "pd.Series[float]", name: str) -> str:
    """A figure with its interval."""
    low, high = float(row[f"{name}_low"]), float(row[f"{name}_high"])
    span = interval(low, high)
    return f"{number(float(row[name]))}{f' ({span})' if span else ''}"


def score(found: Forecast, outcome: str, forecast: str = MODEL) -> "pd.Series[float] | None":
    """The row of scores of one forecast over all places; None where there is none."""
    rows = found.scores[
        (found.scores["outcome"] == outcome)
        & (found.scores["group"] == whole(found))
        & (found.scores["forecast"] == forecast)
    ]
    return None if rows.empty else rows.iloc[0]


def headline(found: Forecast) -> pd.DataFrame:
    """The scores without those of single policies where several were played, and without what leaves out doubts."""
    alone = (found.scores["forecast"] == MODEL) & found.scores["policy"].isin(_singly(found))
    own = found.scores["outcome"].isin([outcome.name for outcome in OUTCOMES])
    return found.scores[own & ~(alone & found.scores["group"].isin(_several(found)))]


def by_policy(found: Forecast) -> pd.DataFrame:
    """The scores of single policies of scenarios of which several were played."""
    own = found.scores["outcome"].isin([outcome.name for outcome in OUTCOMES])
    rows = found.scores[own & (found.scores["forecast"] == MODEL) & found.scores["group"].isin(_several(found))]
    return rows[rows["policy"] != MEAN]


def _several(found: Forecast) -> list[str]:
    return [world.name for world in found.worlds if len(world.policies) > 1]


def _singly(found: Forecast) -> list[str]:
    return [policy for world in found.worlds if len(world.policies) > 1 for policy in world.policies]


def answer(found: Forecast) -> str:
    """The result in a sentence."""
    said = []
    for outcome in OUTCOMES:
        row = score(found, outcome.name)
        if row is not None:
            said.append(f"{figure(row, 'auc')} for {outcome.words}")
    return f"AUC by place is {', '.join(said)}." if said else "No place was left to forecast anything of."


def basis(found: Forecast) -> str:
    """What the figures are of."""
    worlds = "; ".join(f"{world.name} to {world.to} ({_policies(world.policies)})" for world in found.worlds)
    return (
        f"{len(found.places)} places: {worlds}. {len(found.seeds)} histories under each policy. An outcome counts that "
        "came at any time in between; intervals are 95 %, by bootstrap over places."
    )


def _policies(policies: tuple[str, ...]) -> str:
    return policies[0] if len(policies) == 1 else f"mean of {len(policies)} policies"


def details(found: Forecast) -> list[str]:
    """What else there is to say in short."""
    return [line for outcome in OUTCOMES for line in _details(found, outcome)]


def _details(found: Forecast, outcome: ForecastOutcome) -> list[str]:
    row = score(found, outcome.name)
    if row is None:
        return []
    title = outcome.words.capitalize()
    said = [
        f"{title}: came to {row['events']:.0f} of {row['places']:.0f} places; {row['given']:.0f} more, there at the "
        "start, left out.",
        *_against_rivals(found, outcome, row),
        *_undoubted(found, outcome, row),
    ]
    return said


def _against_rivals(found: Forecast, outcome: ForecastOutcome, row: "pd.Series[float]") -> list[str]:
    """How the model does beside what is fitted on the other scenarios; nothing where there is only one."""
    rival = score(found, outcome.name, LOGIT)
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


def _undoubted(found: Forecast, outcome: ForecastOutcome, row: "pd.Series[float]") -> list[str]:
    """What changes without what is doubted, if anything does."""
    changed = changed_by_doubt(found, outcome)
    other = score(found, f"{outcome.name}{UNDOUBTED}")
    if not changed or other is None or not math.isfinite(float(other["auc"])):
        return []
    return [
        f"Without what is doubted ({outcome.words} in {', '.join(changed)}), AUC is {figure(other, 'auc')} instead of "
        f"{number(float(row['auc']))}, and Brier score {number(float(other['brier']))} instead of "
        f"{number(float(row['brier']))}."
    ]


def changed_by_doubt(found: Forecast, outcome: ForecastOutcome) -> list[str]:
    """Places whose outcome is another without what is doubted."""
    places = found.places[found.places[outcome.name].notna()]
    moved = places[places[outcome.name] != places[f"{outcome.name}{UNDOUBTED}"]]
    return [f"{row.scenario} {row.theatre}" for row in moved.itertuples()]


def extremes(found: Forecast, scenario: str) -> pd.DataFrame:
    """Places of a scenario with the highest and lowest surprise, most surprising first; ties in the file's order."""
    own = found.places[(found.places["scenario"] == scenario) & found.places["surprise"].notna()]
    ranked = own.sort_values("surprise", ascending=False, kind="stable")
    if len(ranked) <= 2 * EXTREMES:
        return ranked
    return pd.concat([ranked.iloc[:EXTREMES], ranked.iloc[-EXTREMES:]])


def told(came: float) -> str:
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
