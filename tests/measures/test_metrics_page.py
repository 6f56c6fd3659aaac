"""The page of metrics is the one that its script makes, and holds every metric."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from traceviz.measures.registry import FAMILIES, registry

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_metrics_page", ROOT / "tools" / "make_metrics_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_fresh(tool: ModuleType) -> None:
    found = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert found == tool.page(), "run: python tools/make_metrics_page.py"


def test_every_metric_has_an_entry_with_its_facts(tool: ModuleType) -> None:
    page = tool.page()
    for name, entry in registry().items():
        base = name.removesuffix("_raw")
        assert f"### `{base}`" in page
        assert entry.source in page
        assert entry.unit in page
    assert page.count("\n## ") == len(FAMILIES)
    assert "``" not in page
