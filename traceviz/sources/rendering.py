"""Render a chat template that nobody vouches for: a program of its own, so that it can be stopped.

It reads a JSON object with ``template`` and ``calls`` (variables of each rendering) from standard input and writes a
list of strings, None where the template refused.  Nothing of traceviz is imported.
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

#: Bytes that the program may take, and seconds of computing.
_MOST_BYTES: Final = 1 << 30
_MOST_SECONDS: Final = 5

#: The tags with which templates mark what the model said, unknown to Jinja.
_GENERATION: Final = re.compile(r"\{%-?\s*(?:end)?generation\s*-?%\}")


def main() -> None:
    """Render what stands on standard input."""
    _limit()
    task = json.loads(sys.stdin.read())
    json.dump(rendered(task["template"], task["calls"]), sys.stdout)


def _limit() -> None:
    with suppress(ImportError, ValueError, OSError):  # there is no such limit on Windows; the caller's clock holds
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))


def rendered(template: str, calls: list[dict[str, Any]]) -> list[str | None]:
    """Render a template once for each set of variables, in a sandbox."""
    from jinja2 import TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(  # plain text comes out, no HTML
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = _tojson
    environment.globals.update(raise_exception=_refuse, strftime_now=_now)
    compiled = environment.from_string(_GENERATION.sub("", template))
    texts: list[str | None] = []
    for variables in calls:
        try:
            texts.append(compiled.render(**variables))
        except (TemplateError, TypeError, ValueError, KeyError, AttributeError, IndexError, ArithmeticError):
            texts.append(None)
    return texts


def _tojson(value: Any, indent: int | None = None, **_options: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)


def _now(form: str) -> str:
    return datetime.now(UTC).strftime(form)


if __name__ == "__main__":
    main()
