"""
Calm, and what it costs
=======================

Each policy by what its senders pay and how calm the world is, with the 95% intervals of both. Down and to the left is
better; which of the points in between to take is not for a model to say.
"""

import matplotlib.pyplot as plt

import greatpowers as gp

comparison = gp.compare("2017", seeds=40, rounds=40)

figure, axes = plt.subplots(figsize=(8, 4.5))
for policy in comparison.names:
    cost, severity = (comparison.estimate(policy, metric) for metric in ("sender_cost", "mean_severity"))
    axes.errorbar(
        cost.mean, severity.mean,
        xerr=[[cost.mean - cost.low], [cost.high - cost.mean]],
        yerr=[[severity.mean - severity.low], [severity.high - severity.mean]],
        marker="o", label=policy,
    )  # fmt: skip
axes.set(xlabel="cost to senders, % of world output", ylabel="escalation")
axes.legend(frameon=False)
figure.tight_layout()
