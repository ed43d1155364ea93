"""
What matched luck is worth
==========================

Left: the same forty histories under two policies, each pair on the same luck. Right: the difference seed by seed. Luck
that both share drops out, so that far fewer histories tell the policies apart.
"""

import matplotlib.pyplot as plt

import greatpowers as gp

without, contained = "laissez-faire", "containment"
comparison = gp.compare("2017", [without, contained], seeds=40, rounds=40)
one, other = (comparison.values(policy, "mean_severity") for policy in (without, contained))

figure, (left, right) = plt.subplots(1, 2, figsize=(8, 4))
left.scatter(one, other, s=14)
ends = [min(one.min(), other.min()), max(one.max(), other.max())]
left.plot(ends, ends, color="grey", linestyle=":")
left.set(xlabel=f"escalation under {without}", ylabel=f"under {contained}")
right.hist(other - one, bins=15)
right.axvline(0, color="grey", linestyle=":")
right.set(xlabel="difference on the same luck", ylabel="histories")
figure.tight_layout()
