"""What reading costs beside a bare loop of ``orjson.loads`` over the same lines, and the memory of a large file.

    python benchmarks/reading.py [--megabytes 100] [--memory 1000]

Records of 10 kB and 1 kB, of three kinds: a field of reasoning, a completion with markers, a chat completion.  Both
loops run in one process, in turns; the best of three is kept, and its ratio printed.  ``--memory`` writes a JSON Lines
file of so many megabytes, and reads it in a process whose address space is limited, by `tv.iter_load` and by
``traceviz measure``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import orjson

import traceviz as tv

#: Bytes of address space of the process that reads the large file; imports alone take two of the three.
LIMIT: Final = 3 << 30

KINDS: Final[dict[str, Callable[[str, int], dict[str, Any]]]] = {
    "a field of reasoning": lambda text, k: {"id": f"r{k}", "question": "2+2?", "reasoning": text, "answer": "4"},
    "markers": lambda text, k: {"id": f"r{k}", "prompt": "2+2?", "completion": f"<think>\n{text}\n</think>\n\n4"},
    "chat completion": lambda text, k: {
        "id": f"r{k}",
        "model": "some-model",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "reasoning_content": text, "content": "4"},
                "finish_reason": "stop",
            }
        ],
    },
}


def texts(size: int) -> Iterator[str]:
    """Give texts of so many characters, of made-up words."""
    chance = random.Random(1)  # noqa: S311  (not for secrets)
    words = ["".join(chance.choices("abcdefghiklmnoprstu", k=chance.randint(2, 9))) for _ in range(3000)]
    while True:
        yield " ".join(chance.choices(words, k=size // 6))[:size]


def write(path: Path, kind: str, size: int, megabytes: int) -> None:
    """Write a file of records of one kind and size."""
    made = texts(size - 150)
    with path.open("wb") as file:
        k = 0
        while file.tell() < megabytes * 1_000_000:
            file.write(json.dumps(KINDS[kind](next(made), k)).encode() + b"\n")
            k += 1


def bare(path: Path) -> float:
    """Give the processor seconds of a bare loop."""
    begin = time.process_time()
    with path.open("rb") as file:
        for line in file:
            orjson.loads(line)
    return time.process_time() - begin


def ours(path: Path) -> float:
    """Give the processor seconds of `tv.iter_load`."""
    begin = time.process_time()
    for _ in tv.iter_load(path):
        pass
    return time.process_time() - begin


def speed(folder: Path, megabytes: int) -> None:
    """Print the ratios."""
    for size in (10_000, 1_000):
        for kind in KINDS:
            path = folder / "records.jsonl"
            write(path, kind, size, megabytes if size > 1_000 else max(megabytes // 5, 1))
            runs = [(bare(path), ours(path)) for _ in range(3)]
            loop, reading = min(run[0] for run in runs), min(run[1] for run in runs)
            rate = path.stat().st_size / 1e6 / reading
            print(f"{size:>6} bytes, {kind:<22} {reading / loop:5.2f} x the bare loop, {rate:5.0f} MB/s")


READ: Final = """
import sys, traceviz as tv
print(sum(len(batch) for batch in tv.iter_load(sys.argv[1])), "traces")
"""


def memory(folder: Path, megabytes: int) -> None:
    """Print the peak of memory while a large file is read."""
    path = folder / "large.jsonl"
    write(path, "markers", 10_000, megabytes)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))

    calls = {
        "tv.iter_load": [sys.executable, "-c", READ, str(path)],
        "traceviz measure": [
            *(str(Path(sys.executable).with_name("traceviz")), "measure", str(path)),
            *("--output", str(folder / "measured.jsonl")),
        ],
    }
    for name, call in calls.items():
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        begin = time.perf_counter()
        environment = {
            **os.environ,
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "ARROW_DEFAULT_MEMORY_POOL": "system",
        }
        done = subprocess.run(call, preexec_fn=limited, capture_output=True, text=True, env=environment, check=False)  # noqa: S603
        peak = max(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, before) / 1024
        state = "done" if done.returncode == 0 else f"failed: {done.stderr.strip().splitlines()[-1:]}"
        took = f"{state} in {time.perf_counter() - begin:.1f} s"
        print(f"{path.stat().st_size / 1e6:.0f} MB by {name}: {took}, peak {peak:.0f} MB")


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--memory", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        speed(Path(folder), options.megabytes)
        if options.memory:
            memory(Path(folder), options.memory)


if __name__ == "__main__":
    main()
