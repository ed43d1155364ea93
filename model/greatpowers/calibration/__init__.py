"""Calibration: which parameters the record leaves, fitted to some of its facts and tried on others.

History matching with Gaussian-process emulators, then a sample of the emulated posterior that the model itself plays
and filters (calibrate, emulate, sample: Cleary et al. 2021; Vernon, Goldstein & Bower 2010). One parameter set costs
seconds, since twelve eras of up to two hundred states are played and measured. Approximate Bayesian computation by
sequential Monte Carlo (pyABC) needs some 10 000 of them for a handful of parameters and ever more for eighty: days on
a laptop. Emulators learn from some hundreds, and also say which fact informs which parameter. What is drawn with their
help is played by the model before it counts, so that nothing rests on them alone.

The fit sees the facts whose split is "fitted" in the record's table, and no others: those held apart are measured and
kept at every point, and are looked at when the posterior stands. Two more can be asked for: who disputes with whom, as
one fact more (:mod:`greatpowers.calibration.pairs`), and a fit to the years up to one alone, whose draws then predict
the facts of later years.
"""
