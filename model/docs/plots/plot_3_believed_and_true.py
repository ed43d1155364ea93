"""
Believed and true credibility
=============================

What challengers believe of the coalition, and what it would really do. Truth turns with leaderships, belief moves with
deeds, slowly; where the two part, somebody is making a mistake. The policy is two years of light sanctions, and from
the dotted line on containment.
"""

import matplotlib.pyplot as plt

import greatpowers as gp

runs = gp.compare("2017", ["reluctant-then-containment"], seeds=30, rounds=40)

figure, axes = plt.subplots(figsize=(8, 4))
for metric, label in (("credibility", "believed"), ("true_credibility", "true")):
    band = runs.bands(metric)
    (line,) = axes.plot(band["round"] / 4 + 2017, band["median"], label=label)
    axes.fill_between(band["round"] / 4 + 2017, band["p25"], band["p75"], color=line.get_color(), alpha=0.2)
axes.axvline(2019, color="grey", linestyle=":")
axes.set(xlabel="year", ylabel="credibility, share in [0, 1]")
axes.legend(frameon=False)
figure.tight_layout()
