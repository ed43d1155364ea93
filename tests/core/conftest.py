"""How the tests of the core run: one way of building worlds, and fewer random worlds where the core is plain Python."""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, Verbosity, settings

from greatpowers.core.kernel import is_compiled

sys.path.insert(0, str(Path(__file__).parent))  # core_worlds, which these tests share

# The default draws the same worlds every time; `HYPOTHESIS_PROFILE=thorough` draws many new ones.
QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("compiled", max_examples=60, deadline=None, derandomize=True, suppress_health_check=QUIET)
settings.register_profile("uncompiled", max_examples=3, deadline=None, derandomize=True, suppress_health_check=QUIET)
settings.register_profile(
    "thorough", max_examples=1000, deadline=None, suppress_health_check=QUIET, verbosity=Verbosity.normal
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "compiled" if is_compiled() else "uncompiled"))
