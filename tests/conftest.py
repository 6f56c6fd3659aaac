"""Make the helpers beside this file (`strategies`) importable from every test, and settle how hypothesis runs.

`pytest --hypothesis-profile=explore` looks at new and many more examples.
"""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

# No deadline: the first example of a test may compile a kernel.
settings.register_profile("suite", deadline=None, derandomize=True, max_examples=60)
settings.register_profile("explore", deadline=None, max_examples=1500)
settings.load_profile("suite")
