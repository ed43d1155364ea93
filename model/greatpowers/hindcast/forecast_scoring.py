"""Forecasts by place, scored: what came of each, how well it was foreseen beside what is simple, with intervals.

And by date: in what share of histories a theatre came as far as it really did, about when it did (:func:`hindsight`).
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import TheatreColumn, Track
from greatpowers.core.ladder import TOP_RUNG, Rung
from greatpowers.hindcast.benchmarks import fit
from greatpowers.hindcast.scoring import RankedScores, flat, skill
from greatpowers.scenario.checks import quarter_number
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.run import simulate
from greatpowers.simulation.setup import PolicyLike, ScenarioLike, Seeds, checked_seeds, given_scenario
from greatpowers.validation.play import Estimate, estimated


def hindsight(
    scenario: ScenarioLike,
    policy: PolicyLike,
    seeds: Seeds = 100,
    slack: int = 4,
    parameters: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """For each dated event on a rung above peace: in what share of histories its theatre came as far.

    Columns: quarter, theatre, rung, text; `near`, the share of histories in which the theatre was on that rung or above
    within `slack` rounds of the date; `ever`, the share in which it was at any time; `usual`, the mean share, over all
    theatres, that reached that rung within the same rounds: what could be said without knowing the place.

    Raises:
        GreatPowersError: if the chronicle of the scenario has no such event
    """
    world = given_scenario(scenario)
    events = [entry for entry in world.happened if entry.theatre is not None and entry.rung]
    if not events:
        raise GreatPowersError(f"{world.name}: it does not say what happened; expected [[happened]] with a rung.")
    chosen = checked_seeds(seeds)
    rungs = np.stack([rungs_reached(simulate(world, policy, seed, parameters=parameters).track) for seed in chosen])
    index = world.theatre_index()
    rows = []
    for entry in events:
        when = quarter_number(entry.quarter) - quarter_number(world.start)
        place, rung = index[str(entry.theatre)], int(entry.rung or 0)
        window = rungs[:, max(0, when - slack) : when + slack + 1]
        reached = np.any(window >= rung, axis=1)
        rows.append(
            {
                "quarter": entry.quarter,
                "theatre": entry.theatre,
                "rung": rung,
                "text": entry.text,
                "near": float(reached[:, place].mean()),
                "ever": float(np.any(rungs[:, :, place] >= rung, axis=1).mean()),
                "usual": float(reached.mean()),
            }
        )
    return pd.DataFrame(rows)


def rungs_reached(track: Track) -> Ints:
    """The rung of each theatre at the end of each round of one history [R, T]; that of war while there is one."""
    at_war = track.theatres[:, :, TheatreColumn.WAR] > 0
    return np.where(at_war, TOP_RUNG, track.theatres[:, :, TheatreColumn.RUNG]).astype(np.int64)


class ForecastOutcome(NamedTuple):
    """One thing that may come of a place: its name, the rung that is reached or not, and the words for it."""

    name: str
    rung: int
    words: str


OUTCOMES = (
    ForecastOutcome("war", Rung.WAR, "war"),
    ForecastOutcome("force", Rung.LIMITED_INTERVENTION, "limited intervention or more"),
)

UNDOUBTED = "_undoubted"
"""Ending of the column of an outcome by what is not doubted alone."""


def window(scenario: Scenario) -> int:
    """Rounds from the start to the last quarter covered; raises :class:`GreatPowersError` if there is no chronicle."""
    if scenario.happened_to is None:
        raise GreatPowersError(
            f"{scenario.name}: it does not say up to which quarter it lists what happened; expected 'happened_to', "
            f'such as "{scenario.start}", beside [[happened]].'
        )
    if all(entry.rung is None for entry in scenario.happened):
        raise GreatPowersError(f"{scenario.name}: it does not say what happened; expected [[happened]] with a rung.")
    return quarter_number(scenario.happened_to) - quarter_number(scenario.start) + 1


def highest_rungs(scenario: Scenario, doubted: bool = True) -> Ints:
    """The highest rung of each theatre [T] in the window; with or without what is doubted.

    What a theatre is on at the start counts from the start: a place without an event stayed where it was.
    """
    highest, index = np.array([place.rung for place in scenario.theatres], dtype=np.int64), scenario.theatre_index()
    for entry in scenario.happened:
        if entry.theatre is not None and entry.rung is not None and (doubted or not entry.doubted):
            place = index[entry.theatre]
            highest[place] = max(highest[place], entry.rung)
    return highest


def places(scenario: Scenario) -> pd.DataFrame:
    """A row a theatre: scenario, theatre, place, rung (at the start), salience, and whether each outcome came.

    Outcomes are 0 or 1, and NaN where the rung was reached at the start, so that nothing is left to forecast; with
    :data:`UNDOUBTED` in their name they leave out what is doubted.
    """
    table = pd.DataFrame(
        {
            "scenario": scenario.name,
            "theatre": [place.id for place in scenario.theatres],
            "place": [place.label for place in scenario.theatres],
            "rung": np.array([place.rung for place in scenario.theatres], dtype=np.int64),
            "salience": np.array([place.salience for place in scenario.theatres], dtype=np.float64),
        }
    )
    for ending, doubted in (("", True), (UNDOUBTED, False)):
        highest = highest_rungs(scenario, doubted)
        for outcome in OUTCOMES:
            came = np.where(table["rung"].to_numpy() >= outcome.rung, np.nan, highest >= outcome.rung)
            table[f"{outcome.name}{ending}"] = came
    return table


POOLED = "pooled"
MODEL, ELSEWHERE, LOGIT = "model", "elsewhere", "logit"
RIVALS = (ELSEWHERE, LOGIT)
REGRESSORS = ("rung", "salience")
RESAMPLES = 2000


def scores(places: pd.DataFrame, policies: pd.DataFrame, resamples: int = RESAMPLES) -> pd.DataFrame:
    """A row for each outcome, group of places (a scenario, or all of them pooled) and forecast.

    Columns: outcome ("war", "force"; with :data:`UNDOUBTED` by what is not doubted alone), group, forecast ("model",
    "elsewhere": the rate in the other scenarios, "logit": on rung and salience), policy (of the model); places scored,
    events among them, given (places left out because the outcome was so at the start), mean (probability), rate
    (events over places), rate_elsewhere (mean of that forecast). Figures, each with `_low` and `_high`: auc; within,
    the AUC of pairs of places of one scenario; brier; skill over the rate of the same places; fair_skill over the rate
    elsewhere; log_score (less is better); auc_lead and within_lead, the model's AUC less that of the forecast. NaN
    where there is nothing to compare with.

    What is fitted elsewhere expects much where there was little, since that scenario is missing from it; over all
    places its AUC lies below one half for that reason alone. `within` and `within_lead` are free of it.
    """
    rows: list[dict[str, Any]] = []
    for outcome in OUTCOMES:
        for ending in ("", UNDOUBTED):
            table = cases(places, outcome.name, ending)
            for group, part in _groups(table):
                rows += _group_scores(f"{outcome.name}{ending}", group, part, _alone(policies, group, part), resamples)
    return pd.DataFrame(rows)


def cases(places: pd.DataFrame, outcome: str, ending: str = "") -> pd.DataFrame:
    """Places with the outcome as `came` and the forecasts as columns; NaN in both where it was so at the start."""
    table = places[["scenario", "theatre", *REGRESSORS, "policy"]].assign(
        came=places[f"{outcome}{ending}"], model=places[f"p_{outcome}"], outcome=outcome
    )
    return table.assign(**elsewhere(table))


def elsewhere(table: pd.DataFrame) -> dict[str, Floats]:
    """Forecasts of each place from the other scenarios alone; NaN where there are no others."""
    chances = {name: np.full(len(table), np.nan) for name in RIVALS}
    known = table["came"].notna()
    for scenario in dict.fromkeys(table["scenario"]):
        own = ((table["scenario"] == scenario) & known).to_numpy()
        others = table[(table["scenario"] != scenario) & known]
        if len(others):
            chances[ELSEWHERE][own] = _rate(others)
            chances[LOGIT][own] = _logit(others, table[own])
    return chances


def _rate(others: pd.DataFrame) -> float:
    """Share of places it came to, with half a case of each kind added, so that nothing is held impossible."""
    return float((others["came"].sum() + 0.5) / (len(others) + 1))


def _logit(others: pd.DataFrame, asked: pd.DataFrame) -> Floats:
    """The logit fitted on other places, at those asked for; their rate where it came to all of them or to none."""
    came = others["came"].to_numpy(dtype=np.float64)
    if came.min() == came.max():
        return np.full(len(asked), _rate(others))
    names = list(REGRESSORS)
    fitted = fit(others[names].to_numpy(dtype=np.float64), came)
    return fitted.predict(asked[names].to_numpy(dtype=np.float64))


def _groups(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    names = list(dict.fromkeys(table["scenario"]))
    if len(names) > 1:
        yield POOLED, table
    for name in names:
        yield name, table[table["scenario"] == name]


def _alone(policies: pd.DataFrame, group: str, part: pd.DataFrame) -> dict[str, Floats]:
    """The model's probabilities under each policy by itself, where several were played; in the order of `part`."""
    own = policies[policies["scenario"] == group]
    names = list(dict.fromkeys(own["policy"]))
    if len(names) < 2:
        return {}
    column = f"p_{part['outcome'].iloc[0]}"
    by_place = own.set_index(["policy", "theatre"])[column]
    return {name: by_place[name].loc[part["theatre"]].to_numpy(dtype=np.float64) for name in names}


