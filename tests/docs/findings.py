"""What the shipped experiments found: figures from complete results, and the sentences that the site makes of them.

The experiments take minutes to hours, so their figures are kept in `findings.json` together with some rows of each
table, which the tests play again. After a change of the model, run the experiments and then, with the directories
of their results, ``python tests/docs/findings.py DIR ...``: it renews the file and the block on the page of findings.
"""

import hashlib
import json
import math
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from greatpowers import Results, open_results
from greatpowers.simulation.intervals import matching_gain
from greatpowers.statistics.outcomes import outcome
from greatpowers.statistics.robustness import best_shares, paired_differences, robustness
from greatpowers.statistics.scenario_discovery import LEAST_CASES, losing, prim
from greatpowers.statistics.sensitivity import given_data, strongest

HERE = Path(__file__).resolve().parent
KEPT, PAGE = HERE / "findings.json", HERE.parents[1] / "model" / "docs" / "findings.md"
OPENS, CLOSES = "<!-- generated: experiments -->\n", "<!-- end -->"

Figures = dict[str, Any]
DEAL, STICK, NOTHING = "half-a-loaf", "containment", "laissez-faire"
ROWS_KEPT = 3


def text_of(experiment: str) -> str:
    """A shipped experiment, word for word."""
    return (HERE.parents[1] / "configs" / "experiments" / f"{experiment}.toml").read_text(encoding="utf-8")


