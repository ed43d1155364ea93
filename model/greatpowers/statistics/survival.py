"""When things happen: time to war, to the order's collapse, spells of peace, with those to whom nothing happened.

A history without a war is no history with a late war: it is censored, seen for so many rounds without one. Spells are
tables with a row each: keys (policy, seed, ...), `duration` in rounds, and `observed`, whether it ended by the event
(True) or by the end of the record (False). A round is a quarter of a year. What makes an event come sooner is asked of
proportional hazards with clusters.
"""

import math
import warnings
from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from greatpowers.core.declare import Floats
from greatpowers.presentation.style import count
from greatpowers.scenario.errors import GreatPowersError, shown
from greatpowers.simulation.comparison import BASELINE
from greatpowers.simulation.intervals import LEVEL, Interval
from greatpowers.statistics import checks


def area_under(durations: Floats, observed: NDArray[np.bool_], horizon: float, level: float) -> Interval:
    """Area under Kaplan-Meier's curve up to `horizon`, with its interval.

    The variance is the sum over event times t of A(t)^2 d / (n (n - d)), with A(t) the area from t to the horizon, d
    events among n at risk  (Greenwood 1926; Klein & Moeschberger 2003, eq. 4.5.2). Without an event before the horizon
    that is 0; then the lower bound is the horizon times the least share that n runs without one allow (Clopper &
    Pearson 1934).
    """
    times = np.unique(durations[observed & (durations < horizon)])
    at_risk = np.array([(durations >= t).sum() for t in times], dtype=np.float64)
    events = np.array([(observed & (durations == t)).sum() for t in times], dtype=np.float64)
    survival = np.concatenate([[1.0], np.cumprod(1 - events / at_risk)])
    edges = np.concatenate([[0.0], times, [horizon]])
    areas = survival * np.diff(edges)
    beyond = areas[::-1].cumsum()[::-1][1:]
    spare = at_risk - events
    terms = np.divide(beyond**2 * events, at_risk * spare, out=np.zeros_like(beyond), where=spare > 0)
    mean, half = float(areas.sum()), float(ndtri(0.5 + level / 2)) * math.sqrt(float(terms.sum()))
    if times.size == 0:
        return Interval(mean, horizon * least_share(durations.size, level), horizon)
    return Interval(mean, max(0.0, mean - half), min(horizon, mean + half))


def least_share(n: int, level: float) -> float:
    """Lower bound of a share of which n of n were seen  (Clopper & Pearson 1934)."""
    return float((0.5 - level / 2) ** (1 / n))


Happening = Literal["war", "great-power war", "collapse"]

KEYS = ("policy", "seed")
COLLAPSE = 0.2
"""Order below which it counts as collapsed."""


def time_to(
    rounds: pd.DataFrame, event: Happening = "war", order_below: float = COLLAPSE, by: Sequence[str] = KEYS
) -> pd.DataFrame:
    """Rounds from the start of each run to its first war, first great-power war, or the order's collapse.

    `rounds` has the keys `by` that tell runs apart, `round`, and wars_begun, great_power_wars_begun or order. An event
    in round r comes after r + 1 rounds; without one, a run of R rounds is censored at R. Columns: `by`, duration
    [rounds], observed.
    """
    checks.need_choice(event, "event", get_args(Happening))
    column = {"war": "wars_begun", "great-power war": "great_power_wars_begun", "collapse": "order"}[event]
    checks.need_rows(rounds, "rounds")
    checks.need_metric(rounds, column, "these rounds")
    checks.need_columns(rounds, [*by, "round"], "these rounds")
    _need_complete(rounds, column)
    happened = rounds[column] < order_below if event == "collapse" else rounds[column] > 0
    frame = rounds[[*by]].assign(last=rounds["round"] + 1, first=(rounds["round"] + 1).where(happened))
    spells = frame.groupby(list(by), sort=False, as_index=False).agg(last=("last", "max"), first=("first", "min"))
    spells["duration"] = spells["first"].fillna(spells["last"]).astype(np.float64)
    spells["observed"] = spells["first"].notna()
    return spells[[*by, "duration", "observed"]]


