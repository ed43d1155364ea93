"""``greatpowers data``: which published files a directory holds, which releases, and which years can be built."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from greatpowers.cli.arguments import Command
from greatpowers.presentation.tables import TableColumn
from greatpowers.scenario.errors import GreatPowersError

if TYPE_CHECKING:
    from greatpowers.historical.published.records import Records


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
    TableColumn("what", "It says"),
    TableColumn("file", "File", keep=True),
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
    from greatpowers.cli.terminal import grid, output
    from greatpowers.historical.published.catalogue import FORMS, SUBJECTS
    from greatpowers.historical.published.records import Records, subjects_of

    records = Records(arguments.directory)
    if not records.found:
        names = ", ".join(f"'{form.file}'" for form in FORMS[:4])
        raise GreatPowersError(f"'{arguments.directory}' holds no file that we read; expected files such as {names}.")
    screen = output()
    screen.table(grid("Found", FILES, _found(records)))
    lacking = [
        {"subject": subject, "what": SUBJECTS[subject], "file": next(f.file for f in FORMS if f.subject == subject)}
        for subject in subjects_of()
        if records.form(subject) is None
    ]
    if lacking:
        screen.table(grid("Not found", LACKING, lacking))
    screen.print(_verdict(records))


def _found(records: "Records") -> list[dict[str, object]]:
    rows = []
    for found in records.found:
        source = records.table(found)[1]
        rows.append(
            {
                "subject": found.form.subject,
                "file": found.name,
                "release": source.release,
                "years": f"{source.first}-{source.last}",
                "rows": source.rows,
                "used": records.form(found.form.subject) == found,
                "source": found.form.citation,
            }
        )
    return rows


def _verdict(records: "Records") -> str:
    """What can be done with it."""
    from greatpowers.historical.derived_tables import FIRST_YEAR, LAST_YEAR
    from greatpowers.historical.published.catalogue import NEEDED

    missing = [subject for subject in NEEDED if records.form(subject) is None]
    if missing:
        return f"No scenario can be built without files on {' and '.join(missing)}."
    last = min(LAST_YEAR, *(source.last for s in ("capabilities", "contiguity") if (source := records.source(s))))
    return f"'greatpowers scenario build' can build the years {FIRST_YEAR} to {last} from these."
