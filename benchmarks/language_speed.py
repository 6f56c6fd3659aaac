"""Start-up, memory and speed of one detector in a process of its own: ``python benchmarks/language_speed.py NAME``.

Prints one JSON object.  Start-up is wall time from before the import of the library to its first answer, without that
of Python; memory is what the process holds then.  Speed is MB of UTF-8 per second of the processor, warm.  traceviz is
given a batch of texts, as its verbs do; the others a text a call, as they have nothing else.
"""

from __future__ import annotations

import os
import sys

# One core: numba, Arrow and BLAS must not help themselves to more.
for _name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import json
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import language_data
import language_detectors

#: What is timed: seconds of the processor for a figure, and bytes of text to choose from.
SECONDS: Final = 2.0
BYTES: Final = 2_000_000

#: Texts of the last steps of traceviz are repeated up to this many bytes, a few of its batches.
BATCH_BYTES: Final = 8_000_000

FIRST: Final = "So the answer is six, und das ist alles."

#: Characters of the text of a single call.
CALL: Final = 4_000


def resident() -> tuple[float, float]:
    """Give the memory that this process holds and the most it held, in MB; NaN where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return float("nan"), float("nan")
    facts = {line.partition(":")[0]: line.split()[1] for line in lines if line.startswith(("VmRSS", "VmHWM"))}
    return float(facts["VmRSS"]) / 1000, float(facts["VmHWM"]) / 1000


def speed(run: Callable[[Sequence[str]], object], batches: Sequence[Sequence[str]]) -> float:
    """Give MB per processor second of the batches that fit into the time, the first one once before that."""
    if not batches:
        return float("nan")
    run(batches[0])
    size, begin, spent = 0, time.process_time(), 0.0
    while spent < SECONDS:
        for batch in batches:
            run(batch)
            size += sum(len(text.encode()) for text in batch)
            spent = time.process_time() - begin
            if spent >= SECONDS:
                break
    return size / 1e6 / spent


def figures(name: str) -> dict[str, float]:
    """Measure one detector in this process."""
    begin = time.perf_counter()
    detector, reason = language_detectors.load(name)
    if detector is None:
        raise SystemExit(reason)
    detector(FIRST)
    load = time.perf_counter() - begin
    held, peak = resident()
    found = {"load_s": load, "memory_mb": held, "peak_mb": peak}
    corpora = {"english": language_data.english(BYTES), "switching": language_data.switching(BYTES)}
    if name == "traceviz":
        return {**found, **_traceviz(detector, corpora)}
    one = {key: [[text] for text in texts] for key, texts in corpora.items()}
    return {**found, **{key: speed(lambda batch: detector(batch[0]), batches) for key, batches in one.items()}}


def _traceviz(detector: Callable[[str], Any], corpora: dict[str, list[str]]) -> dict[str, float]:
    """Measure the core, the verb with its table, and single calls."""
    import pandas as pd
    import pyarrow as pa

    import traceviz as tv
    from traceviz.segments.segment import pieces_of
    from traceviz.texts import Texts

    pa.set_cpu_count(1)
    found = {}
    for key, texts in corpora.items():
        if not texts:
            continue
        size = sum(len(text.encode()) for text in texts)
        many = texts * max(1, round(BATCH_BYTES / size))
        total = sum(len(text.encode()) for text in many)
        batch = Texts.of(many)
        parts = [batch.slice(start, end) for start, end in batch.batches()]
        column = pd.Series(pd.array(many, dtype=pd.ArrowDtype(pa.large_string())))
        table = pd.DataFrame({"trace_id": [str(i) for i in range(len(many))], "reasoning": column})
        found[key] = _repeated(lambda parts=parts: [pieces_of(part, None) for part in parts], total)  # type: ignore[misc]
        found[f"verb_{key}"] = _repeated(lambda table=table: tv.segment(table), total)  # type: ignore[misc]
    call = "\n".join(corpora["english"])[:CALL]
    found["ms_a_call"] = len(call.encode()) / 1e3 / _repeated(lambda: detector(call), len(call.encode()))
    return found


def _repeated(run: Callable[[], object], size: int) -> float:
    """Give MB per processor second of one thing done over and over, warm."""
    run()
    times, begin, spent = 0, time.process_time(), 0.0
    while spent < SECONDS:
        run()
        times += 1
        spent = time.process_time() - begin
    return size * times / 1e6 / spent


def measure(name: str) -> dict[str, float]:
    """Measure one detector in a fresh process; nothing where that fails, with a line that says so."""
    command = [sys.executable, str(Path(__file__)), name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (the script is this one)
    if done.returncode:
        print(f"no speed of {name}: {done.stderr.strip()[-300:]}", file=sys.stderr)
        return {}
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(figures(sys.argv[1])))
