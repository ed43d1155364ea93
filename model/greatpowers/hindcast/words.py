"""What a hindcast found, in sentences."""

import math
from collections.abc import Sequence
from typing import Literal

from greatpowers.hindcast.run import RIVAL, Hindcast
from greatpowers.hindcast.scoring import ALL, Estimate
from greatpowers.validation.scorecard_page import number

Verdict = Literal["better", "worse", "no telling"]

NAMES = {
    "model": "model", "base": "base rate", "salience": "logit on salience", "logit": "logit",
    "history": "logit with history", "strongest": "strongest rival",
}  # fmt: skip
RIVALS = ("salience", "logit", "history", "strongest")
"""Whom the sentences are about; the base rate ranks nothing, and is what skill is measured from."""

BIAS, LEAST_BEGUN = 0.05, 400
"""Share by which chances and counts of disputes may differ before it is said; of fewer disputes, luck explains more."""


def verdict(lead: Estimate) -> Verdict:
    """Whether the model is ahead by more than luck with the pairs explains."""
    if lead.low > 0:
        return "better"
    return "worse" if lead.high < 0 else "no telling"


def group_name(group: str) -> str:
    """A group as it stands in a table."""
    return "all pair-years" if group == ALL else group


def estimate(found: Estimate) -> str:
    """A figure with its interval."""
    return f"{number(found.value)} ({number(found.low)} to {number(found.high)})"


def answer(found: Hindcast) -> str:
    """The result in a sentence."""
    model, rivals = found.score("model"), [found.score(name) for name in RIVALS]
    figures = ", ".join(f"{number(rival.auc.value)} for the {NAMES[rival.forecast]}" for rival in rivals)
    return f"AUC is {estimate(model.auc)} for the model, {figures}."


def basis(found: Hindcast) -> str:
    """What the figures are of."""
    model, rows = found.score("model"), found.scored
    return (
        f"{model.cases:,} pair-years from {rows['year'].min()} to {rows['year'].max()}, in {model.events:,} of which a "
        f"dispute began; {len(found.settings.starts)} start years, {found.settings.runs} histories of each; every "
        "forecast on the same pair-years, intervals 95 %."
    )


def details(found: Hindcast) -> list[str]:
    """Who wins where, and what to know about the figures."""
    return [*(_who_wins(found, name) for name in RIVALS), what_it_adds(found), *_unscored(found), *_checks(found)]


def what_it_adds(found: Hindcast) -> str:
    """What the model knows beyond the strongest rival."""
    added = found.added
    return (
        f"In a logit on the log-odds of both, the model beside the {NAMES[RIVAL]} has a coefficient of "
        f"{number(added.model)} (z = {number(added.z)}, clustered by pair). With it the mean log loss of start years "
        f"left out falls by {estimate(added.gain)} nats; it falls in {added.better} of {added.starts} start years."
    )


def _who_wins(found: Hindcast, rival: str) -> str:
    """The model against one rival: overall in every score, then in which groups it ranks better or worse."""
    score = found.score(rival)
    return (
        f"Model against {NAMES[rival]}: ranking {verdict(score.auc_lead)} (within start years "
        f"{verdict(score.auc_within_lead)}), Brier skill {verdict(score.skill_lead)}, average precision "
        f"{verdict(score.precision_lead)}, log score {verdict(score.log_lead)}. Ranking better in "
        f"{_where(found, rival, 'better')}; worse in {_where(found, rival, 'worse')}."
    )


def _where(found: Hindcast, rival: str, kind: Verdict) -> str:
    groups = [group for group in found.groups if group != ALL and verdict(found.score(rival, group).auc_lead) == kind]
    return _listed(groups) if groups else "no era and no lead"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _unscored(found: Hindcast) -> list[str]:
    """From when there is something to compare with, if not from the first start year on."""
    first = int(found.scored["start"].min())
    if first == found.settings.first:
        return []
    return [f"The rivals can be fitted from start year {first} on; earlier forecasts are in the table and not scored."]


def _checks(found: Hindcast) -> list[str]:
    check, whole = found.check, number(found.score("model").auc.value)
    said = []
    if math.isfinite(check.half_auc):
        said.append(f"Half the histories give an AUC of {number(check.half_auc)} instead of {whole}.")
    if abs(check.expected - check.begun) > BIAS * max(check.begun, LEAST_BEGUN):
        said.append(
            f"Chances read off the histories add up to {check.expected:,.0f} disputes, and {check.begun:,} began: they "
            "no longer say what the engine does, and the model's figures are not to be trusted."
        )
    return said
