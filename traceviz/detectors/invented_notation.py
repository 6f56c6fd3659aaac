"""Invented notation: tokens of signs that a trace uses again and again and that are no operator anyone knows.

A token is a run of signs without letters, digits or spaces.  It counts when it stands at least three times in the
running text, and when it is none of the operators, emoticons and marks of layout that people write.  Of ASCII only runs
with @, #, ~ or & are looked at: the others are comparisons, arrows, rules and emphasis.  Code and formulas are masked.

What cannot be told: whether a rare operator of some branch of mathematics was meant, and what a notation made of
letters or of known signs says.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.segments.unicode import unicode_table

#: The label of the spans.
LABEL: Final = "invented notation"

#: Times that a token has to stand in a trace.  Twice may be a slip that was copied.
FEWEST: Final = 3

#: Mathematical signs that textbooks of schools and universities use, arrows among them.
COMMON: Final = frozenset(
    "←↑→↓↔↕↖↗↘↙↚↛↝↞↠↣↤↦↩↪↮↺↻↼↽⇀⇁⇄⇆⇋⇌⇎⇏⇐⇑⇒⇓⇔⇝⟵⟶⟷⟸⟹⟺⟼"
    "∀∁∂∃∄∅∆∇∈∉∊∋∌∎∏∐∑−∓∔∕∖∗∘∙√∛∜∝∞∟∠∡∢∣∤∥∦∧∨∩∪∫∬∭∮∯∴∵∶∷∸∼∽≀≃≄≅≆≇≈≉≍≏≐≑≔≕≗≘≙≚≜≝≟≠≡≢≣≤≥≦≧≨≩≪≫≮≯≰≱≲≳≶≷≺≻≼≽"  # noqa: RUF001  (signs, not letters)
    "⊂⊃⊄⊅⊆⊇⊈⊉⊊⊋⊎⊏⊐⊑⊒⊓⊔⊕⊖⊗⊘⊙⊞⊟⊠⊢⊣⊤⊥⊧⊨⊩⊬⊭⊲⊳⊴⊵⊻⊼⊽⋀⋁⋂⋃⋄⋅⋆⋈⋉⋊⋖⋗⋘⋙⋚⋛⋮⋯⋰⋱⌈⌉⌊⌋⟂⟨⟩⟘⟙⨀⨁⨂⨯⩽⩾⪅⪆⪯⪰"  # noqa: RUF001  (signs, not letters)
    "■□▢▪▫▲△▴▵▶▷▸▹▼▽▾▿◀◁◂◃◄◆◇○●◯◻◼◽◾★☆♠♡♢♣♤♥♦♧♩♪♫♬♭♮♯＋－＜＝＞＾｜～￢"  # noqa: RUF001  (signs, not letters)
)

#: What people write in ASCII with these signs: approximations, alignments of LaTeX, emoticons.
_KNOWN: Final = frozenset({"~=", "=~", "&&", "&=", "=&", "@_@", "~_~", "^_~", "~_^", ":~", "|~"})

#: Stripped from the ends of a run: punctuation, quotes, brackets, emphasis, and signs before a number.
_EDGES: Final = (
    ".,;:!?\"'()[]*_-+/|=\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\u00b7\u2212\uff0c\u3002\uff1a\uff1b\u3001"
)

#: Runs with these are pieces of LaTeX, code or markup that no mask covers.
_OF_CODE: Final = frozenset("{}\\$`")


def invented_notation(scene: Scene) -> Evidence:
    """Find tokens of signs that recur and are no known operator; the score is the number of signs in each."""
    from traceviz.detectors.kernels.invented_notation import find_sign_runs

    table, masks, buffer = unicode_table(), scene.masks, scene.texts.buffer
    text, start, end = find_sign_runs(
        buffer, scene.texts.offsets, masks.by_text, masks.start, masks.end, table.page_of, table.kinds
    )
    known: dict[bytes, str] = {}
    token = []
    for a, b in zip(start.tolist(), end.tolist(), strict=True):
        run = buffer[a:b].tobytes()
        if run not in known:
            known[run] = token_of(run.decode(errors="replace"))
        token.append(known[run])
    uses = Counter(zip(text.tolist(), token, strict=True))
    many = [bool(one) and uses[place, one] >= FEWEST for place, one in zip(text.tolist(), token, strict=True)]
    which = np.flatnonzero(np.array(many, dtype=bool))
    score = np.array([len(one) for one in token], dtype=np.float64)
    return Evidence(text, start, end, (LABEL,) * len(token), score).taken(which)


def token_of(run: str) -> str:
    """Give the token of a run of signs without what stands at its edges; nothing where it is a known one.

    Examples
    --------
    >>> [token_of(run) for run in ("#~>", "~=", "**~~**", "@@", "(\u2a37", "\u2264")]
    ['#~>', '', '', '@@', '\u2a37', '']
    """
    if _OF_CODE & set(run):
        return ""
    core = run.strip(_EDGES)
    if any(sign >= "\u2190" and sign not in COMMON and _is_mathematical(sign) for sign in core):
        return core
    alone = len(core) < 2 or (len(core) < 3 and core.strip("<>") in ("~", "&", "#"))  # approximations, tables, R
    rule = len(set(core)) == 1 and core[:1] != "@"
    return core if core.isascii() and set(core) & set("@#~&") and not (alone or rule or core in _KNOWN) else ""


def _is_mathematical(sign: str) -> bool:
    table = unicode_table()
    point = ord(sign)
    return bool(table.kinds[table.page_of[point >> 8], point & 255] & 16)
