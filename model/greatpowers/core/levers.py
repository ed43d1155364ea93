"""The policy of the coalition, as levers over theatres and time.

A policy is data: for every segment of time and every theatre, one number per lever. The kernel looks up the
segment in force and sees one row of each lever.
"""

from typing import Annotated, NamedTuple

from greatpowers.core.declare import Field, Floats, Ints, Table
from greatpowers.core.kernel import kernel

SHARE = "share in [0, 1]"
SWITCH = "0 or 1"


class Levers(Table):
    """What the coalition declares: a table of shape [theatres] for one round, [segments, theatres] in a policy."""

    sanctions: Annotated[Floats, Field("sanctions declared against a breach of severity 1", SHARE, "theatres")]
    secondary: Annotated[Floats, Field("pressure on third parties that go on trading", SHARE, "theatres")]
    standing: Annotated[Floats, Field("force stationed with the host before any crisis", SHARE, "theatres")]
    presence: Annotated[Floats, Field("force sent once the red line is crossed", SHARE, "theatres")]
    red_line: Annotated[Floats, Field("rung at which presence is promised (9: never)", "rung", "theatres", 1, 9)]
    aid: Annotated[Floats, Field("arms and money promised to the host", SHARE, "theatres")]
    strike: Annotated[Floats, Field("readiness to strike at open intervention or worse", SHARE, "theatres")]
    deal: Annotated[Floats, Field("whether a deal is on offer", SWITCH, "theatres")]
    keep: Annotated[Floats, Field("share of control held that the deal recognises", SHARE, "theatres")]
    relief: Annotated[Floats, Field("share of the theatre's sanctions lifted in all", SHARE, "theatres")]
    tranches: Annotated[Floats, Field("yearly steps in which relief is paid", "steps", "theatres", 1, 40)]
    neutrality: Annotated[Floats, Field("how far the host stays out of the coalition's camp", SHARE, "theatres")]
    monitors: Annotated[Floats, Field("strength of monitoring", SHARE, "theatres")]
    peacekeepers: Annotated[Floats, Field("strength of peacekeeping", SHARE, "theatres")]
    snapback: Annotated[Floats, Field("share of lifted sanctions that return at a proven breach", SHARE, "theatres")]
    carve_out: Annotated[Floats, Field("whether annexed territory is kept out of any deal", SWITCH, "theatres")]
    counter_insurgency: Annotated[Floats, Field("effort against spoilers", SHARE, "theatres")]
    spoiler_limit: Annotated[Floats, Field("strength of spoilers above which no deal is proposed", SHARE, "theatres")]


class Policy(NamedTuple):
    """A schedule of levers: segment `s` is in force from round `starts[s]` until the next one starts."""

    starts: Annotated[Ints, Field("first round of each segment, ascending from 0", "round", "segments")]
    levers: Levers


@kernel
def segment_in_force(starts: Ints, round_number: int) -> int:
    """Index of the last segment that has started."""
    found = 0
    for segment in range(starts.size):
        if starts[segment] <= round_number:
            found = segment
    return found


@kernel
def levers_in_force(policy: Policy, round_number: int) -> Levers:
    """The levers of this round: a table of shape [theatres]."""
    segment: Levers = policy.levers[segment_in_force(policy.starts, round_number)]
    return segment
