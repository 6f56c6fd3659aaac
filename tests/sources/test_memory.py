"""Large files are read in memory that does not grow with them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

READ = """
import resource, sys
import traceviz as tv
n = sum(len(batch) for batch in tv.iter_load(sys.argv[1], batch_size=500))
print(n, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""

N_SMALL, N_LARGE = 2_000, 20_000


def peak(path: Path, n: int) -> int:
    """Give the most memory, in MB, that a process of its own held while it read a file of ``n`` records."""
    done = subprocess.run([sys.executable, "-c", READ, str(path)], check=True, capture_output=True, text=True)
    found, megabytes = map(int, done.stdout.split())
    assert found == n
    return megabytes


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss has other units elsewhere")
@pytest.mark.parametrize("array", [False, True], ids=["lines", "array"])
def test_ten_times_the_file_takes_no_more_memory(tmp_path: Path, *, array: bool) -> None:
    path = tmp_path / "x.json"
    peaks = []
    for n in (N_SMALL, N_LARGE):
        with path.open("w") as file:
            file.write("[\n" if array else "")
            for k in range(n):
                record = {"id": f"r{k}", "reasoning": f"{k} and more words. " * 500}
                file.write(json.dumps(record) + (",\n" if array and k + 1 < n else "\n"))
            file.write("]\n" if array else "")
        peaks.append(peak(path, n))
    size = path.stat().st_size >> 20
    assert size > 170
    # A file below 64 MB is parsed whole; ten times the lines may not take a quarter of their size more.
    assert peaks[1] - peaks[0] < (2 * 64 if array else size // 4)
