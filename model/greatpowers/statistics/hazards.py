"""What makes an event come sooner: proportional hazards with clusters."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.comparison import BASELINE
from greatpowers.simulation.intervals import LEVEL
from greatpowers.statistics.checks import fetch, need_columns, need_count, need_share, need_spread, need_values
from greatpowers.statistics.factors import describe_factor
from greatpowers.statistics.survival import check_spells

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
    need_share(level, "level")
    checked = check_spells(spells, by if by is not None else "duration")
    need_columns(checked, [*covariates, *([cluster] if cluster else [])], "the spells")
    table, rows = _design(checked, covariates, by, baseline)
    events = int(checked["observed"].sum())
    need_count(len(rows), 1, "covariates", "a model of hazards")
    need_count(events, EVENTS_EACH * len(rows), "events", f"{len(rows)} covariates")
    model = table.assign(duration=checked["duration"].to_numpy(), observed=checked["observed"].to_numpy())
    # An event at time 0 is one in the first instant; the partial likelihood asks only for the order of times.
    options: dict[str, Any] = {"duration_col": "duration", "event_col": "observed"}
    if cluster:
        model["cluster"], options["cluster_col"] = checked[cluster].to_numpy(), "cluster"
    fitted = _fit(model, options, level)
    proportional = fetch("lifelines.statistics").proportional_hazard_test(fitted, model, time_transform="rank")
    found = pd.DataFrame(rows, columns=["covariate", "label", "unit"])
    summary = fitted.summary
    percent = f"{level * 100:g}%"
    for column, source in (
        ("hazard_ratio", "exp(coef)"),
        ("low", f"exp(coef) lower {percent}"),
        ("high", f"exp(coef) upper {percent}"),
        ("coefficient", "coef"),
        ("p", "p"),
    ):
        found[column] = summary[source].to_numpy()
    found["p_proportional"] = np.atleast_1d(proportional.p_value)
    found["events"], found["n"] = events, len(checked)
    return found


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
        need_values(values, name, "spells")
        need_spread(values, name, "no effect can be told")
        table[name] = (values - values.mean()) / values.std(ddof=1)
        rows.append((name, describe_factor(name).label, "per standard deviation"))
    return table, rows


def _fit(model: pd.DataFrame, options: dict[str, Any], level: float) -> Any:
    lifelines, exceptions = fetch("lifelines"), fetch("lifelines.exceptions")
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
