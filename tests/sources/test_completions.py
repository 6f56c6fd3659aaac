from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from traceviz.schema import SourceError
from traceviz.sources.codes import CODES
from traceviz.sources.completions import prompt_mark, split, starts_with_opener
from traceviz.sources.harmony import is_harmony
from traceviz.sources.load import load
from traceviz.sources.markers import FAMILIES, PREFILL, Family, chosen

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "tests" / "cases" / "completions.json", *sorted((ROOT / "tests" / "cases" / "markers").glob("*.json"))]
CASES = [case for path in FILES for case in json.loads(path.read_text(encoding="utf-8"))]

SPACE = " \t\r\n"


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_cases(case: dict[str, Any]) -> None:
    outcome = split(case["text"], prompt=case.get("prompt"))
    assert (outcome.reasoning, outcome.answer) == (case["reasoning"], case["answer"])
    assert sorted(outcome.notes) == sorted(case["notes"])
    assert outcome.form == case.get("form", "raw")


def test_every_code_is_explained() -> None:
    assert {note for case in CASES for note in case["notes"]} <= CODES.keys()


def rendered(family: Family, reasoning: str, answer: str) -> tuple[str | None, str]:
    """Give a prompt and a completion as the family writes them."""
    if family.kind == "header":
        return "q<|im_start|>assistant/think\n", f"{reasoning}{family.closer}\n{answer}<|im_end|>"
    if family.name == "muse":
        return None, f"to=self<|message|>{reasoning}<|eom|><|start|>assistant to=user<|message|>{answer}<|eot|>"
    if family.name == "harmony":
        end = "<|end|><|start|>assistant<|channel|>final<|message|>"
        return None, f"{family.opener}{reasoning}{end}{answer}<|return|>"
    if family.kind == "details":
        return None, f'<details type="reasoning" done="true">\n{quoted(reasoning)}\n</details>\n{answer}'
    opener, closer = family.opener.replace("ID", "7f"), family.closer.replace("ID", "7f")
    before, behind = next((pair for pair in family.wrappers if "|" in pair[0]), ("", ""))
    return None, f"{opener}\n{reasoning}\n{closer}\n{before}{answer}{behind}"


