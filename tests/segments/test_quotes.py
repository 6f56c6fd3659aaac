"""Use or mention: what stands in the prompt, and what is talked about."""

from __future__ import annotations

import pytest

from traceviz.segments.quotes import folded, is_mentioned, stands_in


@pytest.mark.parametrize(
    ("piece", "prompt", "expected"),
    [
        ("Haus", "Translate Haus.", True),
        ("haus", "Translate HAUS.", True),
        ("STRASSE", "die Straße", True),
        ("e\u0301te\u0301", "un \u00e9t\u00e9", True),
        ("das  kleine\nHaus", "das kleine Haus", True),
        ("aus", "Translate Haus.", False),
        ("Hau", "Translate Haus.", False),
        ("aus", "Haus und aus", True),
        ("果", "苹果很好", True),
        ("苹果, 梨", "梨和苹果", True),
        ("苹果, 桃", "梨和苹果", False),
        ("Haus 5", "das Haus", True),
        ("...", "...", False),
        ("", "any", False),
        ("Haus", "", False),
        ("ห้า", "คำตอบห้าคือ", True),
        ("ห", "คำตอบห้าคือ", False),
        ("प्रश्न", "यह प्रश्न सरल है", True),
        ("रश", "यह प्रश्न सरल है", False),
        ("प्रश्", "यह प्रश्न सरल है", False),
        ("প্রশ্নের উত্তর", "এই প্রশ্নের উত্তর কী?", True),
        ("প্রশ্ন", "এই প্রশ্নের উত্তর কী?", False),
        ("می\u200cخواهم", "من می\u200cخواهم بروم", True),
        ("e", "un e\u0301te\u0301", False),
        ("ဖြေ", "အဖြေက", True),
    ],
)
def test_stands_in(piece: str, prompt: str, *, expected: bool) -> None:
    assert stands_in(piece, folded(prompt)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('the word "[Haus]" here', True),
        ("the word \u201c[Haus]\u201d here", True),
        ("the word \u00ab[Haus]\u00bb here", True),
        ("the word *[Haus]* here", True),
        ('"[Haus]" means house', True),
        ('it is translated as "[Haus]"', True),
        ("the word [Haus] here", False),
        ('he said "[Haus]" again', False),
        ('the sword "[Haus]" again', False),
        ('the word\n"[Haus]" again', False),
        ('word "[eins zwei drei vier fünf sechs sieben]" here', False),
        ('the word "[Haus]', False),
        ('[Haus]" means house', False),
        ('the word "' + "[Haus]" + '" and' + " so" * 30 + " means", True),
        ("the word" + " so" * 30 + ' "[Haus]" again', False),
        ('the word "[Haus,]" here', False),
        ('the word "[हिन्दी]" here', True),
        ('the word "[ห้า]" here', True),
    ],
)
def test_is_mentioned(text: str, *, expected: bool) -> None:
    start, end = text.index("["), text.index("]") - 1
    assert is_mentioned(text.replace("[", "").replace("]", ""), start, end) is expected
