"""Texts that break programs, as hypothesis strategies shared by the suite."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

#: Openers, closers, halves of tokens and other things that a scanner may stumble over.
FRAGMENTS: Final = (
    *("$", "$$", "\\", "\\(", "\\)", "\\[", "\\]", "`", "``", "```", "\n```\n", "````", "<", "<<", ">>", "<|", "|>"),
    *("<｜", "｜>", "</", "/>", "<a href=", "<think>", "</think>", "[INST]", "[/INST", "[THINK", "{", "}", "(", ")"),
    *(
        "[",
        "]",
        "_",
        "@",
        "://",
        "http://",
        "www.",
        "~/",
        "../",
        "/",
        "|",
        "&",
        "#",
        "*",
        "-",
        "- ",
        "> ",
        "\n",
        "\r\n",
    ),
    *("\\frac{1}{2}", "\\text{", "\\begin{align}", "x_1", "f(x)", "x = 3a + b", "2+3=5", "√", "≤", "²", "→", "e.g."),
    *(
        "def f(n):\n    return n",
        "np.array",
        "maxValue",
        "5kg",
        "3.5",
        "1,234",
        "50%",
        "$5",
        "https://example.org/a_b.",
    ),
    *(
        "jane@example.org",
        "bob.",
        "'",
        "\u2019",
        "-",
        "\u2013",
        " ",
        "\t",
        "\u3000",
        "\u2028",
        "\x85",
        "\x00",
        "\x1b[0m",
    ),
    *("\ufeff", "\u200d", "\u200c", "\u202e", "\u0301", "\u20dd", "\ufe0f", "\ufffd", "\U0010ffff", "\U000e0041"),
)

#: Words of many scripts, for mixtures without spaces between.
WORDS: Final = (
    *("the", "answer", "is", "a", "I", "x", "Haus", "größte", "l'homme", "déjà", "NASA", "state-of-the-art", "qzxv"),
    *("答案是", "豆腐", "。", "，", "これは", "カタカナ", "우리는", "ответ", "и", "λόγος", "α", "سبز", "می\u200cخواهم"),
    *(
        "प्रश्न",
        "คำตอบ",
        "প্রশ্ন",
        "ქართული",
        "ὕβρις",
        "e\u0301te\u0301",
        "ﬁn",
        "ǅ",
        "İ",
        "ſ",
        "𝑥",
        "𐍈",
        "👩\u200d👧",
        "🇩🇪",
    ),
)

#: Halves of surrogate pairs, alone and in both orders.
SURROGATES: Final = ("\ud83d", "\ude00", "\ud83d\ude00", "\ude00\ud83d")


def lone_surrogates() -> st.SearchStrategy[str]:
    """Give strings of lone halves of surrogate pairs."""
    return st.sampled_from(SURROGATES)


def any_characters(max_size: int = 40) -> st.SearchStrategy[str]:
    """Give strings of any code points, NUL and lone surrogates among them."""
    return st.text(st.characters(), max_size=max_size)


def mixtures(max_size: int = 25) -> st.SearchStrategy[str]:
    """Give fragments, words and any characters one after another, with and without spaces between."""
    piece = st.one_of(
        st.sampled_from(FRAGMENTS), st.sampled_from(WORDS), st.just(" "), any_characters(6), lone_surrogates()
    )
    return st.lists(piece, max_size=max_size).map("".join)


def any_texts() -> st.SearchStrategy[str]:
    """Give any Unicode text: mixtures that look like reasoning gone wrong, and plain noise."""
    return st.one_of(mixtures(), any_characters())


def columns_of_texts(max_size: int = 6) -> st.SearchStrategy[list[str | None]]:
    """Give lists of any texts, some of them missing."""
    return st.lists(st.one_of(st.none(), any_texts()), max_size=max_size)