def quoted(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "\n".join(f"&gt; {line}" for line in escaped.split("\n"))


#: Texts of a model, with what markers are made of but none of them, and no outer white space.
TEXTS = st.text(
    st.one_of(
        st.sampled_from(list("ab. \n`'\"<>[]|/\\\u7b49\U0001f600\u25c1")), st.characters(exclude_categories=["Cs"])
    ),
    max_size=60,
).map(lambda text: text.strip(SPACE))


def is_tame(text: str) -> bool:
    """Leave out what is a token by chance, and what the rules read otherwise on purpose."""
    return not text.startswith(("<", "[", "\ufeff")) and not text.endswith((">", "]")) and "\\n" not in text


@pytest.mark.parametrize("family", FAMILIES, ids=[family.name for family in FAMILIES])
@given(reasoning=TEXTS, answer=TEXTS)
def test_what_a_family_writes_comes_back(family: Family, reasoning: str, answer: str) -> None:
    assume(is_tame(reasoning) and is_tame(answer))
    if family.kind == "details":
        assume("\r" not in reasoning)
    prompt, text = rendered(family, reasoning, answer)
    outcome = split(text, prompt=prompt)
    assert (outcome.reasoning, outcome.answer or "", outcome.family) == (reasoning, answer, family.name)
    assert outcome.closed


MENTIONS = (
    "`{}`",
    "the `{}` tag",
    "`` {} `` and",
    "```\n{}\n```",
    "~~~xml\n{}\n~~~",
    "1. one\n    ```\n    {}\n    ```",
    "> ```\n> {}\n> ```",
    "```\r\n{}\r\n```",
    'he wrote "{}" here',
    "\u201c{}\u201d",
)


@pytest.mark.parametrize("family", [family for family in FAMILIES if family.kind == "pair"], ids=lambda f: f.name)
@pytest.mark.parametrize("mention", MENTIONS)
def test_markers_that_are_talked_about_stay_where_they_are(family: Family, mention: str) -> None:
    opener, closer = family.opener.replace("ID", "7f").rstrip(), family.closer.replace("ID", "7f")
    talk = f"First\n{mention.format(opener)}\nand\n{mention.format(closer)}\nagain."
    for before, behind in ((talk, "a"), ("r", talk), (talk, talk)):
        _, text = rendered(family, before, behind)
        outcome = split(text)
        assert (outcome.reasoning, outcome.answer) == (before, behind)
        assert "literal_marker" in outcome.notes


@pytest.mark.parametrize("family", [family for family in FAMILIES if family.kind == "pair"], ids=lambda f: f.name)
def test_every_pair_splits_in_each_of_its_shapes(family: Family) -> None:
    opener, closer = family.opener.replace("ID", "7f"), family.closer.replace("ID", "7f")
    assert split(f"r{closer}a").reasoning == "r"
    assert split(f"{opener}r").closed is False
    assert split("r", prompt=f"q{opener}\n").reasoning == "r"
    assert split(f"r{closer}a", prompt=f"q{opener}").notes == []
    assert split("r", prompt=f"q{opener}\n{closer}\n\n").reasoning is None
    assert split(f"Sure.\n{opener}r{closer}a").answer == "Sure.\n\na"
    assert split(f"{opener}r{closer}a\n{opener}s{closer}b").reasoning == "r\n\ns"
    assert split(f"{opener}r{closer}{closer}a").notes == ["stray_closer"]
    assert split(f"{opener}r{closer}a", families=chosen(family.name)).reasoning == "r"
    for before, behind in family.wrappers:
        assert split(f"{opener}r{closer}\n{before}a{behind}").answer == "a"


LONG = "We add the next two numbers, and the sum is smaller than 15. \u7b49\u4e00\u4e0b\u3002\n"


@pytest.mark.parametrize("family", FAMILIES, ids=[family.name for family in FAMILIES])
@pytest.mark.parametrize("n", [1, 50, 5000])
def test_length_makes_no_difference(family: Family, n: int) -> None:
    reasoning, answer = (LONG * n).strip(), (LONG * (n // 2 + 1)).strip()
    prompt, text = rendered(family, reasoning, answer)
    outcome = split(text, prompt=prompt)
    assert (outcome.reasoning, outcome.answer) == (reasoning, answer)


DEGENERATE = {
    "closers": "</think>" * 100_000,
    "openers": "<think>" * 100_000,
    "blocks": "<think>a</think>\nb\n" * 50_000,
    "tool calls": "<think>a\n<tool_call>x\n" * 50_000,
    "unfinished tags": "<think " * 100_000,
    "backticks": "<think>" + "`a ``b ```c " * 50_000 + "</think>",
    "tildes": "<think>" + "~~~\n" * 200_000 + "</think>",
    "quotations": "<think>\n" + "> " * 300_000 + "```\n</think>",
    "fences of one line": "<think>" + "```</think>" * 100_000,
    "quoted": "<think>" + "`</think>` " * 100_000,
    "end tokens": "a" + " </s>" * 100_000,
    "mixed": "<think></thinking><thought>" * 50_000,
    "long and open": "<think>" + LONG * 50_000,
    "retries": "<think>Abc def ghi jkl mno" * 50_000,
    "openers in prose": "x <think> y " * 50_000 + " </think> " * 50_000,
    "openers in lines": "x<think>y\n" * 50_000 + "z</think>q\n" * 50_000,
    "ids": "".join(f"<think:{i}>a\n" for i in range(50_000)),
    "messages": "<|channel|>analysis<|message|>a<|end|><|start|>assistant" * 30_000,
    "tokens of messages": "<|message|>" * 100_000 + "<|channel|>",
    "quoted tokens": "<|channel|>analysis<|message|>" + "`<|end|>` ```\n" * 50_000,
    "struck": "<think>a</think>" + "<s>b</s>" * 100_000,
    "recipients": "<|channel|>x<|message|>" + "to=a<|message|>" * 50_000,
    "hard ends": "<|content_thinking|><|content_text|>x\n" * 50_000,
    "wrappers": "<think>a</think><answer>" * 50_000 + "</answer>" * 50_000,
    "details": '<details type="reasoning">\n> a\n' * 50_000,
    "spaces": (" " * 50 + "<think>") * 50_000,
    "escaped": "&lt;think&gt;" * 50_000,
    "turns": "<|im_end|>\n<|im_start|>assistant" * 50_000,
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_completions_come_back(name: str) -> None:
    """A walk that looks back at each marker would take minutes on these."""
    text = DEGENERATE[name]
    for prompt in (None, "q<think>", "<|start|>assistant<|channel|>"):
        began = time.perf_counter()
        done = split(text, prompt=prompt)
        assert time.perf_counter() - began < 8  # about half a second on an idle machine
        assert len(done.reasoning or "") + len(done.answer or "") <= len(text) + 2 * text.count("<")


TAGS = ["<think>", "</think>", "</thinking>", "<THINK>", "<answer>", "</answer>", "<tool_call>", "</s>"]
TOKENS = ["<|channel|>final", "<|message|>", "<|end|>"]
PIECES = st.lists(
    st.sampled_from([*TAGS, "a", "A", "\n", " ", "`", "```", "\u7b49", '"', ".", "<|im_start|>assistant", *TOKENS]),
    max_size=30,
)


@given(PIECES, st.sampled_from([None, "q<think>\n", "q<think></think>"]))
def test_no_text_is_lost_or_made_up(pieces: list[str], prompt: str | None) -> None:
    text = "".join(
        piece for piece in pieces if not piece.startswith("<|channel") and piece not in ("<|message|>", "<|end|>")
    )
    outcome = split(text, prompt=prompt)
    kept = (outcome.reasoning or "") + (outcome.answer or "")
    for character in ("A", "\u7b49", "`", '"', "."):
        assert kept.count(character) == text.count(character)


@given(PIECES)
def test_messages_of_any_kind_come_back(pieces: list[str]) -> None:
    outcome = split("<|channel|>analysis<|message|>" + "".join(pieces))
    assert outcome.family == "harmony"
    assert outcome.reasoning is not None


def test_own_pair_of_markers() -> None:
    assert split("<cot>r</cot>a", families=chosen(("<cot>", "</cot>"))).reasoning == "r"
    assert split("[[r]]a", families=chosen(("[[", "]]"))).reasoning == "r"
    assert split("Reasoning: r\nAnswer: a", families=chosen(("Reasoning:", "Answer:"))).answer == "a"
    assert split("r", prompt="q BEGIN\n", families=chosen(("BEGIN", "END"))).reasoning == "r"
    assert split("<think>r</think>a", families=chosen("thinking")).reasoning is None


def test_what_the_user_decides() -> None:
    cut = split("r and", families=chosen("prefill"))
    assert (cut.reasoning, cut.answer, cut.notes) == ("r and", "", ["unclosed_reasoning"])
    assert split("r</think>a", families=chosen("prefill")).notes == []
    assert split("<think>r</think>a", families=chosen("prefill")).reasoning == "r"
    assert split("r[/THINK]a", families=chosen("prefill")).answer == "a"
    assert split("r</cot>a", families=chosen(("", "</cot>"))).answer == "a"
    assert split("r", families=chosen(("", "</cot>"))).reasoning == "r"
    assert split("r</think>a<|im_end|>", families=chosen("all")).reasoning == "r</think>a"
    assert load([{"completion": "r"}], markers="all")["reasoning"].tolist() == ["r"]
    assert chosen("prefill")[-1] is PREFILL


def test_marker_messages() -> None:
    with pytest.raises(
        SourceError, match=r"markers='thnk' is no family; choose one of think, thinking.*prefill, all.*or give a pair"
    ):
        chosen("thnk")
    for pair in (("<cot>", "<cot>"), ("<cot>", ""), ("<cot>",)):
        with pytest.raises(SourceError, match="has to be a pair of different strings"):
            chosen(pair)  # type: ignore[arg-type]


def test_openers_are_seen_at_the_start_only() -> None:
    assert starts_with_opener("\n <think>a")
    assert starts_with_opener("<|channel|>analysis<|message|>a")
    assert not starts_with_opener("a <think>")
    assert not starts_with_opener("</think>a")
    assert not starts_with_opener("")


def test_prompt_marks() -> None:
    mark = prompt_mark("q <think>\n")
    assert mark is not None
    assert mark.is_opener
    assert prompt_mark("q <think> more") is None
    assert prompt_mark("a > b") is None


def test_harmony() -> None:
    text = (
        "<|channel|>analysis<|message|>first<|end|><|start|>assistant<|channel|>commentary to=functions.f "
        "<|constrain|>json<|message|>{}<|call|>"
        "<|start|>functions.f to=assistant<|channel|>commentary<|message|>1<|end|>"
        "<|start|>assistant<|channel|>analysis<|message|>second<|end|>"
        "<|start|>assistant<|channel|>final<|message|>a<|return|>"
    )
    assert is_harmony(text)
    outcome = split(text)
    assert (outcome.reasoning, outcome.answer, outcome.notes) == ("first\n\nsecond", "a", ["multi_block"])
    cut = split("<|channel|>analysis<|message|>and so")
    assert (cut.reasoning, cut.answer, cut.closed) == ("and so", None, False)
    assert split("<|channel|>nonsense<|message|>x<|end|>").notes == ["bad_channel", "no_marker"]


def test_the_sample_has_every_family() -> None:
    traces = load(ROOT / "samples" / "formats" / "markers.jsonl").set_index("trace_id")
    assert list(traces.index) == [family.name for family in FAMILIES]
    for number, family in enumerate(FAMILIES):
        books = 6 * (number + 3)
        row = traces.loc[family.name]
        assert row["reasoning"] == (
            f"The shelf has {number + 3} rows of six, so it holds {books} books. "
            f"Two are lent out: {books} - 2 = {books - 2}."
        )
        assert row["answer"] == f"{books - 2} books are on the shelf."
        assert row["reasoning_form"] == "raw"
        assert family.models
        assert family.sample == "markers.jsonl"


AROUND = (
    "r",
    " ",
    "\n",
    "x < 3",
    "`",
    "```",
    "~~~",
    "\ufeff",
    "<THINK>",
    "</think>",
    "</think >",
    "<answer>",
    "</answer>",
    "[THINK]",
    "so",
    "\\n",
)


@given(
    st.lists(st.sampled_from(AROUND), max_size=6).map("".join),
    st.lists(st.sampled_from(AROUND), max_size=6).map("".join),
    st.sampled_from([None, "q", "q\n<think>\n", "<|im_start|>assistant/think\n", "</think>", "<|channel|>final"]),
)
def test_the_short_way_gives_what_the_rules_give(reasoning: str, answer: str, prompt: str | None) -> None:
    text = f"<think>{reasoning}</think>{answer}"
    rules = (*FAMILIES,)  # another tuple: only the very table takes the short way
    assert rules is not FAMILIES
    assert split(text, prompt=prompt) == split(text, prompt=prompt, families=rules)