def time_to_war(runs: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Rounds to the first war from the column rounds_to_war of runs of `horizon` rounds, where rounds were not kept.

    That column counts from the first probe and is empty without a war; such runs are censored at `horizon`, which is
    exact where probing begins in round 0 (as in the world of 2017) and else counts the quiet rounds before as well.
    Columns: those of `runs` that are keys (policy, point, seed), duration [rounds], observed.
    """
    checks.need_rows(runs, "runs")
    checks.need_metric(runs, "rounds_to_war")
    checks.need_whole(horizon, "horizon", 1)
    waits = runs["rounds_to_war"]
    if waits.max() >= horizon:
        raise GreatPowersError(f"horizon is {horizon}, but a war began after {waits.max():g} rounds; give the length.")
    spells = runs[[key for key in ("policy", "point", "seed") if key in runs.columns]].copy()
    spells["duration"] = (waits + 1).fillna(float(horizon))
    spells["observed"] = waits.notna()
    return spells.reset_index(drop=True)


def peace_spells(rounds: pd.DataFrame, by: Sequence[str] = KEYS) -> pd.DataFrame:
    """Unbroken rounds without a war anywhere, a row each; one that lasts to the end of the record is censored.

    `rounds` has the keys `by`, `round` and peace (1 where no theatre is at war). A spell under way in round 0 counts
    from there. Columns: `by`, spell (number within the run), start [round], duration [rounds], observed.
    """
    checks.need_rows(rounds, "rounds")
    checks.need_metric(rounds, "peace", "these rounds")
    checks.need_columns(rounds, [*by, "round"], "these rounds")
    _need_complete(rounds, "peace")
    rows = []
    for key, run in rounds.sort_values("round", kind="stable").groupby(list(by), sort=False):
        at_peace = np.concatenate([[False], run["peace"].to_numpy() > 0, [False]])
        edges = np.flatnonzero(at_peace[1:] != at_peace[:-1])
        for number, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
            rows.append((*key, number, int(start), float(end - start), bool(end < len(run))))
    checks.need_count(len(rows), 1, "spells of peace", "asking how long they last")
    return pd.DataFrame(rows, columns=[*by, "spell", "start", "duration", "observed"])


def kaplan_meier(spells: pd.DataFrame, by: str = "policy", level: float = LEVEL) -> pd.DataFrame:
    """Share to whom nothing has happened yet, by time, for each value of `by`  (Kaplan & Meier 1958).

    Bounds are pointwise, by Greenwood's variance on the log(-log) scale, as lifelines computes them; they count runs
    as independent. Columns: `by`, time [rounds], survival, low, high (shares in [0, 1]), at_risk, events, censored
    (counts at that time). Raises :class:`GreatPowersError` if nothing ever happens.
    """
    checks.need_share(level, "level")
    checked = check_spells(spells, by)
    lifelines = checks.fetch("lifelines")
    parts = []
    for name, group in checked.groupby(by, sort=False):
        fitter = lifelines.KaplanMeierFitter(alpha=1 - level).fit(group["duration"], group["observed"])
        table, bounds = fitter.event_table, fitter.confidence_interval_survival_function_
        survival = fitter.survival_function_.iloc[:, 0].to_numpy()
        part = pd.DataFrame({by: name, "time": table.index.to_numpy(), "survival": survival})
        # Before anything has happened log(-log 1) has no value, and the share is 1 of all that were seen.
        part["low"], part["high"] = (bounds.iloc[:, i].fillna(1.0).to_numpy() for i in (0, 1))
        if not group["observed"].any():
            # Without an event Greenwood's variance is 0, as if n quiet runs had shown that it can never happen.
            part.loc[part["time"] > 0, "low"] = least_share(len(group), level)
        part["at_risk"], part["events"], part["censored"] = (
            table[column].to_numpy() for column in ("at_risk", "observed", "censored")
        )
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def restricted_mean(
    spells: pd.DataFrame, by: str = "policy", horizon: float | None = None, level: float = LEVEL
) -> pd.DataFrame:
    """Mean time without the event within `horizon` rounds, which exists whatever is censored.

    The area under Kaplan-Meier's curve, with Greenwood's variance (Irwin 1949; Klein & Moeschberger 2003, ch. 4). By
    default the horizon is the longest that every group was watched. Columns: `by`, horizon, mean, low, high [rounds],
    events, n (counts).
    """
    checks.need_share(level, "level")
    checked = check_spells(spells, by)
    watched = float(checked.groupby(by)["duration"].max().min())
    chosen = watched if horizon is None else float(horizon)
    if not 0 < chosen <= float(checked["duration"].max()):
        longest = checked["duration"].max()
        raise GreatPowersError(f"horizon is {shown(chosen)}; expected rounds above 0 and at most {longest:g}.")
    rows = []
    for name, group in checked.groupby(by, sort=False):
        interval = area_under(group["duration"].to_numpy(), group["observed"].to_numpy(), chosen, level)
        rows.append((name, chosen, *interval, int(group["observed"].sum()), len(group)))
    return pd.DataFrame(rows, columns=[by, "horizon", "mean", "low", "high", "events", "n"])


def log_rank(spells: pd.DataFrame, by: str = "policy") -> pd.DataFrame:
    """Whether groups differ in when it happens: every pair, and all together  (Mantel 1966; Holm 1979).

    Policies on matched luck resemble each other, which makes this test cautious; :func:`cox` with clusters uses it.
    Columns: first, second ('all' for the joint test), statistic (chi square), p, p_holm (for all pairs at once).
    """
    checked = check_spells(spells, by)
    names = list(checked[by].unique())
    checks.need_count(len(names), 2, "groups", "a comparison")
    statistics = checks.fetch("lifelines.statistics")
    joint = statistics.multivariate_logrank_test(checked["duration"], checked[by], checked["observed"])
    rows = [("all", "all", float(joint.test_statistic), float(joint.p_value), float(joint.p_value))]
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    tests = [_pair(statistics, checked, by, pair) for pair in pairs]
    holm = _holm(np.array([p for _, p in tests]))
    rows += [(a, b, x, p, float(h)) for (a, b), (x, p), h in zip(pairs, tests, holm, strict=True)]
    return pd.DataFrame(rows, columns=["first", "second", "statistic", "p", "p_holm"])


def check_spells(spells: pd.DataFrame, by: str) -> pd.DataFrame:
    """The spells, if they can be analysed; raises :class:`GreatPowersError` if not, or if nothing ever happened."""
    checks.need_columns(spells, [by, "duration", "observed"], "the spells")
    checks.need_rows(spells, "spells")
    _need_complete(spells, "duration")
    if (spells["duration"] < 0).any():
        raise GreatPowersError("a duration is below 0; expected rounds until the event or the end of the record.")
    if not spells["observed"].any():
        longest = spells["duration"].max()
        raise GreatPowersError(
            f"nothing happened in any of the {len(spells):,} spells of up to {longest:g} rounds; "
            "play more or longer runs, or ask for a likelier event."
        )
    return spells.assign(observed=spells["observed"].astype(bool))


def _pair(statistics: Any, spells: pd.DataFrame, by: str, pair: tuple[object, object]) -> tuple[float, float]:
    one, other = (spells[spells[by] == name] for name in pair)
    if not (one["observed"].any() or other["observed"].any()):
        return 0.0, 1.0  # nothing happened in either: there is no difference
    logrank = statistics.logrank_test(one["duration"], other["duration"], one["observed"], other["observed"])
    return float(logrank.test_statistic), float(logrank.p_value)


def _holm(p: Floats) -> Floats:
    """P-values adjusted for all of them at once  (Holm 1979)."""
    order = np.argsort(p)
    adjusted = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(1.0, adjusted)
    return corrected


def _need_complete(frame: pd.DataFrame, column: str) -> None:
    missing = int(frame[column].isna().sum())
    if missing:
        raise GreatPowersError(
            f"'{column}' is missing in {missing:,} of {len(frame):,} rows; expected a number in all."
        )


EVENTS_EACH = 5
"""Events for each covariate without which estimates say little  (Vittinghoff & McCulloch 2007)."""


def cox(
    spells: pd.DataFrame,
    covariates: Sequence[str] = (),
    by: str | None = "policy",
    baseline: str | None = None,
    cluster: str | None = None,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Hazard ratios of groups against a baseline, and of covariates per standard deviation  (Cox 1972).

    `spells` has duration, observed, the column `by` (None for no groups) and the covariates, such as parameters merged
    in from the points. `cluster` names what runs share (seed, or point): the variance then allows for it (Lin & Wei
    1989), and on matched luck it should be seed. Above 1, the event comes sooner.

    Columns: covariate, label, unit, hazard_ratio, low, high, coefficient, p, p_proportional (a small one says that
    the ratio changes over time; Grambsch & Therneau 1994), events, n (counts). Raises :class:`GreatPowersError` if a
    group has no event, or there are fewer than five events for each covariate.
    """
    checks.need_share(level, "level")
    checked = check_spells(spells, by if by is not None else "duration")
    checks.need_columns(checked, [*covariates, *([cluster] if cluster else [])], "the spells")
    table, rows = _design(checked, covariates, by, baseline)
    events = int(checked["observed"].sum())
    checks.need_count(len(rows), 1, "covariates", "a model of hazards")
    checks.need_count(events, EVENTS_EACH * len(rows), "events", f"a model with {count(len(rows), 'covariate')}")
    model = table.assign(duration=checked["duration"].to_numpy(), observed=checked["observed"].to_numpy())
    # An event at time 0 is one in the first instant; the partial likelihood asks only for the order of times.
    options: dict[str, Any] = {"duration_col": "duration", "event_col": "observed"}
    if cluster:
        model["cluster"], options["cluster_col"] = checked[cluster].to_numpy(), "cluster"
    fitted = _fit(model, options, level)
    proportional = checks.fetch("lifelines.statistics").proportional_hazard_test(fitted, model, time_transform="rank")
    hazards = pd.DataFrame(rows, columns=["covariate", "label", "unit"])
    summary = fitted.summary
    percent = f"{level * 100:g}%"
    for column, source in (
        ("hazard_ratio", "exp(coef)"),
        ("low", f"exp(coef) lower {percent}"),
        ("high", f"exp(coef) upper {percent}"),
        ("coefficient", "coef"),
        ("p", "p"),
    ):
        hazards[column] = summary[source].to_numpy()
    hazards["p_proportional"] = np.atleast_1d(proportional.p_value)
    hazards["events"], hazards["n"] = events, len(checked)
    return hazards


def _design(
    spells: pd.DataFrame, covariates: Sequence[str], by: str | None, baseline: str | None
) -> tuple[pd.DataFrame, list[tuple[str, str, str]]]:
    """Columns of the model, and what they are: (name, label, unit)."""
    table, rows = pd.DataFrame(index=range(len(spells))), []
    if by is not None:
        names = [str(name) for name in spells[by].unique()]
        base = baseline or (BASELINE if BASELINE in names else names[0])
        if base not in names:
            raise GreatPowersError(f"the baseline '{base}' is not among the groups {', '.join(names)}.")
        for name in names:
            if not spells["observed"][spells[by] == name].any():
                raise GreatPowersError(
                    f"nothing happened under '{name}', so its hazard ratio has no value; leave it out."
                )
            if name != base:
                table[name] = (spells[by] == name).to_numpy(dtype=np.float64)
                rows.append((name, name, f"against {base}"))
    for name in covariates:
        values = spells[name].to_numpy(dtype=np.float64)
        checks.need_values(values, name, "spells")
        checks.need_spread(values, name, "no effect can be told")
        table[name] = (values - values.mean()) / values.std(ddof=1)
        rows.append((name, checks.describe_factor(name).label, "per standard deviation"))
    return table, rows


def _fit(model: pd.DataFrame, options: dict[str, Any], level: float) -> Any:
    lifelines, exceptions = checks.fetch("lifelines"), checks.fetch("lifelines.exceptions")
    with warnings.catch_warnings():
        # Groups without an event and constant columns, of which it would warn, are refused above.
        warnings.simplefilter("ignore")
        try:
            return lifelines.CoxPHFitter(alpha=1 - level).fit(model, **options)
        except (exceptions.ConvergenceError, np.linalg.LinAlgError):
            names = ", ".join(str(name) for name in model.columns[:4])
            raise GreatPowersError(
                f"the model of hazards has no answer ({names}, ...): two covariates say the same, or one of them "
                "separates the events entirely; leave one out."
            ) from None