def digest(text: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(text.encode()).hexdigest()


def difference(runs: pd.DataFrame, metric: str, policy: str, baseline: str) -> list[float]:
    """Paired difference [mean, low, high] of two policies, worlds and luck both drawn at random."""
    pair = runs[runs["policy"].isin([policy, baseline])]
    row = paired_differences(pair, metric, baseline).iloc[0]
    return [float(row[name]) for name in ("difference", "low", "high")]


def mean(runs: pd.DataFrame, metric: str, policy: str) -> float:
    """Mean of a metric under a policy."""
    return float(runs.loc[runs["policy"] == policy, metric].mean())


def of_policies(results: Results) -> Figures:
    """The six policies on 2017: what each brings, and what matching seeds is worth."""
    runs = results.runs()
    wide = runs.pivot(index="seed", columns="policy", values="mean_severity")
    pairs = {"deal": (DEAL, STICK), "stick": (STICK, NOTHING)}
    return {
        "runs": len(runs),
        "best": str(wide.mean().idxmin()),
        "severity": {policy: mean(runs, "mean_severity", policy) for policy in results.policies},
        "wars": {policy: mean(runs, "wars_begun", policy) for policy in results.policies},
        "order": {policy: mean(runs, "order", policy) for policy in results.policies},
        "cost": {policy: mean(runs, "sender_cost", policy) for policy in results.policies},
        "deal_severity": difference(runs, "mean_severity", DEAL, STICK),
        "deal_order": difference(runs, "order", DEAL, STICK),
        "matching": {name: matching_gain(*(wide[p].to_numpy() for p in pair)) for name, pair in pairs.items()},
    }


def of_levers(results: Results) -> Figures:
    """Stick x carrot: what each lever does from its lowest to its highest value, the others averaged."""
    runs = results.runs().merge(results.points[["point", *LEVERS]], on="point")
    ends = {lever: (runs[lever].min(), runs[lever].max()) for lever in LEVERS}
    figures: Figures = {"runs": len(runs), "highest": {lever: float(high) for lever, (_, high) in ends.items()}}
    for metric in ("mean_severity", "order", "deals_accepted", "deals_kept"):
        figures[metric] = {lever: _effect(runs, metric, lever, *ends[lever]) for lever in LEVERS}
    cells = runs.groupby([LEVERS[1], LEVERS[2]])
    low, high = ((0.0, 0.0), (ends[LEVERS[1]][1], ends[LEVERS[2]][1]))
    figures["kept"] = {
        "neither": float(cells["deals_kept"].mean()[low]),
        "both": float(cells["deals_kept"].mean()[high]),
    }
    return figures


LEVERS = ["lever_sanctions", "lever_relief", "lever_monitors"]


def _effect(runs: pd.DataFrame, metric: str, lever: str, low: float, high: float) -> list[float]:
    """Paired difference between two values of a lever; the other levers' settings are fixed, luck is drawn."""
    ends = runs[runs[lever].isin([low, high])]
    means = ends.groupby([lever, "seed"])[metric].mean().reset_index()
    named = means.assign(policy=means[lever].map({low: "low", high: "high"}), point=0)
    return difference(named, metric, "high", "low")


def of_doctrines(results: Results) -> Figures:
    """The doctrine mix: collective security against none, by the share of power-maximizers."""
    share = "synthetic_power_maximizers"
    runs = results.runs().merge(results.points[["point", share]], on="point")
    figures: Figures = {"runs": len(runs)}
    for metric in ("wars_begun", "order", "followers_kept", "sender_cost"):
        figures[metric] = {
            f"{value:.1f}": {
                "with": mean(part, metric, STICK),
                "without": mean(part, metric, NOTHING),
                "difference": difference(part, metric, STICK, NOTHING),
            }
            for value, part in runs.groupby(share)
        }
    return figures


def of_worlds(results: Results) -> Figures:
    """Deep uncertainty: who is best how often, regret, what drives it, and where half a loaf loses."""
    runs, points = results.runs(), results.points
    shares = best_shares(runs, "mean_severity").set_index("policy")
    measures = robustness(runs, "mean_severity", baseline=NOTHING)
    regret = measures[measures["measure"] == "regret_90"].set_index("policy")
    pair = runs[runs["policy"].isin([DEAL, STICK])]
    drivers = given_data(points, outcome(pair, "mean_severity", DEAL, against=STICK))
    lost = losing(pair, "mean_severity", DEAL, STICK)
    return {
        "runs": len(runs),
        "worlds": int(runs["point"].nunique()),
        "best": {p: [float(shares.loc[p, f"worlds_{k}"]) for k in ("best", "low", "high")] for p in shares.index},
        "regret": {p: [float(regret.loc[p, k]) for k in ("value", "low", "high")] for p in regret.index},
        "deal_severity": difference(runs, "mean_severity", DEAL, STICK),
        "deal_loses": int(lost.sum()),
        "drivers": strongest(drivers),
        "box": prim(points, lost).sentence(f"{DEAL} loses to {STICK}") if lost.sum() >= LEAST_CASES else None,
        "cost": {policy: mean(runs, "sender_cost", policy) for policy in results.policies},
    }


FINDERS: Mapping[str, Callable[[Results], Figures]] = {
    "policy-comparison-2017": of_policies,
    "stick-and-carrot": of_levers,
    "doctrine-mix": of_doctrines,
    "deep-uncertainty": of_worlds,
}


def finding(results: Results) -> Figures:
    """Everything kept about one experiment."""
    if not results.complete.whole:
        raise SystemExit(f"{results.directory} is not complete")
    step = results.total // ROWS_KEPT
    rows = results.runs(where={"row": [step // 2 + k * step for k in range(ROWS_KEPT)]})
    kept_rows = {
        str(row["row"]): {name: None if math.isnan(row[name]) else row[name] for name in results.metrics}
        for row in rows.to_dict("records")
    }
    return {"sha256": digest(results.experiment_text), "figures": FINDERS[results.name](results), "rows": kept_rows}


def main(directories: list[str]) -> None:
    """Renew what is kept about the experiments in `directories`, and the block of the page."""
    from findings_in_words import block

    entries = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for directory in directories:
        results = open_results(directory)
        entries[results.name] = finding(results)
    KEPT.write_text(json.dumps({name: entries[name] for name in FINDERS if name in entries}, indent=1) + "\n")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(OPENS)
    PAGE.write_text(before + OPENS + block(entries) + rest[rest.index(CLOSES) :], encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
