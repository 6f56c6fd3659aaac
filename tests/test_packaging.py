"""The two environments name the same packages, and the package carries its data."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent

#: What only conda has to be told.
ONLY_CONDA = {"python", "pip"}


def requirement(line: str) -> tuple[str, str]:
    """Split a requirement into its name and its lower bound."""
    match = re.match(r"([A-Za-z0-9_.-]+?)\s*(?:\[.*\])?\s*(>=.*|==.*)?$", line)
    assert match is not None, line
    return match.group(1).lower().replace("_", "-"), match.group(2) or ""


def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def conda() -> dict[str, str]:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    return dict(requirement(line) for line in environment["dependencies"] if isinstance(line, str))


def test_both_environments_name_the_same_packages_and_bounds() -> None:
    facts = project()
    declared = dict(requirement(line) for line in [*facts["dependencies"], *facts["optional-dependencies"]["notebook"]])
    assert {name: bound for name, bound in conda().items() if name not in ONLY_CONDA} == declared


def test_the_frame_of_the_project_is_there() -> None:
    assert conda().keys() >= {"jupyter", "pandas", "langdetect", "matplotlib"}
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["dependencies"][-1] == {"pip": ["-e ."]}
    assert conda()["python"] == project()["requires-python"]


@pytest.mark.parametrize("name", ["data/unicode.npz", "data/languages.zst", "data/control.jsonl", "py.typed"])
def test_the_package_carries_its_files(name: str) -> None:
    assert resources.files("traceviz").joinpath(name).is_file()


def test_each_file_of_data_states_its_licence() -> None:
    text = (ROOT / "DATA_LICENSES.md").read_text(encoding="utf-8")
    there = {f"traceviz/data/{path.name}" for path in (ROOT / "traceviz" / "data").iterdir()}
    assert there
    assert set(re.findall(r"traceviz/data/[\w.]+", text)) == there


def test_the_samples_are_those_of_their_readme() -> None:
    import hashlib

    readme = (ROOT / "samples" / "README.md").read_text(encoding="utf-8")
    for name in ("traces.jsonl", "labels.jsonl"):
        assert hashlib.sha256((ROOT / "samples" / name).read_bytes()).hexdigest() in readme
