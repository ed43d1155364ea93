"""Theatres, and what each state does in them, at round 0."""

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import Floats
from greatpowers.core.ladder import TOP_RUNG, Rung
from greatpowers.core.world import Stances, Theatres
from greatpowers.scenario.schema import Deal, Scenario

AS_WRITTEN = ("salience", "ceiling", "landless", "rung", "control", "annexed", "sanctions", "aid", "spoilers")
TERMS = ("age", "relief", "tranches", "paid", "neutrality", "monitors", "peacekeepers", "snapback", "sanctions")
NO_DEAL = Deal()


def fill_theatres(
    theatres: Theatres, scenario: Scenario, trade: Floats, sanctioning: Floats, great: NDArray[np.bool_]
) -> None:
    """Write the arrays [T] of a checked scenario; `trade` [N, N], `sanctioning` [T, N], `great` powers [N]."""
    index = scenario.state_index()
    theatres.challenger[:] = [index[theatre.challenger] for theatre in scenario.theatres]
    theatres.host[:] = [index[theatre.host] for theatre in scenario.theatres]
    for name in AS_WRITTEN:
        getattr(theatres, name)[:] = [getattr(theatre, name) for theatre in scenario.theatres]
    theatres.recognised[:] = [t.control if t.annexed else t.recognised for t in scenario.theatres]
    theatres.breadth[:] = trade_breadth(theatres, trade, sanctioning)
    _fill_crisis(theatres)
    _fill_war(theatres, great)
    _fill_deals(theatres, [theatre.deal for theatre in scenario.theatres])


def trade_breadth(theatres: Theatres, trade: Floats, sanctioning: Floats) -> Floats:
    """Share of the challenger's trade that is with states taking part in the sanctions, 0 if it trades with nobody."""
    partners = trade[theatres.challenger]
    total = partners.sum(axis=1)
    taking_part = (partners * sanctioning).sum(axis=1)
    breadth: Floats = np.divide(taking_part, total, out=np.zeros_like(total), where=total > 0)
    return breadth


def fill_stances(stances: Stances, scenario: Scenario) -> None:
    """Write presence, participation in sanctions and sides [T, N]; only the parties are at war at round 0."""
    index = scenario.state_index()
    for t, theatre in enumerate(scenario.theatres):
        for name, share in theatre.presence.items():
            stances.presence[t, index[name]] = share
        stances.sanctioning[t, [index[name] for name in theatre.sanctioning]] = 1.0
        if theatre.rung == TOP_RUNG:
            stances.side[t, index[theatre.challenger]] = -1
            stances.side[t, index[theatre.host]] = 1


def _fill_crisis(theatres: Theatres) -> None:
    """What the files do not say: a crisis is a round old, and a host under attack resists and has asked for help."""
    theatres.previous_rung[:] = theatres.rung
    theatres.crisis_age[:] = theatres.rung >= Rung.PROVOCATION
    theatres.resisted[:] = theatres.rung >= Rung.PROXY_SUPPORT
    theatres.appealed[:] = (theatres.resisted == 1) & (theatres.aid > 0)


def _fill_war(theatres: Theatres, great: NDArray[np.bool_]) -> None:
    """A war that is on at round 0 has just begun."""
    at_war = theatres.rung == TOP_RUNG
    theatres.war[:] = at_war
    theatres.intensity[:] = np.where(at_war, 1.0, 0.0)
    theatres.great_power_war[:] = at_war & great[theatres.challenger] & great[theatres.host]


def _fill_deals(theatres: Theatres, deals: list[Deal | None]) -> None:
    theatres.deal[:] = [deal is not None for deal in deals]
    for name in TERMS:
        getattr(theatres, f"deal_{name}")[:] = [getattr(deal or NO_DEAL, name) for deal in deals]
