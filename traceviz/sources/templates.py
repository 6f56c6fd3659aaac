"""Learn the markers of a model from its tokenizer's configuration or its chat template."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

from traceviz.schema import SourceError
from traceviz.sources.markers import FAMILIES, PREFILL, Family

#: Bytes of a file that is read.
_MOST_BYTES: Final = 64 << 20

#: Seconds that a template may take.
_MOST_SECONDS: Final = 15

#: Characters of a marker.
_LONGEST: Final = 200

#: Words that no template has.
_QUESTION: Final = "Qvzkquestion"
_REASONING: Final = "Qvzkreasoning"
_ANSWER: Final = "Qvzkanswer"

#: What a reasoning field is called in a response template.
_FIELDS: Final = ("reasoning_content", "reasoning", "thinking")

_LAST_TOKEN: Final = re.compile(r"(?:<[^<>\s]{1,200}>|\[[^\[\]\s]{1,200}\]|\u25c1[^\u25c1\u25b7\s]{1,200}\u25b7)$")


class _Renderings(NamedTuple):
    """``prompt`` is the question alone, ``opened`` with the header of the answer, the others a whole turn."""

    prompt: str | None
    opened: str | None
    plain: str | None
    reasoned: str | None


def learnt(path: str) -> tuple[Family, ...]:
    """Learn a pair of markers.

    Parameters
    ----------
    path
        A ``tokenizer_config.json`` (its ``response_template`` if it has one, else its chat template, or the
        ``chat_template.jinja`` beside it), or a file that holds a chat template.

    Returns
    -------
    tuple of Family
        The family, one of the known ones if it is one; `markers.PREFILL` behind it if the template writes the opener
        into the prompt.

    Raises
    ------
    SourceError
        When the file cannot be read, or no markers are in it.
    """
    config = _config(path)
    family = _of_response_template(config.get("response_template"))
    template = _template(config)
    if template is None and family is None:
        raise SourceError(f"markers={path!r}: the file has neither a response_template nor a chat_template.")
    renderings = _render(path, template, config) if template is not None else _Renderings(None, None, None, None)
    family = family or _by_difference(renderings) or _by_source(template or "")
    if family is None:
        raise SourceError(
            f"markers={path!r}: the template writes no markers around reasoning. Give them as a pair: "
            "markers=('<cot>', '</cot>')."
        )
    opened = (renderings.opened or "").rstrip()
    prefilled = opened.endswith(tuple(opener.rstrip() for opener, _ in family.spellings()))
    return (family, PREFILL) if prefilled else (family,)


def _config(path: str) -> dict[str, Any]:
    """Read the configuration; a bare template is one with nothing else in it."""
    file = Path(path)
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise SourceError(f"markers={path!r}: the file is larger than any tokenizer's configuration.")
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no text"
        raise SourceError(f"markers={path!r} cannot be read: {reason.lower()}.") from None
    if file.suffix.lower() != ".json":
        return {"chat_template": text}
    try:
        config = json.loads(text)
    except (ValueError, RecursionError):
        raise SourceError(f"markers={path!r} is no JSON.") from None
    if not isinstance(config, dict):
        raise SourceError(f"markers={path!r} is no tokenizer's configuration: it is no object.")
    beside = file.with_name("chat_template.jinja")
    if not config.get("chat_template") and beside.is_file() and beside.stat().st_size <= _MOST_BYTES:
        config["chat_template"] = beside.read_text(encoding="utf-8-sig", errors="replace")
    return config


def _template(config: dict[str, Any]) -> str | None:
    """Give the chat template: a string, or the default one of a list with names."""
    given = config.get("chat_template")
    if isinstance(given, dict):
        given = [{"name": name, "template": template} for name, template in given.items()]
    if isinstance(given, list):
        named = {
            str(item.get("name")): item.get("template")
            for item in given
            if isinstance(item, dict) and "template" in item
        }
        given = named.get("default", next(iter(named.values()), None))
    return given if isinstance(given, str) and given else None


def _of_response_template(template: Any) -> Family | None:
    """Read the pair that a response template states; its regular expressions are not run."""
    fields = template.get("fields") if isinstance(template, dict) else None
    if not isinstance(fields, dict):
        return None
    for name in _FIELDS:
        field = fields.get(name)
        if not isinstance(field, dict):
            continue
        openers, closers = _strings(field.get("open")), _strings(field.get("close"))
        pairs = [(opener, closer) for opener in openers for closer in closers if _is_pair(opener, closer)]
        if pairs:
            content = fields.get("content")
            content = content if isinstance(content, dict) else {}
            wrappers = tuple(
                (opener, closer)
                for opener in _strings(content.get("open"))
                for closer in _strings(content.get("close"))
            )
            return _known(*pairs[0]) or Family("learnt", *pairs[0], wrappers, also=tuple(pairs[1:]))
    return None


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text.strip() for text in values if isinstance(text, str) and text.strip() and text != "eos"]


def _is_pair(opener: str, closer: str) -> bool:
    return bool(opener and closer) and opener != closer and max(len(opener), len(closer)) <= _LONGEST


def _known(before: str, behind: str) -> Family | None:
    """Give the known family whose opener ends one text and whose closer begins the other."""
    before, behind = before.rstrip(), behind.lstrip()
    for family in FAMILIES:
        if family.kind not in ("pair", "channels") or family.has_id:
            continue
        for opener, closer in family.spellings():
            if before.endswith(opener.rstrip()) and behind.startswith(closer.strip()):
                return family
    return None


def _render(path: str, template: str, config: dict[str, Any]) -> _Renderings:
    """Render the template in a program of its own, which is stopped when it takes too long."""
    tokens = {name: _token(config.get(name)) for name in ("bos_token", "eos_token", "pad_token", "unk_token")}
    question = {"role": "user", "content": _QUESTION}
    plain = {"role": "assistant", "content": _ANSWER}
    reasoned = plain | dict.fromkeys(_FIELDS, _REASONING)
    base = tokens | {"enable_thinking": True, "thinking": True, "tools": None, "documents": None}
    calls = [
        base | {"messages": [question], "add_generation_prompt": False},
        base | {"messages": [question], "add_generation_prompt": True},
        base | {"messages": [question, plain], "add_generation_prompt": False},
        base | {"messages": [question, reasoned], "add_generation_prompt": False},
    ]
    program = [sys.executable, "-I", str(Path(__file__).with_name("rendering.py"))]
    task = json.dumps({"template": template, "calls": calls})
    try:
        done = subprocess.run(  # noqa: S603  (the program is ours)
            program, input=task, capture_output=True, encoding="utf-8", timeout=_MOST_SECONDS, check=False
        )
        texts = json.loads(done.stdout) if done.returncode == 0 else None
    except subprocess.TimeoutExpired:
        raise SourceError(f"markers={path!r}: the chat template was stopped after {_MOST_SECONDS} seconds.") from None
    except ValueError:
        texts = None
    if texts is None:
        lines = done.stderr.strip().splitlines()
        reason = lines[-1] if lines else "it took too much time or memory"
        raise SourceError(f"markers={path!r}: the chat template cannot be rendered: {reason[:_LONGEST]}")
    return _Renderings(*texts)


def _token(value: Any) -> str:
    value = value.get("content") if isinstance(value, dict) else value
    return value if isinstance(value, str) else ""


def _by_difference(texts: _Renderings) -> Family | None:
    """Compare the turn with and without reasoning."""
    whole = texts.reasoned or ""
    begins, ends = whole.find(_REASONING), whole.rfind(_ANSWER)
    if begins < 0 or ends < begins:
        return None
    before = whole[_shared(whole, texts.prompt or "") : begins]
    between = whole[whole.rfind(_REASONING, 0, ends) + len(_REASONING) : ends]
    known = _known(before, between)
    if known is not None:
        return known
    plain = texts.plain or ""
    without = plain[_shared(plain, texts.prompt or "") : max(plain.find(_ANSWER), 0)]
    opener = before[_token_start(before, _shared(before, without)) :].strip()
    if not opener:
        last = _LAST_TOKEN.search(before.rstrip())
        opener = last[0] if last else before.strip()
    shared = between[_token_end(between, len(between) - _shared(between[::-1], without[::-1])) :]
    closer = between[: len(between) - len(shared)].strip()
    wrapper: tuple[tuple[str, str], ...] = ()
    if not closer:
        closer = between.strip()
    elif shared.strip():
        rest = whole[ends + len(_ANSWER) :].strip()
        end = re.match(r"<[^<>\s]{1,200}>", rest)
        wrapper = ((shared.strip(), end[0]),) if end else ()
    return Family("learnt", opener, closer, wrapper) if _is_pair(opener, closer) else None


def _shared(one: str, other: str) -> int:
    """Give the number of characters that two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _token_start(text: str, place: int) -> int:
    """Move a place that lies inside a token in angle brackets to where the token begins."""
    bracket = text.rfind("<", 0, place)
    return bracket if bracket >= 0 and ">" not in text[bracket:place] else place


def _token_end(text: str, place: int) -> int:
    """Move a place that lies inside a token in angle brackets to where the token ends."""
    inside = _token_start(text, place) < place
    return text.find(">", place) + 1 if inside and ">" in text[place:] else place


def _by_source(template: str) -> Family | None:
    """Look for the markers of a known family in the template's text, where it drops reasoning from the history."""
    for family in FAMILIES:
        if family.kind == "pair" and not family.has_id and family.closer.strip() in template:
            return family
    return None
