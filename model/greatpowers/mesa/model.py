"""`GreatPowersModel`: the engine as Mesa expects a model, one round a step.

Mesa's DataCollector collects every metric of every round, and agents' attributes on request. Reporters are named
functions with their argument bound, so that a model can be copied, pickled and sent to another process.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import mesa
import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.history import new_track, play_rounds
from greatpowers.core.kernel import is_cached, is_compiled
from greatpowers.core.luck import luck_of
from greatpowers.core.metrics import METRICS, N_METRICS
from greatpowers.core.parameters import Parameters
from greatpowers.core.workspace import FREE, Workspace, new_workspace
from greatpowers.core.world import World, copy_world
from greatpowers.mesa.agents import Appraisal, StateAgent, TheatreAgent
from greatpowers.scenario.build import great_powers, power_shares
from greatpowers.scenario.errors import GreatPowersError, need_known, shown, suggestion
from greatpowers.simulation.own import RulesLike
from greatpowers.simulation.run import COMPILING
from greatpowers.simulation.setup import PolicyLike, ScenarioLike, prepare

Reporter = Callable[..., Any]
AgentReporters = Mapping[str, str | Reporter] | Iterable[str] | str


def latest_metric(model: Any, name: str) -> float:
    """The value of a metric in the last round played; NaN before the first."""
    return float(model.latest(name))


def attribute(agent: Any, name: str) -> Any:
    """An attribute of an agent; None where agents of its kind have no such thing (a rung is not a state's).

    Other agents are given by their ids: a record that held the agents themselves would hold the whole model.
    """
    value = getattr(agent, name, None)
    if isinstance(value, list):
        return [other.id for other in value]
    return value.id if isinstance(value, mesa.Agent) else value


def attribute_names() -> list[str]:
    """What can be collected of agents, of either kind."""
    views = (vars(kind).items() for kind in (StateAgent, TheatreAgent))
    attributes = {name for view in views for name, value in view if name[0] != "_" and not callable(value)}
    return sorted({*attributes, "id", "name", "doctrine", "index", "unique_id"} - {"table"})


def reporters_of(wanted: AgentReporters | None) -> dict[str, Reporter]:
    """Reporters from what the user asked for.

    `wanted` is a mapping of column names to attribute names or functions, as in Mesa; or attribute names in a list,
    or in one string with commas between (which `batch_run` passes on whole).
    """
    if wanted is None:
        return {}
    if isinstance(wanted, str):
        wanted = [name.strip() for name in wanted.split(",")]
    columns = wanted if isinstance(wanted, Mapping) else {name: name for name in wanted}
    return {column: _reporter(source) for column, source in columns.items()}


def _reporter(source: str | Reporter) -> Reporter:
    if not isinstance(source, str):
        return source
    known = attribute_names()
    if source not in known:
        raise GreatPowersError(
            f"GreatPowersModel, agent_reporters: no agent has '{source}'. {suggestion(source, known)}"
        )
    return partial(attribute, name=source)


class RoundCollector(mesa.DataCollector):
    """A DataCollector of one row a round, read alike by `batch_run` of every Mesa from 3.3 on."""

    def collect(self, model: Any) -> None:
        """Record the round just played.

        Mesa 3.3 stores agents' rows under the number of steps, counted from 1, and its `batch_run` looks them up
        counted from 0: it would pair each round's metrics with the agents of the round before.
        """
        super().collect(model)
        if not hasattr(self, "_collection_steps") and model.steps in self._agent_records:
            self._agent_records[model.steps - 1] = self._agent_records.pop(model.steps)


BITS = 63  # so that a seed fits the integers of every file format
MOST = 1 << 128  # from which on there is no luck

Seed = int | np.integer | float | Sequence[int] | np.random.SeedSequence | np.random.Generator | np.random.BitGenerator


def run_seed(rng: Seed | None, seed: Seed | None) -> int:
    """The seed of a run from Mesa's two keywords, of which at most one is given.

    A whole number is the seed itself, the same as everywhere else in the package. Anything else that NumPy takes
    yields one; a generator is advanced by it. Without any, a new one is drawn from the operating system.
    """
    if rng is not None and seed is not None:
        raise GreatPowersError("GreatPowersModel: both 'rng' and 'seed' are given; expected one of them.")
    keyword, given = ("seed", seed) if rng is None else ("rng", rng)
    refusal = GreatPowersError(
        f"GreatPowersModel: '{keyword}' is {shown(given)}; expected a whole number from 0 to 2^128 - 1, "
        "a list of them, a SeedSequence or a numpy Generator."
    )
    if given is None:
        return secrets.randbits(BITS)
    if isinstance(given, list | tuple | range | np.ndarray):
        try:
            given = np.random.SeedSequence([int(number) for number in given])
        except (TypeError, ValueError):
            raise refusal from None
    if isinstance(given, np.random.SeedSequence):
        return int(given.generate_state(1, np.uint64)[0]) >> (64 - BITS)
    if isinstance(given, np.random.BitGenerator):
        given = np.random.Generator(given)
    if isinstance(given, np.random.Generator):
        return int(given.integers(1 << BITS))
    if isinstance(given, bool) or not isinstance(given, int | float | np.integer):
        raise refusal
    if not 0 <= given < MOST or given != given // 1:
        raise refusal
    return int(given)


Chooser = Callable[[TheatreAgent, Appraisal], int | None]

COLUMNS = {entry.name: int(entry.column) for entry in METRICS}
KEYWORDS = ("scenario", "policy", "rounds", "parameters", "seed", "rng", "agent_reporters", "rules")
logger = logging.getLogger(__name__)


class GreatPowersModel(mesa.Model):
    """The model of great-power rivalry as a `mesa.Model`; `step()` plays one round, a quarter of a year.

    >>> model = GreatPowersModel("2017", policy="containment", rng=7)
    >>> model.run_model()
    >>> model.datacollector.get_model_vars_dataframe()["order"]

    It is the same engine as everywhere else: the same seed gives the same bytes as a compiled run.

    Args:
        scenario: a shipped name, a path, or a :class:`~greatpowers.scenario.Scenario`.
        policy: a shipped name, a path, or a :class:`~greatpowers.scenario.PolicyPreset`.
        rounds: the horizon, after which `running` is False; the scenario's own without it.
        parameters: parameters of the model by name, in place of defaults.
        rng: the seed, as Mesa names it; a whole number means the same luck as in the rest of the package.
        seed: the same under Mesa's older name. Give one of the two; without either, luck is new each time, and
            `model.seed` says what to pass to see it again.
        agent_reporters: attributes of agents to collect each round: a list of names, one string of names with
            commas between, or a mapping as in Mesa. None are collected by default, for they cost far more time
            than the round.
        rules: functions in place of choices of the model, as :func:`greatpowers.compare` takes them.
        parameter: any parameter by its own name, `GreatPowersModel(choice_noise=0.01)`: convenient in `batch_run`.

    In `mesa.batch_run`, name seeds `rng` among the parameters, or pass `rng=` to it where Mesa knows that (from 3.5
    on it silently overwrites one called `seed`); put a mapping or a Scenario in a list, or it is taken apart;
    set the length by `rounds`, because `max_steps` counts differently from version to version.

    Attributes:
        world: the arrays that everything is a view of.
        choose: rules of choice in Python, by the id of a state: ``model.choose["RUS"] = rule`` asks
            ``rule(theatre, appraisal)`` for each of its theatres each round, and takes -1, 0 or 1 as its move
            (down, hold, up) or None for what its doctrine does. War and withdrawal leave no choice.
        setting: the scenario played (Mesa 3.5 uses the name `scenario` for something else).
        round: rounds played so far.
        seed: the whole number that all luck follows from.

    Raises:
        GreatPowersError: for anything wrong in what was asked for, in one clear sentence.
    """

    def __init__(
        self,
        scenario: ScenarioLike = "2017",
        policy: PolicyLike = "laissez-faire",
        rounds: int | None = None,
        parameters: Mapping[str, float] | None = None,
        rng: Seed | None = None,
        seed: Seed | None = None,
        agent_reporters: AgentReporters | None = None,
        rules: RulesLike | None = None,
        **parameter: float,
    ) -> None:
        setup = prepare(scenario, policy, rounds, _overrides(parameters, parameter), rules)
        self.seed = run_seed(rng, seed)
        super().__init__(rng=self.seed)
        self.setting, self.policy, self.parameters = setup.scenario, setup.policy, setup.parameters
        self.rounds, self.round = setup.rounds, 0
        self.choose: dict[str, Chooser] = {}
        self.world, self._levers, self._packed = setup.world, setup.levers, setup.packed
        self._sizes, self.rules = setup.sizes, setup.rules
        self.workspace = new_workspace(*self._sizes)
        self._luck = luck_of(self.seed, *self._sizes)
        self._rows: list[Floats] = []
        self._show_standing()
        self.state_list = [StateAgent(self, index) for index in range(self._sizes[0])]
        self.theatre_list = [TheatreAgent(self, index) for index in range(self._sizes[1])]
        self.datacollector = RoundCollector(
            {entry.name: partial(latest_metric, name=entry.name) for entry in METRICS}, reporters_of(agent_reporters)
        )

    def _show_standing(self) -> None:
        """Power and rank for agents that are read before the first round, which works them out anew."""
        standing = self.workspace.standing
        standing.power[:] = power_shares(self.world.states)
        standing.great[:] = great_powers(self.world.states, self.parameters)

    @property
    def states(self) -> Any:
        """AgentSet of the states."""
        return self.agents.select(agent_type=StateAgent)

    @property
    def theatres(self) -> Any:
        """AgentSet of the theatres."""
        return self.agents.select(agent_type=TheatreAgent)

    def state(self, id: str) -> StateAgent:
        """The state with this id; raises :class:`GreatPowersError`."""
        return self.state_list[_position(id, self.setting.state_index(), "state")]

    def theatre(self, id: str) -> TheatreAgent:
        """The theatre with this id; raises :class:`GreatPowersError`."""
        return self.theatre_list[_position(id, self.setting.theatre_index(), "theatre")]

    @property
    def metrics(self) -> Floats:
        """Metrics of the rounds played: array [round, Metric], columns as in the registry."""
        return np.array(self._rows).reshape(len(self._rows), N_METRICS)

    def latest(self, metric: str) -> float:
        """A metric of the last round played, by its name in the registry; NaN before the first round."""
        column = _position(metric, COLUMNS, "metric")
        return float(self._rows[-1][column]) if self._rows else float("nan")

    def step(self) -> None:
        """Play one round and collect its data."""
        if not self._rows and is_compiled() and not is_cached():
            logger.warning(COMPILING)
        if self.choose:
            self._take_orders()
        self._rows.append(self._play(self.world, self.workspace))
        self.workspace.marks.forced_move[:] = FREE
        self.round += 1
        if self.round >= self.rounds:
            self.running = False
        self.datacollector.collect(self)

    def _play(self, world: World, workspace: Workspace) -> Floats:
        """Play the next round in `world`; its metrics, shape [Metric]."""
        track = new_track(1, *self._sizes, full=False)
        if self.rules:
            workspace = workspace._replace(rules=self.rules.row)  # of this process, which a copy may not be from
        play_rounds(world, self._levers, self._packed, self._luck, self.round, workspace, track)
        self.rules.check(workspace.fault, [theatre.id for theatre in self.setting.theatres])
        metrics: Floats = track.metrics[0]
        return metrics

    def _take_orders(self) -> None:
        """Ask every rule of choice, from one snapshot: the world as the round begins.

        What challengers weigh is known from a rehearsal of the round in a copy of the world, on the same luck: it
        follows from everything before the choice, and so will be the same when the round is played.
        """
        rules = {_position(id, self.setting.state_index(), "state"): rule for id, rule in self.choose.items()}
        workspace = new_workspace(*self._sizes)
        self._play(copy_world(self.world), workspace)
        weighed = workspace.trace
        orders = self.workspace.marks.forced_move.copy()
        for theatre in self.theatre_list:
            if rule := rules.get(theatre.challenger.index):
                orders[theatre.index] = _order(rule(theatre, Appraisal(weighed[theatre.index])), theatre)
        self.workspace.marks.forced_move[:] = orders


def _overrides(parameters: Mapping[str, float] | None, more: Mapping[str, float]) -> dict[str, float]:
    """Parameters from both ways of giving them; a keyword that is neither is refused with the nearest that is."""
    if parameters is not None and not isinstance(parameters, Mapping):
        raise GreatPowersError(
            f"GreatPowersModel: 'parameters' is {shown(parameters)}; expected a mapping of names to numbers "
            "(in batch_run, in a list of its own)."
        )
    for name in more:
        if name not in Parameters._fields:
            known = (*KEYWORDS, *Parameters._fields)
            raise GreatPowersError(f"GreatPowersModel: there is no keyword '{name}'. {suggestion(name, known)}")
    return {**(parameters or {}), **more}


def _position(name: str, index: Mapping[str, int], noun: str) -> int:
    need_known(name, index, f"there is no {noun} '{name}'.")
    return index[name]


def _order(asked: int | None, theatre: TheatreAgent) -> int:
    """The answer of a rule of choice as the engine takes it."""
    if asked is None:
        return FREE
    if asked not in (-1, 0, 1):
        raise GreatPowersError(
            f"the rule of {theatre.challenger.id} answered {shown(asked)} in theatre '{theatre.id}'; "
            "expected -1 (down), 0 (hold), 1 (up) or None (what its doctrine does)."
        )
    return int(asked)
