"""From the record of a year to a world: which years the files of a directory hold, and by which rules they are read.

A world needs states, borders and alliances of its year, and is refused without them. What else is missing is said in
one sentence each, which go into the summary of the scenario, the head of its file, and onto the terminal.

Each rule is one small table, with whom it follows. Nothing here was fitted: these are starting values, the same for
every year, so that two eras differ only by what the record says of them.
"""

from collections.abc import Iterable
from typing import NamedTuple

from greatpowers.historical.derived_tables import FIRST_YEAR, LAST_YEAR, is_member, name_in, state_names, was_state
from greatpowers.historical.published.catalogue import NEEDED
from greatpowers.historical.published.records import Records
from greatpowers.scenario.errors import GreatPowersError


def checked_year(records: Records, year: int) -> int:
    """The year, if a world of it makes sense; raises :class:`GreatPowersError` naming the file that lacks it."""
    for subject in NEEDED:
        if records.source(subject) is None:
            raise GreatPowersError(records.missing(subject))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise GreatPowersError(
            f"year {year}: the record covers {FIRST_YEAR} to {LAST_YEAR}; expected a year from then."
        )
    held = _years_of_states(records)
    if year not in held:
        name = records.named("capabilities")
        raise GreatPowersError(f"year {year}: {name} holds no states of it; expected one of {spans(held)}.")
    for subject in ("contiguity", "alliances"):
        first, last = _span(records, subject)
        if year > last or (year < first and subject == "contiguity"):
            name = records.named(subject)
            raise GreatPowersError(
                f"year {year}: {name} tells of {subject} from {first} to {last}; expected a year from then."
            )
    return year


def whole_years(records: Records) -> list[int]:
    """The years of which the needed files hold everything: states, borders, alliances, and disputes before them."""
    known = _span(records, "disputes")[1] + 1
    return [year for year in _years_that_make_sense(records) if year <= known]


def late_years(records: Records) -> list[int]:
    """The years of which worlds can be built, but not with all disputes before them."""
    known = _span(records, "disputes")[1] + 1
    return [year for year in _years_that_make_sense(records) if year > known]


def _years_that_make_sense(records: Records) -> list[int]:
    (first, last), (start, end) = _span(records, "contiguity"), _span(records, "alliances")
    return [year for year in _years_of_states(records) if max(first, start) <= year <= min(last, end)]


def spans(years: Iterable[int]) -> str:
    """Years in words: `1900, 1962 and 1990 to 2012`."""
    runs: list[tuple[int, int]] = []
    for year in sorted(years):
        if runs and runs[-1][1] == year - 1:
            runs[-1] = runs[-1][0], year
        else:
            runs.append((year, year))
    words = [f"{first}" if first == last else f"{first} to {last}" for first, last in runs]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def lacking(records: Records, year: int) -> list[str]:
    """What a world of a year has to do without, or has otherwise than its files say: a sentence each."""
    return [*_left_out(records, year), *_pasts(records, year), *_stand_ins(records, year), *misnamed(records)]


def _years_of_states(records: Records) -> list[int]:
    return sorted(int(year) for year in records.capabilities["year"].unique() if FIRST_YEAR <= year <= LAST_YEAR)


def _span(records: Records, subject: str) -> tuple[int, int]:
    source = records.source(subject)
    if source is None:
        raise GreatPowersError(records.missing(subject))
    return source.first, source.last


def _left_out(records: Records, year: int) -> list[str]:
    """Who is in the file of the year and not in its world."""
    rows = records.subject("capabilities")
    codes = sorted(int(code) for code in rows[rows["year"] == year]["ccode"])
    unknown = [code for code in codes if code not in state_names()]
    if unknown:
        raise GreatPowersError(
            f"{records.directory}: country number {unknown[0]} is in the capabilities of {year}, and no state has it."
        )
    out = [code for code in codes if not is_member(code, year)]
    sentences = []
    for there, reason in ((True, f"no state in the first quarter of {year}"), (False, f"no state in {year}")):
        some = [code for code in out if was_state(code, year) == there]
        if some:
            who = ", ".join(f"{name_in(code, year)[1]} ({code})" for code in some)
            sentences.append(f"Left out, {reason} by the list of Correlates of War: {who}.")
    return sentences


