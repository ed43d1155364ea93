"""The policy of the coalition, as levers over theatres and time.

A policy is data: for every segment of time and every theatre, one number per lever. The kernel looks up the
segment in force and sees one row of each lever.
"""

from typing import Annotated, Generic, NamedTuple

from greatpowers.core.declare import Field, Floats, Grid, Ints, Real, Table
from greatpowers.core.kernel import inlined, kernel

SHARE = "share in [0, 1]"
SWITCH = "0 or 1"


class LeverFields(Generic[Real]):
    """What the coalition declares for a theatre."""

    sanctions: Annotated[Real, Field("sanctions declared against a breach of severity 1", SHARE, "theatres")]
    secondary: Annotated[Real, Field("pressure on third parties that go on trading", SHARE, "theatres")]
    standing: Annotated[Real, Field("force stationed with the host before any crisis", SHARE, "theatres")]
    presence: Annotated[Real, Field("force sent once the red line is crossed", SHARE, "theatres")]
    red_line: Annotated[Real, Field("rung at which presence is promised (9: never)", "rung", "theatres", 1, 9)]
    aid: Annotated[Real, Field("arms and money promised to the host", SHARE, "theatres")]
    strike: Annotated[Real, Field("readiness to strike at open intervention or worse", SHARE, "theatres")]
    deal: Annotated[Real, Field("whether a deal is on offer", SWITCH, "theatres")]
    keep: Annotated[Real, Field("share of control held that the deal recognises", SHARE, "theatres")]
    relief: Annotated[Real, Field("share of the theatre's sanctions lifted in all", SHARE, "theatres")]
    tranches: Annotated[Real, Field("yearly steps in which relief is paid", "steps", "theatres", 1, 40)]
    neutrality: Annotated[Real, Field("how far the host stays out of the coalition's camp", SHARE, "theatres")]
    monitors: Annotated[Real, Field("strength of monitoring", SHARE, "theatres")]
    peacekeepers: Annotated[Real, Field("strength of peacekeeping", SHARE, "theatres")]
    snapback: Annotated[Real, Field("share of lifted sanctions that return at a proven breach", SHARE, "theatres")]
    carve_out: Annotated[Real, Field("whether annexed territory is kept out of any deal", SWITCH, "theatres")]
    counter_insurgency: Annotated[Real, Field("effort against spoilers", SHARE, "theatres")]
    spoiler_limit: Annotated[Real, Field("strength of spoilers above which no deal is proposed", SHARE, "theatres")]


class Lever(LeverFields[float]):
    """The levers of one theatre in one round."""


class Levers(LeverFields[Floats], Grid[Lever]):
    """What the coalition declares by segment of time and theatre: a table of shape [segments, theatres]."""


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


@inlined
def levers_in_force(policy: Policy, round_number: int) -> Table[Lever]:
    """The levers of this round: a table of shape [theatres]."""
    return policy.levers[segment_in_force(policy.starts, round_number)]
