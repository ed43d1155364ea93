"""The site's sentences about the shipped experiments: three each, every number from `findings.json`."""

from collections.abc import Mapping
from typing import Any

Figures = Mapping[str, Any]
DEAL, STICK, NOTHING, ALL_STICK = "half-a-loaf", "containment", "laissez-faire", "maximum-pressure"


def block(entries: Mapping[str, Figures]) -> str:
    """The block of the page: a paragraph for each experiment."""
    paragraphs = [
        f"- **`{name}`** ({entries[name]['figures']['runs']:,} runs). {' '.join(SAID[name](entries[name]['figures']))}"
        for name in SAID
    ]
    return "\n".join(paragraphs) + "\n"


def interval(estimate: list[float], digits: int) -> str:
    """A difference with its 95% interval."""
    mean, low, high = (f"{value:+.{digits}f}".replace("-", "−") for value in estimate)
    return f"{mean} ({low} to {high})"


def percent(share: float) -> str:
    """A share of 1 in per cent."""
    return f"{100 * share:.0f}%" if not 0 < share < 0.01 else f"{100 * share:.1f}%"


def shares(estimate: list[float]) -> str:
    """A share with its 95% interval, in per cent."""
    return f"{percent(estimate[0])} ({100 * estimate[1]:.0f} to {100 * estimate[2]:.0f}%)"


def of_policies(f: Figures) -> list[str]:
    """What the six policies bring in 2017."""
    severity, cost, wars = f["severity"], f["cost"], f["wars"]
    return [
        f"`{f['best']}` keeps escalation lowest: {severity[f['best']]:.3f} against {severity[NOTHING]:.3f} under "
        f"`{NOTHING}`, with {wars[f['best']]:.2f} wars a history instead of {wars[NOTHING]:.2f}, for "
        f"{cost[f['best']]:.2f}% of world output where `{STICK}` takes "
        f"{cost[STICK]:.2f}% ({severity[STICK]:.3f}).",
        f"The conditional deal changes `{STICK}` by {interval(f['deal_severity'], 4)} of escalation and "
        f"{interval(f['deal_order'], 4)} of order.",
        f"Matched seeds are worth having: others would take {f['matching']['deal']:.1f} times the runs to know "
        f"that as well, and {f['matching']['stick']:.1f} times for `{STICK}` against `{NOTHING}`.",
    ]


def of_levers(f: Figures) -> list[str]:
    """What sanctions, relief and monitors do."""
    severity, deals = f["mean_severity"], f["deals_accepted"]
    monitored = f["highest"]["lever_monitors"]
    return [
        f"Sanctions from none to full move escalation by {interval(severity['lever_sanctions'], 4)} and order by "
        f"{interval(f['order']['lever_sanctions'], 3)}.",
        f"Relief from none to all moves escalation by {interval(severity['lever_relief'], 5)}, monitors from none to "
        f"{monitored} by {interval(severity['lever_monitors'], 5)}: the offer stands in three places only.",
        f"What carrots move is deals: relief brings {interval(deals['lever_relief'], 2)} more of them a history, "
        f"monitors {interval(deals['lever_monitors'], 2)}, and {f['kept']['both']:.2f} stand at the end with both, "
        f"{f['kept']['neither']:.2f} with neither.",
    ]


def of_doctrines(f: Figures) -> list[str]:
    """What collective security does as power-maximizers become more."""
    half, most, all_ = ({name: f[name][share] for name in SHOWN} for share in ("0.5", "0.9", "1.0"))
    wars, order, intact, cost = (half[name] for name in SHOWN)
    return [
        f"Where half of twenty states maximize power, collective security takes wars from {wars['without']:.2f} to "
        f"{wars['with']:.2f} a history, difference {interval(wars['difference'], 2)}, and leaves order at "
        f"{order['with']:.2f} instead of {order['without']:.2f}, the direction that Cusack and Stoll found.",
        f"Of its followers {percent(intact['with'])} keep what is theirs, instead of {percent(intact['without'])}, "
        f"difference {interval(intact['difference'], 3)}; the stick costs "
        f"{cost['with']:.2f}% of world output.",
        f"Where nine in ten maximize power it still takes wars from {most['wars_begun']['without']:.2f} to "
        f"{most['wars_begun']['with']:.2f}; where all do, nobody leads it, and {all_['wars_begun']['with']:.2f} wars "
        f"begin instead of {all_['wars_begun']['without']:.2f}.",
    ]


def of_worlds(f: Figures) -> list[str]:
    """Whether the answer holds if every parameter may be wrong."""
    best = sorted(f["best"], key=lambda policy: -f["best"][policy][0])
    regret = f["regret"]
    sentence = f["box"] or "Those are too few to ask what they have in common."
    box = sentence.replace("Half-a-loaf loses to containment mostly", f"`{DEAL}` loses to `{STICK}` mostly")
    return [
        f"Every parameter anywhere from half to twice its default, {f['worlds']} worlds: by escalation alone "
        + ", ".join(f"`{policy}` is best in {shares(f['best'][policy])}" for policy in best[:3])
        + "; in nine worlds of ten regret is below "
        + ", ".join(f"{regret[p][0]:.3g} (`{p}`)" for p in (ALL_STICK, DEAL, STICK, NOTHING))
        + f", at a cost to senders of {f['cost'][ALL_STICK]:.2f}%, {f['cost'][DEAL]:.2f}%, "
        f"{f['cost'][STICK]:.2f}% and {f['cost'][NOTHING]:.2f}% of world output.",
        f"Half a loaf differs from containment by {interval(f['deal_severity'], 4)}, and loses to it in "
        f"{f['deal_loses']} of {f['worlds']} worlds; what drives the difference most is "
        f"{', '.join(f['drivers'][:-1])} and {f['drivers'][-1]}.",
        box,
    ]


SHOWN = ("wars_begun", "order", "followers_kept", "sender_cost")
SAID = {
    "policy-comparison-2017": of_policies,
    "stick-and-carrot": of_levers,
    "doctrine-mix": of_doctrines,
    "deep-uncertainty": of_worlds,
}
