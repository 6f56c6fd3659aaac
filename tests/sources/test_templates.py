"""Markers learnt from chat templates, which are written by strangers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from traceviz.schema import SourceError
from traceviz.sources.load import load
from traceviz.sources.markers import FAMILIES, PREFILL
from traceviz.sources.templates import learnt

TURNS = """{%- for m in messages %}
{%- if m.role == 'user' %}{{- '<|im_start|>user\\n' + m.content + '<|im_end|>\\n' }}
{%- else %}{{- '<|im_start|>assistant\\n' }}
{%- if m.reasoning_content is defined %}{{- '<deep>\\n' + m.reasoning_content + '\\n</deep>\\n\\n' }}{%- endif %}
{%- generation %}{{- m.content + '<|im_end|>\\n' }}{% endgeneration %}
{%- endif %}{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"""

EMPTY = TURNS.replace("{%- endif %}\n{%- gen", "{%- else %}{{- '<deep>\\n\\n</deep>\\n\\n' }}{%- endif %}\n{%- gen")

OPENED = TURNS.replace(
    "add_generation_prompt %}{{- '<|im_start|>assistant\\n",
    "add_generation_prompt %}{{- '<|im_start|>assistant\\n<deep>\\n",
)

WRAPPED = """{% for m in messages %}{% if m.role == 'user' %}<U>{{ m.content }}</U>{% else %}<A>
{%- if m.thinking is defined %}<|BEGIN_T|>{{ m.thinking }}<|END_T|>{% endif %}<|BEGIN_R|>{{ m.content }}<|END_R|></A>
{%- endif %}{% endfor %}"""

HARMONY = """{% for m in messages %}{% if m.role == 'user' %}<|start|>user<|message|>{{ m.content }}<|end|>{% else %}
{%- if m.thinking is defined %}<|start|>assistant<|channel|>analysis<|message|>{{ m.thinking }}<|end|>{% endif %}
{{- '<|start|>assistant<|channel|>final<|message|>' }}{{ m.content }}<|return|>{% endif %}{% endfor %}"""

DROPPED = """{% for m in messages %}{% if m.role == 'user' %}<U>{{ m.content }}{% else %}<A>
{{- m.content.split('</think>')[-1] }}{% endif %}{% endfor %}{% if add_generation_prompt %}<A><think>\n{% endif %}"""


def write(path: Path, config: Any) -> str:
    path.write_text(config if isinstance(config, str) else json.dumps(config), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("template", [TURNS, EMPTY], ids=["without", "empty block"])
def test_a_pair_is_learnt_by_difference(tmp_path: Path, template: str) -> None:
    (family,) = learnt(write(tmp_path / "chat_template.jinja", template))
    assert (family.opener, family.closer) == ("<deep>", "</deep>")


def test_an_opener_in_the_prompt_is_learnt(tmp_path: Path) -> None:
    path = write(tmp_path / "tokenizer_config.json", {"chat_template": OPENED, "eos_token": {"content": "<|im_end|>"}})
    family, mode = learnt(path)
    assert (family.opener, mode) == ("<deep>", PREFILL)
    traces = load([{"completion": "r</deep>a"}, {"completion": "<deep>r</deep>a"}, {"completion": "r"}], markers=path)
    assert traces["reasoning"].tolist() == ["r", "r", "r"]
    assert traces["answer"].tolist() == ["a", "a", ""]


def test_wrappers_are_learnt(tmp_path: Path) -> None:
    (family,) = learnt(write(tmp_path / "t.jinja", WRAPPED))
    assert (family.opener, family.closer) == ("<|BEGIN_T|>", "<|END_T|>")
    assert family.wrappers == (("<|BEGIN_R|>", "<|END_R|>"),)


def test_known_families_are_recognised(tmp_path: Path) -> None:
    assert [family.name for family in learnt(write(tmp_path / "h.jinja", HARMONY))] == ["harmony"]
    family, mode = learnt(write(tmp_path / "d.jinja", DROPPED))
    assert family is FAMILIES[0]
    assert mode is PREFILL


def test_a_response_template_comes_first(tmp_path: Path) -> None:
    fields = {"thinking": {"open": "<zz>", "close": ["</zz>", "</zzz>"]}, "content": {"close": "<|im_end|>"}}
    path = write(
        tmp_path / "tokenizer_config.json", {"response_template": {"fields": fields}, "chat_template": DROPPED}
    )
    family = learnt(path)[0]
    assert family.spellings() == (("<zz>", "</zz>"), ("<zz>", "</zzz>"))
    assert load([{"completion": "<zz>r</zzz>a"}], markers=path)["answer"].tolist() == ["a"]


def test_the_template_may_stand_beside_or_have_a_name(tmp_path: Path) -> None:
    named = [{"name": "tool_use", "template": "x"}, {"name": "default", "template": TURNS}]
    assert learnt(write(tmp_path / "named.json", {"chat_template": named}))[0].opener == "<deep>"
    write(tmp_path / "chat_template.jinja", TURNS)
    assert learnt(write(tmp_path / "tokenizer_config.json", {"eos_token": None}))[0].opener == "<deep>"


LOOP = "{% for a in range(99999) %}" * 3 + "{% endfor %}" * 3
BOMB = "{% set n = namespace(x='aaaaaaaaaa') %}{% for a in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}"


@pytest.mark.slow
@pytest.mark.parametrize("template", [LOOP, BOMB], ids=["time", "memory"])
def test_a_template_is_stopped(tmp_path: Path, template: str) -> None:
    with pytest.raises(SourceError, match=r"the chat template (cannot be rendered|was stopped)"):
        learnt(write(tmp_path / "t.jinja", template))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jinja", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "no markers"),
        ("a.jinja", "{{ messages[0].content }}", "no markers"),
        ("a.jinja", "{{ raise_exception('no') }}", "no markers"),
        ("a.jinja", "{% if %}", "cannot be rendered"),
        ("a.json", "{", "is no JSON"),
        ("a.json", "[" * 5000, "is no JSON"),
        ("a.json", "[1]", "no object"),
        ("a.json", "{}", "neither"),
    ],
)
def test_what_cannot_be_learnt_says_so(tmp_path: Path, name: str, content: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        learnt(write(tmp_path / name, content))


def test_absent_files_and_others(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read: no such file"):
        learnt(str(tmp_path / "none.json"))
    (tmp_path / "b.jinja").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match="it is no text"):
        learnt(str(tmp_path / "b.jinja"))
