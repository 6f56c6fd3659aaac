"""Print MB/s on one core: the script and symbol pass, `segment` and `measure`, beside langdetect on the same text.

    python benchmarks/speed.py [TRACES ...]

TRACES are files that `tv.load` reads; without them ``../shared/data/traces`` is used if it is there, else
``samples/``.  MB are UTF-8 bytes of reasoning.  Timings are noisy: compare the rows of one run.  Kernels are warm;
what the first call costs stands in its own row.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# One core: numba, Arrow and BLAS must not help themselves to more.
for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import pandas as pd
import pyarrow as pa

import traceviz as tv
from traceviz.detectors.detect import detect
from traceviz.segments.kernels.characters import count_characters
from traceviz.segments.langdetect import guess
from traceviz.segments.languages import label_words
from traceviz.segments.scan import find_masks, find_words
from traceviz.segments.segment import tile
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts

REPOSITORY = Path(__file__).parent.parent
SHARED = REPOSITORY.parent / "shared" / "data" / "traces"

#: Text is repeated up to this many bytes, so that a pass takes long enough to be timed.
ENOUGH = 8_000_000

#: langdetect is timed on this much: it is slow.
LITTLE = 60_000


def corpora(sources: list[str]) -> dict[str, pd.DataFrame]:
    """Give English and Chinese traces, repeated to a few megabytes."""
    if not sources:
        sources = [str(SHARED if SHARED.exists() else REPOSITORY / "samples" / "traces.jsonl")]
    traces = pd.concat([tv.load(source) for source in sources], ignore_index=True)
    traces = traces[traces["reasoning"].notna()].reset_index(drop=True)
    traces["trace_id"] = [str(i) for i in range(len(traces))]
    han = tv.measure(traces, metrics=["language_consistency", "matrix_share"], target="zh")
    latin = tv.measure(traces, metrics=["language_consistency"], target="en")
    chosen = {
        "English": traces[(latin["language_consistency"] > 0.9).to_numpy()],
        "Chinese": traces[(han["language_consistency"] > 0.7).to_numpy()],
    }
    return {name: repeated(table) for name, table in chosen.items() if len(table)}


def repeated(table: pd.DataFrame) -> pd.DataFrame:
    """Repeat the rows of a table until there is enough text."""
    size = sum(len(text.encode()) for text in table["reasoning"])
    table = pd.concat([table] * max(1, -(-ENOUGH // size)), ignore_index=True)
    return table.assign(trace_id=[str(i) for i in range(len(table))])


def best(run: Callable[[], object], size: float, times: int = 3) -> float:
    """Give MB/s of the fastest of some runs, warm."""
    run()
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    return size / 1e6 / min(seconds)


def rows(table: pd.DataFrame) -> list[tuple[str, float]]:
    """Time each step on one corpus."""
    texts = Texts.from_column(table["reasoning"])
    size = float(len(texts.buffer))
    unicode = unicode_table()
    masks = find_masks(texts)
    words = find_words(texts, masks)
    cut, labels = label_words(texts, words)
    segments = tv.segment(table)
    alone = table.drop(columns=[name for name in ("prompt", "answer") if name in table.columns])

    def scripts() -> object:
        return count_characters(
            texts.buffer,
            texts.offsets[:-1],
            texts.offsets[1:],
            unicode.page_of,
            unicode.scripts,
            unicode.kinds,
            len(unicode.script_names),
        )

    return [
        ("script and symbol pass", best(scripts, size)),
        ("masks", best(lambda: find_masks(texts), size)),
        ("words", best(lambda: find_words(texts, masks), size)),
        ("languages", best(lambda: label_words(texts, words), size)),
        ("pieces", best(lambda: tile(texts, masks, cut, labels), size)),
        ("tv.segment, table included", best(lambda: tv.segment(alone), size)),
        ("tv.detect, segments given", best(lambda: detect(alone, segments=segments), size)),
        ("tv.measure, all steps", best(lambda: tv.measure(alone), size)),
        ("tv.measure, segments given", best(lambda: tv.measure(alone, segments=segments), size)),
        ("tv.measure, prompts as targets", best(lambda: tv.measure(table), size)),
        ("langdetect, a sentence at a time", langdetect_speed(table)),
    ]


def langdetect_speed(table: pd.DataFrame) -> float:
    """Time langdetect (seeded) on the sentences of the first traces."""
    sentences: list[str] = []
    size = 0
    for text in table["reasoning"]:
        for sentence in text.replace("\u3002", "\u3002\n").replace(". ", ".\n").split("\n"):
            if any(c.isalpha() for c in sentence):
                sentences.append(sentence)
                size += len(sentence.encode())
        if size > LITTLE:
            break
    return best(lambda: [guess(sentence) for sentence in sentences], size, times=1)


def start_up() -> None:
    """Print what importing and the first call cost, in fresh processes."""

    def seconds(code: str) -> float:
        runs = []
        for _ in range(5):
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)  # noqa: S603  (code is ours)
            runs.append(time.perf_counter() - begin)
        return min(runs)

    empty, pandas = seconds("pass"), seconds("import pandas")
    traceviz = seconds("import traceviz")
    verbs = seconds("import traceviz as tv; tv.load, tv.segment, tv.measure, tv.compare")
    first = seconds("import traceviz as tv; tv.measure('So we add two and two.')")
    print(f"import pandas {pandas - empty:.2f} s")
    for name, cost in (("import traceviz", traceviz), ("with its verbs", verbs), ("to the first measure", first)):
        print(f"{name} {cost - empty:.2f} s ({(cost - empty) / (pandas - empty):.2f} of pandas)")


#: A foreign word, a letter of another script, a formula and a prompt: with them every kernel of `segment` is compiled.
FIRST_CALL = """
import pandas as pd
import resource
import time
import traceviz as tv

text = "So the answer is \u7b54\u6848\u662f x + 1 = 2. Aber das ist leider nicht die richtige Antwort."
table = pd.DataFrame({"trace_id": ["0"], "reasoning": [text], "prompt": ["Was ist die richtige Antwort?"]})
begin = time.perf_counter()
tv.segment(table)
seconds = time.perf_counter() - begin
with open("/proc/self/status") as file:
    resident = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
print(seconds, resident / 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def first_call() -> None:
    """Print what the first `segment` of a process costs: with an empty cache of kernels, and with a full one."""
    if not Path("/proc/self/status").exists():
        print("cold compile and memory: not measured, there is no /proc here")
        return
    with tempfile.TemporaryDirectory() as cache:
        for state in ("empty", "full"):
            environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
            given = subprocess.run(  # noqa: S603  (code is ours)
                [sys.executable, "-c", FIRST_CALL], check=True, capture_output=True, text=True, env=environment
            )
            seconds, resident, peak = map(float, given.stdout.split())
            print(f"first segment, {state} cache: {seconds:.1f} s; resident {resident:.0f} MB, at most {peak:.0f} MB")


def main() -> None:
    """Print the table."""
    pa.set_cpu_count(1)
    start_up()
    first_call()
    table = {name: dict(rows(corpus)) for name, corpus in corpora(sys.argv[1:]).items()}
    frame = pd.DataFrame(table)
    frame["times langdetect, English"] = frame.iloc[:, 0] / frame.iloc[-1, 0]
    print(frame.to_string(float_format=lambda number: f"{number:,.3g}" if number < 1000 else f"{number:,.0f}"))


if __name__ == "__main__":
    main()
