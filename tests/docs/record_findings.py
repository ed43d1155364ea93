"""What `validate`, `calibrate`, `hindcast`, `mechanisms`, `plausibility`, `deals` found, and the words of the site.

They take minutes to hours, so their figures are kept in `record_findings.json` (a scorecard of parameters that saw the
past alone under a name of its own), together with what one history of the
years between the wars left, which the tests play again. After a change of the model or of its parameters run the three
commands without further options and then, with the directories of their results,
``python tests/docs/record_findings.py DIR ...``: it renews the file, the blocks of the page of findings,
its figure of the two rule-books, and the lines of the scorecard that travel with the package. For the hindcast alone:

    greatpowers hindcast --data downloads --out hindcast
    python tests/docs/record_findings.py hindcast

and what the answer about 2017 rests on, what a specialist would call absurd in it, and what its deal is worth:

    greatpowers mechanisms 2017 --seeds 20 --out mechanisms
    greatpowers plausibility 2017 --seeds 500 --out plausibility
    greatpowers deals 2017 --seeds 400 --out deals
    python tests/docs/record_findings.py mechanisms plausibility deals
"""

import csv
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from shutil import copyfile
from typing import Any

from greatpowers.dictionary import describe
from greatpowers.scenario.kinds import IN_A_DEAL
from greatpowers.validation.measures.registry import INTERWAR
from greatpowers.validation.play import WORLDS, gather
from greatpowers.validation.scorecard import SCORED_FILE
from greatpowers.validation.scorecard_page import CONTRAST_FIGURE, interval, number

HERE = Path(__file__).resolve().parent
SITE = HERE.parents[1] / "model" / "docs"
KEPT, PAGE, FIGURES = HERE / "record_findings.json", SITE / "findings.md", SITE / "figures"
OPENS, CLOSES = "<!-- generated: {} -->\n", "<!-- end -->"

SCORED_COLUMNS = (
    *("id", "family", "description", "unit", "period", "record", "model", "model_low", "model_high"),
    *("verdict", "basis"),
)
SCORED = HERE.parents[1] / "model" / "greatpowers" / "validation" / "data" / SCORED_FILE
"""The lines that travel with the package, for briefs."""

Figures = dict[str, Any]

CONTRAST = {
    "mid.per_100_state_years.1816-1913": "disputes begun per 100 state-years, 1816 to 1913",
    "mid.per_100_state_years.1946-1989": "the same, 1946 to 1989",
    "mid.rate_ratio": "second era over first",
    "mid.war_share.1816-1913": "share of disputes that become war, 1816 to 1913",
    "mid.war_share.1946-1989": "the same, 1946 to 1989",
}
TRIED = ("mid.hostlev.4", "war.entry_per_major_year", "power.con.mean")
FORECASTS = {
    "model": "model", "salience": "logit on salience", "logit": "logit", "history": "logit with history",
    "strongest": "strongest rival",
}  # fmt: skip
MEASURES = {
    "auc": "AUC", "auc_within": "AUC within start years", "skill": "Brier skill", "precision": "average precision",
    "log_skill": "log skill",
}  # fmt: skip
BY_GROUP = ("model", "history", "strongest")
SHOWN = ("auc", "skill")
LEADS = {"auc_lead": "AUC", "skill_lead": "Brier skill", "precision_lead": "average precision", "log_lead": "log score"}
USES = ("fitted", "held_apart", "predicted")
NOT_CALIBRATED = (
    "No full calibration of the rules as they stand has been run: the posterior that ships is a placeholder, and the "
    "defaults are reasoned starting values.\n"
)


def trial() -> dict[str, list[float]]:
    """What one history of the years between the wars leaves for some facts, with the parameters that ship."""
    world = [world for world in WORLDS if world.name == INTERWAR]
    rows = gather(world, {INTERWAR: 1}, {}, 0, workers=1, facts=TRIED)
    return {name: rows[name, INTERWAR][0].sum(axis=0).tolist() for name in TRIED}


