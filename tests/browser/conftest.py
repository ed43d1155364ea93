import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # states_of_pages, which these tests share
