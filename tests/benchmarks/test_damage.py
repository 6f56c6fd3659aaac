"""What damage does, where it says that it did it, and that nothing else of the text changes."""

from __future__ import annotations

import doctest
import importlib
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import damage
import damage_harmless
import damage_prose
import damage_words
import pytest
from damage import Damaged, undo
from damage_kinds import KINDS, MODE_OF
from hypothesis import given
from hypothesis import strategies as st

from traceviz.detectors.detect import DETECTORS

CONTROL = Path(damage_words.__file__).parent.parent / "traceviz" / "data" / "control.jsonl"

#: Kinds that draw words of wordfreq, which is an extra.
NEED_WORDS = {"soup", "soup_latin", "idiolect", "odd_words", "word_switch", "word_switch_latin", "non_words"} | {
    kind for kind in KINDS if kind.startswith("salad")
}

#: Kinds that touch a share of the words, each by itself.
BY_WORD = ("typos", "keyboard", "hidden", "soup", "soup_latin", "idiolect", "odd_words", "symbols_arrows", "non_words")

#: Kinds that take the end of the text away.
ENDS = frozenset(kind for kind in KINDS if kind.startswith("loop")) | {"truncation"}

FORMULAS = (
    "Then $x^2 + y = 4$ holds, and `find(the_root)` gives \\[ \\frac{a}{b} = 2 \\] as https://example.org/a says.\n"
)


@pytest.fixture(scope="module")
def text() -> str:
    """About 6,000 characters of English with lines, formulas and lists."""
    records = map(json.loads, CONTROL.read_text(encoding="utf-8").splitlines())
    english = [record["reasoning"] for record in records if record["language"] == "en"]
    return FORMULAS + "\n\n".join(english)[:6000].rsplit(" ", 1)[0]


def damaged(text: str, kind: str, dose: float = 0.1, host: str = "h", seed: int = 0) -> Damaged:
    if kind in NEED_WORDS:
        pytest.importorskip("wordfreq", reason="needs wordfreq, the extra 'tools'")
    return damage.damage(text, kind=kind, dose=dose, host=host, seed=seed)


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def new_in(one: Damaged) -> list[str]:
    return [one.text[start:end] for start, end in one.changes]


@pytest.mark.parametrize("name", ["damage", "damage_harmless", "legibility_hosts", "legibility_score"])
def test_examples(name: str) -> None:
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert (failed, tried > 0) == (0, True)


