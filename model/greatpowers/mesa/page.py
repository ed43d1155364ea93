"""Mesa's own kind of page over the model: ``solara run greatpowers.mesa.page``.

For those who know SolaraViz; the laboratory of ``greatpowers serve`` shows and does far more. Every browser session
has a model of its own: a model made at import would be shared by all. There is no command console, which would let
any visitor run code.
"""

from typing import Any

from greatpowers.mesa.model import GreatPowersModel
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import names
from greatpowers.scenario.load import load_policy, presets

try:
    import solara
    import solara.checks
    import solara.server.settings
    from mesa.visualization import SolaraViz, make_plot_component
    from mesa.visualization.utils import update_counter
except ImportError as error:
    raise GreatPowersError(
        f'the Solara page needs {error.name or "solara"}; install it with: pip install "greatpowers[solara]".'
    ) from None

# Solara would ask its makers' site whether it has been installed well, and count its users; not of this page.
solara.server.settings.telemetry.mixpanel_enable = False
solara.checks.should_perform_solara_check = lambda: False

SCENARIO, POLICY, SEED = "2017", "half-a-loaf", 4
"""What a session begins with."""

PLAYABLE = ("2017", "synthetic")
"""Scenarios that this page offers, if they ship."""

PLOTS = (
    {"mean_severity": "#D55E00", "sanctions": "#0072B2"},
    {"order": "#0072B2", "revision": "#D55E00"},
    {"credibility": "#0072B2", "true_credibility": "#009E73"},
)
"""Metrics drawn together, each with its colour (Okabe & Ito 2008)."""


class PageModel(GreatPowersModel):
    """The model with just the arguments that the side bar sets: SolaraViz takes open keywords for missing ones."""

    def __init__(self, scenario: str = SCENARIO, policy: str = POLICY, rng: int = SEED) -> None:
        super().__init__(scenario=scenario, policy=policy, rng=int(rng))


def settings() -> dict[str, Any]:
    """What can be chosen in the side bar; a seed is a slider, as a text field would hand on a text."""
    scenarios = [name for name in PLAYABLE if name in names("scenarios")]
    return {
        "scenario": {"type": "Select", "value": SCENARIO, "values": scenarios, "label": "Scenario"},
        "policy": {"type": "Select", "value": POLICY, "values": presets(), "label": "Policy"},
        "rng": {"type": "SliderInt", "value": SEED, "label": "Seed", "min": 0, "max": 99, "step": 1},
    }


def rows(model: GreatPowersModel) -> list[tuple[str, str, str, str]]:
    """Each theatre as (name, parties, rung, sanctions), the hottest first."""
    order = sorted(model.theatre_list, key=lambda theatre: (-theatre.level, -theatre.rung, theatre.index))
    return [
        (
            theatre.name,
            f"{theatre.challenger.name} against {theatre.host.name}",
            "war" if theatre.war else f"{theatre.rung} {theatre.rung_name}",
            f"{theatre.sanctions:.0%}",
        )
        for theatre in order
    ]


# Solara is typed where it is installed, and untyped where it is not; so are the types of what it decorates.
@solara.component  # type: ignore[untyped-decorator, unused-ignore]
def Situation(model: GreatPowersModel) -> None:
    """The theatres as they stand."""
    update_counter.get()  # has Solara draw this anew after every step
    cells = [[tag("td", cell) for cell in row] for row in rows(model)]
    head = tag("thead", tag("tr", *(tag("th", title) for title in ("Place", "Who", "Rung", "Sanctions"))))
    solara.Text(f"Round {model.round} of {model.rounds}: {load_policy(model.policy.name).title}")
    solara.v.SimpleTable(dense=True, height=340, children=[head, tag("tbody", *(tag("tr", *row) for row in cells))])


def tag(name: str, *children: Any) -> Any:
    """An element of HTML; nothing in it is read as HTML, and nothing is fetched for it."""
    return solara.v.Html(tag=name, children=list(children))


@solara.component  # type: ignore[untyped-decorator, unused-ignore]
def Page() -> None:
    """The page of one session."""
    model = solara.use_memo(lambda: PageModel(), [])
    plots = [make_plot_component(dict(colours)) for colours in PLOTS]
    SolaraViz(model, components=[(Situation, 0), *plots], model_params=settings(), name="greatpowers")