def scorecard_figures(place: Path) -> Figures:
    """What the site says of a scorecard of the parameters that ship."""
    scorecard = _read(place / "scorecard.json")
    if scorecard["parameters"]:
        raise SystemExit(f"{place}: its parameters are not those that ship")
    by_id = {row["id"]: row for row in scorecard["facts"]}
    keys = ("record", "record_low", "record_high", "model", "model_low", "model_high", "verdict")
    return {
        **{key: scorecard[key] for key in ("found", "found_held_apart", "given", "histories", "others")},
        "not_expressed": len(scorecard["left_out"]),
        "contrast": {name: {key: by_id[name][key] for key in keys} for name in CONTRAST},
        "trial": trial(),
    }


def calibration_figures(place: Path) -> Figures:
    """What the site says of a calibration."""
    calibration = _read(place / "calibration.json")
    keys = ("arguments", "parameter_sets", "histories_of_each_world")
    draws = {key: calibration["draws"][key] for key in ("asked", "kept", "rule_relaxed")}
    last = {key: calibration["waves"][-1][key] for key in ("share_left", "cut_off")}
    return {
        **{key: calibration["provenance"][key] for key in keys},
        "agreeing": calibration["agreeing"],
        "draws": draws,
        **last,
    }


def past_figures(place: Path) -> Figures:
    """What the site says of a scorecard of parameters that saw the past alone."""
    scorecard = _read(place / "scorecard.json")["fitted_until"]
    return {"until": scorecard["until"], **{use: scorecard[f"{use}_found"] for use in USES}}


def past_words(figures: Figures) -> str:
    """What a fit to the past alone predicts, on the site."""
    fitted, apart, predicted = (figures[use] for use in USES)
    return (
        f"Fitted to the years up to {figures['until']} alone (`--until {figures['until']}`, shipped as "
        f"`until-{figures['until']}`), the centre of the posterior agrees with {fitted['agreeing']} of "
        f"{fitted['all']} facts that it was fitted to, {apart['agreeing']} of {apart['all']} held apart, and "
        f"{predicted['agreeing']} of {predicted['all']} about the years after, which it did not see.\n"
    )


def hindcast_figures(place: Path) -> Figures:
    """What the site says of a hindcast with the parameters that ship."""
    hindcast = _read(place / "scores.json")
    if hindcast["settings"]["parameters"]:
        raise SystemExit(f"{place}: its parameters are not those that ship")
    bounds = [f"{name}{end}" for name in (*MEASURES, *LEADS) for end in ("", "_low", "_high")]
    keys = ("group", "forecast", "cases", "events", *bounds)
    scores = [{key: score[key] for key in keys} for score in hindcast["scores"] if score["forecast"] in FORECASTS]
    years = {key: hindcast["settings"][key] for key in ("from", "to", "every", "runs")}
    return {**years, "scores": scores, "added": hindcast["added"], "trial": trial()}


def mechanisms_figures(place: Path) -> Figures:
    """What the site says of switching mechanisms off."""
    manifest, ranks = _read(place / "manifest.json"), _read(place / "ranks.json")
    turned = [row for row in ranks if row["reversed"]]
    return {
        "seeds": manifest["seeds"]["last"] - manifest["seeds"]["first"] + 1,
        "all": len(_read(place / "mechanisms.json")),
        "inert": manifest["inert"],
        "turned": {
            outcome: {row["mechanism"]: row["reversed_pairs"] for row in turned if row["outcome"] == outcome}
            for outcome in manifest["ranked"]
        },
    }


def mechanisms_words(figures: Figures) -> str:
    """What the answer about 2017 rests on."""
    lines = []
    for outcome, without in figures["turned"].items():
        ways = "; ".join(f"without `{name}` {pairs.replace('; ', ', ')}" for name, pairs in without.items())
        lines.append(f"  - by {describe(outcome).label.lower()}: {ways or 'no two'}")
    inert, seeds = figures["inert"], figures["seeds"]
    terms = ", ".join(name for name in inert if name in IN_A_DEAL)
    among = (
        f", terms of the deal among them ({terms}); [more histories](#the-deal-term-by-term) see them" if terms else ""
    )
    return (
        f"- **It rests on** these mechanisms. Each parameter and lever was switched off in turn ({seeds} histories "
        "each, `greatpowers mechanisms`). Policies that can be told apart with it and without change places, the lower "
        "one first:\n" + "\n".join(lines) + "\n\n"
        f"  {len(inert)} of {figures['all']} parameters and levers move nothing here that {seeds} histories can see"
        f"{among}.\n"
    )


