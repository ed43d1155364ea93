"""What holds between pairs of states at round 0: alliances, reach, trade, rivalry, hostility."""

from collections.abc import Iterable, Sequence

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.parameters import Parameters
from greatpowers.core.world import Pairs
from greatpowers.scenario.geography import Bases, as_pairs, based_reach, gravity_trade, great_circle, home_reach
from greatpowers.scenario.schema import Scenario


def fill_pairs(pairs: Pairs, scenario: Scenario, parameters: Parameters, economy: Floats) -> None:
    """Write the pair matrices [N, N] of a checked scenario; diagonals are 0, that of reach 1."""
    distances = distance_matrix(scenario)
    pairs.alliance[:] = alliance_matrix(scenario)
    pairs.treaty[:] = pairs.alliance
    pairs.reach[:] = reach_matrix(scenario, parameters, distances)
    pairs.trade[:] = trade_matrix(scenario, economy, distances)
    pairs.rivalry[:] = rivalry_matrix(scenario)
    pairs.hostility[:] = hostility_matrix(scenario)


def distance_matrix(scenario: Scenario) -> Floats:
    """Distances in km [N, N]: between capitals, except where the scenario's own matrix says otherwise."""
    latitude = np.array([state.lat if state.lat is not None else 0.0 for state in scenario.states])
    longitude = np.array([state.lon if state.lon is not None else 0.0 for state in scenario.states])
    distances = great_circle(latitude, longitude)
    _put(distances, scenario, scenario.distances.states, scenario.distances.rows)
    np.fill_diagonal(distances, 0.0)
    return distances


def reach_matrix(scenario: Scenario, parameters: Parameters, distances: Floats) -> Floats:
    """Share of row's force that arrives at column, from home or from the best forward base."""
    index = scenario.state_index()
    contiguous = as_pairs([(index[one], index[other]) for one, other in scenario.distances.contiguous])
    reach = home_reach(distances, contiguous, parameters.distance_decay)
    bases = Bases(
        np.array([index[base.state] for base in scenario.bases], dtype=np.int64),
        np.array([index[base.host] for base in scenario.bases], dtype=np.int64),
        np.array([base.strength for base in scenario.bases], dtype=np.float64),
    )
    return based_reach(reach, distances, bases, parameters.basing, parameters.distance_decay)


def alliance_matrix(scenario: Scenario) -> Floats:
    """Commitment of row to defend column: the strongest of all that the scenario lists."""
    matrix = _zeros(scenario)
    if scenario.alliance_matrix is not None:
        _put(matrix, scenario, scenario.alliance_matrix.states, scenario.alliance_matrix.rows)
    pairs = [(one, other, a.commitment) for a in scenario.alliances for one, other in a.pairs()]
    _raise_to(matrix, scenario, pairs)
    np.fill_diagonal(matrix, 0.0)
    return matrix


def trade_matrix(scenario: Scenario, economy: Floats, distances: Floats) -> Floats:
    """Share of row's foreign trade that is with column: as given, else from gravity."""
    if scenario.trade is None:
        return gravity_trade(economy, distances)
    matrix = _zeros(scenario)
    _put(matrix, scenario, scenario.trade.states, scenario.trade.rows)
    np.fill_diagonal(matrix, 0.0)
    return matrix


def rivalry_matrix(scenario: Scenario) -> Floats:
    """Mutual rivalry, as the scenario declares it."""
    return _mutual(scenario, [(*rivalry.states, rivalry.strength) for rivalry in scenario.rivalries])


def hostility_matrix(scenario: Scenario) -> Floats:
    """Hostility between the two that past disputes left, as the scenario declares it; 0 where it is silent."""
    return _mutual(scenario, [(*hostility.states, hostility.level) for hostility in scenario.hostilities])


def _mutual(scenario: Scenario, pairs: Sequence[tuple[str, str, float]]) -> Floats:
    """A symmetric matrix of what is said of pairs."""
    matrix = _zeros(scenario)
    _raise_to(matrix, scenario, [*pairs, *((other, one, strength) for one, other, strength in pairs)])
    return matrix


def _zeros(scenario: Scenario) -> Floats:
    return np.zeros((len(scenario.states), len(scenario.states)))


def _put(matrix: Floats, scenario: Scenario, names: Sequence[str], rows: Sequence[Sequence[float]]) -> None:
    """Write a matrix over some states into one over all of them."""
    if names:
        index = scenario.state_index()
        places = [index[name] for name in names]
        matrix[np.ix_(places, places)] = np.array(rows)


def _raise_to(matrix: Floats, scenario: Scenario, pairs: Iterable[tuple[str, str, float]]) -> None:
    """Raise the entries of ordered pairs to the given strength where they are below it."""
    index = scenario.state_index()
    for one, other, strength in pairs:
        i, j = index[one], index[other]
        matrix[i, j] = max(matrix[i, j], strength)
