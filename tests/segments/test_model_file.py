"""The file of the language model comes back as it was written, and what is none of them says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from traceviz.segments.language_model import LANGUAGE_OF_SCRIPT, SHARED_SCRIPTS, language_model
from traceviz.segments.model_file import KEY_BITS, read_tables, write_tables

#: Keys in no order, as blocks of languages have them, with both ends of their range.
KEYS = np.array([5, (1 << KEY_BITS) - 1, 0, 7 << 33, 256, 255], dtype=np.uint64)


def tables() -> dict[str, NDArray[Any]]:
    return {
        "step": np.array([0.25]),
        "words": KEYS,
        "rows": np.arange(12, dtype=np.uint8).reshape(6, 2),
        "odds": np.array([-80, 0, 32], dtype=np.int8),
        "counts": np.array([4, 2]),
        "none": np.empty(0, dtype=np.uint64),
    }


def test_tables_come_back(tmp_path: Path) -> None:
    path = tmp_path / "model.zst"
    write_tables(path, tables())
    read = read_tables(path)
    assert list(read) == list(tables())
    for name, written in tables().items():
        assert read[name].dtype == written.dtype, name
        np.testing.assert_array_equal(read[name], written)


@given(keys=st.lists(st.integers(min_value=0, max_value=(1 << KEY_BITS) - 1)))
def test_any_keys_come_back(tmp_path_factory: pytest.TempPathFactory, keys: list[int]) -> None:
    path = tmp_path_factory.getbasetemp() / "keys.zst"
    write_tables(path, {"words": np.array(keys, dtype=np.uint64)})
    assert read_tables(path)["words"].tolist() == keys


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one.zst", tmp_path / "other.zst"
    write_tables(one, tables())
    write_tables(other, tables())
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    "content",
    [b"", b"not packed at all", zstandard.compress(b""), zstandard.compress(b"traceviz language model 1\n[]\n")],
    ids=["empty", "not packed", "packed nothing", "an older form"],
)
def test_a_foreign_file_says_what_it_lacks(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.zst"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"foreign\.zst is no language model of this version; make it with"):
        read_tables(path)


def test_a_file_that_is_cut_short_names_the_table(tmp_path: Path) -> None:
    path = tmp_path / "model.zst"
    write_tables(path, tables())
    whole = zstandard.decompress(path.read_bytes())
    path.write_bytes(zstandard.compress(whole[:-10]))
    with pytest.raises(ValueError, match=r"model\.zst is cut short: its table 'counts' is not whole"):
        read_tables(path)


@pytest.mark.parametrize("keys", [[1 << KEY_BITS], [[1, 2]]], ids=["too many bits", "not flat"])
def test_keys_that_would_not_come_back_are_refused(tmp_path: Path, keys: list[Any]) -> None:
    with pytest.raises(ValueError, match="The keys 'words' are no flat array of numbers of 40 bits"):
        write_tables(tmp_path / "model.zst", {"words": np.array(keys, dtype=np.uint64)})


def test_tags_fit_the_tables() -> None:
    model = language_model()
    sizes = model.groups[:, 1]
    assert len(set(model.tags)) == len(model.tags)
    assert len(model.tags) >= 50
    assert model.tags[0] == "und"
    assert len(sizes) == len(SHARED_SCRIPTS)
    assert model.groups[:, 0].tolist() == np.cumsum([0, *sizes[:-1]]).tolist()
    assert len(model.base_prior) == sizes.sum()
    assert {"zh", "ja", *LANGUAGE_OF_SCRIPT.values()} <= set(model.tags)
