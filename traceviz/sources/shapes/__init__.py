"""What a record is: the shapes that harnesses, trainers and servers write, each turned into plain records.

A plain record has the names of the contract (``reasoning``, ``answer``, ``completion``, ``messages``, ``message``,
``prompt``, ``model``, ``question_id``, ``trace_id``, ``sample_index``, ``step``, ``correct``, ``finish_reason``,
``reasoning_form``, ``diagnostics``), and below its own names whatever else rides along; `records.RecordReader` reads it
like any other.  A record of no shape is read by the names of its fields alone (`fields.ALIASES`).

To add a shape, add a row to the ``SHAPES`` of the module of its family.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, NamedTuple

#: Modules with shapes, asked in this order; the first shape that knows a record reads it.
MODULES: Final[tuple[str, ...]] = (
    "inspect_ai", "scout", "harnesses", "trainers", "batches", "envelopes", "telemetry", "runs", "datasets",
)  # fmt: skip

Record = Mapping[Any, Any]


class Where(NamedTuple):
    """Where a record was found: its file, seen from what was loaded, and what the file says of all its records."""

    relative: str = ""
    facts: Record = MappingProxyType({})


#: A record from memory.
NOWHERE: Final = Where()


class Skip(Exception):  # noqa: N818  (no error: the record says so itself)
    """Raised by `Shape.plain` for a record that says itself that there is no trace in it; the argument is the code."""


def _always(_record: Record) -> bool:
    return True


class Shape(NamedTuple):
    """One row of the table of shapes.

    Attributes
    ----------
    name
        What `traceviz.sniff` calls it.
    producer
        Who writes it, for the documentation.
    keys
        Fields that every record of the shape has.
    plain
        Gives the plain records in it, one a completion.
    knows
        Looks at values where the keys alone do not tell.
    note
        What a reader of the documentation needs to know.
    sample
        A file below ``samples/formats/``.
    prefix
        How the name of some field begins, where records differ in their fields.
    """

    name: str
    producer: str
    keys: frozenset[str]
    plain: Callable[[Record, Where], Iterator[dict[Any, Any]]]
    knows: Callable[[Record], bool] = _always
    note: str = ""
    sample: str = ""
    prefix: str = ""


@cache
def shapes() -> tuple[Shape, ...]:
    """Give all shapes, in the order in which they are asked."""
    modules = (import_module(f"traceviz.sources.shapes.{name}") for name in MODULES)
    return tuple(shape for module in modules for shape in module.SHAPES)


def shape_of(record: Record) -> Shape | None:
    """Find the shape of a record."""
    return next((shape for shape in candidates(tuple(record)) if shape.knows(record)), None)


@lru_cache(maxsize=1024)
def candidates(keys: tuple[Any, ...]) -> tuple[Shape, ...]:
    """Give the shapes whose fields are all there: records of one file mostly have the same."""
    present = set(keys)
    return tuple(shape for shape in shapes() if shape.keys <= present and _begins(keys, shape.prefix))


def _begins(keys: tuple[Any, ...], prefix: str) -> bool:
    return not prefix or any(isinstance(key, str) and key.startswith(prefix) for key in keys)
