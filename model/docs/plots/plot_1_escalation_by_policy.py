"""
Escalation by policy
====================

How severe it is on average over all theatres, quarter by quarter, under three policies on the same luck. Lines are the
middling history, bands hold half of the histories.
"""

import matplotlib.pyplot as plt

import greatpowers as gp

policies = ["laissez-faire", "containment", "maximum-pressure"]
comparison = gp.compare("2017", policies, seeds=40, rounds=40)

bands = comparison.bands("mean_severity")
figure, axes = plt.subplots(figsize=(8, 4))
for policy, band in bands.groupby("policy", sort=False):
    (line,) = axes.plot(band["round"] / 4 + 2017, band["median"], label=policy)
    axes.fill_between(band["round"] / 4 + 2017, band["p25"], band["p75"], color=line.get_color(), alpha=0.2)
axes.set(xlabel="year", ylabel="escalation, mean severity in [0, 1]", ylim=(0, None))
axes.legend(frameon=False)
figure.tight_layout()