@pytest.mark.parametrize("kind", KINDS)
def test_every_change_is_told(kind: str, text: str) -> None:
    one = damaged(text, kind)
    assert one.text != text
    assert (one.kind, one.dose, one.seed, one.host) == (kind, 0.1, 0, "h")
    assert undo(one) == text
    edges = [edge for change in one.changes for edge in change]
    assert edges == sorted(edges)
    assert edges[-1] <= len(one.text)
    assert all(new != before for new, before in zip(new_in(one), one.was, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_the_draw_depends_on_seed_and_host_alone(kind: str, text: str) -> None:
    one = damaged(text, kind)
    assert damaged(text, kind) == one
    if kind not in ENDS:  # whose place the dose alone says
        assert damaged(text, kind, seed=1).text != one.text
        assert damaged(text, kind, host="other").text != one.text


@pytest.mark.parametrize("kind", KINDS)
def test_no_dose_is_no_damage(kind: str, text: str) -> None:
    assert damage.damage(text, kind=kind, dose=0.0, host="h").text == text


@pytest.mark.parametrize("kind", sorted(set(KINDS) - ENDS - {"template"}))
def test_formulas_and_code_stay(kind: str, text: str) -> None:
    one = damaged(text, kind, dose=0.9)
    for kept in ("$x^2 + y = 4$", "`find(the_root)`", "\\[ \\frac{a}{b} = 2 \\]", "https://example.org/a"):
        assert kept in one.text


@pytest.mark.parametrize("kind", BY_WORD)
@pytest.mark.parametrize("dose", damage.DOSES)
def test_the_dose_is_a_share_of_the_words(kind: str, dose: float, text: str) -> None:
    words = [one for one in damage_prose.words(text) if kind != "typos" or len(one.group()) >= 3]
    share = len(damaged(text, kind, dose).changes) / len(words)
    # 900 words: three standard deviations of the share, and a twenty-sixth of the typos changes nothing
    assert abs(share - dose) < 3 * (dose * (1 - dose) / len(words)) ** 0.5 + dose / 20


@pytest.mark.parametrize("kind", ["shuffle", "salad", "salad_frequent", "salad_rare"])
@pytest.mark.parametrize("dose", damage.DOSES)
def test_the_dose_of_sentences_is_a_share_of_their_words(kind: str, dose: float, text: str) -> None:
    everything = sum(len(damage_prose.WORD.findall(one.group())) for one in damage_prose.sentences(text))
    touched = len(damaged(text, kind, dose).changes)
    # a word that is drawn into its own place is no change: in short sentences, one in six
    assert 0.7 * dose < touched / everything < 1.1 * dose + 0.02


def test_glue_takes_spaces_away(text: str) -> None:
    one = damaged(text, "glued", 0.3)
    assert set(one.was) == {" "}
    assert set(new_in(one)) == {""}
    assert all(one.text[start - 1].isalpha() and one.text[start].isalpha() for start, _ in one.changes)


def test_telegraphic_drops_function_words_only(text: str) -> None:
    one = damaged(text, "telegraphic", 1 / 3)
    assert {word.strip().lower() for word in one.was} <= damage_words.FUNCTION_WORDS
    left = [word.group().lower() for word in damage_prose.words(one.text)]
    assert not damage_words.FUNCTION_WORDS & set(left)


def test_an_idiolect_has_ten_words_and_odd_words_do_not_come_back(text: str) -> None:
    own, odd = (Counter(new_in(damaged(text, kind, 0.3))) for kind in ("idiolect", "odd_words"))
    assert len(own) <= 10 < sum(own.values())
    assert max(odd.values()) < 4


def test_latin_soup_is_written_in_latin_letters(text: str) -> None:
    letters = [c for new in new_in(damaged(text, "soup_latin", 0.3)) for c in new if c.isalpha()]
    assert all(unicodedata.name(c).startswith("LATIN") for c in letters)
    scripts = {unicodedata.name(c).split()[0] for new in new_in(damaged(text, "soup", 0.3)) for c in new if c.isalpha()}
    assert len(scripts) >= 8


@pytest.mark.parametrize("kind", ["shuffle", "swaps"])
def test_order_damage_keeps_the_words(kind: str, text: str) -> None:
    one = damaged(text, kind, 0.3)
    assert Counter(damage_prose.WORD.findall(one.text)) == Counter(damage_prose.WORD.findall(text))


@pytest.mark.parametrize(
    ("kind", "turn"),
    [
        ("loop", r"(?s)(.{40,}?)\1\1"),
        ("loop_line", r"(\n.+)\1\1\1"),
        ("loop_lines", r"((?:\n.+){3})\1\1"),
        ("loop_number", r"\nStep (\d+): (.+)\nStep \d+: \2\n"),
    ],
)
def test_loops_repeat_until_the_end(kind: str, turn: str, text: str) -> None:
    one = damaged(text, kind, 0.3)
    [(start, end)] = one.changes
    assert end == len(one.text)
    assert end - start == pytest.approx(0.3 * len(text), rel=0.02)
    assert re.search(turn, one.text[start:])


def test_keys_lie_beside_each_other(text: str) -> None:
    rows = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    assert all(any(set(new) <= set(row) for row in rows) for new in new_in(damaged(text, "keyboard")))


def test_non_words_are_in_no_list(text: str) -> None:
    made = {new.lower() for new in new_in(damaged(text, "non_words", 0.3))}
    assert len(made) > 100
    assert not made & set(damage_words.words("en", 0, 40_000))


def test_encoded_runs_are_a_share_of_the_characters(text: str) -> None:
    one = damaged(text, "base64", 0.1)
    assert sum(map(len, new_in(one))) / len(one.text) == pytest.approx(0.1, abs=0.01)
    assert all(re.fullmatch(r" [A-Za-z0-9+/]{18,}", new) for new in new_in(one))


def test_hidden_characters_are_not_seen(text: str) -> None:
    one = damaged(text, "hidden", 0.3)
    assert {unicodedata.category(new) for new in new_in(one)} == {"Cf"}


def test_homoglyphs_look_the_same(text: str) -> None:
    one = damaged(text, "homoglyphs", 0.3)
    cyrillic = {c for new in new_in(one) for c in new if "CYRILLIC" in unicodedata.name(c)}
    assert cyrillic <= set("асеорхАСЕОРХ")
    assert len(one.text) == len(text)


def test_truncation_ends_inside_a_word(text: str) -> None:
    one = damaged(text, "truncation", 0.3)
    assert one.was[0][0].isalpha()
    assert one.text[-1].isalpha()
    assert len(one.text) == pytest.approx(0.7 * len(text), rel=0.03)


def test_a_sentence_of_another_language_is_about_as_long(text: str) -> None:
    one = damaged(text, "sentence_switch", 0.3)
    assert all(len(new.encode()) >= len(before) for new, before in zip(new_in(one), one.was, strict=True))
    assert not any(re.search(r"\b(the|and)\b", new) for new in new_in(one))


def test_every_kind_has_its_mode() -> None:
    assert set(KINDS) - set(MODE_OF) == {"other_subject"}
    assert set(MODE_OF.values()) <= set(DETECTORS)


def test_unknown_damage_is_refused() -> None:
    with pytest.raises(ValueError, match="no damage of the kind 'rust'; there is soup"):
        damage.damage("text", kind="rust", dose=0.1, host="h")
    with pytest.raises(ValueError, match="no share"):
        damage.damage("text", kind="glued", dose=10, host="h")
    with pytest.raises(ValueError, match="no harmless change of the kind 'rust'"):
        damage_harmless.change("text", "", kind="rust", host="h")


@given(
    st.text(alphabet="abc ÄßЖ答\n.?`$\\[]<>9\N{COMBINING ACUTE ACCENT}", max_size=200), st.sampled_from(sorted(KINDS))
)
def test_any_text_comes_back(text: str, kind: str) -> None:
    if kind not in NEED_WORDS:
        one = damage.damage(text, kind=kind, dose=0.5, host="h")
        assert undo(one) == text


@pytest.mark.parametrize("kind", damage_harmless.HARMLESS)
def test_harmless_changes_change_and_keep_the_words(kind: str, text: str) -> None:
    american = f"{text} The colors of the neighbors were analyzed."
    found = damage_harmless.change(american, "What is asked?", kind=kind, host="h")
    assert found.text != american
    assert damage_harmless.change(american, "What is asked?", kind=kind, host="h") == found
    if not kind.startswith("british"):
        before, after = (Counter(damage_prose.WORD.findall(composed(one))) for one in (american, found.text))
        assert not before - after


def test_what_is_quoted_stands_in_the_prompt(text: str) -> None:
    found = damage_harmless.change(text, "What is asked?", kind="quote", host="h")
    assert found.prompt.startswith("What is asked?")
    quoted = re.findall(r'says:? "(.+?)"', found.text)
    assert len(quoted) == 2
    assert all(one in found.prompt for one in quoted)


def test_flowing_anew_changes_spaces_only(text: str) -> None:
    found = damage_harmless.change(text, "", kind="reflowed", host="h").text
    assert found.split() == text.split()
    assert len(found) == len(text)


def test_decomposed_names_are_the_composed_ones(text: str) -> None:
    apart, whole = (damage_harmless.change(text, "", kind=kind, host="h").text for kind in ("nfd", "nfc"))
    assert unicodedata.normalize("NFD", apart) == apart
    assert unicodedata.normalize("NFC", whole) == whole
    assert "\N{COMBINING ACUTE ACCENT}" in apart
