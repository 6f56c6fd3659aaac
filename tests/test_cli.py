from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from pyarrow import parquet
from typer.testing import CliRunner

import traceviz as tv
from traceviz import cli
from traceviz.files import read_measured
from traceviz.schema import SchemaError, SourceError

SAMPLES = str(Path(__file__).parent.parent / "samples" / "traces.jsonl")
COMMANDS = ("report", "measure", "compare", "show", "concordance", "sniff", "metrics")


def run(*arguments: str, stdin: bytes | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own, as a shell does."""
    command = [sys.executable, "-c", "from traceviz.cli import main; main()", *arguments]
    env = os.environ | {"COLUMNS": "200", "NO_COLOR": "1", **environment}
    return subprocess.run(command, input=stdin, capture_output=True, check=False, env=env, timeout=120)


def inside(*arguments: str, stdin: str | None = None) -> tuple[int, str, str]:
    """Run the command line in this process; give exit code, standard output and standard error."""
    try:
        runner = CliRunner(mix_stderr=False)
    except TypeError:  # newer versions never mix them
        runner = CliRunner()
    streams = runner.invoke(cli.app, list(arguments), input=stdin, env={"NO_COLOR": "1", "COLUMNS": "200"})
    if streams.exception is not None and not isinstance(streams.exception, SystemExit):
        raise streams.exception
    return streams.exit_code, streams.stdout, streams.stderr


def write(path: Path, records: Sequence[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)


def lines(text: str | bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# --- help -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_has_help(command: str) -> None:
    code, out, _ = inside(command, "--help")
    assert code == 0
    assert "Usage:" in out
    registered = {info.callback.__name__: info for info in cli.app.registered_commands if info.callback}
    assert set(registered) == set(COMMANDS)
    assert registered[command].callback.__doc__  # type: ignore[union-attr]  # checked above
    group = typer.main.get_command(cli.app)
    for parameter in group.commands[command].params:  # type: ignore[attr-defined]  # a group
        assert getattr(parameter, "help", None), f"{command} {parameter.name}"


def test_no_command_shows_the_help() -> None:
    _, out, err = inside()
    assert all(command in out + err for command in COMMANDS)


# --- measure ----------------------------------------------------------------------------------------------------


def test_measure_writes_json_lines_to_standard_output() -> None:
    done = run("measure", SAMPLES, "--metrics", "words,cmi,mixing")
    assert done.returncode == 0, done.stderr
    rows = lines(done.stdout)
    expected = tv.measure(tv.load(SAMPLES), metrics=["words", "cmi", "mixing"])
    assert [row["trace_id"] for row in rows] == expected["trace_id"].tolist()
    assert [row["cmi"] for row in rows] == pytest.approx(expected["cmi"].tolist())
    assert "reasoning" not in rows[0]
    assert "cmi_raw" in rows[0]


def test_measure_gives_windows() -> None:
    done = run("measure", SAMPLES, "--metrics", "words", "--window", "300")
    assert done.returncode == 0, done.stderr
    expected = tv.measure(tv.load(SAMPLES), metrics="words", window=300)
    assert [(row["window"], row["start"]) for row in lines(done.stdout)] == expected[["window", "start"]].apply(
        tuple, axis=1
    ).tolist()


def test_measure_reads_standard_input_and_keeps_texts_when_asked() -> None:
    data = Path(SAMPLES).read_bytes()
    done = run("measure", "-", "--metrics", "words", "--with-text", stdin=data, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert [row["reasoning"] for row in lines(done.stdout)] == tv.load(SAMPLES)["reasoning"].tolist()


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".jsonl"])
def test_measure_writes_files_batch_by_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    monkeypatch.setattr(cli, "_BATCH", 7)
    path = tmp_path / f"measured{ending}"
    code, out, _ = inside("measure", SAMPLES, "-o", str(path), "--metrics", "words,flesch_reading_ease")
    assert (code, out) == (0, "")
    expected = tv.measure(tv.load(SAMPLES), metrics=["words", "flesch_reading_ease"])
    expected = expected.drop(columns=["prompt", "reasoning", "answer"])
    found = read_measured(path)
    assert list(found.columns) == list(expected.columns)
    assert found["trace_id"].tolist() == expected["trace_id"].tolist()
    assert found["words"].tolist() == expected["words"].tolist()
    assert found["flesch_reading_ease"].fillna(-1).tolist() == pytest.approx(
        expected["flesch_reading_ease"].fillna(-1).tolist()
    )
    assert found["not_measured"].fillna("").tolist() == expected["not_measured"].tolist()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_parquet_has_a_row_group_a_batch_and_the_provenance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_BATCH", 10)
    path = tmp_path / "measured.parquet"
    inside("measure", SAMPLES, "-o", str(path), "--metrics", "words")
    file = parquet.ParquetFile(path)
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [10, 10, 10, 6]
    facts = json.loads(file.metadata.metadata[b"traceviz"])
    assert facts["metrics"] == ["words"]
    assert facts["detector"] == "traceviz"


@pytest.fixture
def changing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give records whose fields change between the batches."""
    monkeypatch.setattr(cli, "_BATCH", 2)
    early = [{"id": str(i), "reasoning": "So we go on.", "note": None} for i in range(2)]
    late = [{"id": str(i), "reasoning": "So we go on.", "extra": i, "note": "seen"} for i in range(2, 4)]
    return write(tmp_path / "changing.jsonl", early + late)


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_columns_that_come_later_are_left_out_with_a_line(
    tmp_path: Path, changing: str, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / f"out{ending}"
    assert inside("measure", changing, "-o", str(path), "--metrics", "words")[0] == 0
    found = read_measured(path)
    assert found["note"].fillna("").tolist() == ["", "", "seen", "seen"]
    assert found["words"].tolist() == [4, 4, 4, 4]
    assert "extra" not in found.columns
    assert "Left out, because the first traces have no such column: ['extra']" in caplog.text


def test_json_lines_hold_columns_that_come_later(changing: str) -> None:
    rows = lines(inside("measure", changing, "--metrics", "words")[1])
    assert [row.get("extra") for row in rows] == [None, None, 2, 3]


def test_a_column_that_changes_its_type_is_told_and_nothing_half_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_BATCH", 1)
    source = write(tmp_path / "a.jsonl", [{"reasoning": "a b", "x": 1}, {"reasoning": "a b", "x": "one"}])
    path = tmp_path / "out.parquet"
    with pytest.raises(SourceError, match=r"The column 'x' changes its type between batches.*JSON Lines"):
        inside("measure", source, "-o", str(path))
    assert sorted([file.name for file in tmp_path.iterdir()]) == ["a.jsonl"]


def test_an_older_file_stays_when_measuring_fails(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    assert run("measure", str(tmp_path / "missing.jsonl"), "-o", str(path)).returncode == 1
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]


def test_target_is_a_column_or_a_tag() -> None:
    for target in ("prompt_language", "en"):
        code, out, _ = inside("measure", SAMPLES, "--metrics", "language_consistency", "--target", target)
        assert code == 0
        expected = tv.measure(tv.load(SAMPLES), metrics="language_consistency", target=target)["language_consistency"]
        assert [row["language_consistency"] for row in lines(out)] == pytest.approx(expected.tolist())


def test_map_names_a_field(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", [{"my_text": "one two three", "number": 1}])
    code, out, _ = inside("measure", source, "--map", "reasoning=my_text", "--metrics", "words")
    assert code == 0
    assert lines(out)[0]["words"] == 3


def test_rejects_are_counted_over_all_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_BATCH", 1)
    source = tmp_path / "a.jsonl"
    source.write_text('{"reasoning": "a b"}\n{broken\n{"reasoning": "c d"}\n')
    arguments = ("measure", str(source), "--metrics", "words")
    assert inside(*arguments)[0] == 0
    code, out, _ = inside(*arguments, "--fail-on-rejects", "--rejects", str(tmp_path / "bad.jsonl"))
    assert code == 3
    assert len(lines(out)) == 2
    assert json.loads((tmp_path / "bad.jsonl").read_text())["line_no"] == 2
    with pytest.raises(SourceError):
        inside(*arguments, "--strict")


# --- compare ----------------------------------------------------------------------------------------------------


def test_compare_on_what_measure_wrote_and_on_traces_agrees(tmp_path: Path) -> None:
    options = ("--metrics", "cmi", "--baseline", "synthetic-aligned", "--draws", "100", "-o", "-")
    code, out, _ = inside("compare", SAMPLES, *options)
    assert code == 0
    expected = lines(out)
    assert [row["kind"] for row in expected] == ["level", "level", "difference"]
    for ending in (".parquet", ".csv", ".jsonl"):
        path = str(tmp_path / f"measured{ending}")
        inside("measure", SAMPLES, "-o", path)
        code, out, _ = inside("compare", path, *options)
        assert code == 0
        pd.testing.assert_frame_equal(pd.DataFrame(lines(out)), pd.DataFrame(expected), rtol=1e-6, obj=ending)
    inside("measure", SAMPLES, "--with-text", "-o", path)
    again = pd.DataFrame(lines(inside("compare", path, *options)[1]))
    pd.testing.assert_frame_equal(again, pd.DataFrame(expected), rtol=1e-6)


def test_compare_prints_a_table_for_a_person() -> None:
    code, out, _ = inside("compare", SAMPLES, "--metrics", "words,cmi", "--by", "model,correct", "--cluster", "none")
    assert code == 0
    assert out.splitlines()[0].split()[:4] == ["metric", "kind", "model", "correct"]
    assert "synthetic-zero" in out
    assert "nan" not in out.lower()


def test_names_that_look_like_numbers_stay_names(tmp_path: Path) -> None:
    records = [{"id": f"{i:03}", "model": "007", "question_id": f"0{i % 2}", "reasoning": "a b"} for i in range(4)]
    source = write(tmp_path / "a.jsonl", records)
    for ending in (".csv", ".jsonl", ".parquet"):
        path = str(tmp_path / f"m{ending}")
        inside("measure", source, "-o", path)
        _, out, _ = inside("compare", path, "--metrics", "words", "-o", "-")
        assert (lines(out)[0]["model"], lines(out)[0]["n_questions"]) == ("007", 2)


# --- show, concordance, sniff, metrics, report ------------------------------------------------------------------


def test_show_limits_and_says_how_many() -> None:
    code, out, err = inside("show", SAMPLES, "--limit", "2")
    assert code == 0
    assert "q1-zero-0" in out
    assert "q1-zero-1" in out
    assert "q1-zero-2" not in out
    assert err == "2 of 36 traces; --limit shows more.\n"


def test_show_where_chooses_by_metrics_and_columns() -> None:
    where = 'loop_share > 0.5 and model == "synthetic-zero"'
    code, out, _ = inside("show", SAMPLES, "--where", where, "--limit", "99")
    measured = tv.measure(tv.load(SAMPLES), metrics="loop_share")
    expected = set(measured.query(where)["trace_id"])
    assert code == 0
    assert expected
    assert {name for name in measured["trace_id"] if name in out} == expected


@pytest.mark.parametrize("where", ["cmi >", "unknown_column > 3", "cmi", "cmi + 1", "", "@os", "1 == 1"])
def test_a_where_that_cannot_be_evaluated_is_told(where: str) -> None:
    with pytest.raises(SchemaError, match=r"--where .* cannot be evaluated: .*'switch_rate > 20'"):
        inside("show", SAMPLES, "--where", where)


def test_nothing_to_show_is_code_4() -> None:
    assert inside("show", SAMPLES, "--where", "cmi > 1000") == (4, "", "No trace matches.\n")
    assert inside("concordance", "-", stdin='{"reasoning": "plain text"}\n') == (4, "", "Nothing was found.\n")


def test_concordance_prints_a_hit_a_line() -> None:
    code, out, _ = inside("concordance", SAMPLES, "--mode", "loop", "-n", "2", "--context", "5", "--seed", "1")
    assert code == 0
    rows = [line.split("\t") for line in out.splitlines()]
    assert len(rows) == 2
    assert all(label.startswith("loop:period ") for _, label, _ in rows)
    assert inside("concordance", SAMPLES, "--mode", "loop", "-n", "2", "--context", "5", "--seed", "1")[1] == out


def test_sniff_says_what_would_be_read() -> None:
    code, out, _ = inside("sniff", SAMPLES)
    assert code == 0
    assert "reasoning" in out


def test_metrics_as_a_table_and_as_data(tmp_path: Path) -> None:
    code, out, _ = inside("metrics")
    assert code == 0
    assert len(out.splitlines()) == len(tv.metrics()) + 1
    rows = lines(inside("metrics", "-o", "-")[1])
    assert [row["name"] for row in rows] == tv.metrics()["name"].tolist()
    inside("metrics", "-o", str(tmp_path / "metrics.csv"))
    assert len(pd.read_csv(tmp_path / "metrics.csv")) == len(rows)


@pytest.mark.slow
def test_report_writes_a_file(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", lines(Path(SAMPLES).read_text(encoding="utf-8"))[:4])
    path = tmp_path / "out.html"
    code, out, err = inside("report", source, "-o", str(path), "--by", "model", "--title", "My <title>")
    assert (code, out) == (0, "")
    assert f"4 traces: {path}" in err
    page = path.read_text(encoding="utf-8")
    assert "My &lt;title&gt;" in page


# --- exit codes, streams, hostile input -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["measure", "no-such-file.jsonl"], "No file or folder 'no-such-file.jsonl'"),
        (["measure", SAMPLES, "--metrics", "cim"], "metrics='cim' is not known"),
        (["measure", SAMPLES, "--target", "prompt_langauge"], "target='prompt_langauge' is neither a column"),
        (["measure", SAMPLES, "-o", "no/such/folder/m.csv"], "there is no folder"),
        (["measure", SAMPLES, "-o", "no/such/folder/m.parquet"], "there is no folder"),
        (["measure", SAMPLES, "--rejects", "no/such/folder/r.jsonl"], "No such file or directory"),
        (["concordance", SAMPLES, "--mode", "swich"], "modes='swich' is not known"),
        (["compare", SAMPLES, "--by", "colour"], "'colour'"),
        (["show", SAMPLES, "--where", "cmi >"], "--where 'cmi >' cannot be evaluated"),
    ],
)
def test_what_cannot_be_done_is_code_1_and_a_line(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    err = done.stderr.decode()
    assert done.returncode == 1
    assert done.stdout == b""
    assert message in err
    assert "Traceback" not in err
    assert err.startswith("traceviz: ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["measure"],
        ["measure", SAMPLES, "--no-such-option"],
        ["no-such-command"],
        ["show", SAMPLES, "--map", "reasoning"],
        ["show", SAMPLES, "--limit", "0"],
        ["concordance", SAMPLES, "-n", "many"],
        ["compare", SAMPLES, "--draws", "3"],
    ],
)
def test_a_wrong_call_is_code_2(arguments: list[str]) -> None:
    code, out, err = inside(*arguments)
    assert (code, out) == (2, "")
    assert "Usage" in err


def test_log_lines_do_not_mix_with_the_data(tmp_path: Path) -> None:
    summary = {"id": "1", "reasoning_content": "We go on.", "reasoning_form": "summary"}
    source = tmp_path / "a.jsonl"
    source.write_text('{"id": "0", "reasoning": "We go on."}\n{broken\n' + json.dumps(summary) + "\n")
    done = run("measure", str(source), "--metrics", "words")
    assert done.returncode == 0
    assert all("words" in row for row in lines(done.stdout))
    assert b"rejected" in done.stderr or b"not be read" in done.stderr or b"could not" in done.stderr
    assert b"\r" not in done.stderr  # no progress bar where nobody looks


CONTROL = "We go \x1b[31mred\x1b[0m on 六个\x07 苹果 \u202eevil\x9b2J \x00 and \x08so on → here."


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    record = {"id": "a\x1b[2J", "model": "m\x1b]0;x\x07", "question_id": "q", "reasoning": CONTROL, "f\x1b": "\x1b[1m"}
    source = write(tmp_path / "a.jsonl", [record])
    for arguments in (["show"], ["concordance"], ["sniff"], ["compare", "--cluster", "none"]):
        done = run(arguments[0], source, *arguments[1:])
        assert done.returncode == 0, done.stderr
        shown = done.stdout.decode() + done.stderr.decode()
        assert shown.strip()
        for character in "\x1b\x07\x9b\x00\x08\u202e":
            assert character not in shown, (arguments, character)


def test_control_characters_in_a_log_line_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J.jsonl").write_text('{"reasoning": "We go on."}\n{broken\n')
    done = run("measure", str(tmp_path / "a\x1b[2J.jsonl"), "--metrics", "words")
    assert done.returncode == 0
    assert b"a\xe2\x90\x9b[2J" in done.stderr  # the picture of the escape character
    assert b"\x1b" not in done.stderr


def test_control_characters_in_an_error_do_not_reach_the_terminal() -> None:
    done = run("measure", SAMPLES, "--metrics", "a\x1b[31mb")
    assert done.returncode == 1
    assert b"\x1b" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close otherwise there")
@pytest.mark.parametrize("command", [["metrics"], ["measure", SAMPLES, "--with-text"], ["show", SAMPLES]])
def test_a_reader_that_goes_away_is_no_failure(command: list[str]) -> None:
    read, written = os.pipe()
    program = [sys.executable, "-c", "from traceviz.cli import main; main()", *command]
    with subprocess.Popen(program, stdout=written, stderr=subprocess.PIPE) as process:
        os.close(written)
        os.close(read)
        assert process.stderr is not None
        assert process.stderr.read().replace(b"5 of 36 traces; --limit shows more.\n", b"") == b""
        assert process.wait(timeout=120) == 0


def test_measured_lines_can_be_piped_into_compare() -> None:
    measured = run("measure", str(SAMPLES), "--metrics", "cmi")
    compared = run("compare", "-", "--metrics", "cmi", stdin=measured.stdout)
    assert compared.returncode == 0
    assert b"synthetic-zero" in compared.stdout


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    done = run("measure", str(SAMPLES), "-o", str(tmp_path / "m.xlsx"))
    assert done.returncode == 1
    assert "has to end in .parquet, .csv, .jsonl" in done.stderr.decode()


def test_version() -> None:
    assert run("--version").stdout.decode().startswith("traceviz ")
