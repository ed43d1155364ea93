"""Control of hosts: shared by everything that moves it."""

from greatpowers.core.declare import Floats
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.phases.assessment import left_short_of_war
from greatpowers.core.workspace import StateRoom, TheatreNote, Workspace, zeros
from greatpowers.core.world import TheatreRow, World


@kernel
def shift_control(world: World, workspace: Workspace, changes: Floats) -> None:
    """Apply changes in control [T] together: losses in full, gains cut back alike where a host has not that much left.

    The controls of one host never sum to more than 1, whichever of its challengers is numbered first.
    """
    held, gained = zeros(workspace.state_room[StateRoom.HELD]), zeros(workspace.state_room[StateRoom.GAINED])
    for k in range(changes.size):
        theatre = world.theatres[k]
        held[theatre.host] += max(0.0, theatre.control + min(0.0, changes[k]))
        gained[theatre.host] += max(0.0, changes[k])
    for k in range(changes.size):
        theatre, change = world.theatres[k], changes[k]
        room = max(0.0, 1.0 - held[theatre.host])
        if change > 0.0 and gained[theatre.host] > room:
            change *= room / gained[theatre.host]
        theatre.control = min(1.0, max(0.0, theatre.control + change))
        theatre.recognised = min(theatre.recognised, theatre.control)


@kernel
def short_of_war(theatre: TheatreRow, mark: TheatreNote) -> bool:
    """Whether what changes hands in a theatre this round does so without a war."""
    return bool(theatre.war == 0 and mark.won == 0)


@inlined
def keep_within_hold(world: World, workspace: Workspace, changes: Floats) -> None:
    """Cut back gains without a war [T] alike, so that all challengers together stay within the hold of seizure."""
    gained = zeros(workspace.state_room[StateRoom.SEIZED])
    for k in range(changes.size):
        if short_of_war(world.theatres[k], workspace.marks[k]):
            gained[world.theatres[k].host] += max(0.0, changes[k])
    for k in range(changes.size):
        h = world.theatres[k].host
        left = left_short_of_war(workspace.standing[h].held)
        if short_of_war(world.theatres[k], workspace.marks[k]) and changes[k] > 0.0 and gained[h] > left:
            changes[k] *= left / gained[h]


@inlined
def hand_over(world: World, workspace: Workspace, conceded: Floats) -> None:
    """Hosts cede control [T] for good, short of war; what the round may still win counts it as held.

    It is a concession, so it is recognised; without a war it never comes to half of a state.
    """
    keep_within_hold(world, workspace, conceded)
    shift_control(world, workspace, conceded)
    for k in range(conceded.size):
        theatre, ceded = world.theatres[k], conceded[k]
        if ceded <= 0.0:
            continue
        theatre.recognised = min(theatre.control, theatre.recognised + ceded)
        workspace.standing[theatre.host].held += ceded
        for other in range(conceded.size):
            place = world.theatres[other]
            if place.host == theatre.host and place.challenger == theatre.challenger:
                workspace.marks[other].held += ceded