def _group_scores(
    outcome: str, group: str, part: pd.DataFrame, alone: Mapping[str, Floats], resamples: int
) -> Iterator[dict[str, Any]]:
    known = part["came"].notna().to_numpy()
    rows = part[known]
    policy = rows["policy"].iloc[0] if group != POOLED and len(rows) else ""
    asked = [(MODEL, policy, rows[MODEL]), *((name, "", rows[name]) for name in RIVALS)]
    asked += [(MODEL, name, pd.Series(chance[known])) for name, chance in alone.items()]
    drawing = _Drawing(rows, resamples) if len(rows) else None
    about = {"outcome": outcome, "group": group}
    counted = {
        "places": len(rows),
        "events": int(rows["came"].sum()),
        "given": len(part) - len(rows),
        "rate": rows["came"].mean(),
        "rate_elsewhere": rows[ELSEWHERE].mean(),
    }
    for name, under, column in asked:
        chance = column.to_numpy(dtype=np.float64)
        if drawing is None or np.isnan(chance).any():
            continue
        figures = flat(drawing.figures(chance)._asdict())
        yield {**about, "forecast": name, "policy": under, **counted, "mean": float(chance.mean()), **figures}


class Figures(NamedTuple):
    """Figures of one forecast with their intervals."""

    auc: Estimate
    within: Estimate
    brier: Estimate
    skill: Estimate
    fair_skill: Estimate
    log_score: Estimate
    auc_lead: Estimate
    within_lead: Estimate


