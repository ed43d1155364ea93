"""Statistical methods on tables of runs: from what an experiment recorded to an answer one can defend.

`robustness` compares policies, `sensitivity` finds what drives an outcome, `discovery` the worlds in which a policy
loses, `survival` tells when things happen, `war_sizes` how large wars are; `figures` draws their tables. Some need
libraries of the extra `analysis`, which are imported when a method is called.
"""
