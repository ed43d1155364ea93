"""
What a challenger weighs
========================

The utility of going down, holding and going up in one theatre, as its challenger saw it quarter by quarter, in
thousandths of its own power, and the rung it was on. The best option is the likeliest, never certain.
"""

import matplotlib.pyplot as plt

import greatpowers as gp

history = gp.simulate("2017", policy="half-a-loaf", seed=4, rounds=40)
place = "donbas"
weighed = history.appraisals.query("theatre == @place").set_index("round")
rung = history.theatres.query("theatre == @place").set_index("round")["rung"]

figure, (above, below) = plt.subplots(2, 1, figsize=(8, 5), sharex=True, height_ratios=[2, 1])
for option in ("down", "hold", "up"):
    above.plot(1000 * weighed[f"utility_{option}"], label=option)
above.set(ylabel="utility, thousandths of own power")
above.legend(frameon=False)
below.step(rung.index, rung, where="post", color="black")
below.set(xlabel=f"rounds since the first quarter of 2017: {place}", ylabel="rung", ylim=(0, 7))
figure.tight_layout()