class _Drawing:
    """Places drawn many times, to take scores of: how often each counts [1 + resamples, n], at first each once."""

    def __init__(self, rows: pd.DataFrame, resamples: int) -> None:
        size, luck = len(rows), np.random.default_rng(0)
        self._times = np.vstack([np.ones(size), luck.multinomial(size, np.full(size, 1 / size), resamples)])
        self._came = rows["came"].to_numpy(dtype=np.float64)
        self._scenario = pd.factorize(rows["scenario"])[0]
        share = self._times @ self._came / size
        self._own_error = share * (1 - share)  # Brier score of the rate among the places of the draw
        self._fair_error = self._mean((rows[ELSEWHERE].to_numpy(dtype=np.float64) - self._came) ** 2)
        model = rows[MODEL].to_numpy(dtype=np.float64)
        self._model_auc, self._model_within = self._areas(model), self._areas_within(model)

    def figures(self, chance: Floats) -> Figures:
        """The figures of a forecast."""
        area, within = self._areas(chance), self._areas_within(chance)
        error = self._mean((chance - self._came) ** 2)
        return Figures(
            auc=estimated(area),
            within=estimated(within),
            brier=estimated(error),
            skill=estimated(skill(error, self._own_error)),
            fair_skill=estimated(skill(error, self._fair_error)),
            log_score=estimated(self._mean(log_score(chance, self._came))),
            auc_lead=estimated(self._model_auc - area),
            within_lead=estimated(self._model_within - within),
        )

    def _mean(self, values: Floats) -> Floats:
        """Mean of `values` [n] in each draw: [1 + resamples]."""
        return self._times @ values / len(values)

    def _areas(self, chance: Floats) -> Floats:
        return RankedScores(chance, self._came).auc_of_draws(self._times)

    def _areas_within(self, chance: Floats) -> Floats:
        """Share of pairs of an event and another, both of one scenario, that are in the right order."""
        right, pairs = np.zeros(len(self._times)), np.zeros(len(self._times))
        for number in range(self._scenario.max() + 1):
            own = self._scenario == number
            times, came = self._times[:, own], self._came[own]
            events = times @ came
            count = events * (times.sum(axis=1) - events)
            areas = RankedScores(chance[own], came).auc_of_draws(times)
            right, pairs = right + np.where(count > 0, count * areas, 0.0), pairs + count
        with np.errstate(invalid="ignore"):
            share: Floats = right / pairs
        return share


def log_score(chance: Floats, came: Floats) -> Floats:
    """-ln of the probability given to what happened  (Good 1952): 0 is certainty, .693 a coin."""
    return -np.log(np.where(came > 0, chance, 1 - chance))


def surprise(places: pd.DataFrame) -> Floats:
    """Mean log score of each place over the outcomes that were open; NaN where none was."""
    each = pd.DataFrame(
        {
            outcome.name: log_score(places[f"p_{outcome.name}"].to_numpy(), places[outcome.name].to_numpy())
            for outcome in OUTCOMES
        }
    ).where(places[[outcome.name for outcome in OUTCOMES]].notna())
    return each.mean(axis=1).to_numpy(dtype=np.float64)
