"""The kernels as plain Python give what they give compiled; there, a read out of bounds is an IndexError."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import traceviz as tv

#: Texts that end in the middle of something; the last one ends the buffer.
ABRUPT = [
    *(
        "$",
        "a $",
        "$5",
        "$$",
        "$$ x",
        "\\",
        "a \\",
        "\\(",
        "\\[ x",
        "\\fr",
        "\\frac{",
        "\\text{",
        "`",
        "``a",
        "```",
        "```py",
    ),
    *(
        "\n``",
        "<",
        "<|",
        "<|a|",
        "<｜",
        "<<1",
        "<a",
        "<a ",
        "<a b=",
        "</",
        "<a/",
        "[INS",
        "[INST]",
        "(",
        "((1",
        "x =",
        "x = a",
    ),
    *(
        "x^",
        "1.",
        "1,",
        "3 x ",
        "3 x 4",
        "5k",
        "√",
        "x ≤",
        "I",
        "I ",
        "a_",
        "np.",
        "np.a",
        "a@",
        "a@b",
        "http:",
        "http://",
        "www.",
    ),
    *(
        "www.a",
        "/",
        "/a",
        "./",
        "../",
        "~",
        "~/",
        "-",
        "a-",
        "a'",
        "a\u2019",
        "e.",
        "1",
        "1 ",
        "1)",
        "- ",
        "#",
        "x!",
        "x!=",
        "P(A|",
    ),
    *(
        "é",
        "中",
        "𝑥",
        "x²",
        "α",
        "αβ",
        "a\u0301",
        "\x00",
        "\ufffd",
        "。",
        "the 答案",
        "答案 the",
        "a 中。",
        "{",
        "|",
        "f'",
        "",
    ),
    "So the answer is 答案是 x + 1 = 2, and das ist leider nicht die richtige Antwort. これは漢字です。 Ответ простой.",
    'The word "苹果" means apple; see `code`, https://example.org/a_(b). or jane@example.org: 5kg <think>ok</think>\\',
    "```python\nx = 1\n  ```\n1. x = 2\n- $20 - $5 = $15 and $a$, a < b, src/a.py, 우리는 planet1의 $",
    "qzxv wrtk plmn l'homme ῥόδον می\u200cخواهم ",
]

PROGRAM = """
import json, sys, warnings
warnings.simplefilter("ignore", RuntimeWarning)  # 64-bit hashes overflow by design, and numpy's scalars say so
import numba
assert numba.config.DISABLE_JIT
import traceviz as tv
segments = tv.segment(json.load(sys.stdin))
json.dump(json.loads(segments.to_json(orient="values")), sys.stdout)
"""


def plain(texts: list[str]) -> list[list[object]]:
    """Segment in a fresh process without the compiler."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
def test_plain_python_gives_the_same(order: int) -> None:
    texts = ABRUPT[::order]
    assert plain(texts) == json.loads(tv.segment(texts).to_json(orient="values"))


def test_plain_python_reads_no_byte_beyond_the_buffer() -> None:
    """Each text is the end of a buffer once."""
    program = PROGRAM.replace(
        "segments = tv.segment(json.load(sys.stdin))",
        "import pandas as pd\nsegments = pd.concat([tv.segment([text]) for text in json.load(sys.stdin)])",
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(ABRUPT),
        capture_output=True,
        text=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    alone = [row[1:] for row in json.loads(done.stdout)]
    assert alone == [row[1:] for row in json.loads(tv.segment(ABRUPT).to_json(orient="values"))]
