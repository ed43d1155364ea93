"""Results: an experiment given on the command line, filtered, ranked and drawn; a click plays a run again."""

import math
import threading
from typing import Annotated, Any, Literal
from weakref import WeakKeyDictionary

from pydantic import Field, ValidationError

from greatpowers.experiments.results import Results
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.kinds import TomlTable
from greatpowers.server.labels import policy_titles, significant
from greatpowers.server.results_explorer import POLICY, Explorer, PolicyRanking, ranking_of
from greatpowers.server.start import state_of_row
from greatpowers.server.state import APART

_explorers: "WeakKeyDictionary[Results, Explorer]" = WeakKeyDictionary()
_lock = threading.Lock()

MOST_AXES = 12

Word = Annotated[str, Field(strict=True, max_length=80)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Filter = tuple[Number, Number] | tuple[Word, ...]


class Ask(TomlTable):
    """Show the runs that pass some filters: axes of the parallel plot, axes of the scatter, the metric that ranks."""

    do: Literal["ask"]
    axes: Annotated[tuple[Word, ...], Field(max_length=MOST_AXES)]
    x: Word
    y: Word
    metric: Word
    better: bool | None = None
    descending: bool = False
    filters: Annotated[dict[Word, Filter], Field(max_length=200)] = Field(default={})


class Pick(TomlTable):
    """Show one run, or play it again in full."""

    do: Literal["run", "replay"]
    row: Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]


class Begin(TomlTable):
    """Say what there is."""

    do: Literal["begin"]


class ResultsRequest(TomlTable):
    """What a page asks of the results."""

    message: Annotated[Ask | Pick | Begin, Field(discriminator="do")]


def results_request(results: Results | None, body: object) -> dict[str, Any]:
    """What a page is to show, by what it is; raises :class:`GreatPowersError`, for a page may send anything."""
    try:
        message = ResultsRequest.model_validate(body).message
    except ValidationError:
        raise GreatPowersError("that cannot be asked of these results; reload the page and try again.") from None
    if results is None:
        return {"show": {"phase": "empty"}}
    if isinstance(message, Begin):
        return {"show": opening(explorer_of(results))}
    if isinstance(message, Ask):
        return {"answer": answer(explorer_of(results), message)}
    if message.do == "run":
        return {"run": run_card(explorer_of(results), message.row)}
    return {"state": state_of_row(results, message.row).model_dump(mode="json", exclude=set(APART)), "row": message.row}


def explorer_of(results: Results) -> Explorer:
    """The explorer of an experiment: one for all pages, so that a column is read once."""
    with _lock:
        if results not in _explorers:
            _explorers[results] = Explorer(results)
        return _explorers[results]


def opening(explorer: Explorer) -> dict[str, Any]:
    """What there is, and what to look at first."""
    results, columns = explorer.results, explorer.columns
    done, total = results.complete
    metrics = explorer.usual_metrics()
    influential = explorer.influential(metrics[0])
    first = influential[0] if influential else POLICY
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
        "axes": [POLICY, *influential, *metrics[:3]],
        "x": first,
        "y": metrics[0],
        "metric": metrics[0],
    }


def answer(explorer: Explorer, ask: Ask) -> dict[str, Any]:
    """What a filter leaves: how many runs, the ranking and the list, and the columns of the runs that are drawn."""
    selected = explorer.select(ask.filters)
    ranking = ranking_of(explorer, selected, ask.metric, ask.better) if selected.runs else None
    drawn = explorer.sample(selected)
    listed = explorer.listed(selected, ask.metric, ask.descending)
    return {
        "runs": selected.runs,
        "worlds": selected.worlds,
        "whole": selected.whole,
        "drawn": int(drawn.size),
        "rows": explorer.keys["row"].to_numpy()[drawn].tolist(),
        "columns": explorer.drawn(drawn, [*ask.axes, ask.x, ask.y, POLICY]),
        "ranking": ranking_data(ranking),
        "list": [_listed(explorer, int(place), ask.metric) for place in listed],
    }


def ranking_data(ranking: PolicyRanking | None) -> dict[str, Any] | None:
    """A ranking as plain data, None where there is no number."""
    if ranking is None:
        return None
    ranks = [{key: _plain(value) for key, value in rank._asdict().items()} for rank in ranking.ranks]
    return ranking._asdict() | {"ranks": ranks}


def run_card(explorer: Explorer, row: int) -> dict[str, Any]:
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


def _listed(explorer: Explorer, place: int, metric: str) -> dict[str, Any]:
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
