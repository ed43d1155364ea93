"""Hindcasts: worlds of the record played from their year on, and their probabilities of disputes held against it."""

from greatpowers.record.hindcast.files import save_hindcast
from greatpowers.record.hindcast.kept import Kept
from greatpowers.record.hindcast.run import Hindcast, hindcast, judge, play, read_past
from greatpowers.record.hindcast.settings import FAST_RUNS, RUNS, Settings

__all__ = [
    "FAST_RUNS",
    "RUNS",
    "Hindcast",
    "Kept",
    "Settings",
    "hindcast",
    "judge",
    "play",
    "read_past",
    "save_hindcast",
]
