"""Make the modules of ``benchmarks/``, which is no package, importable here."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "benchmarks"))
