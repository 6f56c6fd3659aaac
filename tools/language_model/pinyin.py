"""The syllables of pinyin and the words of two of them, made by the rules of its spelling.

No installed package has a list of Chinese in Latin letters.  The shares are guesses by class, as those of the
hand-written lists are: what counts is that these words are known, and known to no other language.
"""

from __future__ import annotations

#: Shares of all words: the commonest syllables, any other, one with its tone marked, and a word of two.
COMMON_SHARE, SYLLABLE_SHARE, TONED_SHARE, PAIR_SHARE = 0.02, 0.002, 5e-4, 3e-5

INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s"

#: Finals after most initials, and those after ``j``, ``q`` and ``x``.
FINALS = "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo"
THIN_FINALS = "i ia ian iang iao ie in ing iong iu u uan ue un"

#: What other initials can have besides.
FURTHER_FINALS = (
    ("b p m d t n l", "i ian iao ie in ing"),
    ("zh ch sh r z c s", "i"),
    ("n l", "iang iu ue"),
)

WITHOUT_INITIAL = (
    "a ai an ang ao e en er ou yi ya yan yang yao ye yin ying yong you yu yuan yue yun "
    "wu wa wai wan wang wei wen weng wo"
)

#: The commonest syllables of running text; also what the second half of a word is taken from.
COMMON = (
    "de shi bu le wo ni ta zai you zhe na ge shang zhong da wei he guo yi ren men lai dao shuo jiu hui ye xia sheng "
    "yao zi neng dui chu ke yu tian kan hao dou yin suo xian zen me shen suan"
)

TONED = {"a": "āáǎà", "e": "ēéěè", "i": "īíǐì", "o": "ōóǒò", "u": "ūúǔù"}


def syllables() -> list[str]:
    """Give the syllables of pinyin without tones, some that do not occur among them."""
    found = set(WITHOUT_INITIAL.split())
    for initial in INITIALS.split():
        finals = THIN_FINALS if initial in ("j", "q", "x") else FINALS
        found |= {initial + final for final in finals.split()}
    for initials, finals in FURTHER_FINALS:
        found |= {initial + final for initial in initials.split() for final in finals.split()}
    return sorted(found)


def pinyin() -> dict[str, float]:
    """Give words of pinyin with their shares of all words."""
    every, common = syllables(), COMMON.split()
    words = dict.fromkeys(every, SYLLABLE_SHARE) | dict.fromkeys(common, COMMON_SHARE)
    for first in every:
        for second in common:
            words.setdefault(first + second, PAIR_SHARE)
    for syllable in every:
        vowel = _toned_vowel(syllable)
        for toned in TONED[vowel]:
            words[syllable.replace(vowel, toned, 1)] = TONED_SHARE
    return words


def _toned_vowel(syllable: str) -> str:
    """Give the vowel that carries the tone: ``a``, ``e`` or ``o`` where there is one, else the last of ``i``, ``u``."""
    return next((c for c in "aeo" if c in syllable), None) or [c for c in syllable if c in "iu"][-1]
