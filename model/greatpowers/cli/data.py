"""``greatpowers data``: which published files a directory holds, which releases, and which years can be built."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command
from greatpowers.presentation.tables import TableColumn
from greatpowers.scenario.errors import GreatPowersError

FILES = (
    TableColumn("subject", "On", keep=True),
    TableColumn("file", "File", most=34),
    TableColumn("release", "Release", keep=True),
    TableColumn("years", "Years", keep=True),
    TableColumn("rows", "Rows", number=True),
    TableColumn("used", "Used", keep=True),
    TableColumn("source", "Source"),
)
LACKING = (
    TableColumn("subject", "On", keep=True),
    TableColumn("meaning", "It says"),
    TableColumn("fetch", "To fetch"),
    TableColumn("terms", "Terms"),
)
ASIDE = (
    TableColumn("name", "File", keep=True),
    TableColumn("subject", "Looks like", keep=True),
    TableColumn("reason", "Left out"),
)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="directory with the files downloaded; zip archives count too")


COMMAND = Command(
    "say which published files were found",
    "Say which published files a directory holds, which releases they are, and which years can be built from them.",
    (("greatpowers data downloads", "as they were downloaded: files, directories or zip archives"),),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Print what there is; raises :class:`GreatPowersError` if a file is not what its name says."""
    from greatpowers.historical.published.catalogue import FORMS, NEEDED, SUBJECTS

    records = gp.Records(arguments.directory)
    screen = terminal.output()
    if records.found:
        screen.grid("Found", FILES, _found(records))
    if records.aside:
        screen.grid("Left out", ASIDE, [left._asdict() for left in records.aside])
    subjects = dict.fromkeys(form.subject for form in FORMS)
    missing = [subject for subject in subjects if records.form(subject) is None]
    lacking = [{"subject": subject, **SUBJECTS[subject]._asdict()} for subject in missing]
    if lacking:
        screen.grid("Not found", LACKING, lacking)
    if not records.found:
        names = ", ".join(f"'{next(form.file for form in FORMS if form.subject == subject)}'" for subject in NEEDED)
        raise GreatPowersError(
            f"'{arguments.directory}' holds no file that greatpowers can read; expected files such as {names}."
        )
    for sentence in _verdict(records):
        screen.print(sentence)


def _found(records: "gp.Records") -> Iterator[dict[str, object]]:
    for file in records.found:
        source = records.table(file)[1]
        yield {
            "subject": file.form.subject,
            "file": file.name,
            "release": source.release,
            "years": f"{source.first}-{source.last}",
            "rows": source.rows,
            "used": records.form(file.form.subject) == file,
            "source": file.form.citation,
        }


def _verdict(records: "gp.Records") -> Iterator[str]:
    """What can be done with it: what is misnamed or late, and last the years of which the files hold everything."""
    from greatpowers.historical.published.catalogue import NEEDED
    from greatpowers.historical.rules import late_years, misnamed, spans, whole_years

    missing = [subject for subject in NEEDED if records.form(subject) is None]
    if missing:
        yield f"No scenario can be built without files on {' and '.join(missing)}."
        return
    yield from misnamed(records)
    years, late = whole_years(records), late_years(records)
    if late:
        yield f"The disputes before {spans(late)} are not known to the end; worlds of then can be built without them."
    if years:
        what = "the year" if len(years) == 1 else "the years"
        yield f"'greatpowers scenario build' can build {what} {spans(years)} from these."
    else:
        yield "No scenario can be built: there is no year of which these files hold states, borders and alliances."
