"""Intervals and rank correlations, as the methods of analysis have them."""

from greatpowers.statistics.crossed import crossed_interval
from greatpowers.statistics.ranks import bootstrap_spread, is_partial, rank_correlations

__all__ = ["bootstrap_spread", "crossed_interval", "is_partial", "rank_correlations"]
