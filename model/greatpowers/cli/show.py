"""``greatpowers show``: what is configured, as tables, before anything runs."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, add_parameters, add_scenario
from greatpowers.presentation.tables import TableColumn, number, numbers

if TYPE_CHECKING:
    from greatpowers.scenario.tables import Row


MEANS = (
    TableColumn("id", "State", keep=True),
    TableColumn("name", "Name", keep=True),
    *numbers(power="Power", economy="Output", capability="Arms", nuclear="Nuclear", openness="Trade", burden="Burden"),
    TableColumn("leadership", "Leadership"),
    TableColumn("votes", "Votes", number=True),
)
MEANS_CAPTION = (
    "Power, output and arms: shares of the total here. Trade and burden: shares of own output. "
    "Votes: rounds between elections."
)
ENDS = (
    TableColumn("id", "State", keep=True),
    TableColumn("doctrine", "Doctrine", most=24),
    *numbers(power_weight="Power", order_weight="Order", welfare_weight="Welfare", fear_weight="Fear"),
    TableColumn("reason", "Why"),
    TableColumn("source", "Source", most=16),
)
START = (
    TableColumn("id", "Theatre", keep=True),
    TableColumn("sides", "Sides", keep=True),
    TableColumn("salience", "Prize", number=True),
    TableColumn("rung", "Rung"),
    *numbers(top="Ceiling", control="Control", sanctions="Sanctions", aid="Aid", spoilers="Spoilers"),
)
START_CAPTION = (
    "Sides: challenger > host. Prize: how much it matters to the challenger. "
    "Rungs: 0 to 7; everything else: shares from 0 to 1."
)
WHY = (
    TableColumn("id", "Theatre", keep=True),
    TableColumn("status", "What", most=22),
    TableColumn("reason", "Why"),
    TableColumn("source", "Source", most=17),
)
PLEDGES = (
    TableColumn("name", "Alliance", most=26),
    TableColumn("members", "Members"),
    TableColumn("commitment", "Commitment", number=True),
    TableColumn("source", "Source", most=24),
)
HAPPENED = (
    TableColumn("quarter", "Quarter", keep=True),
    TableColumn("theatre", "Theatre", keep=True),
    TableColumn("rung", "Rung", most=14),
    TableColumn("text", "What happened"),
    TableColumn("source", "Source", most=17),
)
LEVERS = (
    TableColumn("from_round", "From", number=True),
    TableColumn("theatres", "Theatres", most=20),
    TableColumn("levers", "Levers", keep=True),
    TableColumn("reason", "Why"),
    TableColumn("source", "Source", most=17),
)
DIFFERENCES = (
    TableColumn("from_round", "From", number=True),
    TableColumn("lever", "Lever", keep=True),
    *numbers(one="", other=""),
    TableColumn("theatres", "Theatres"),
)
MEANINGS = (TableColumn("lever", "Lever", keep=True), TableColumn("meaning", "Meaning"), TableColumn("unit", "Unit"))
PARAMETERS = (
    TableColumn("name", "Parameter", keep=True),
    *numbers(value="Value", changed="Default"),
    TableColumn("range", "Range", keep=True),
    TableColumn("unit", "Unit", most=15),
    TableColumn("meaning", "Meaning"),
    TableColumn("source", "Source", most=17),
)


def _arguments(parser: ArgumentParser) -> None:
    add_scenario(parser)
    parser.add_argument("--policy", metavar="P", help="only this policy, a shipped name or a path; all if not given")
    parser.add_argument("--against", metavar="P", help="everything in which --policy differs here from this one")
    add_parameters(parser)


COMMAND = Command(
    "print what a scenario contains, before anything runs",
    "Print what is configured: states, theatres, policies, and parameters with their sources.",
    (
        ("greatpowers show 2017 | less", "everything"),
        ("greatpowers show 2017 --policy half-a-loaf", "what one policy means, theatre by theatre"),
        ("greatpowers show 2017 --policy half-a-loaf --against containment", "in what two of them differ"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Print the scenario; raises :class:`GreatPowersError` for what cannot be read."""
    from greatpowers.scenario.build import build_parameters
    from greatpowers.scenario.load import ranked_policies

    scenario, parameters = terminal.chosen_scenario(arguments.scenario, arguments.param)
    if arguments.against and not arguments.policy:
        raise gp.GreatPowersError("--against takes a second policy; name the first with --policy.")
    policies = [gp.load_policy(name) for name in ([arguments.policy] if arguments.policy else ranked_policies())]
    screen = terminal.output()
    if arguments.against:
        _print_differences(screen, scenario, policies[0], gp.load_policy(arguments.against))
        return
    _print_heading(screen, scenario)
    _print_world(screen, scenario)
    for policy in policies:
        _print_policy(screen, scenario, policy)
    if meanings := _lever_meanings(scenario, policies):
        screen.grid("What the levers mean", MEANINGS, meanings)
    print_parameters(screen, build_parameters(scenario, parameters))


