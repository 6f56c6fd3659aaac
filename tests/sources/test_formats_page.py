"""docs/formats.md is made from the readers, and says what they do."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from traceviz.sources.codes import CODES
from traceviz.sources.shapes import shapes

ROOT = Path(__file__).parent.parent.parent
SOURCES = ROOT / "traceviz" / "sources"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_formats_page", ROOT / "tools" / "make_formats_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_made_from_the_code(tool: ModuleType) -> None:
    found = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert found == tool.page(), "run: python tools/make_formats_page.py"


def test_every_shape_has_a_sample_that_is_there() -> None:
    for shape in shapes():
        assert shape.sample, shape.name
        assert (ROOT / "samples" / "formats" / shape.sample).exists(), shape.sample


def test_every_sample_is_that_of_something() -> None:
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    for sample in (ROOT / "samples" / "formats").iterdir():
        assert sample.name in page, sample.name


def test_every_code_that_is_given_is_explained() -> None:
    """Codes are strings with an underscore that some module adds to diagnostics or notes."""
    given = set()
    for path in SOURCES.rglob("*.py"):
        if path.name != "codes.py":
            text = path.read_text(encoding="utf-8")
            given |= set(re.findall(r'(?:append|_note|notes?\.add)\(\s*"([a-z_0-9]+)"', text))
            given |= set(re.findall(r'"([a-z_0-9]+_(?:suspect|replaced|joined|parsed))"', text))
    assert given
    assert given <= CODES.keys(), given - CODES.keys()
