"""Score language detectors on mixed text, in one table.

    python benchmarks/language.py [--labelled FILE ...] [--documents FILE ...] [--detectors NAME ...]
        [--part develop|aside|all] [--sample N] [--no-speed] [--json OUT]

Without ``--labelled`` the development data beside the checkout are read, and only what was put aside of them (a third,
by hash of the record id): constants are chosen on the rest.  Files that are named are read whole.  Peers are the extra
``benchmark`` (``pip install -e ".[benchmark]"``); one that is not installed is named on a line and left out.

The columns: F1 of foreign letters, of spans (event) and of mere foreignness; F1 by class; letters called foreign per
1,000 letters of monolingual controls; on human-labelled sentences, F1 and the share of letters whose language is right;
of documents in languages that traceviz does not know, and in romanised Hindi, Arabic and Chinese, the share of letters
that become a wrong language (``bad``), ``und``, and English; MB of UTF-8 per processor second on one core, start-up and
memory, each detector in a process of its own.
The peers do not use traceviz's masks but those of `language_runs`, which need the standard library only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import language_data
import language_detectors
import language_documents
import language_score
import language_speed
from language_score import Detector, Score

#: Sentences of labelled tokens for each record of a cell that a slow detector is given: they are short.
SENTENCES = 40


def score_file(path: Path, detector: Detector, part: str, sample: int) -> dict[str, Any]:
    """Score a detector on one labelled file: spans give figures by class, tokens give those of `score_tokens`."""
    records = language_data.read(path)
    if language_data.is_tokens(records):
        return score_tokens(language_data.take(records, part, sample * SENTENCES), detector)
    chosen = language_data.take(records, part, sample)
    return {"records": len(chosen), **language_score.evaluate(chosen, detector)._asdict()}


def score_tokens(records: Sequence[dict[str, Any]], detector: Detector) -> dict[str, Any]:
    """Score a detector on labelled tokens: F1 pooled over all, and the share of letters whose language is right."""
    total, right, letters = Score(), 0, 0
    for record in map(language_data.from_tokens, records):
        spans = detector(record["text"])
        total = total.plus(language_score.score(record, spans))
        known = [pair for pair in language_score.counted(record, spans) if pair[0] != language_score.NO_MATTER]
        right += sum(gold == said for gold, said in known)
        letters += len(known)
    return {
        "records": len(records),
        "human_f1": total.f1,
        "human_event_f1": total.event_f1,
        "human_accuracy": right / max(1, letters),
    }


def measure(name: str, detector: Detector, options: argparse.Namespace) -> dict[str, Any]:
    """Give all figures of a detector, by file."""
    sample = options.sample if name in language_detectors.SLOW else 0
    found: dict[str, Any] = {"detector": name, "version": language_detectors.version_of(name), "sample": sample}
    found["labelled"] = {
        path.name: score_file(path, detector, options.part, sample) for path in language_data.present(options.labelled)
    }
    everything, _ = language_detectors.load(name, None)
    if everything is not None:
        found["documents"] = language_documents.shares(language_data.present(options.documents), everything, sample)
    found["speed"] = {} if options.no_speed else language_speed.measure(name)
    return found


def rows(found: dict[str, Any], known: frozenset[str]) -> dict[str, float | str]:
    """Give the columns of one detector's row."""
    row: dict[str, float | str] = {"detector": found["detector"] + ("*" if found["sample"] else "")}
    for name, figures in found["labelled"].items():
        # Columns of a second file of the same form carry its name, so that none is lost.
        sign = "" if not row.keys() & _columns(figures).keys() else f" {name.partition('.')[0]}"
        row |= {column + sign: value for column, value in _columns(figures).items()}
    row |= language_documents.columns(found["documents"], known)
    speed = found["speed"]
    names = {"english": "MB/s en", "switching": "MB/s mixed", "load_s": "load s", "memory_mb": "RAM MB"}
    return row | {column: speed[name] for name, column in names.items() if name in speed}


