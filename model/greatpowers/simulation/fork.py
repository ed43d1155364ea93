"""Counterfactuals: the same world, luck and parameters, and from some round on one thing that is different.

Luck is an input and a policy a schedule, so a fork is exact: up to the round of the fork both histories are the same
numbers, and what differs afterwards follows from the change alone  (Fearon 1991 on what a counterfactual must hold
fixed).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from greatpowers.core.declare import Floats
from greatpowers.core.history import TheatreColumn
from greatpowers.core.log import Column
from greatpowers.core.trace import Trace
from greatpowers.dictionary import METRIC_NAMES, describe_label, metric_units
from greatpowers.presentation.figures import Drawers, figure_of, save_pictures
from greatpowers.presentation.tables import table_shown
from greatpowers.scenario.errors import GreatPowersError, shown
from greatpowers.scenario.library import path_of
from greatpowers.scenario.schema import PolicyPreset, Segment
from greatpowers.simulation import frames
from greatpowers.simulation.history import History
from greatpowers.simulation.run import history_of, play_to_end
from greatpowers.simulation.setup import PolicyLike, Setup, given_policy, prepare
from greatpowers.simulation.summary import HEADLINES
from greatpowers.storage.checkpoint import write_csv, write_parquet
from greatpowers.storage.files import write_text
from greatpowers.storage.manifest import provenance, whole_directory

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TRUE_BELIEFS = "true_beliefs"


Flags = NDArray[np.bool_]

TRUTH = "true beliefs"
"""What a fork of beliefs is called."""


ORIGINAL, COUNTERFACTUAL = "original", "counterfactual"
"""Directories of a fork's two histories."""


class Decision(NamedTuple):
    """A choice of one challenger: where and when."""

    theatre: int
    round: int