def plausibility_figures(place: Path) -> Figures:
    """What the site says of what a specialist would call absurd."""
    manifest = _read(place / "manifest.json")
    rows = [row for row in _read(place / "table.json") if row["holds"] is not None]
    keys = ("policy", "label", "value", "unit")
    return {
        "seeds": manifest["seeds"]["last"] - manifest["seeds"]["first"] + 1,
        "checks": len(rows),
        "missed": [{key: row[key] for key in keys} for row in rows if not row["holds"]],
    }


def plausibility_words(figures: Figures) -> str:
    """What a specialist would call absurd in 2017."""
    missed = "; ".join(
        f"{row['label'][0].lower()}{row['label'][1:]} under `{row['policy']}`, {number(row['value'])} ({row['unit']})"
        for row in figures["missed"]
    )
    return (
        "- **What would look absurd** to a specialist is looked for by `greatpowers plausibility`: of "
        f"{figures['checks']} checks {len(figures['missed'])} are missed ({figures['seeds']} histories each; some of "
        f"the checks were aims of the fit, so this is no independent test): {missed}. [The test that lists "
        "them](../../tests/behaviour/test_plausibility_of_today.py) says why.\n"
    )


def deals_figures(place: Path) -> Figures:
    """What the site says of the deal, term by term."""
    manifest = _read(place / "manifest.json")
    there = [row for row in _read(place / "worth.json") if row["of"] == "place" and row["outcome"] == "severity"]
    return {
        "policy": manifest["policies"][0],
        "seeds": manifest["seeds"]["last"] - manifest["seeds"]["first"] + 1,
        "terms": manifest["terms"],
        "places": _read(place / "places.json"),
        "worth": [{key: row[key] for key in ("place", "term", "difference", "low", "high")} for row in there],
    }