def _columns(figures: dict[str, Any]) -> dict[str, float]:
    """Give the columns of one labelled file."""
    if "human_f1" in figures:
        return {"human F1": figures["human_f1"], "human right": figures["human_accuracy"]}
    head = {"F1": figures["f1"], "event": figures["event_f1"], "foreign": figures["foreign_f1"]}
    return {
        **head,
        **figures["by_class"],
        **{f"{name[:11]} ‰": value for name, value in figures["false_letters"].items()},
    }


def print_table(table: Sequence[dict[str, float | str]], title: str) -> None:
    """Print rows under their columns; what was not measured is a dash."""
    columns = list(dict.fromkeys(column for row in table for column in row))
    cells = [columns, *([_cell(row.get(column), column) for column in columns] for row in table)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    print(f"\n{title}")
    for line in cells:
        padded = (cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))
        print("  ".join((line[0].ljust(widths[0]), *padded)))


def _cell(value: float | str | None, column: str) -> str:
    if value is None or value != value:  # noqa: PLR0124  (NaN is not equal to itself)
        return "-"
    if isinstance(value, str):
        return value
    if "RAM" in column or value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if column == "load s" else f"{value:.3g}" if _is_loose(column) else f"{value:.3f}"


def _is_loose(column: str) -> bool:
    return "‰" in column or "MB" in column


def print_all(found: Sequence[dict[str, Any]], known: frozenset[str]) -> None:
    """Print the table, F1 by granularity, and what only traceviz has."""
    new = len(language_documents.new_languages(found[0]["documents"], known)) if found else 0
    title = f"‰: letters called foreign per 1,000; new: {new} languages that traceviz does not know; *: a sample only"
    print_table([rows(one, known) for one in found], title)
    fine: defaultdict[str, list[dict[str, float | str]]] = defaultdict(list)
    for one in found:
        for name, figures in one["labelled"].items():
            if "by_granularity" in figures:
                fine[name].append({"detector": one["detector"], **figures["by_granularity"]})
    for name, table in fine.items():
        print_table(table, f"F1 by class and granularity, {name}")
    for one in found:
        verb = {name: value for name, value in one["speed"].items() if name.startswith(("verb", "ms_", "peak"))}
        if one["detector"] == "traceviz" and verb:
            print("\ntraceviz besides: " + ", ".join(f"{name} {value:.3g}" for name, value in verb.items()))


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--labelled", nargs="+", type=Path, help="records with gold_spans or with tokens")
    parser.add_argument("--documents", nargs="+", type=Path, help="the same text in many languages")
    parser.add_argument("--detectors", nargs="+", choices=list(language_detectors.DETECTORS), metavar="NAME")
    parser.add_argument("--part", choices=language_data.PARTS, help="default: aside; all of files that are named")
    parser.add_argument("--sample", type=int, default=0, help="records a cell for slow detectors; 0: all")
    parser.add_argument("--no-speed", action="store_true", help="leave speed, start-up and memory out")
    parser.add_argument("--json", type=Path, help="write everything here as well")
    options = parser.parse_args(arguments)
    options.part = options.part or ("all" if options.labelled else "aside")
    options.labelled = options.labelled or list(language_data.LABELLED)
    options.documents = options.documents or list(language_data.DOCUMENTS)
    options.detectors = options.detectors or list(language_detectors.DETECTORS)
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every detector and print the table."""
    options = parse(arguments)
    for path in language_data.present(options.labelled):
        records = language_data.read(path)
        parts = ", ".join(f"{part} {len(language_data.take(records, part)):,}" for part in language_data.PARTS)
        print(f"{path.name}: {parts} records; scored here: {options.part}")
    known = language_documents.known_languages()
    found = []
    for name in options.detectors:
        detector, reason = language_detectors.load(name)
        if detector is None:
            print(f"left out: {name} ({reason})", file=sys.stderr)
            continue
        print(f"… {name} {language_detectors.version_of(name)}", file=sys.stderr)
        found.append(measure(name, detector, options))
    print_all(found, known)
    if options.json:
        facts = {"part": options.part, "languages of traceviz": sorted(known), "detectors": found}
        options.json.write_text(json.dumps(facts, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
