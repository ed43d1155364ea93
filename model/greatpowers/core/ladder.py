"""The escalation ladder: what a challenger can be doing in a theatre, and what each rung means.

Rungs follow the hostility levels of the Militarized Interstate Disputes data (Palmer et al. 2022) with finer
steps between display and use of force, in the spirit of Kahn (1965).
"""

from enum import IntEnum
from typing import cast

import numpy as np


class Rung(IntEnum):
    """What the challenger does in a theatre; by choice it moves at most one rung a round."""

    PEACE = 0
    INTERFERENCE = 1
    PROVOCATION = 2
    PROXY_SUPPORT = 3
    LIMITED_INTERVENTION = 4
    OPEN_INTERVENTION = 5
    SEIZURE = 6
    WAR = 7


TOP_RUNG = 7

# The top as a number to hand to a kernel, which takes no member of an enum and is compiled anew for a plain constant.
AT_WAR = cast(int, np.int64(Rung.WAR))

# Levels of the record above war: nobody chooses them, they are outcomes of war.
GREAT_POWER_WAR_LEVEL = 8
NUCLEAR_LEVEL = 9

# Hostility level of each rung in the MID coding (1 none, 2 threat, 3 display, 4 use of force, 5 war).
HOSTILITY = np.array([1, 2, 3, 3, 4, 4, 4, 5])

# Share of the force a challenger can project that a rung commits. Assumed: each rung takes about twice the one below.
COMMITMENT = np.array([0.0, 0.01, 0.03, 0.06, 0.15, 0.35, 0.60, 1.0])

# Control of the host gained per round at a contest share of three quarters. Assumed, by what the rungs have done: war
# overruns most of a host in half a year if it goes well; below it a rung wins most of its hold within a year.
GAIN = np.array([0.0, 0.008, 0.03, 0.08, 0.10, 0.12, 0.14, 0.35])

# Control of a host beyond which its challenger wins no more on a rung, in all their theatres together: nobody takes a
# country by border incidents, and to conquer one takes a war. Assumed: what proxies held in Georgia and Moldova, an
# eighth, is about what proxies can hold; a seizure stays below half of a state; only war can hold all of it.
HOLD = np.array([0.0, 0.01, 0.03, 0.15, 0.25, 0.35, 0.45, 1.0])

# Control lost per round, as a share of control held and not recognised. Assumed: without a presence half of it is gone
# in six years; whoever is there in force loses nothing by himself.
EBB = np.array([0.03, 0.025, 0.02, 0.01, 0.005, 0.0, 0.0, 0.0])

# How grave a breach of the order the rung is. Assumed: an order of gravity; how steeply norms weigh it is a parameter.
SEVERITY = np.array([0.0, 0.10, 0.15, 0.35, 0.55, 0.75, 0.95, 1.0])
