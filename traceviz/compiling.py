"""How the kernels are compiled: what stands above each of them.

A first call compiles for half a minute, and most of that numba spends on functions that only other kernels call.  Each
of them it would optimise and turn into machine code for itself, and again within every caller.  Here only what Python
calls goes that far; its parts are handed on as they are, and what calls them optimises the whole.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

from numba import njit
from numba.core import event
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, CompileResult


class _PartLibrary(JITCodeLibrary):
    """The code of a function that only kernels call: linked into theirs, never run by itself."""

    def _optimize_final_module(self) -> None:
        """Leave it to the library of the caller."""

    def _finalize_final_module(self) -> None:
        """Make nothing but what linking needs; numba's own gives the code to the engine, which compiles it."""
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True


class _PartCompiler(Compiler):
    """Compile a function that only kernels call, as far as linking needs."""

    def define_pipelines(self) -> list[Any]:
        """Give numba's own passes a library that is never run."""
        state = self.state
        state.flags.no_compile = True
        state.library = _PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        pipelines: list[Any] = super().define_pipelines()
        return pipelines

    def compile_extra(self, func: Callable[..., Any]) -> CompileResult:
        """Give the function a name by which the callers find its code; numba's own name is the compiled function."""
        result = super().compile_extra(func)
        refuses = object().__format__  # numba wants a function in C, like no other; this one takes no tuple
        named = result._replace(entry_point=refuses)
        named.target_context.insert_user_function(named.entry_point, named.fndesc, [named.library])
        return named


#: What Python calls.  Nothing calls it from C, which saves a door.
entry = njit(cache=True, nogil=True, no_cfunc_wrapper=True)

_part = partial(njit, pipeline_class=_PartCompiler, nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)

#: What only kernels of the same file call: no door to Python, no place in the cache.  Arrays are borrowed: nothing
#: counts who holds them (``_nrt=False``), which took a sixth of the time; so such a function makes no array.
part = _part(_nrt=False)
#: What makes arrays, or hands tuples of them on.
making = _part()
#: What is small and called for every word.
leaf = _part(_nrt=False, forceinline=True)


class _GarbageKept(event.Listener):
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
