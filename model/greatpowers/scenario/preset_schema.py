"""Doctrines, policies and generated worlds as data: the other things a configuration file may say."""

from typing import Annotated, Final, Literal

from pydantic import Field

from greatpowers.scenario.kinds import (
    Expect,
    Length,
    LeverTable,
    Name,
    Share,
    Table,
    Text,
    Title,
)

FORMAT: Final = 1

LEVER_DEFAULTS = {"red_line": 9.0, "tranches": 4.0, "carve_out": 1.0, "spoiler_limit": 1.0}
"""Levers that do not start from 0: the red line is never, annexed territory stays out of deals."""


class Weights(Table):
    """What a state that follows the doctrine counts as gain and loss."""

    power: Share = Field(description="weight of gain in power and control")
    order: Share = Field(description="weight of the order's norms")
    welfare: Share = Field(description="weight of economic loss")
    fear: Share = Field(description="weight of not being encircled")


class Doctrine(Table):
    """The rules a state follows, as four weights."""

    format: Literal[1] = Field(default=FORMAT, description="version of the file format")
    name: Name = Field(description="short name")
    title: Title = Field(description="the heading shown")
    summary: Text = Field(default="", description="what it stands for")
    source: Text = Field(default="", description="author and year")
    weights: Weights = Field(description="the four weights")


class Segment(Table):
    """What the coalition does from a given round on: another policy, levers of its own, or one changed by the other."""

    from_round: Length = Field(description="first round of the segment")
    policy: Name | None = Field(default=None, description="name of the policy it follows")
    levers: LeverTable = Field(default={}, description="levers; those left out come from the policy, or are off")
    everywhere: LeverTable = Field(
        default={}, description="levers that hold in every theatre, whatever terms say there"
    )


class PolicyPreset(Table):
    """What the experimenter sets for the coalition; :func:`build_policy` turns it into arrays for one scenario."""

    format: Literal[1] = Field(default=FORMAT, description="version of the file format")
    name: Name = Field(description="short name")
    title: Title = Field(description="the heading shown")
    summary: Text = Field(default="", description="what it stands for")
    source: Text = Field(default="", description="author and year")
    comparison: Annotated[int, Field(strict=True, ge=0, le=100), Expect("a whole number from 0 to 100")] = Field(
        default=0, description="place in the default comparison, 0 if not part of it"
    )
    policy: Name | None = Field(default=None, description="name of the policy it is a variant of")
    levers: LeverTable = Field(default={}, description="levers from the first round; those left out are off")
    everywhere: LeverTable = Field(
        default={}, description="levers that hold in every theatre, whatever terms say there"
    )
    schedule: tuple[Segment, ...] = Field(default=(), description="later segments")


class Terms(Table):
    """What a policy means in particular theatres of one scenario."""

    policy: Name = Field(description="name of the policy")
    theatres: Annotated[tuple[Name, ...], Field(min_length=1), Expect("a list of theatres, not empty")] = Field(
        description="ids of the theatres"
    )
    levers: LeverTable = Field(description="levers that are different there")
    reason: Text = Field(default="", description="why")
    source: Text = Field(default="", description="where it comes from")


class SyntheticSettings(Table):
    """A generated world: how many states, of which kinds, how unequal, where."""

    states: Annotated[int, Field(strict=True, ge=1, le=1000), Expect("a whole number from 1 to 1000")] = Field(
        default=20, description="number of states"
    )
    power_maximizers: Share = Field(default=0.3, description="share of states that maximize power")
    inequality: Annotated[
        float, Field(strict=True, ge=0, le=0.95, allow_inf_nan=False), Expect("a number from 0 to 0.95")
    ] = Field(default=0.6, description="Gini coefficient of output")
    geography: Annotated[Literal["plane", "ring"], Expect('"plane" or "ring"')] = Field(
        default="plane", description="where the capitals lie"
    )
    theatres_per_challenger: Annotated[
        int, Field(strict=True, ge=0, le=200), Expect("a whole number from 0 to 200")
    ] = Field(default=2, description="theatres in which each state is a possible challenger")
    alliances: Share = Field(default=0.3, description="share of order-preserving neighbours that are allied")
    nuclear: Share = Field(default=0.1, description="share of states, the strongest, with second-strike forces")
    seed: Annotated[int, Field(strict=True, ge=0, le=2**63 - 1), Expect("a whole number of at least 0")] = Field(
        default=1, description="seed of the generator"
    )
    maximizer_doctrine: Name = Field(default="nineteenth-century", description="doctrine of power-maximizers")
    other_doctrine: Name = Field(default="order-preserving", description="doctrine of everybody else")
