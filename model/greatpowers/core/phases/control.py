"""Control of hosts: shared by everything that moves it."""

from greatpowers.core.declare import Floats
from greatpowers.core.kernel import kernel
from greatpowers.core.workspace import StateRoom, Workspace, zeros
from greatpowers.core.world import World


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
