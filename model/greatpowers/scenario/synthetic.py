"""Generated worlds: a pure function of a few numbers and a seed.

Places, power, doctrines, theatres and alliances each have a stream of luck of their own, drawn in blocks of fixed
shape. Then worlds that differ in one setting share everything else: raising the share of power-maximizers
converts some states and leaves the map, the power and the other states as they were.
"""

from typing import Any, Literal, NamedTuple

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.mathematics import exp_of, normal_quantile
from greatpowers.core.parameters import Parameters
from greatpowers.scenario.errors import suggestion
from greatpowers.scenario.geography import as_pairs, great_circle, home_reach, neighbours
from greatpowers.scenario.library import names
from greatpowers.scenario.schema import Alliance, Distances, Rivalry, Scenario, State, SyntheticSettings, Theatre

Geography = Literal["plane", "ring"]

ARMS_SPREAD = 0.25
"""Standard deviation of the log of capability about the economy: some states arm more than others."""

PLANE_HALF_WIDTH = 36.0
"""Degrees: capitals lie in a square of about 8000 km around the equator, where a sphere is nearly flat."""

COMPARABLE = 3.0
"""Powers within this factor of each other are comparable (parity: Organski & Kugler 1980 take .8; this is looser)."""

LEAST_RIVALRY = 0.05
"""Rivalries weaker than this are left out: the states are too far apart to matter to each other."""

ELECTION_PERIOD = 16
PACT = 0.8
TIE_BREAK = 1e-6
"""Weight of luck where two targets are equally near, as on a ring."""

GENERATED = (
    "states",
    "theatres",
    "alliances",
    "alliance_matrix",
    "bases",
    "rivalries",
    "hostilities",
    "distances",
    "trade",
)


GENERATORS = ("maximizer_doctrine", "other_doctrine")
"""Settings of [synthetic] that name a doctrine."""


def expansion_faults(scenario: Scenario) -> list[tuple[str, str]]:
    """What cannot stand in one file with [synthetic], which generates it."""
    faults: list[tuple[str, str]] = []
    for name in GENERATED:
        field = Scenario.model_fields[name]
        if name in scenario.model_fields_set:
            key = field.alias or name
            faults.append(("", f"'{key}' and [synthetic] are both given; [synthetic] generates it, so leave one out."))
    settings = scenario.synthetic or SyntheticSettings()
    doctrines = [*names("doctrines"), *(doctrine.name for doctrine in scenario.doctrines)]
    for key in GENERATORS:
        doctrine = getattr(settings, key)
        if doctrine not in doctrines:
            remedy = suggestion(doctrine, doctrines)
            faults.append(("synthetic", f"'{key}' is \"{doctrine}\", and there is no such doctrine. {remedy}"))
    return faults


def expand(scenario: Scenario) -> Scenario:
    """The scenario with its [synthetic] table replaced by the states and theatres it stands for."""
    if scenario.synthetic is None:
        return scenario
    return scenario.model_copy(update={**generate(scenario.synthetic), "synthetic": None})


class Sketch(NamedTuple):
    """A world before it is written down: arrays over states [N], pairs [pairs, 2] or [N, N]."""

    ids: list[str]
    place: Floats
    contiguous: Ints
    reach: Floats
    economy: Floats
    capability: Floats
    power: Floats
    nuclear: Floats
    maximizer: Ints
    first_election: Ints


def generate(settings: SyntheticSettings) -> dict[str, Any]:
    """States, theatres, alliances, rivalries and distances of a generated world, by field of :class:`Scenario`.

    It has no past: there is no hostility in it at the start.
    """
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(settings.seed).spawn(5)]
    sketch = _sketch(settings, streams[0], streams[1], streams[2])
    return {
        "states": _states(settings, sketch),
        "theatres": _theatres(settings, sketch, streams[3]),
        "alliances": _alliances(settings, sketch, streams[4]),
        "rivalries": _rivalries(sketch),
        "hostilities": (),
        "distances": Distances(contiguous=tuple((sketch.ids[i], sketch.ids[j]) for i, j in sketch.contiguous)),
    }


def _sketch(
    settings: SyntheticSettings, places: np.random.Generator, powers: np.random.Generator, kinds: np.random.Generator
) -> Sketch:
    n = settings.states
    place = _places(settings, places)
    contiguous = _contiguous(settings, place)
    economy, capability = _powers(settings, powers)
    power = (economy + capability) / 2
    return Sketch(
        ids=[f"S{i + 1:0{len(str(n))}d}" for i in range(n)],
        place=place,
        contiguous=contiguous,
        reach=home_reach(great_circle(place[:, 0], place[:, 1]), contiguous, Parameters().distance_decay),
        economy=economy,
        capability=capability,
        power=power,
        nuclear=_second_strike(settings.nuclear, power),
        maximizer=_chosen(settings.power_maximizers, kinds.permutation(n)),
        first_election=kinds.integers(0, ELECTION_PERIOD, n),
    )


def _places(settings: SyntheticSettings, luck: np.random.Generator) -> Floats:
    """Latitude and longitude [N, 2]: evenly around the equator, or anywhere in a square on it."""
    square = luck.uniform(-PLANE_HALF_WIDTH, PLANE_HALF_WIDTH, (settings.states, 2)).round(3)
    if settings.geography == "plane":
        return square
    longitude = np.linspace(-180.0, 180.0, settings.states, endpoint=False)
    return np.column_stack([np.zeros(settings.states), longitude])


