"""How the tests of scenarios run: they share `raw_tables` and `faulty_files`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
