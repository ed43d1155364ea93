"""How the tests of the laboratory run: one small experiment, shared by all."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # batch_lab, which these tests share