def _pasts(records: Records, year: int) -> list[str]:
    sentences = []
    last = _span(records, "disputes")[1]
    if last + 1 < year:
        sentences.append(f"Disputes are known to {last}: those of {spans(range(last + 1, year))} left no past.")
    first, _ = _span(records, "alliances")
    if not (records.alliances["year"] == year).any():
        why = f"are known from {first}" if year < first else f"of {year} are none in {records.named('alliances')}"
        sentences.append(f"Alliances {why}: nobody has promised anything.")
    return sentences


STAND_INS = {
    "output": "shares of industry stand in for it",
    "trade": "every state is as open as the world",
    "dyadic trade": "who trades with whom follows from size and distance",
}


def _stand_ins(records: Records, year: int) -> list[str]:
    sentences = []
    for subject, instead in STAND_INS.items():
        source = records.source(subject)
        if source is None:
            sentences.append(f"There is no file on {subject}: {instead}.")
        elif not (records.subject(subject)["year"] == year).any():
            sentences.append(f"What is known of {subject} is from {source.first} to {source.last}: {instead}.")
    return sentences


def misnamed(records: Records) -> list[str]:
    """Files whose name says another release than their last year."""
    sources = [source for subject in (*NEEDED, *STAND_INS) if (source := records.source(subject)) is not None]
    return [
        f"{source.found.name} says {source.claimed} by its name, and ends in {source.last} as release {source.release} "
        "does."
        for source in sources
        if source.claimed
    ]


class Era(NamedTuple):
    """What held in a stretch of years: the doctrine of ordinary states, the order at the start, and why."""

    first: int
    last: int
    doctrine: str
    order: float
    reason: str
    source: str


ERAS = (
    Era(
        1816, 1918, "nineteenth-century", 0.2,
        "War was a lawful means of policy, and great powers settled among themselves what others might keep",
        "Hathaway & Shapiro 2017; Schroeder 1994; Mearsheimer 2001",
    ),
    Era(
        1919, 1945, "order-preserving", 0.5,
        "Aggressive war was outlawed by the League and the pact of Paris, with nobody in charge of seeing to it",
        "Hathaway & Shapiro 2017; Ikenberry 2001",
    ),
    Era(
        1946, 1989, "order-preserving", 0.6,
        "The Charter forbade the use of force, and a hegemon with bases and money stood behind it in half the world",
        "Ikenberry 2001; Hathaway & Shapiro 2017",
    ),
    Era(
        1990, 2016, "order-preserving", 0.7,
        "The same order with nobody to balance its leader",
        "Ikenberry 2011; Wohlforth 1999",
    ),
)  # fmt: skip

MAXIMIZER = "nineteenth-century"
MAXIMIZER_WINDOW, MAXIMIZER_DISPUTES = 15, 5
MAXIMIZER_RULE = (
    "After 1918 a state plays by nineteenth-century rules if it is no democracy (Polity2 below 6) and either a major "
    "power without a pact to defend the most powerful democracy, or one that began at least 5 disputes as a "
    "revisionist, using force, that were over within the 15 years before (Schweller 1994; Ikenberry 2001)."
)

STAKEHOLDER = "stakeholder-revisionist"
STAKEHOLDER_DISPUTES = 2
STAKEHOLDER_RULE = (
    "A state that began at least 2 disputes as a revisionist in those 15 years and is none of these has a stake in the "
    "order and wants to revise it, unless it is the most powerful democracy or a major power sworn to defend that "
    "(Johnston 2003; Schweller 1994)."
)

COMMITMENT = {"defense": 0.75, "offense": 0.5, "consult": 0.2}
"""Commitment by the strongest obligation: three alliances in four are honoured when called on (Leeds, Long & Mitchell
2000), a promise to attack together binds less where it is the host that is attacked, one to consult little. The same
in every era. Neutrality and non-aggression promise no help, and count for nothing."""


BORDER = {1: 0.08, 2: 0.08, 3: 0.08, 4: 0.07, 5: 0.055}
"""Salience by type of contiguity, from a land border to 400 miles of water: neighbours fight, over water nearly as much
as over land (Vasquez 1993; Bremer 1992; the levels as start years ending in 6 have them)."""

