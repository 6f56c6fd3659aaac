"""The compiled loops as plain Python: the same results, and no index out of bounds, which numba does not check."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import traceviz as tv

#: Texts that end in the middle of things: the loops look ahead and behind.
TEXTS = [
    *["", " ", "a", "é", "😀", "我", "\u200b", "\U000e0041", "→", "1", "\ufeff", "x\u0301", "\u0301", "1\ufe0f"],
    "So the answer is 六个苹果, wait 👨\u200d👩 → done\u200b.",
    "wait no " * 12,
    "再想一想，" * 4,
    "a b c a b c d " * 3,
    "Der Hund schläft, being settled, hundred tables made. Ответ: шесть!\nΣ x² ≤ √4 ⇒ `code` $y$",
    "می\u200cخواهم ลองใหม่ ",
    *["```\nx\n", "$$\\frac", "http://a.b/c?d", "<think>", "don't \u2019 co-op-", "a.b. e.g. 3.14..."],
]

SCRIPT = """
import json, sys
import numpy as np
import pandas as pd
import traceviz as tv
from traceviz.measures.kernels.prose import syllables
from traceviz.segments.unicode import unicode_table

texts = json.loads(sys.argv[1])
segments = pd.read_parquet(sys.argv[2])
counted = []
for word in ["a", "e", "es", "ed", "ing", "being", "io", "é", "щ", "s", "tables", "я"]:
    buffer = np.frombuffer(word.encode(), np.uint8)
    counted.append([int(syllables(buffer, 0, len(buffer), unicode_table().lower, style)) for style in range(5)])
spans = tv.detect(texts, segments=segments).values.tolist()
for number, text in enumerate(texts):  # alone, nothing stands behind the end of a text
    own = segments[segments.trace_id == str(number)].assign(trace_id="0")
    spans += tv.detect([text], segments=own).values.tolist()
names = [name for name in tv.metrics().name if not name.startswith("language_consistency")]
measured = tv.measure(texts, segments=segments, metrics=names)
print(json.dumps([counted, spans, measured[names].fillna(-1).values.tolist()]))
"""


def run(segments: Path, *, compiled: bool) -> list[object]:
    # Hashes wrap on purpose, of which plain numpy warns.
    env = os.environ | {"NUMBA_DISABLE_JIT": str(int(not compiled)), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", SCRIPT, json.dumps(TEXTS), str(segments)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[object] = json.loads(done.stdout)
    return found


def test_plain_python_gives_the_same_spans_and_numbers(tmp_path: Path) -> None:
    # The word lists are hashed into a large table, for which plain Python is too slow: both runs take these segments.
    path = tmp_path / "segments.parquet"
    tv.segment(TEXTS).to_parquet(path)
    compiled = run(path, compiled=True)
    assert len(compiled[1]) > 10  # type: ignore[arg-type]  # JSON
    assert run(path, compiled=False) == compiled
