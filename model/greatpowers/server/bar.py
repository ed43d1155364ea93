"""The bar at the top: which world, which policy against which, which luck; and what can be taken along.

That is the run as the directory `greatpowers run --out` writes, figures, and tables.
"""

import io
import random
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from greatpowers.presentation.figures import drawn, own_style
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import names
from greatpowers.server.labels import policy_titles
from greatpowers.server.security import PREFIX
from greatpowers.server.session import Session
from greatpowers.server.state import NOTHING_SET, OWN, Settings
from greatpowers.server.worlds import another_world, base_scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from greatpowers.simulation.comparison import Comparison
    from greatpowers.simulation.history import History

PICTURES = {"png": "image/png", "svg": "image/svg+xml"}
FIGURES = {
    "ladder": "Ladder: what each challenger does",
    "metrics": "Key metrics of this history",
    "escalation": "Escalation, both policies",
    "order": "Order, both policies",
    "outcomes": "Outcomes, both policies",
    "cost": "Cost against escalation",
}
HISTORY_FIGURES = ("ladder", "metrics")
TABLES: dict[str, str] = {
    "metrics": "Metrics by round",
    "states": "States by round",
    "theatres": "Theatres by round",
    "events": "Events",
    "runs": "All runs of both policies",
}


@dataclass(frozen=True)
class Download:
    """A file for the browser."""

    name: str
    media: str
    body: bytes


def run_archive(history: "History") -> Download:
    """The directory that `greatpowers run --out` writes of this run, as a zip file."""
    from greatpowers.presentation.figures import figures_of

    name = stem(history)
    with tempfile.TemporaryDirectory(prefix="greatpowers-") as place:
        directory = history.save(Path(place) / name, figures_of(history))
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(directory.iterdir()):
                archive.write(path, f"{name}/{path.name}")
    return Download(f"{name}.zip", "application/zip", packed.getvalue())


def figure_file(history: "History", compare: "Callable[[], Comparison]", which: str, kind: str) -> Download:
    """One figure as PNG or SVG; raises :class:`GreatPowersError` if there is none of this name."""
    if which not in FIGURES or kind not in PICTURES:
        raise GreatPowersError("there is no such figure.")
    body, subject = io.BytesIO(), history if which in HISTORY_FIGURES else compare()
    with own_style():
        drawn(partial(_draw(which), subject)).savefig(body, format=kind)
    return Download(f"{stem(history)}-{which}.{kind}", PICTURES[kind], body.getvalue())


def _draw(which: str) -> "Callable[[History | Comparison], Figure]":
    from greatpowers.simulation import drawing

    functions = {
        "ladder": drawing.ladder,
        "metrics": drawing.key_metrics,
        "escalation": drawing.escalation_over_time,
        "order": drawing.order_over_time,
        "outcomes": drawing.outcome_distribution,
        "cost": drawing.cost_against_escalation,
    }
    return functions[which]  # type: ignore[return-value]


def table_file(history: "History", compare: "Callable[[], Comparison]", which: str) -> Download:
    """One table as CSV, every digit kept; raises :class:`GreatPowersError` if there is none of this name."""
    if which not in TABLES:
        raise GreatPowersError("there is no such table.")
    frame: pd.DataFrame = compare().runs if which == "runs" else getattr(history, which)
    body = frame.to_csv(index=which in ("metrics", "runs"), lineterminator="\n").encode()
    return Download(f"{stem(history)}-{which}.csv", "text/csv; charset=utf-8", body)


def stem(history: "History") -> str:
    """What files of a run are called."""
    return f"greatpowers-{history.scenario.name}-{history.policy.name}-seed{history.seed}"


MOST_SEED = 10_000
"""Seeds that a new random draw takes from: short enough to be read out."""


def page_prefix() -> str:
    """The path under which a proxy serves the page, as the guard lets it through; empty for none."""
    request = ui.context.client.request
    return str(request.headers.get(PREFIX.decode(), "")) if request else ""


def build_bar(session: Session, dialogs: "dict[str, Callable[[], None]]") -> None:
    """The header; `dialogs` open what its buttons name."""
    with ui.element("header").classes("gp-bar").props("role=banner"):
        with ui.element("div").classes("gp-brand"):
            ui.element("img").props(f'src={page_prefix()}/assets/icon.svg alt="" width=30 height=30').classes("gp-logo")
            ui.html("great<b>powers</b>", sanitize=False, tag="h1")
        with ui.element("div").classes("gp-choices").props('role=group aria-label="What is played"'):
            _scenario(session, dialogs["upload"])
            _policies(session)
            _seed(session)
        with ui.element("div").classes("gp-actions").props('role=group aria-label="Page"'):
            _actions(session, dialogs)