@dataclass(frozen=True, eq=False, repr=False)
class Fork:
    """A history and what became of it when one thing was different from `at_round` on.

    `change` names what is different: a policy, or :data:`TRUTH`. Both histories are recorded in full.
    """

    original: History
    counterfactual: History
    at_round: int
    change: str

    def __repr__(self) -> str:
        return f"Fork({self.original!r}, {self.change} from round {self.at_round})"

    def _repr_html_(self) -> str:
        table = pd.DataFrame({"original": self.original.summary, "counterfactual": self.counterfactual.summary})
        return table_shown(repr(self), table.loc[list(HEADLINES)].rename(describe_label))

    def figures(self) -> Drawers:
        """What draws the figure, by name."""
        from greatpowers.simulation.fork_figures import divergence_figure

        return {"divergence": partial(divergence_figure, self)}

    def plot(self, which: str = "divergence") -> "Figure":
        """The figure: six metrics of both histories by round, and the difference in rungs theatre by theatre."""
        return figure_of(self, which)

    @property
    def of_beliefs(self) -> bool:
        """Whether beliefs were set to the truth, rather than a policy changed."""
        return self.change == TRUTH

    @property
    def quarter(self) -> str:
        """The quarter of the fork, such as 2019Q1."""
        return self.quarter_of(self.at_round)

    def quarter_of(self, round_number: int) -> str:
        """The quarter of a round."""
        return frames.quarter_of(self.original.scenario.start, round_number)

    @cached_property
    def first_round(self) -> int | None:
        """The first round in which anything differs; None if nothing ever does."""
        return _first(self._differing.any(axis=1) | _rows_differ(self, "metrics") | _rows_differ(self, "states"))

    @cached_property
    def first_theatres(self) -> list[int]:
        """Theatres in which something differs in that round."""
        return [] if self.first_round is None else np.flatnonzero(self._differing[self.first_round]).tolist()

    @cached_property
    def first_decision(self) -> Decision | None:
        """The first choice that differs: of several in one round, the one whose chances moved most; None if none do."""
        ours, theirs = self.original.track.traces, self.counterfactual.track.traces
        other = ours[..., Trace.MOVE] != theirs[..., Trace.MOVE]
        when = _first(other.any(axis=1))
        if when is None:
            return None
        odds = slice(Trace.PROBABILITY_, Trace.PROBABILITY_ + 3)
        moved = np.abs(ours[when, :, odds] - theirs[when, :, odds]).max(axis=1)
        return Decision(int(np.argmax(np.where(other[when], moved, -1.0))), when)

    @cached_property
    def _differing(self) -> Flags:
        """Whether a theatre differs in a round, in how it stands or in what its challenger weighed: shape [R, T]."""
        a, b = self.original.track, self.counterfactual.track
        differs: Flags = (a.theatres != b.theatres).any(axis=2) | (a.traces != b.traces).any(axis=2)
        return differs

    @cached_property
    def series(self) -> pd.DataFrame:
        """Every metric by round, long: round, quarter, metric, original, counterfactual, difference."""
        rounds, width = self.original.track.metrics.shape
        ours, theirs = self.original.track.metrics.reshape(-1), self.counterfactual.track.metrics.reshape(-1)
        return pd.DataFrame(
            {
                "round": np.repeat(np.arange(rounds), width),
                "quarter": np.repeat(np.array([self.quarter_of(r) for r in range(rounds)]), width),
                "metric": list(METRIC_NAMES) * rounds,
                "original": ours,
                "counterfactual": theirs,
                "difference": theirs - ours,
            }
        )

    @property
    def rung_difference(self) -> Floats:
        """Rungs of the counterfactual less those of the original, shape [R, T]."""
        column = TheatreColumn.RUNG
        difference: Floats = self.counterfactual.track.theatres[..., column] - self.original.track.theatres[..., column]
        return difference

    @property
    def manifest(self) -> dict[str, Any]:
        """What was forked, where, and what differs, as plain data."""
        return {
            **provenance(),
            "kind": "fork",
            "scenario": self.original.scenario.name,
            "seed": self.original.seed,
            "rounds": self.original.rounds,
            "at_round": self.at_round,
            "original": self.original.policy.name,
            "change": self.change,
            "first_round": self.first_round,
        }

    def save(self, directory: str | Path, told: str = "", figures: Drawers | None = None) -> Path:
        """Write the fork to a directory, whole or not at all, and return its path.

        ``original`` and ``counterfactual`` (histories that load again), ``series.parquet`` and ``series.csv`` (every
        metric by round in both), ``manifest.json``, the text `told` (such as
        :func:`greatpowers.narrative.divergence.account`) as ``explanation.txt``, and `figures` as PNG. Refuses and
        raises like :meth:`greatpowers.simulation.history.History.save`.
        """
        units = {name: unit for name, unit in metric_units().items() if name in self.series}
        with whole_directory(directory, self.manifest) as place:
            self.original.save(place / ORIGINAL)
            self.counterfactual.save(place / COUNTERFACTUAL)
            write_parquet(self.series, place / "series.parquet", units)
            write_csv(self.series, place / "series.csv")
            if told:
                write_text(place / "explanation.txt", told)
            save_pictures(place, figures or {})
        return path_of(directory)


def fork(history: History, at_round: int, policy: PolicyLike) -> Fork:
    """The same history with another policy from `at_round` on.

    Rounds before it are equal to the last bit, which is checked. Rounds of a policy's own schedule are those of the
    history, not counted from the fork. Raises :class:`GreatPowersError` for a round that is not there, a history
    without trajectories, or a record that this version does not play again as it was.
    """
    preset = given_policy(policy)
    when = _checked_round(history, at_round)
    before, after = _setup(history, history.policy), _setup(history, preset)
    schedule = _schedule(history, when, preset)
    return _forked(history, when, preset.name, before, replace(after, policy=schedule))


def fork_beliefs(history: History, at_round: int) -> Fork:
    """The same history, with every belief about resolve and force equal to the truth from `at_round` on.

    Raises as :func:`fork` does.
    """
    when = _checked_round(history, at_round)
    before = _setup(history, history.policy)
    return _forked(history, when, TRUTH, before, _setup(history, history.policy, {TRUE_BELIEFS: 1.0}))