def _print_heading(screen: "terminal.Screen", scenario: "gp.Scenario") -> None:
    from greatpowers.presentation.style import count

    leader = scenario.coalition.leader or "the most powerful state that lives for the order, if any"
    screen.heading(f"{scenario.name}: {scenario.title}")
    _print_about(screen, scenario)
    screen.print(
        f"{count(len(scenario.states), 'state')}, {count(len(scenario.theatres), 'theatre')}; "
        f"{count(scenario.rounds, 'round')} of a quarter from {scenario.start}; "
        f"order {number(scenario.order.initial)} at the start; led by {leader}.\n"
    )


def _print_about(screen: "terminal.Screen", shown: "gp.Scenario | gp.PolicyPreset") -> None:
    for text in (shown.summary, f"Source: {shown.source}" if shown.source else ""):
        if text:
            screen.print(text)


def _print_world(screen: "terminal.Screen", scenario: "gp.Scenario") -> None:
    from greatpowers.scenario.tables import state_table, theatre_table

    states = state_table(scenario)
    screen.grid("States: what they have", MEANS, states, MEANS_CAPTION)
    screen.grid("States: what they want", ENDS, states, "Weights from 0 to 1.")
    if scenario.alliances:
        screen.grid("Alliances", PLEDGES, _alliances(scenario))
    if scenario.theatres:
        theatres = [_theatre(row) for row in theatre_table(scenario)]
        screen.grid("Theatres: the start", START, theatres, START_CAPTION)
        screen.grid("Theatres: why", WHY, theatres)
    if scenario.happened:
        screen.grid("What really happened", HAPPENED, _happened(scenario), "For comparison: no run knows of it.")


def _alliances(scenario: "gp.Scenario") -> "Iterator[Row]":
    for alliance in scenario.alliances:
        one_way = f"{alliance.from_} to {', '.join(alliance.to)}"
        yield {
            "name": alliance.name,
            "members": one_way if alliance.from_ else ", ".join(alliance.members),
            "commitment": alliance.commitment,
            "source": alliance.source,
        }


def _happened(scenario: "gp.Scenario") -> "Iterator[Row]":
    from greatpowers.scenario.kinds import rung_name

    for entry in scenario.happened:
        rung = "" if entry.rung is None else f"{entry.rung} {rung_name(entry.rung).replace('-', ' ')}"
        yield {**entry.model_dump(), "theatre": entry.theatre or "", "rung": rung}


def _theatre(row: "Row") -> "Row":
    status = [row["name"]]
    status += ["annexed"] if row["annexed"] else []
    status += [f"recognised {number(row['recognised'])}"] if row["recognised"] else []
    status += [f"deal {row['deal']}"] if row["deal"] != "none" else []
    status += [f"sanctions by {row['sanctioning']}"] if row["sanctioning"] else []
    status += [f"forces of {row['presence']}"] if row["presence"] else []
    return {
        **row,
        "sides": f"{row['challenger']} > {row['host']}",
        "rung": row["rung"].replace("-", " "),
        "status": "; ".join(status),
    }


def _print_policy(screen: "terminal.Screen", scenario: "gp.Scenario", policy: "gp.PolicyPreset") -> None:
    from greatpowers.scenario.tables import policy_table

    screen.heading(f"Policy {policy.name}: {policy.title}")
    _print_about(screen, policy)
    rows = list(_lever_rows(policy_table(scenario, policy)))
    if rows:
        screen.grid("", LEVERS, rows)
    else:
        screen.print("Every lever is off.\n")


def _print_differences(
    screen: "terminal.Screen", scenario: "gp.Scenario", one: "gp.PolicyPreset", other: "gp.PolicyPreset"
) -> None:
    from greatpowers.scenario.build import policy_differences

    rows = policy_differences(scenario, one, other)
    if not rows:
        screen.print(f"In {scenario.name}, {one.name} and {other.name} are the same policy: no lever differs anywhere.")
        return
    columns = [
        column._replace(heading={"one": one.name, "other": other.name}.get(column.key, column.heading))
        for column in DIFFERENCES
    ]
    screen.grid(f"{one.title} against {other.title}: everything that differs", columns, rows)


def _lever_rows(rows: "Iterable[Row]") -> "Iterator[Row]":
    """One row per segment and group of theatres, its levers listed; the reason is theirs together."""
    groups: dict[tuple[int, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["from_round"], row["theatres"], row["reason"]), []).append(row)
    for (start, theatres, reason), members in groups.items():
        yield {
            "from_round": start,
            "theatres": theatres,
            "levers": "\n".join(f"{row['lever']} {number(row['value'])}" for row in members),
            "reason": reason,
            "source": members[0]["source"] if reason else "",
        }


def _lever_meanings(scenario: "gp.Scenario", policies: "Iterable[gp.PolicyPreset]") -> "list[Row]":
    from greatpowers.scenario.tables import policy_table

    used = {row["lever"]: row for policy in policies for row in policy_table(scenario, policy)}
    return [used[name] for name in sorted(used)]


def print_parameters(screen: "terminal.Screen", parameters: "gp.Parameters") -> None:
    """Parameters with range and source; the default only where the value is another."""
    from greatpowers.scenario.tables import parameter_table

    shown = [
        {
            **row,
            "changed": row["default"] if row["value"] != row["default"] else None,
            "range": f"{number(row['low'])} to {number(row['high'])}",
        }
        for row in parameter_table(parameters)
    ]
    screen.grid("Parameters", PARAMETERS, shown)
