"""The kernels as plain Python give what they give compiled; there, a read out of bounds is an IndexError."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import traceviz as tv
from traceviz.segments.language_model import language_model

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
    *(
        "我们选择自由以外、人の予想の",
        "時までに燃えた蝋燭政治",
        "l'",
        "l'e",
        "so l’eau",
        "qu’i",
        "kiþ",
        "yok kiþi ð",
        "αν και",
        "το",
    ),
    *(
        "Wort für Wort ist das so und z",
        "so i z drugiej strony i",
        "xkcd qwrt",
        "Anna hat drei Äpfel, Max",
        "och så the och så",
        "-",
        "a-",
    ),
    "か" + "\u02b9'" * 600 + "\u02b9漢",  # a word of Han that is mostly apostrophes
]

PROGRAM = """
import json, sys, warnings
warnings.simplefilter("ignore", RuntimeWarning)  # 64-bit hashes overflow by design, and numpy's scalars say so
import numba
assert numba.config.DISABLE_JIT
import pickle
import traceviz as tv
from traceviz.segments import language_model, languages
with open(sys.argv[1], "rb") as file:
    model = language_model.LanguageModel(*pickle.load(file))
languages.language_model = lambda: model
segments = tv.segment(json.load(sys.stdin))
json.dump(json.loads(segments.to_json(orient="values")), sys.stdout)
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the language model as it is in memory: its index takes plain Python minutes to make."""
    path = tmp_path_factory.mktemp("model") / "model.pickle"
    path.write_bytes(pickle.dumps(tuple(language_model())))
    return path


def run(program: str, texts: list[str], model: Path) -> list[list[object]]:
    """Segment in a fresh process without the compiler."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(model)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
def test_plain_python_gives_the_same(order: int, model: Path) -> None:
    texts = ABRUPT[::order]
    assert run(PROGRAM, texts, model) == json.loads(tv.segment(texts).to_json(orient="values"))


def test_plain_python_reads_no_byte_beyond_the_buffer(model: Path) -> None:
    """Each text is the end of a buffer once."""
    program = PROGRAM.replace(
        "segments = tv.segment(json.load(sys.stdin))",
        "import pandas as pd\nsegments = pd.concat([tv.segment([text]) for text in json.load(sys.stdin)])",
    )
    alone = [row[1:] for row in run(program, ABRUPT, model)]
    assert alone == [row[1:] for row in json.loads(tv.segment(ABRUPT).to_json(orient="values"))]


def test_plain_python_makes_the_same_index() -> None:
    """Of a small list of keys, with what the index knows of them."""
    program = """
import json, sys, warnings
warnings.simplefilter("ignore", RuntimeWarning)
import numpy as np
from traceviz.segments.kernels.languages import build_index, look_up_all
keys = np.arange(1, 300, dtype=np.uint64) * np.uint64(7919 * 7919)
place = np.arange(299)
places = np.stack([(place >> shift).astype(np.uint8) for shift in (0, 8, 16)])
table, groups = (np.arange(598, dtype=np.uint8) % 40), np.array([[0, 2, 0, 299, 0]])
index = build_index(keys, places, np.arange(299, dtype=np.uint8) % 4, table, groups, 512)
print(json.dumps(look_up_all(keys << np.uint64(24), index).tolist()))
"""
    told = []
    for off in ("0", "1"):
        command, env = [sys.executable, "-c", program], {**os.environ, "NUMBA_DISABLE_JIT": off}
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        told.append(json.loads(done.stdout))
    assert told[0] == told[1]
    assert len(set(told[0])) == 299