def _contiguous(settings: SyntheticSettings, place: Floats) -> Ints:
    n = settings.states
    if settings.geography == "plane":
        return neighbours(place)
    return as_pairs([(i, (i + 1) % n) for i in range(n if n > 2 else n - 1)])


def _powers(settings: SyntheticSettings, luck: np.random.Generator) -> tuple[Floats, Floats]:
    """Output and capability, as shares [N]: log-normal with the Gini coefficient asked for.

    Gini = 2 Phi(sigma / sqrt 2) - 1  (Aitchison & Brown 1957). Quantiles dealt out at random instead of draws, so
    that a small world is as unequal as a large one.
    """
    n = settings.states
    sigma = np.sqrt(2.0) * normal_quantile((settings.inequality + 1) / 2)
    quantiles = np.array([normal_quantile((i + 0.5) / n) for i in range(n)])
    economy = exp_of(sigma * luck.permutation(quantiles))
    armed = np.array([normal_quantile(share) for share in (luck.integers(2**52, size=n) + 0.5) / 2**52])
    capability = economy * exp_of(ARMS_SPREAD * armed)
    return economy / economy.sum(), capability / capability.sum()


def _chosen(share: float, order: Ints) -> Ints:
    """Ones [N] for the given share of states, first come first served in `order`."""
    chosen = np.zeros(order.size, dtype=np.int64)
    chosen[order[: round(share * order.size)]] = 1
    return chosen


def _second_strike(share: float, power: Floats) -> Floats:
    """Second-strike capacity [N]: from 1/2 to 1 by power, for the given share of states, the strongest."""
    strongest = np.argsort(-power, kind="stable")
    holds = _chosen(share, strongest)
    capacity: Floats = holds * (0.5 + 0.5 * power / power.max())
    return capacity.round(3)


def _states(settings: SyntheticSettings, sketch: Sketch) -> tuple[State, ...]:
    """The states: large economies are less open (Alesina & Wacziarg 1998), power-maximizers hold no elections."""
    openness = (0.35 - 0.25 * sketch.economy / sketch.economy.max()).round(3)
    doctrines = (settings.other_doctrine, settings.maximizer_doctrine)
    return tuple(
        State(
            id=name,
            doctrine=doctrines[sketch.maximizer[i]],
            reason="drawn at random",
            economy=float(sketch.economy[i]),
            capability=float(sketch.capability[i]),
            nuclear=float(sketch.nuclear[i]),
            openness=float(openness[i]),
            lat=float(sketch.place[i, 0]),
            lon=float(sketch.place[i, 1]),
            election_period=0 if sketch.maximizer[i] else ELECTION_PERIOD,
            next_election=None if sketch.maximizer[i] else int(sketch.first_election[i]),
        )
        for i, name in enumerate(sketch.ids)
    )


def _theatres(settings: SyntheticSettings, sketch: Sketch, luck: np.random.Generator) -> tuple[Theatre, ...]:
    """The politically relevant directed dyads  (Maoz & Russett 1993).

    Small states look to their nearest, great powers anywhere, most of all where there is much to gain and their
    force arrives. The nearer, the more salient.
    """
    ids, n = sketch.ids, len(sketch.ids)
    draws = luck.uniform(0.3, 1.0, (n, n))
    great = (sketch.power >= Parameters().great_power_share) | (sketch.nuclear > 0)
    prize = np.where(great[:, None], np.sqrt(sketch.power)[None, :], 1.0)
    appeal = sketch.reach * prize + TIE_BREAK * draws
    np.fill_diagonal(appeal, -1.0)
    count = min(settings.theatres_per_challenger, n - 1)
    targets = np.sort(np.argsort(-appeal, axis=1, kind="stable")[:, :count], axis=1)
    salience = (draws * (0.5 + 0.5 * sketch.reach)).round(3)
    return tuple(
        Theatre(id=f"{ids[i]}-{ids[j]}", challenger=ids[i], host=ids[j], salience=float(salience[i, j]))
        for i in range(n)
        for j in targets[i]
    )


def _alliances(settings: SyntheticSettings, sketch: Sketch, luck: np.random.Generator) -> tuple[Alliance, ...]:
    """Mutual pacts between neighbours who both preserve the order, each with the chance asked for."""
    ids, draws = sketch.ids, luck.random((settings.states, settings.states))
    return tuple(
        Alliance(name=f"{ids[i]}-{ids[j]} pact", members=(ids[i], ids[j]), commitment=PACT)
        for i, j in sketch.contiguous
        if not sketch.maximizer[i] and not sketch.maximizer[j] and draws[i, j] < settings.alliances
    )


def _rivalries(sketch: Sketch) -> tuple[Rivalry, ...]:
    """A power-maximizer is the rival of every state of comparable power, the more so the nearer."""
    ids, power, reach = sketch.ids, sketch.power, sketch.reach
    ratio = np.maximum(power[:, None] / power[None, :], power[None, :] / power[:, None])
    maximizes = sketch.maximizer.astype(bool)
    wanted = (ratio <= COMPARABLE) & (maximizes[:, None] | maximizes[None, :]) & (reach > LEAST_RIVALRY)
    return tuple(
        Rivalry(states=(ids[i], ids[j]), strength=float(reach[i, j].round(3)))
        for i, j in np.argwhere(np.triu(wanted, 1))
    )
