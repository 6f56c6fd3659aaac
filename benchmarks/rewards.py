"""Print how fast the reward is on one core: completions a second in a batch, and milliseconds for a single call.

    python benchmarks/rewards.py [TRACES ...]

TRACES are files that `tv.load` reads; without them ``../shared/data/traces`` is used if it is there, else
``samples/``.  Completions are cut, or put together, to 4,000 bytes.  Kernels are warm; timings are noisy.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

# One core: numba and BLAS must not help themselves to more.
for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np

import traceviz as tv
from traceviz.rewards import compute_score, language_consistency

REPOSITORY = Path(__file__).parent.parent
SHARED = REPOSITORY.parent / "shared" / "data" / "traces"

#: Bytes of a completion, and completions in a batch.
LENGTH = 4_000
MANY = 2_000

#: What is asked for: completions a second in a batch, milliseconds a call.
FLOOR = 2_000
CEILING = 1.0

#: Put after every sentence of English, so that the text switches all the time.
PHRASES = ("как мы и думали", "也就是说", "wie schon gesagt", "por lo tanto", "c'est ça", "つまり")


def reasoning(sources: list[str]) -> list[str]:
    """Give the reasoning of the sources."""
    if not sources:
        sources = [str(SHARED if SHARED.exists() else REPOSITORY / "samples" / "traces.jsonl")]
        print("traces of", "../shared/data" if SHARED.exists() else "samples/: ../shared/data is not there")
    return [text for source in sources for text in tv.load(source)["reasoning"] if isinstance(text, str)]


def completions(texts: list[str]) -> list[str]:
    """Cut a stream of texts into completions of one length."""
    stream = "\n\n".join(texts).encode()
    stream = stream * (1 + LENGTH * MANY // len(stream))
    begins = np.linspace(0, len(stream) - LENGTH, MANY).astype(int).tolist()  # from all sources alike
    return [stream[at : at + LENGTH].decode("utf-8", "ignore") for at in begins]


def switching(texts: list[str]) -> list[str]:
    """Put a foreign phrase after every sentence."""
    sentences = "\n\n".join(texts).split(". ")
    return [". ".join(f"{s} {PHRASES[i % len(PHRASES)]}" for i, s in enumerate(sentences))]


def batch_speed(batch: list[str]) -> float:
    """Give completions a second, the best of three."""
    return len(batch) / min(seconds(lambda: language_consistency(batch, target="en")) for _ in range(3))


def call_times(batch: list[str], call: Callable[[str], object]) -> tuple[float, float]:
    """Give the median and the 99th percentile of single calls, in milliseconds."""
    times = [1000 * seconds(lambda text=text: call(text)) for text in batch[:500]]
    return float(np.median(times)), float(np.percentile(times, 99))


def seconds(run: Callable[[], object]) -> float:
    """Time one run."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def main() -> None:
    """Print the numbers."""
    texts = reasoning(sys.argv[1:])
    english = [text for text in texts if text.isascii()]
    prompt = "How many apples are there in the two baskets together, and how many in each?"
    begin = time.perf_counter()
    language_consistency("So we add two and two.", target="en")
    print(f"first call {time.perf_counter() - begin:.2f} s (loading; compiling where nothing is cached)")
    for name, corpus in (("English", english), ("all traces", texts), ("switching", switching(english))):
        batch = completions(corpus)
        batch_speed(batch[:50])
        print(f"{name}: {batch_speed(batch):,.0f} completions a second in a batch (asked: {FLOOR:,})")
        for kind, call in (
            ("target given", lambda text: compute_score("", text, "", target="en")),
            ("prompt's language", lambda text: compute_score("", text, "", {"question": prompt})),
        ):
            median, late = call_times(batch, call)
            print(f"  a call, {kind}: median {median:.2f} ms, 99 % within {late:.2f} ms (asked: {CEILING:.0f} ms)")


if __name__ == "__main__":
    main()
