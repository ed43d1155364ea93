"""Hindcasts: worlds of the record played from their year on, and their probabilities of disputes held against it."""

from greatpowers.record.hindcast.files import save_hindcast
from greatpowers.record.hindcast.kept import Kept
from greatpowers.record.hindcast.quick import build_worlds, quick_score, quick_table
from greatpowers.record.hindcast.run import Hindcast, hindcast, judge, play, read_past
from greatpowers.record.hindcast.scoring import log_score
from greatpowers.record.hindcast.settings import FAST_RUNS, RUNS, Settings

__all__ = [
    "FAST_RUNS",
    "RUNS",
    "Hindcast",
    "Kept",
    "Settings",
    "build_worlds",
    "hindcast",
    "judge",
    "log_score",
    "play",
    "quick_score",
    "quick_table",
    "read_past",
    "save_hindcast",
]