def deals_words(figures: Figures) -> str:
    """What becomes of the deal of 2017 by place, and what each of its terms is worth there."""
    places = figures["places"]
    worth = {(row["term"], row["place"]): row for row in figures["worth"]}
    lines = [
        f"`{figures['policy']}` offers it in {len(places)} places; {figures['seeds']} histories of twenty years, 95% "
        "intervals in parentheses.\n",
        "| place | offered in | accepted: challenger, host, coalition | signed in | kept on average | how it ended |",
        "| --- | ---: | --- | --- | ---: | --- |",
        *(_fate(row) for row in places),
        "",
        "What a term is worth: escalation at the place with it less without it, on the same luck, in thousandths of "
        "severity. Bold where the interval leaves out 0, as one in twenty would by luck; nothing where the place has "
        "no such term.\n",
        "| term | " + " | ".join(row["label"] for row in places) + " |",
        "| --- |" + " ---: |" * len(places),
        *(
            f"| {'the whole offer' if term == 'deal' else term.replace('_', ' ')} | "
            + " | ".join(_worth(worth.get((term, row["place"]))) for row in places) + " |"
            for term in figures["terms"]
        ),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _fate(row: Mapping[str, Any]) -> str:
    ways = {name: row[f"ended_by_{name}"] for name in ("spoilers", "guardians", "cheating", "war")}
    ended = ", ".join(f"{name} {share:.0%}" for name, share in ways.items() if share >= 0.005)
    accepted = ", ".join(f"{row[f'{who}_accepts']:.0%}" for who in ("challenger", "host", "coalition"))
    signed = f"{row['signed']:.0%} ({100 * row['signed_low']:.0f} to {100 * row['signed_high']:.0f})"
    text = f"| {row['label']} | {row['offered']:.0%} | {accepted} | {signed} | {row['kept'] / 4:.1f} years | "
    return f"{text}{ended}; in force at the end {row['still_in_force']:.0%} |"


def _worth(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ""
    value, low, high = (1000 * row[key] for key in ("difference", "low", "high"))
    if value == low == high == 0:
        return "0"
    places = 1 if abs(value) >= 1 else 2
    text = f"{value:+.{places}f} ({low:+.{places}f} to {high:+.{places}f})".replace("-", "−")
    return f"**{text}**" if low > 0 or high < 0 else text


def scorecard_words(figures: Figures) -> str:
    """The scorecard on the site."""
    played, apart, given = (figures[key] for key in ("found", "found_held_apart", "given"))
    runs = "/".join(sorted({str(count) for count in figures["histories"].values()}))
    lines = [
        f"{played['agreeing']} of {played['all']} facts found in histories agree with the record, of those held apart "
        f"from calibration {apart['agreeing']} of {apart['all']}; {given['agreeing']} of {given['all']} that inputs "
        f"give ({runs} histories of each world). {figures['not_expressed']} more cannot be expressed.\n",
        "| two rule-books, one set of parameters | record | model |",
        "| --- | ---: | ---: |",
        *(
            f"| {name} | {_figure(row, 'record')} | {_figure(row, 'model')} |"
            for name, row in ((CONTRAST[key], row) for key, row in figures["contrast"].items())
        ),
        "",
        f"![Disputes per state-year and share that become war, record and model](figures/{CONTRAST_FIGURE}.png)",
        "",
        "| other people's results | what was found | model | |",
        "| --- | --- | --- | --- |",
        *(_other(answer) for answer in figures["others"]),
    ]
    return "\n".join(lines) + "\n"


def _other(answer: Mapping[str, Any]) -> str:
    verdict = {"same": "the same", "different": "not the same", "unmeasured": "nothing to measure"}[answer["verdict"]]
    figures = "; ".join(f"{name} {_figure(row, 'model')}" for name, row in answer["figures"].items())
    return f"| {answer['claim']} ({answer['source']}) | {answer['found']} | {figures} | {verdict} |"


def _figure(row: Mapping[str, Any], of: str) -> str:
    value, low, high = (math.nan if row[key] is None else row[key] for key in (of, f"{of}_low", f"{of}_high"))
    bounds = interval(low, high)
    return (f"{number(value)} ({bounds})" if bounds else number(value)).replace("-", "−")


def calibration_words(figures: Figures | None) -> str:
    """The calibration on the site; whether there has been one."""
    if figures is None:
        return NOT_CALIBRATED
    fitted, apart, draws = figures["agreeing"]["fitted"], figures["agreeing"]["held_apart"], figures["draws"]
    text = (
        f"Of {fitted['facts']} facts fitted the median of the posterior agrees with {fitted['posterior_median']} and "
        f"its centre with {fitted['centre']}; of {apart['facts']} held apart with {apart['posterior_median']} and "
        f"{apart['centre']}. {figures['parameter_sets']:,} parameter sets were played, "
        f"{figures['histories_of_each_world']:,} histories of each world; the last wave left "
        f"{100 * figures['share_left']:.2g}% of the prior at a cut-off of {figures['cut_off']:.3g}; of "
        f"{draws['asked']} draws {draws['kept']} were kept."
    )
    if draws["rule_relaxed"]:
        text += " No parameters met enough facts: those kept are the half that fits best."
    return text + "\n"


def hindcast_words(figures: Figures) -> str:
    """The hindcast on the site."""
    by_group: dict[str, dict[str, Any]] = {}
    for score in figures["scores"]:
        by_group.setdefault(score["group"], {})[score["forecast"]] = score
    every, model = by_group["all"], by_group["all"]["model"]
    starts = range(figures["from"], figures["to"] + 1, figures["every"])
    columns = [f"{MEASURES[name]}: {FORECASTS[who]}" for name in SHOWN for who in BY_GROUP]
    lines = [
        f"Start years every {figures['every']} years from {starts[0]} to {starts[-1]}, "
        f"{figures['runs']} histories of each; {model['cases']:,} pair-years, in {model['events']:,} of which a "
        "dispute began.\n",
        "| forecast | " + " | ".join(MEASURES.values()) + " |",
        "| --- |" + " ---: |" * len(MEASURES),
        *(f"| {name} | " + " | ".join(_bounded(every[key], m) for m in MEASURES) + " |"
          for key, name in FORECASTS.items()),
        "",
        "| pair-years | n | disputes | " + " | ".join(columns) + " |",
        "| --- |" + " ---: |" * (2 + len(columns)),
        *(_group(name, scores) for name, scores in by_group.items()),
        "",
        "The logit is the usual null (borders, distance, majors, capability ratio, defence pacts); the logit with "
        "history knows past disputes of the pair as well; the logit on salience knows only how much the pair's "
        "theatres matter, by which the worlds are made; the strongest rival is the mean of a regularised logit and of "
        "boosted trees on all of this, fading disputes of the pair and of its two states, capabilities and regimes. "
        + " ".join(_against(every[key], name) for key, name in FORECASTS.items() if key != "model")
        + " " + _adds(figures["added"]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _bounded(score: Mapping[str, Any], name: str) -> str:
    """A figure with its interval."""
    value, low, high = (score[f"{name}{end}"] for end in ("", "_low", "_high"))
    return f"{value:.3f} ({low:.3f} to {high:.3f})".replace("-", "−")


def _group(name: str, scores: Mapping[str, Any]) -> str:
    figures = [f"{scores[who][measure]:.3f}".replace("-", "−") for measure in SHOWN for who in BY_GROUP]
    model = scores["model"]
    return f"| {name} | {model['cases']:,} | {model['events']:,} | " + " | ".join(figures) + " |"


def _against(score: Mapping[str, Any], rival: str) -> str:
    """In which scores the model is better or worse than a rival by more than luck with the pairs explains."""
    better = [name for key, name in LEADS.items() if score[f"{key}_low"] > 0]
    worse = [name for key, name in LEADS.items() if score[f"{key}_high"] < 0]
    return f"Against the {rival} the model is better by {_listed(better)} and worse by {_listed(worse)}."


def _adds(added: Mapping[str, Any]) -> str:
    """What the model knows beyond the strongest rival."""
    gain, low, high = (1000 * added[name] for name in ("gain", "gain_low", "gain_high"))
    model, z, fall, bounds = (
        text.replace("-", "−")
        for text in (number(added["model"]), number(added["z"]), number(gain), interval(low, high))
    )
    return (
        "In a logit on the log-odds of both, the model's coefficient beside the strongest rival is "
        f"{model} (z = {z}, clustered by pair); with it the log loss of start years left out falls by {fall} "
        f"({bounds}) thousandths of a nat a pair-year."
    )


def _listed(names: Sequence[str]) -> str:
    return "no score" if not names else ", ".join(f"*{name}*" for name in names)


KINDS: dict[str, Callable[[Path], Figures]] = {
    "scorecard": scorecard_figures,
    "calibration": calibration_figures,
    "hindcast": hindcast_figures,
    "past": past_figures,
    "mechanisms": mechanisms_figures,
    "plausibility": plausibility_figures,
    "deals": deals_figures,
}


def blocks(figures: Mapping[str, Figures]) -> dict[str, str]:
    """The blocks of the page by their names."""
    return {
        "scorecard": scorecard_words(figures["scorecard"]),
        "calibration": calibration_words(figures.get("calibration")),
        "hindcast": hindcast_words(figures["hindcast"]),
        "past": past_words(figures["past"]),
        "mechanisms": mechanisms_words(figures["mechanisms"]),
        "plausibility": plausibility_words(figures["plausibility"]),
        "deals": deals_words(figures["deals"]),
    }


def block_of(text: str, name: str) -> str:
    """A block as the page has it."""
    return text.split(OPENS.format(name))[1].split(CLOSES)[0]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def write_scored(facts: Sequence[Mapping[str, Any]]) -> None:
    """Keep the lines of a scorecard beside the facts of the package."""
    with SCORED.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, SCORED_COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(facts)


def main(directories: Sequence[str]) -> None:
    """Renew the figures of the results in these directories, and the blocks of the page."""
    figures = _read(KEPT) if KEPT.exists() else {}
    for place in map(Path, directories):
        kind = _read(place / "manifest.json")["kind"]
        if kind == "scorecard" and _read(place / "scorecard.json").get("fitted_until"):
            kind = "past"
        figures[kind] = KINDS[kind](place)
        if kind == "scorecard":
            write_scored(_read(place / "scorecard.json")["facts"])
            copyfile(place / f"{CONTRAST_FIGURE}.png", FIGURES / f"{CONTRAST_FIGURE}.png")
    KEPT.write_text(json.dumps({name: figures[name] for name in KINDS if name in figures}, indent=1) + "\n")
    text = PAGE.read_text(encoding="utf-8")
    for name, words in blocks(figures).items():
        before, rest = text.split(OPENS.format(name))
        text = before + OPENS.format(name) + words + rest[rest.index(CLOSES) :]
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
