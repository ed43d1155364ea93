"""Running the model: one history, ensembles, comparisons of policies, forks of a history.

What they did is here as data and as figures. Sentences about it are in `narrative`, statistics in `statistics`;
batches on disk are in `experiments`.
"""