GRAVITY, GRAVITY_SHARE, GRAVITY_KM = 0.014, 0.01, 4000.0
GRAVITY_OF_SIZE, GRAVITY_OF_DISTANCE = 0.7, 0.35
"""Salience of a state without a border to the challenger: as the product of their capabilities over their distance, the
law of gravity (Hegre 2008). It is `GRAVITY` between two that have `GRAVITY_SHARE` of the world's capabilities each and
capitals `GRAVITY_KM` apart; the exponents are of the geometric mean of their shares and of the distance. Nobody far
away matters more than a neighbour over 400 miles of water. A power has its attention once, for thirty distant states or
for two hundred; shares of the world say that by themselves."""

REGIMES = {0: 1.0, 1: 1.3, 2: 0.6}
"""What salience is multiplied by, for how many of the two are democracies: the democratic peace, and the quarrels of
mixed pairs (Maoz & Russett 1993; Raknerud & Hegre 1997)."""

HOSTILITY_MEMORY = 0.975
HOSTILITY_CRISIS = 0.25
HOSTILITY_WAR = 0.25
# The defaults of the engine's parameters `hostility_memory`, `hostility_crisis` and `hostility_war`: the past of a pair
# is replayed by the law that makes its future.
"""Hostility between two states: what is left of it a quarter on (half of it after seven years, a third after eleven),
and what a new dispute and, beyond that, a war between them adds, as shares of what is missing to 1 (Goertz & Diehl
1993; Diehl & Goertz 2000; for the memory of peace Beck, Katz & Tucker 1998)."""

LEAST_HOSTILITY = 0.02
"""Hostility below this is left out of a world."""

CLAIMS = 0.3
"""Salience that claims add, times 1 - 1/2^claims (Hensel 2001). A claim is a dispute, over before the year begins, that
the challenger entered as a revisionist; it counts by what is remembered of it, as hostility does: one of thirty years
ago a twentieth."""

HIGHEST_SALIENCE = 0.9
REMEMBERED = 0.05
"""From this much hostility or remembered claims on, a politically relevant pair has a theatre without other grounds."""

RIVALRY = 0.5
"""Strength of positional rivalry: two major powers without a pact to defend each other balance if either maximizes
power (Waltz 1979). What disputes leave behind is hostility."""

NEIGHBOUR_TYPES = (1, 2, 3)
NEIGHBOUR_KM = 1500.0
"""Force arrives in full over a land border, and over up to 24 miles of water if the capitals are no farther apart than
this: the Diomede islands do not put Washington beside Moscow."""

BASE_FROM, BASE_KM, BASE_STRENGTH = 1946, 2500.0, 0.9
"""From 1946 the leader's force is at hand with allies it has promised to defend whose capitals lie within this distance
of the capital of a major power that maximizes power (Harkavy 1989): garrisons of a division and more."""

WORLD_OPENNESS = {1820: 0.010, 1870: 0.046, 1913: 0.079, 1929: 0.090, 1950: 0.055, 1973: 0.105, 1998: 0.172}
"""World exports over world output (Maddison 2001, table F-5), interpolated between and constant beyond; each state has
it times its share of trade over its share of output."""

WORLD_BURDEN = ((1816, 1869, 0.026), (1870, 1918, 0.024), (1919, 1945, 0.036), (1946, 1989, 0.044), (1990, 2016, 0.027))
"""Mean military burden of states (1870-1913 and 1919-1938 for the second and third; Correlates of War and SIPRI, as in
Our World in Data); each state has it times its share of military expenditure over its share of output."""

ELECTION_ROUNDS = 16
"""Democracies vote every four years; the United States in the last quarter of leap years, the others in turn."""


def era_of(year: int) -> Era:
    """The era a year belongs to."""
    return next(era for era in ERAS if era.first <= year <= era.last)


def world_openness(year: int) -> float:
    """Exports over output of the world in a year."""
    known = sorted(WORLD_OPENNESS)
    if year <= known[0] or year >= known[-1]:
        return WORLD_OPENNESS[known[0] if year <= known[0] else known[-1]]
    after = next(k for k in known if k > year)
    before = known[known.index(after) - 1]
    share = (year - before) / (after - before)
    return (1 - share) * WORLD_OPENNESS[before] + share * WORLD_OPENNESS[after]


def world_burden(year: int) -> float:
    """Mean military burden of states in a year."""
    return next(value for first, last, value in WORLD_BURDEN if first <= year <= last)