def _setup(history: History, policy: PolicyPreset, changed: Mapping[str, float] | None = None) -> Setup:
    if "rules" in history.origin and not history.rules:
        text = "it was played by rules of its own, which are functions and do not come with its files"
        raise GreatPowersError(f"this history cannot be forked: {text}; play it again with them and fork that.")
    parameters = {**history.parameters._asdict(), **(changed or {})}
    return prepare(history.scenario, policy, history.rounds, parameters, history.rules)


def _forked(history: History, at_round: int, change: str, before: Setup, after: Setup) -> Fork:
    _, track, log = play_to_end(before, history.seed, then=(at_round, after))
    other = replace(history_of(before, history.seed, track, log), policy=after.policy)
    _check_past(history, other, at_round)
    return Fork(history, other, at_round, change)


def _checked_round(history: History, at_round: int) -> int:
    history.require_record("a fork")
    whole = isinstance(at_round, int | np.integer) and not isinstance(at_round, bool)
    if not whole or not 0 <= at_round < history.rounds:
        text = f"expected a round from 0 to {history.rounds - 1}, which this history has"
        raise GreatPowersError(f"the round of the fork is {shown(at_round)}; {text}.")
    return int(at_round)


def _check_past(history: History, other: History, at_round: int) -> None:
    """Raise unless the two are the same before the fork: a record of another version would not be."""
    ours, theirs = ((*part.track[:3], part.track.traces) for part in (history, other))
    same = all(np.array_equal(one[:at_round], two[:at_round]) for one, two in zip(ours, theirs, strict=True))
    past = [part.codes[:, Column.ROUND] < at_round for part in (history, other)]
    if not (same and np.array_equal(history.codes[past[0]], other.codes[past[1]])):
        raise GreatPowersError(
            f"this history cannot be forked: played again, its {at_round} rounds before the fork come out differently "
            f"(it was made by greatpowers {history.origin.get('version')}, core {history.origin.get('core')}, or is a "
            "fork itself); run it again and fork that."
        )


def _schedule(history: History, at_round: int, policy: PolicyPreset) -> PolicyPreset:
    """The two policies as one, with a segment from the round of the fork on."""
    original = history.policy
    if at_round == 0:
        return policy
    begun = [s for s in policy.schedule if s.from_round <= at_round]
    source = begun[-1] if begun else policy
    first = Segment(
        from_round=at_round,
        policy=source.policy or policy.name,
        terms=(policy.terms if source.terms is None else source.terms) or (),
        levers=source.levers,
        everywhere=source.everywhere,
    )
    earlier = [_following(s, original) for s in original.schedule if s.from_round < at_round]
    later = [_following(s, policy) for s in policy.schedule if s.from_round > at_round]
    quarter = frames.quarter_of(history.scenario.start, at_round)
    return PolicyPreset(
        name=f"{original.name}-then-{policy.name}",
        title=f"{original.title}, from {quarter} {policy.title.lower()}",
        summary=f"{original.name} up to round {at_round - 1}, {policy.name} from round {at_round}.",
        policy=original.policy or original.name,
        terms=original.terms,
        levers=original.levers,
        everywhere=original.everywhere,
        schedule=(*earlier, first, *later),
    )


def _following(segment: Segment, owner: PolicyPreset) -> Segment:
    """The segment as part of another policy's schedule, where it still stands for its owner."""
    terms = (owner.terms if segment.terms is None else segment.terms) or ()
    return segment.model_copy(update={"policy": segment.policy or owner.name, "terms": terms})


def _first(differs: Flags) -> int | None:
    rounds = np.flatnonzero(differs)
    return int(rounds[0]) if rounds.size else None


def _rows_differ(forked: Fork, table: str) -> Flags:
    ours, theirs = getattr(forked.original.track, table), getattr(forked.counterfactual.track, table)
    rows: Flags = (ours != theirs).reshape(len(ours), -1).any(axis=1)
    return rows
