"""Compiled loops over the UTF-8 buffer, one file a pass.

All positions are bytes.  Every loop is linear in the text: nothing is searched twice, and what was not found is
remembered as not there.  The tables that nearly every function takes (``page_of``, ``scripts``, ``kinds``,
``lower``) are those of `traceviz.segments.unicode`.

No kernel calls a kernel of another file: numba's cache does not notice when a function changes in a file other than
the caller's, and would go on running the old one.  Hence `decode`, and what a kernel is compiled
with, stand in several files.
"""

from __future__ import annotations

import gc
from threading import Lock

from numba.core import event


class _GarbageKept(event.Listener):  # type: ignore[misc]  # numba has no types
    """Keep Python's collector still while numba compiles: it would walk all that is imported again and again.

    That took an eighth of the time of a first call.  A collector that was off stays off.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._depth = 0  # compilations nest, and other threads wait for theirs
        self._was_on = False

    def on_start(self, _event: event.Event) -> None:
        with self._lock:
            if self._depth == 0:
                self._was_on = gc.isenabled()
                gc.disable()
            self._depth += 1

    def on_end(self, _event: event.Event) -> None:
        with self._lock:
            self._depth -= 1
            if self._depth == 0 and self._was_on:
                gc.enable()


event.register("numba:compile", _GarbageKept())
