"""Datasets on the Hugging Face hub: ``hf://datasets/<owner>/<name>[@<revision>][/<path or glob>]``.

Nothing here runs unless a user names such a place.  Files are read over HTTP by ranges as they are needed; of Parquet,
only the columns that are read (see `parquet.wanted`).  The server is the one that huggingface_hub asks, which the
variable ``HF_ENDPOINT`` changes; a token of yours is used as that library finds it.
"""

from __future__ import annotations

import os
from glob import has_magic
from typing import Any, Final

from traceviz.schema import SourceError
from traceviz.sources.containers import Input
from traceviz.sources.places import natural

#: How such a place begins.
SCHEME: Final = "hf://"


def find_on_hub(url: str) -> list[Input]:
    """Find the files that a place on the hub names, in natural order.

    Raises
    ------
    SourceError
        When the extra is not installed, or the hub has no such place or does not answer.
    """
    try:
        from huggingface_hub import HfFileSystem
    except ImportError as error:
        raise SourceError(
            f"{url} is read with huggingface_hub, which is not installed: pip install 'traceviz[hub]'"
        ) from error
    # The client reads the variable when it is imported; who sets it later means it too.
    system: Any = HfFileSystem(endpoint=os.environ.get("HF_ENDPOINT"), skip_instance_cache=True)
    place = url.removeprefix(SCHEME).rstrip("/")
    try:
        if has_magic(place):
            names = system.glob(place)
        else:
            names = system.find(place) if system.isdir(place) else [place] if system.exists(place) else []
    except Exception as error:
        raise SourceError(f"{url} could not be listed: {_in_words(error)}") from error
    files = [str(name) for name in names if not any(part.startswith(".") for part in str(name).split("/"))]
    if not files:
        raise SourceError(f"Nothing is at {url}. A dataset is hf://datasets/<owner>/<name>; it may be private.")
    root = place.split("*", 1)[0].rpartition("/")[0] if has_magic(place) else place
    return [_input(system, name, root) for name in sorted(files, key=natural)]


def _input(system: Any, name: str, root: str) -> Input:
    relative = name.removeprefix(root).lstrip("/") or name.rpartition("/")[2]

    def opened() -> Any:
        try:
            return system.open(name, "rb", cache_type="none")
        except Exception as error:
            raise SourceError(f"could not be fetched: {_in_words(error)}") from error

    return Input(SCHEME + name, relative, fetch=opened)


def _in_words(error: Exception) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0]
