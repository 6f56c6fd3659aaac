"""The style sheets of the HTML, with the colours of the palette, and the one environment that makes HTML.

No piece of text that came from a model goes into a style or an attribute name: what a trace holds reaches the page
only through Jinja2's autoescape.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Iterator
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from traceviz.plots import palette

if TYPE_CHECKING:
    from jinja2 import Environment

#: Colours of the page itself, light and dark: softer text, lines, sunk ground, the mark of spans, links.
PAGE: Final = {
    "paper": palette.PAPER,
    "ink": palette.INK,
    "soft": ("#57606a", "#a3adb8"),
    "line": ("#d0d7de", "#363c43"),
    "sunk": ("#f3f5f7", "#1d2126"),
    "mark": ("#b3123c", "#ff7b8e"),
    "link": ("#0550ae", "#79b8ff"),
    "main": palette.QUIET[palette.MAIN],
}


@functools.lru_cache(maxsize=2)
def style_sheet(*, report: bool = False) -> str:
    """Give the style sheet of one trace, or of a report."""
    here = resources.files("traceviz.reports") / "templates"
    names = ["style.css", "report.css"] if report else ["style.css"]
    fixed = "\n".join((here / name).read_text(encoding="utf-8") for name in names)
    light, dark = ("\n".join(_colours(dark=dark, root=report)) for dark in (False, True))
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{fixed}"


def hash_source(text: str) -> str:
    """Give the expression by which a content-security policy allows exactly this text."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _colours(*, dark: bool, root: bool) -> Iterator[str]:
    variables = " ".join(f"--{name}: {pair[dark]};" for name, pair in PAGE.items())
    yield f"{':root' if root else '.traceviz'} {{ {variables} }}"
    for name in palette.slots():
        category = _a_category(name)
        loud = palette.color(category, dark=dark)
        quiet = palette.paper(category, dark=dark)
        yield f".traceviz .c-{name} {{ --own: {loud}; background-color: {quiet}; }}"
        yield f".traceviz .chip.c-{name} {{ background-color: {loud}; }}"
    for name in ("main", "other"):
        yield f".traceviz .c-{name} {{ background-color: transparent; }}"


@functools.lru_cache(maxsize=64)
def _a_category(name: str) -> str:
    """Find a category that is coloured in a slot: the slots of hashes are reached through some language."""
    if palette.slot(name) == name:
        return name
    letters = "abcdefghijklmnopqrstuvwxyz"
    return next(
        tag for tag in (f"{a}{b}{c}" for a in letters for b in letters for c in letters) if palette.slot(tag) == name
    )


@functools.lru_cache(maxsize=1)
def environment() -> Environment:
    """Give the environment of the templates: everything is escaped, and an unknown name is an error."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("traceviz.reports", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters: dict[str, Any] = {"slot": palette.slot, "visible": _visible}
    made.filters.update(filters)
    return made


def _visible(value: object) -> str:
    from traceviz.reports.visible import visible
    from traceviz.texts import replace_lone_surrogates

    return visible(replace_lone_surrogates(str(value))[0])
