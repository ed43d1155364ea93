"""Mesa's DataCollector over the metric registry: every metric of every round, and agents' attributes on request.

Reporters are named functions with their argument bound, so that a model can be copied, pickled and sent to another
process.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import mesa

from greatpowers.core.metrics import METRICS
from greatpowers.mesa.agents import StateAgent, TheatreAgent
from greatpowers.scenario.errors import GreatPowersError, suggestion

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


def metric_reporters() -> dict[str, Reporter]:
    """One reporter for each metric of the registry, by name."""
    return {entry.name: partial(latest_metric, name=entry.name) for entry in METRICS}


def attribute_names() -> list[str]:
    """What can be collected of agents, of either kind."""
    views = (vars(kind).items() for kind in (StateAgent, TheatreAgent))
    found = {name for view in views for name, value in view if name[0] != "_" and not callable(value)}
    return sorted({*found, "id", "name", "doctrine", "index", "unique_id"} - {"table"})


def agent_reporters(wanted: AgentReporters | None) -> dict[str, Reporter]:
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
