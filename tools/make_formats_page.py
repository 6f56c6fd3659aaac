"""Write docs/formats.md from the readers: what is read, and how it is told.

    python tools/make_formats_page.py

A test holds that the page is the one that this makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Final

from traceviz.sources import READERS
from traceviz.sources.codes import CODES
from traceviz.sources.fields import ALIASES
from traceviz.sources.markers import END_TOKENS, FAMILIES, IMPLICIT_CLOSERS
from traceviz.sources.payloads import KNOWN
from traceviz.sources.shapes import MODULES

PAGE: Final = Path(__file__).parent.parent / "docs" / "formats.md"

HEAD: Final = """# Formats

*Made from the code by `tools/make_formats_page.py`; change `traceviz/sources/` and run it again.*

`tv.load` tells formats by content, never by name.  `tv.sniff(source)` says what it would read, as what and how sure it
is; `columns={"reasoning": "<field>"}` and `markers=` override it.  Everything that is read is kept: what is no raw
reasoning (a summary, ciphertext) is counted and left out of the analysis; what cannot be read is listed by
`tv.rejects(traces)` with its file, line and byte.
"""

SHAPES_HEAD: Final = """## Records

A record is read by its shape, if it has one of these, else by the names of its fields (below).  Samples are in
`samples/formats/`.
"""

PAYLOADS_HEAD: Final = """### Payloads without a shape

Read by the names of their fields.  A text that stands in two fields counts once; fragments of streams are joined, also
where streams interleave, and one without its end has the note `stream_incomplete`.
"""

FIELDS_HEAD: Final = """## Names of fields

In a record of no known shape the first of these names that is there plays the role, whatever its case.  Names that
begin like `gold`, `reference`, `ground_truth`, `target`, `expected` or `correct_` are never the model's text.
"""

MARKERS_HEAD: Final = """## Markers

The first marker of a completion decides the family; pairs never cross families.  A closer without an opener means that
the opener stood in the prompt; an opener without a closer, that all the rest is reasoning.  Markers in code or in a
sentence do not count while others do.  `markers="<family>"` fixes the family, `markers=("<cot>", "</cot>")` is a pair
of your own, `markers="tokenizer_config.json"` learns the pair from a chat template, `"prefill"` says that the opener
stood in the prompt, and `"all"` that all text is reasoning.
"""

CODES_HEAD: Final = """## Diagnostics

Codes in the column `diagnostics` (information, repaired, suspect), and those of whole files, which `load` prints.
"""


def page() -> str:
    """Give the page."""
    parts = [
        HEAD,
        "## Files",
        _files(),
        SHAPES_HEAD,
        *_shapes(),
        PAYLOADS_HEAD,
        _payloads(),
        FIELDS_HEAD,
        _fields(),
        MARKERS_HEAD,
        _markers(),
    ]
    parts += [CODES_HEAD, _codes()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _files() -> str:
    """Give the table of file formats; what is packed is unpacked first."""
    rows = []
    for name in READERS:
        module = import_module(f"traceviz.sources.{name}")
        rows.append((module.NAME, _plain(cleandoc(module.__doc__ or "").partition("\n\n")[0])))
    return _table(("format", "what is read"), rows)


def _shapes() -> list[str]:
    """Give a table of shapes for each module of them."""
    parts = []
    for name in MODULES:
        module = import_module(f"traceviz.sources.shapes.{name}")
        title = _plain(cleandoc(module.__doc__ or "").partition("\n\n")[0]).rstrip(".")
        rows = [
            (
                f"`{shape.name}`",
                shape.producer,
                ", ".join(f"`{key}`" for key in sorted(shape.keys)) or "-",
                _plain(shape.note) or "-",
                f"[{shape.sample}](../samples/formats/{shape.sample})" if shape.sample else "-",
            )
            for shape in module.SHAPES
        ]
        parts += [f"### {title}", _table(("shape", "written by", "has the fields", "notes", "sample"), rows)]
    return parts


def _payloads() -> str:
    """Give the table of payloads that are read by the names of their fields."""
    rows = [(what, who, form, f"[{name}](../samples/formats/{name})") for what, who, form, name in KNOWN]
    return _table(("fields", "written by", "form", "sample"), rows)


def _fields() -> str:
    return _table(("role", "names"), [(role, ", ".join(f"`{n}`" for n in names)) for role, names in ALIASES.items()])


def _markers() -> str:
    """Give the table of families."""
    rows = [
        (
            f"`{family.name}`",
            ", ".join(_code(opener) for opener, _ in ((family.opener, family.closer), *family.also)),
            ", ".join(_code(closer) for _, closer in ((family.opener, family.closer), *family.also)),
            ", ".join(f"{_code(a)} … {_code(b)}" for a, b in family.wrappers) or "-",
            family.models or "-",
        )
        for family in FAMILIES
    ]
    table = _table(("family", "opener", "closer", "around the answer", "models"), rows)
    named = sorted({family.sample for family in FAMILIES})
    samples = "Samples: " + ", ".join(f"[{name}](../samples/formats/{name})" for name in named) + "."
    edges = "Cut from the edges: " + ", ".join(map(_code, END_TOKENS)) + "."
    tools = "A tool call ends an open block: " + ", ".join(map(_code, IMPLICIT_CLOSERS)) + "."
    return f"{table}\n\n{edges}\n\n{tools}\n\n{samples}"


def _codes() -> str:
    rows = [(f"`{name}`", code.level, code.meaning) for name, code in CODES.items()]
    return _table(("code", "level", "meaning"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _code(text: str) -> str:
    """Show a marker in a table: a bar would end the cell."""
    shown = text.replace("\n", "\\n").replace("|", "\\|")
    return f"`{shown}`"


def _plain(text: str) -> str:
    """Turn the marks of a docstring into those of Markdown, on one line."""
    return re.sub(r"``(.+?)``", r"`\1`", " ".join(text.split())).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.name}: {len(FAMILIES)} families of markers, {sum(1 for _ in CODES)} codes")
