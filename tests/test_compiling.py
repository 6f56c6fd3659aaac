"""Inner kernels are linked into what Python calls, and are nothing by themselves."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numba import njit
from numba.core import event

from traceviz.compiling import leaf, making, part


@part
def doubled(x: Any) -> Any:
    return 2 * x


@leaf
def tripled(x: Any) -> Any:
    return 3 * x


@making
def ramp(n: Any) -> Any:
    out = np.empty(n, np.int64)
    for k in range(n):
        out[k] = doubled(k) + tripled(k)
    return out


def both(n: Any, x: Any) -> Any:
    return ramp(n).sum() + 10.0 * doubled(x) - tripled(x)


def test_parts_give_in_a_caller_what_they_give_as_python() -> None:
    compiled = njit(both)
    assert compiled(4, 7) == 5 * (0 + 1 + 2 + 3) + 10 * 14 - 21
    assert compiled(3, 0.5) == 5 * 3 + 10 * 1.0 - 1.5  # another type: the parts are compiled again


def test_a_part_refuses_to_be_called_from_python() -> None:
    njit(both)(1, 1)
    with pytest.raises(TypeError):
        doubled(1)


@pytest.mark.parametrize("switch", [gc.enable, gc.disable])
def test_the_collector_rests_while_numba_compiles_and_is_left_as_it_was(switch: Callable[[], None]) -> None:
    seen = []

    class Watch(event.Listener):
        def on_start(self, _event: Any) -> None:
            seen.append(gc.isenabled())

        def on_end(self, _event: Any) -> None:
            pass

    was = gc.isenabled()
    switch()
    try:
        with event.install_listener("numba:compile", Watch()):
            njit(lambda x: x + 1)(1)
        assert gc.isenabled() is (switch is gc.enable)
    finally:
        (gc.enable if was else gc.disable)()
    assert seen == [False]
