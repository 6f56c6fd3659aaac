"""Streams: fragments joined into responses, however they are stored."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import traceviz as tv
from traceviz.schema import SourceError
from traceviz.sources.chunks import joined
from traceviz.sources.quarantine import Found

SAMPLES = Path(__file__).parent.parent.parent / "samples" / "formats"

R = "The pond holds nine frogs and two leave, so nine minus two, das ist sieben."
S = "**Counting frogs**\n\nThe model subtracts two from nine."
C = "Seven frogs stay."

EXPECTED = {
    "openai_stream.sse": (R, "raw"),
    "anthropic_stream.sse": (R, "raw"),
    "responses_stream.sse": (S, "summary"),
    "gemini_stream.sse": (S, "summary"),
    "ollama_stream.jsonl": (R, "raw"),
}


def chunk(name: str, delta: dict[str, Any], finish: str | None = None, index: int = 0) -> dict[str, Any]:
    choice = {"index": index, "delta": delta, "finish_reason": finish}
    return {"id": name, "object": "chat.completion.chunk", "model": "m", "choices": [choice]}


def join(values: Iterable[dict[str, Any]]) -> list[Found]:
    return [item for item in joined(Found(value) for value in values) if isinstance(item, Found)]


@pytest.mark.parametrize("name", EXPECTED)
def test_samples(name: str) -> None:
    table = tv.load(SAMPLES / name)
    assert table[["reasoning", "answer", "reasoning_form", "finish_reason"]].to_numpy().tolist() == [
        [EXPECTED[name][0], C, EXPECTED[name][1], "stop"]
    ]
    assert "stream_incomplete" not in table["diagnostics"].tolist()[0]
    assert tv.sniff(SAMPLES / name).n_traces == 1


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.endswith("sse")])
def test_a_recording_that_breaks_off_keeps_what_came(name: str, tmp_path: Path) -> None:
    content = (SAMPLES / name).read_bytes()
    path = tmp_path / "x"
    whole = tv.load(SAMPLES / name)["reasoning"].tolist()[0]
    seen = 0
    for end in range(150, len(content), 61):
        path.write_bytes(b'data: {"choices": []}\n\n' + content[:end])
        try:
            table = tv.load(path)
        except SourceError:  # nothing that is text has come yet
            continue
        seen += 1
        row = table.iloc[-1]
        assert str(row["reasoning"] if isinstance(row["reasoning"], str) else "") in whole
        facts = table.attrs["traceviz"]
        assert facts["records"] == table["record_index"].nunique() + facts["rejected"] + facts["skipped"]
    assert seen > 3
    path.write_bytes(content[: content.rindex(C.encode()[:5])])
    assert "stream_incomplete" in tv.load(path)["diagnostics"].tolist()[0]


def test_streams_that_interleave() -> None:
    table = tv.load(SAMPLES / "chat_chunks.jsonl")
    assert table["trace_id"].tolist() == ["c-1", "c-2"]
    assert table["reasoning"].tolist() == [R, R]
    assert table["answer"].tolist() == [C, C[:5]]
    assert table["diagnostics"].tolist() == [[], ["stream_incomplete"]]


def test_choices_and_whole_records_among_the_chunks() -> None:
    values = [
        chunk("a", {"content": "x"}),
        {"reasoning": "whole", "answer": "w"},
        chunk("a", {"content": "p"}, index=1),
        chunk("a", {"content": "y"}, "stop"),
        chunk("a", {"content": "q"}, "length", index=1),
        {"id": "a", "object": "chat.completion.chunk", "choices": [], "usage": {"total_tokens": 3}},
    ]
    whole, stream = join(values)
    assert whole.value == values[1]
    assert [choice["message"]["content"] for choice in stream.value["choices"]] == ["xy", "pq"]
    assert stream.value["usage"] == {"total_tokens": 3}
    assert stream.notes == ()
    table = tv.load(values)
    assert table["finish_reason"].tolist()[1:] == ["stop", "length"]


@pytest.mark.parametrize("written", ["escaped", "bytes"])
def test_halves_of_a_pair_in_two_chunks(written: str, tmp_path: Path) -> None:
    texts = ["so \ud83d", "\ude00 ok"]
    lines = [json.dumps(chunk("a", {"reasoning": text, "content": "c"})) for text in texts]
    lines.append(json.dumps(chunk("a", {}, "stop")))
    raw = "\n".join(lines).encode()
    if written == "bytes":
        raw = raw.replace(rb"\ud83d", b"\xed\xa0\xbd").replace(rb"\ude00", b"\xed\xb8\x80")
    for content in (raw, b"\n\n".join(b"data: " + line for line in raw.split(b"\n"))):
        path = tmp_path / "x"
        path.write_bytes(content)
        table = tv.load(path)
        assert table["reasoning"].tolist() == ["so \U0001f600 ok"]
        assert table["diagnostics"].tolist() == [["cesu8_joined"]]
    path.write_bytes(raw.split(b"\n")[0])
    assert tv.load(path)["reasoning"].tolist() == ["so \ufffd"]
    assert tv.load(path)["diagnostics"].tolist() == [["lone_surrogate_replaced", "stream_incomplete"]]


def test_content_that_is_blocks_in_a_stream() -> None:
    deltas: list[dict[str, Any]] = [
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "one "}]}]},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "two"}]}]},
        {"content": "an"},
        {"content": "swer"},
    ]
    (found,) = join([chunk("a", delta) for delta in deltas])
    table = tv.load([found.value])
    assert table[["reasoning", "answer"]].to_numpy().tolist() == [["one two", "answer"]]


def test_details_in_a_stream() -> None:
    details = [
        {"type": "reasoning.summary", "summary": "a ", "index": 0},
        {"type": "reasoning.summary", "summary": "b", "index": 0},
        {"type": "reasoning.encrypted", "data": "xx", "index": 1},
    ]
    (found,) = join([chunk("a", {"reasoning_details": [each], "content": ""}, "stop") for each in details])
    assert found.value["choices"][0]["message"]["reasoning_details"][0]["summary"] == "a b"
    assert tv.load([found.value])["reasoning_form"].tolist() == ["summary"]


def test_anthropic_streams_after_each_other() -> None:
    def events(name: str, text: str) -> list[dict[str, Any]]:
        return [
            {"type": "message_start", "message": {"id": name, "model": "claude-3-7-sonnet", "content": []}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": text}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "c"}},
        ]

    end = {"type": "message_stop"}
    found = join([*events("a", "one"), *events("b", "two"), end, *events("c", "three"), end])
    assert {item.value["id"]: (item.value["content"][0]["thinking"], item.notes) for item in found} == {
        "a": ("one", ("stream_incomplete",)),
        "b": ("two", ()),
        "c": ("three", ()),
    }


def test_responses_that_interleave_or_break_off() -> None:
    def events(name: str) -> list[dict[str, Any]]:
        item = f"rs-{name}"
        return [
            {"type": "response.created", "response": {"id": name, "model": "gpt-oss-20b"}},
            {"type": "response.output_item.added", "output_index": 0, "response_id": name,
             "item": {"id": item, "type": "reasoning"}},
            {"type": "response.reasoning_text.delta", "item_id": item, "output_index": 0, "delta": name},
            {"type": "response.reasoning_text.delta", "item_id": item, "output_index": 0, "delta": "!"},
        ]  # fmt: skip

    both = [event for pair in zip(events("a"), events("b"), strict=True) for event in pair]
    found = join(both)
    assert [item.notes for item in found] == [("stream_incomplete",)] * 2
    table = tv.load([item.value for item in found])
    assert table["reasoning"].tolist() == ["a!", "b!"]
    assert table["reasoning_form"].tolist() == ["raw", "raw"]


def test_gemini_by_id_and_whole_responses_without() -> None:
    def piece(text: str, finish: str | None, **more: Any) -> dict[str, Any]:
        parts = [{"text": text, "thought": True}]
        return {"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": finish}], **more}

    values = [
        piece("a", None, responseId="1"), piece("x", None), piece("b", None, responseId="1"), piece("y", None),
        piece("c", "STOP", responseId="1"),
    ]  # fmt: skip
    assert sorted(tv.load(values)["reasoning"].tolist()) == ["abc", "x", "y"]


def test_events_over_several_lines_and_damage(tmp_path: Path) -> None:
    good = json.dumps(chunk("a", {"reasoning": "one "}))
    last = json.dumps(chunk("a", {"reasoning": "two"}, "stop"), indent=1).replace("\n", "\ndata: ")
    path = tmp_path / "x"
    lines = [": hello", "event: x", f"data: {good}", "", "data: {cut", f"data: {good}", ""]
    lines += [f"data: {last}", "", "odd", "data: [DONE]"]
    path.write_text("\n".join(lines) + "\n")
    table = tv.load(path)
    assert table["reasoning"].tolist() == ["one one two"]
    assert tv.rejects(table)["line"].tolist() == [5, 10 + last.count("\n")]
    path.write_text(f"data: {good}\r\n\r\ndata: {last}\r\n\r\ndata: [DONE]\r\n")
    assert tv.load(path)["reasoning"].tolist() == ["one two"]


def test_many_streams_stay_in_bounds() -> None:
    values = (chunk(str(i), {"content": "x"}) for i in range(3000))
    stream = joined(Found(value) for value in values)
    first = next(stream)
    assert isinstance(first, Found)
    assert first.notes == ("stream_incomplete",)
    assert 1 + sum(1 for _ in stream) == 3000


PIECES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 3), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["text", "type", "index", "delta", "id", "item", "content", "parts"]), inner),
    ),
    max_leaves=5,
)
EVENTS = st.dictionaries(
    st.sampled_from(["object", "choices", "type", "candidates", "done", "message", "response", "delta", "index", "item",
                     "responseId", "model", "event", "content_block", "output_index", "sequence_number"]),
    st.one_of(
        PIECES,
        st.sampled_from(["chat.completion.chunk", "message_start", "content_block_delta", "content_block_start",
                         "error",
                         "message_delta", "message_stop", "response.created", "response.output_text.delta", "[DONE]",
                         "response.output_item.done", "response.completed", "stream_event", "ping"]),
        st.lists(st.fixed_dictionaries({"delta": PIECES, "index": PIECES, "finish_reason": PIECES}), max_size=2),
    ),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(EVENTS, max_size=8), st.booleans())
def test_any_events(events: list[dict[str, Any]], sse: bool) -> None:  # noqa: FBT001  (hypothesis gives it)
    list(joined((Found(event) for event in events), sse=sse))
    table = tv.load([{"reasoning": "fine"}, *events])
    assert "fine" in table["reasoning"].tolist()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=4)), max_size=20))
def test_every_way_to_interleave(pieces: list[tuple[str, str]]) -> None:
    found = join([chunk(name, {"content": text}) for name, text in pieces])
    texts = {item.value["id"]: item.value["choices"][0]["message"]["content"] for item in found}
    assert texts == {name: "".join(t for n, t in pieces if n == name) for name, _ in pieces}
