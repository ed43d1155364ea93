"""``python -m greatpowers``: the same as the command ``greatpowers``."""

import sys

from greatpowers.cli import main

if __name__ == "__main__":
    sys.exit(main())
