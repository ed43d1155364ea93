"""Experiments: declared in one file, planned, run in parts, resumed, read again and reported.

How one run is played is in `simulation`; analyses that run batches of their own are in `studies`.
"""
