"""
One history, place by place
===========================

Each row is a theatre, each column a quarter, the colour the rung of the ladder. Look for texture: how long a challenger
stays on a rung, and whether trouble comes in bursts. It is one draw of luck.
"""

import matplotlib.pyplot as plt

import greatpowers as gp

history = gp.simulate("2017", policy="containment", seed=4, rounds=40)

rungs = history.theatres.pivot(index="theatre", columns="round", values="rung")
rungs = rungs.loc[rungs.mean(axis=1).sort_values(ascending=False).index]
figure, axes = plt.subplots(figsize=(8, 6))
image = axes.imshow(rungs, aspect="auto", cmap="YlOrRd", vmin=0, vmax=7, interpolation="nearest")
axes.set(yticks=range(len(rungs)), yticklabels=rungs.index, xlabel="rounds since the first quarter of 2017")
figure.colorbar(image, label="rung: 0 peace, 7 war")
figure.tight_layout()
