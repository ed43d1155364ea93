"""Rules for the matrices of a scenario: square, over known states, symmetric where they must be."""

from collections.abc import Iterator, Sequence

from greatpowers.scenario.errors import suggestion
from greatpowers.scenario.kinds import repeated
from greatpowers.scenario.schema import Scenario

Fault = tuple[str, str]
Rows = Sequence[Sequence[float]]
NO_PLACE = (
    "the settings 'lat' and 'lon' are missing; expected the capital's degrees, or a matrix in [distances] that names "
    "every state."
)
SLACK = 1e-3
"""Shares given to three digits may add up to a little more than one."""


def matrix_faults(scenario: Scenario) -> Iterator[Fault]:
    """Everything wrong with the matrices of alliances, distances and trade."""
    ids = list(scenario.state_index())
    if matrix := scenario.alliance_matrix:
        faults = list(_shape_faults(matrix.states, matrix.rows, ids))
        if not faults and not matrix.directed:
            faults += _symmetry_faults(
                matrix.states, matrix.rows, "; write directed = true if commitments are one-way."
            )
        yield from (("alliance_matrix", text) for text in faults)
    yield from (("distances", text) for text in _distance_faults(scenario, ids))
    yield from _coordinate_faults(scenario)
    if trade := scenario.trade:
        faults = list(_shape_faults(trade.states, trade.rows, ids)) or list(
            _trade_faults(trade.states, trade.rows, ids)
        )
        yield from (("trade", text) for text in faults)


def _shape_faults(names: Sequence[str], rows: Rows, ids: Sequence[str]) -> Iterator[str]:
    for name in names:
        if name not in ids:
            yield f"'states' names '{name}', but no state has that id. {suggestion(name, ids)}"
    for name in repeated(names):
        yield f"'states' names '{name}' more than once."
    if len(rows) != len(names):
        yield f"the number of rows is {len(rows)} and the number of states {len(names)}; expected a square matrix."
    for name, row in zip(names, rows, strict=False):
        if len(row) != len(names):
            yield (
                f"the row of '{name}' has length {len(row)} and the number of states is {len(names)}; "
                "expected a square matrix."
            )


def _symmetry_faults(names: Sequence[str], rows: Rows, remedy: str) -> Iterator[str]:
    for i, one in enumerate(names):
        for j, other in enumerate(names[:i]):
            if rows[i][j] != rows[j][i]:
                yield (
                    f"'rows' is not symmetric: {rows[i][j]:g} from '{one}' to '{other}' and {rows[j][i]:g} back{remedy}"
                )
                return


def _distance_faults(scenario: Scenario, ids: Sequence[str]) -> Iterator[str]:
    distances = scenario.distances
    faults = list(_shape_faults(distances.states, distances.rows, ids))
    yield from faults or _symmetry_faults(distances.states, distances.rows, "; expected the same both ways.")


def _coordinate_faults(scenario: Scenario) -> Iterator[Fault]:
    """Every pair of states needs a distance: from the matrix, or from two capitals."""
    placed = {state.id for state in scenario.states if state.lat is not None}
    listed = set(scenario.distances.states)
    everybody = set(scenario.state_index())
    if listed >= everybody or len(everybody) == 1:
        return
    for state in scenario.states:
        if state.id not in placed and state.lon is None:
            yield f"state '{state.id}'", NO_PLACE


def _trade_faults(names: Sequence[str], rows: Rows, ids: Sequence[str]) -> Iterator[str]:
    for name in ids:
        if name not in names:
            yield f"'states' lacks '{name}'; expected every state of the scenario."
    for name, row in zip(names, rows, strict=True):
        if sum(row) > 1 + SLACK:
            yield f"the row of '{name}' adds up to {sum(row):g}; expected at most 1."
