"""Which years the published files of a directory hold, and what a world of a year has to do without.

A world needs states, borders and alliances of its year, and is refused without them. What else is missing is said in
one sentence each, which go into the summary of the scenario, the head of its file, and onto the terminal.
"""

from collections.abc import Iterable

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
    found = []
    for there, reason in ((True, f"no state in the first quarter of {year}"), (False, f"no state in {year}")):
        some = [code for code in out if was_state(code, year) == there]
        if some:
            who = ", ".join(f"{name_in(code, year)[1]} ({code})" for code in some)
            found.append(f"Left out, {reason} by the list of Correlates of War: {who}.")
    return found


def _pasts(records: Records, year: int) -> list[str]:
    found = []
    last = _span(records, "disputes")[1]
    if last + 1 < year:
        found.append(f"Disputes are known to {last}: those of {spans(range(last + 1, year))} left no past.")
    first, _ = _span(records, "alliances")
    if not (records.alliances["year"] == year).any():
        why = f"are known from {first}" if year < first else f"of {year} are none in {records.named('alliances')}"
        found.append(f"Alliances {why}: nobody has promised anything.")
    return found


STAND_INS = {
    "output": "shares of industry stand in for it",
    "trade": "every state is as open as the world",
    "dyadic trade": "who trades with whom follows from size and distance",
}


def _stand_ins(records: Records, year: int) -> list[str]:
    found = []
    for subject, instead in STAND_INS.items():
        source = records.source(subject)
        if source is None:
            found.append(f"There is no file on {subject}: {instead}.")
        elif not (records.subject(subject)["year"] == year).any():
            found.append(f"What is known of {subject} is from {source.first} to {source.last}: {instead}.")
    return found


def misnamed(records: Records) -> list[str]:
    """Files whose name says another release than their last year."""
    sources = [source for subject in (*NEEDED, *STAND_INS) if (source := records.source(subject)) is not None]
    return [
        f"{source.found.name} says {source.claimed} by its name, and ends in {source.last} as release {source.release} "
        "does."
        for source in sources
        if source.claimed
    ]