def _scenario(session: Session, upload: Callable[[], None]) -> None:
    def options() -> dict[str, str]:
        choices = {name: name for name in names("scenarios")}
        if session.state.upload is not None:
            choices[OWN] = f"{base_scenario(session.state.changed(scenario=OWN)).title} (own file)"
        return {**choices, UPLOAD: "Own file…"}

    def chosen(event: ValueChangeEventArguments[Any]) -> None:
        if event.value == UPLOAD:
            select.set_value(session.state.scenario)
            upload()
        elif event.value != session.state.scenario:
            if not session.state.empty or session.state.changes or not session.state.against_set.empty:
                ui.notify(
                    "This world opens with the policies of its own question; undo brings yours back.", type="info"
                )
            session.change(**another_world(session.state, event.value))

    select = _select(options(), session.state.scenario, "World", chosen).classes("gp-scenario")
    select.props("data-testid=scenario")

    def refresh() -> None:
        select.set_options(options(), value=session.state.scenario)

    session.subscribe("state", refresh)


UPLOAD = "upload"
"""Choice that opens the dialog for a file of one's own."""


def _titles(session: Session) -> dict[str, str]:
    """Titles of the policies, those of the world first."""
    return dict(policy_titles(base_scenario(session.state).policies))


def _policies(session: Session) -> None:
    titles = _titles(session)

    def follow(event: ValueChangeEventArguments[Any]) -> None:
        if event.value != session.state.policy:
            session.change(policy=event.value, **NOTHING_SET, changes=())

    def compare_with(event: ValueChangeEventArguments[Any]) -> None:
        if event.value != session.state.against:
            session.change(against=event.value, against_set=Settings())

    policy = _select(titles, session.state.policy, "Policy", follow).classes("gp-policy gp-is-a")
    policy.props("data-testid=policy")
    against = _select(titles, session.state.against, "Compared with", compare_with).classes("gp-policy gp-is-b")
    against.props("data-testid=against")

    def refresh() -> None:
        titles = _titles(session)
        for chosen, now in ((policy, session.state.policy), (against, session.state.against)):
            if list(chosen.options) != list(titles):
                chosen.set_options(titles, value=now)
            chosen.set_value(now)

    session.subscribe("state", refresh)


def _select(
    options: Mapping[str, str], value: str, label: str, change: Callable[[ValueChangeEventArguments[Any]], None]
) -> ui.select:
    return ui.select(dict(options), value=value, label=label, on_change=change).props("dense outlined options-dense")


def _seed(session: Session) -> None:
    def typed(event: ValueChangeEventArguments[Any]) -> None:
        if isinstance(event.value, int | float) and event.value == int(event.value) >= 0:
            session.change(gesture="seed", seed=int(event.value))

    def another() -> None:
        session.change(seed=random.randrange(MOST_SEED))

    with ui.element("div").classes("gp-seed"):
        number = ui.number("Seed", value=session.state.seed, min=0, step=1, precision=0, on_change=typed)
        number.props("dense outlined debounce=300 data-testid=seed")
        button = ui.button("New random draw", icon="casino", on_click=another)
        button.props('flat dense no-caps data-testid=another-world aria-label="New random draw of luck"')

    def refresh() -> None:
        number.set_value(session.state.seed)

    session.subscribe("state", refresh)


def _actions(session: Session, dialogs: "dict[str, Callable[[], None]]") -> None:
    undo = _button("undo", "Undo", session.undo)
    redo = _button("redo", "Redo", session.redo)
    _button("link", "Copy the link to this page", lambda: ui.run_javascript("gpShell.copyLink()"), "copy-link")
    _button("download", "Export run, figures and data", dialogs["export"], "export")
    _button("dark_mode", "Light or dark", lambda: ui.run_javascript("gpShell.nextTheme()"), "theme")
    _button("help_outline", "Guided tour", dialogs["tour"], "tour")

    def refresh() -> None:
        undo.set_enabled(session.can_undo)
        redo.set_enabled(session.can_redo)

    session.subscribe("state", refresh)
    refresh()


def _button(icon: str, label: str, click: Callable[[], object], name: str = "") -> ui.button:
    button = ui.button(icon=icon, on_click=lambda: click()).props(f'flat round aria-label="{label}"')
    button.props(f"data-testid={name or icon}").classes("gp-action")
    with button:
        ui.tooltip(label)
    return button
