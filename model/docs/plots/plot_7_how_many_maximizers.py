"""
How many power-maximizers can a world bear?
===========================================

Generated worlds of twelve states, in which the share that maximizes power goes from none to all, without a policy and
with collective security. After Cusack and Stoll (1990, 1994). Five worlds at each share, five draws of luck in each.
"""

import matplotlib.pyplot as plt
import numpy as np

import greatpowers as gp

shares = [0.0, 0.25, 0.5, 0.75, 1.0]
figure, axes = plt.subplots(figsize=(8, 4))
for policy in ("laissez-faire", "collective-security"):
    wars = []
    for share in shares:
        worlds = [gp.synthetic(states=12, power_maximizers=share, seed=seed) for seed in range(1, 6)]
        wars.append([gp.ensemble(world, policy, range(5), rounds=40).runs["wars_begun"].mean() for world in worlds])
    means, errors = np.mean(wars, axis=1), np.std(wars, axis=1, ddof=1) / np.sqrt(5)
    axes.errorbar(shares, means, yerr=2 * errors, marker="o", capsize=3, label=policy)
axes.set(xlabel="share of states that maximize power", ylabel="wars begun in ten years")
axes.legend(frameon=False)
figure.tight_layout()
