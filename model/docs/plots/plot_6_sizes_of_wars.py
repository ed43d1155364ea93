"""
Sizes of wars
=============

Battle deaths of wars in a generated world of twenty states, on logarithmic scales. Most wars are small, and a few
carry most of the deaths. In the record the share of wars above a size falls nearly on a line (Cederman 2003; Clauset
2018); look at where the points bend here.
"""

import matplotlib.pyplot as plt
import numpy as np

import greatpowers as gp

world = gp.synthetic(states=20, power_maximizers=0.5, seed=1)
deaths = []
for seed in range(20):
    ends = gp.simulate(world, "laissez-faire", seed=seed, rounds=80).events.query("kind == 'war_end'")
    deaths += [dead for dead in ends["third"] if dead > 0]

sizes = np.sort(1000 * np.array(deaths))
share = 1 - np.arange(len(sizes)) / len(sizes)
figure, axes = plt.subplots(figsize=(8, 4.5))
axes.loglog(sizes, share, ".", markersize=4)
axes.set(xlabel="battle deaths", ylabel=f"share of {len(sizes)} wars that large or larger")
figure.tight_layout()
