"""MB of UTF-8 a processor second: the default metrics and all detectors of traceviz, beside libraries for readability.

    python benchmarks/legibility_speed.py --peer textstat FILE

Peers are textstat and TextDescriptives (``pip install textstat textdescriptives``), which compute readability and
descriptive counts and find no failures.  One that is not installed is named on a line.  TextDescriptives wants an older
numpy than others do: ``--peers PYTHON`` of `legibility` names an interpreter that has them, and this file is run there,
so that it imports nothing of traceviz before it must.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

#: Text is repeated up to this many bytes, so that a pass takes long enough; peers get this much of it.
ENOUGH = 8_000_000
LITTLE = 100_000


def best(run: Callable[[], object], size: float, times: int = 3) -> float:
    """Give MB/s of the fastest of some runs, warm."""
    run()
    seconds = []
    for _ in range(times):
        begin = time.process_time()
        run()
        seconds.append(time.process_time() - begin)
    return size / 1e6 / min(seconds)


def of_traceviz(texts: Sequence[str]) -> dict[str, float]:
    """Time traceviz on texts, repeated until they are enough: verbs, then each detector on a scene that is ready."""
    import pandas as pd

    import traceviz as tv
    from traceviz.detectors.detect import DETECTORS, finder, scenes

    size = sum(len(text.encode()) for text in texts)
    many = max(1, -(-ENOUGH // size))
    table = pd.DataFrame({"reasoning": list(texts) * many})
    table["trace_id"] = [str(place) for place in range(len(table))]
    found = {
        "tv.measure, default metrics and modes": best(
            lambda: tv.measure(table, metrics=["default", "modes"]), size * many
        ),
        "tv.measure, default metrics": best(lambda: tv.measure(table), size * many),
        "tv.segment": best(lambda: tv.segment(table), size * many),
    }
    ready = [scene for _, scene in scenes(table, None, ("raw",))]
    for mode in DETECTORS:
        find = finder(mode)
        _found(find, ready)  # what several detectors look at is computed once, and no detector's
        found[f"detector {mode}, on a scene"] = best(lambda find=find: _found(find, ready), size * many)
    return found


#: What a scene keeps that is the work of one detector.
OWN = ("loops", "glued_words", "judged_sentences", "token_soup")


def _found(find: Callable[[object], object], ready: Sequence[object]) -> None:
    for scene in ready:
        for name in OWN:
            scene.__dict__.pop(name, None)
        find(scene)


def of_textstat(text: str) -> object:
    """Compute the readability formulas of textstat."""
    import textstat

    names = ("flesch_reading_ease", "flesch_kincaid_grade", "gunning_fog", "smog_index", "coleman_liau_index")
    return [getattr(textstat, name)(text) for name in (*names, "automated_readability_index", "lix", "rix")]


def of_textdescriptives() -> Callable[[str], object]:
    """Give TextDescriptives without a language model: counts and readability of a blank English pipeline."""
    import spacy
    import textdescriptives  # noqa: F401  (it lists its parts in spaCy)

    pipeline = spacy.blank("en")
    pipeline.max_length = 10 * LITTLE
    for part in ("sentencizer", "textdescriptives/descriptive_stats", "textdescriptives/readability"):
        pipeline.add_pipe(part)
    return lambda text: pipeline(text)._.readability


PEERS = {"textstat": lambda: of_textstat, "textdescriptives": of_textdescriptives}


def of_peers(texts: Sequence[str], folder: Path, python: str = sys.executable) -> dict[str, float | str]:
    """Time the peers, each in a process of its own; a peer that does not run gives the reason."""
    path = folder / "texts.txt"
    path.write_text("\0".join(texts)[:LITTLE], encoding="utf-8")
    found: dict[str, float | str] = {}
    for name in PEERS:
        done = subprocess.run(  # noqa: S603  (an interpreter that the user named)
            [python, __file__, "--peer", name, str(path)], capture_output=True, text=True, check=False, timeout=300
        )
        last = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()[-1:]
        found[name] = float(last[0]) if done.returncode == 0 else f"left out ({''.join(last)})"
    return found


def main(arguments: Sequence[str]) -> None:
    """Time one peer and print its MB/s."""
    _, name, path = arguments
    texts = Path(path).read_text(encoding="utf-8").split("\0")
    try:
        run = PEERS[name]()
        run(texts[0].replace(" ", "  "))  # warm, and not with a text that it could remember
        begin = time.process_time()
        for text in texts:
            run(text)
        print(sum(len(text.encode()) for text in texts) / 1e6 / (time.process_time() - begin))
    except Exception as error:  # noqa: BLE001  (whatever a peer lacks is told in its row)
        reason = next((line for line in str(error).splitlines() if line.strip(" *")), "")
        sys.exit(f"{type(error).__name__}: {reason.strip()}")


if __name__ == "__main__":
    main(sys.argv[1:])
