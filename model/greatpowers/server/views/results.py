"""Results: an experiment given on the command line, filtered, ranked and drawn; a click plays a run again."""

import json
import logging
import math
from typing import Any
from weakref import WeakKeyDictionary

import nicegui.elements.echart  # noqa: F401  (its scripts are in the page's import map from then on)
from nicegui import run, ui
from nicegui.events import GenericEventArguments

from greatpowers.experiments.results import Results
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.server import results_explorer
from greatpowers.server.labels import policy_titles, significant
from greatpowers.server.run import state_of_row
from greatpowers.server.session import Session
from greatpowers.server.state import LabState

ASSETS = ("theme.css", "play.css", "results.css", "parallel.js")
EVENT = "greatpowers-results"

OWN_FAULT = (
    "something went wrong that is our fault, not yours; the terminal says more. Loosen the filters and try again."
)
SHOWN_ONLY = {"view", "cursor", "game"}
"""Fields of the state that a replayed run leaves as they are."""

_explorers: "WeakKeyDictionary[Results, results_explorer.Explorer]" = WeakKeyDictionary()
log = logging.getLogger(__name__)


def build(session: Session) -> None:
    """Build the view of one tab, inside the current container."""
    ui.element("gp-results").props("data-testid=results")
    ResultsView(session)


def explorer_of(results: Results) -> results_explorer.Explorer:
    """The explorer of an experiment: one for all tabs, so that a column is read once."""
    if results not in _explorers:
        _explorers[results] = results_explorer.Explorer(results)
    return _explorers[results]


class ResultsView:
    """What one tab asks of an experiment; a question asked meanwhile takes the place of the one before."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._asked = 0
        ui.on(EVENT, self._heard)

    async def _heard(self, event: GenericEventArguments) -> None:
        """The page may send anything; what cannot be asked is answered with a sentence."""
        try:
            message = results_explorer.read_message(event.args)
            if self._session.results is None:
                _send("show", {"phase": "empty"})
            elif isinstance(message, results_explorer.Begin):
                _send("show", await run.io_bound(opening, self._explorer))
            elif isinstance(message, results_explorer.Ask):
                await self._answer(message)
            elif message.do == "run":
                _send("run", await run.io_bound(run_card, self._explorer, message.row))
            else:
                await self._replay(message)
        except GreatPowersError as error:
            _send("complain", str(error))
        except Exception:
            log.exception("results could not be shown")
            _send("complain", OWN_FAULT)

    @property
    def _explorer(self) -> results_explorer.Explorer:
        return explorer_of(self._session.results)

    async def _answer(self, ask: results_explorer.Ask) -> None:
        self._asked += 1
        turn = self._asked
        parts = await run.io_bound(answer, self._explorer, ask)
        if parts is not None and turn == self._asked:
            for part in parts:
                _send("part", part)

    async def _replay(self, pick: results_explorer.Pick) -> None:
        """Play a run again in the World tab; the state of the page becomes that of the run."""
        state = await run.io_bound(state_of_row, self._session.results, pick.row)
        if state is None:  # the server is shutting down
            return
        fields = {name: getattr(state, name) for name in LabState.model_fields if name not in SHOWN_ONLY}
        if self._session.change(**fields):
            _send("replayed", pick.row)


def _send(what: str, payload: object) -> None:
    ui.run_javascript(f"greatpowersResults.{what}({json.dumps(payload, allow_nan=False)})")


def opening(explorer: results_explorer.Explorer) -> dict[str, Any]:
    """What there is, and what to look at first."""
    results, columns = explorer.results, explorer.columns
    done, total = results.complete
    metrics = explorer.usual_metrics()
    influential = explorer.influential(metrics[0])
    first = influential[0] if influential else results_explorer.POLICY
    return {
        "phase": "open",
        "name": results.name,
        "title": str(results.experiment.get("title", results.name)),
        "question": str(results.experiment.get("question", "")),
        "done": done,
        "total": total,
        "worlds": len(explorer.points),
        "seeds": len(results.seeds),
        "policies": results.policies,
        "titles": {name: policy_titles()[name] for name in results.policies if name in policy_titles()},
        "columns": [column._asdict() for column in columns.values()],
        "axes": [results_explorer.POLICY, *influential, *metrics[:3]],
        "x": first,
        "y": metrics[0],
        "metric": metrics[0],
    }


def answer(explorer: results_explorer.Explorer, ask: results_explorer.Ask) -> list[dict[str, Any]]:
    """The answer in parts, each small enough for one message: figures and list, then a column at a time."""
    selected = explorer.select(ask.filters)
    ranking = results_explorer.ranking_of(explorer, selected, ask.metric, ask.better) if selected.runs else None
    drawn, names = explorer.sample(selected), list(dict.fromkeys([*ask.axes, ask.x, ask.y, results_explorer.POLICY]))
    listed = explorer.listed(selected, ask.metric, ask.descending)
    rows = explorer.keys["row"].to_numpy()
    head = {
        "part": "head",
        "runs": selected.runs,
        "worlds": selected.worlds,
        "whole": selected.whole,
        "drawn": int(drawn.size),
        "rows": rows[drawn].tolist(),
        "ranking": ranking_data(ranking),
        "list": [_listed(explorer, int(place), ask.metric) for place in listed],
    }
    columns = explorer.drawn(drawn, names)
    parts = [{"part": "column", "name": name, "values": values} for name, values in columns.items()]
    return [head, *parts, {"part": "end"}]


def ranking_data(ranking: results_explorer.PolicyRanking | None) -> dict[str, Any] | None:
    """A ranking as plain data, None where there is no number."""
    if ranking is None:
        return None
    ranks = [{key: _plain(value) for key, value in rank._asdict().items()} for rank in ranking.ranks]
    return ranking._asdict() | {"ranks": ranks}


def run_card(explorer: results_explorer.Explorer, row: int) -> dict[str, Any]:
    """One run of the table: what it was, and every number that was recorded of it."""
    places = explorer.keys["row"].to_numpy()
    at = int(places.searchsorted(row))
    if at >= places.size or places[at] != row:
        raise GreatPowersError(f"there is no run {row} in these results.")
    numbers = [
        {"name": name, "label": column.label, "unit": column.unit, "value": _plain(float(explorer.values(name)[at]))}
        for name, column in explorer.columns.items()
        if column.group == "metric"
    ]
    return _listed(explorer, at, "") | {"numbers": numbers}


def _listed(explorer: results_explorer.Explorer, place: int, metric: str) -> dict[str, Any]:
    keys = explorer.keys.iloc[place]
    row = {
        "row": int(keys["row"]),
        "point": int(keys["point"]),
        "policy": str(keys["policy"]),
        "seed": int(keys["seed"]),
    }
    if metric:
        row["value"] = _plain(float(significant(explorer.values(metric)[place : place + 1])[0]))
    return row


def _plain(value: Any) -> Any:
    """A value that JSON can hold."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
