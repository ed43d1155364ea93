"""How the tests of the documents run: they share `findings`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
