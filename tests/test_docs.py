"""The documents hold what they say: the README runs, the commands exist, the links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
import pytest
from typer.main import get_command

from traceviz.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = set(get_command(app).commands)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_first_line_says_reasoning_traces() -> None:
    assert "reasoning traces" in README.splitlines()[0].replace("*", "")


def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mpl.use("agg")
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    first, *others = blocks("python")
    assert len([line for line in first.splitlines() if line.strip()]) <= 12
    for code in (first, *others):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102  (the code of our own README)
    assert (tmp_path / "report.html").stat().st_size > 10_000
    assert (tmp_path / "ribbon.png").stat().st_size > 10_000
    import matplotlib.pyplot as plt

    plt.close("all")


def test_every_command_is_in_the_readme_and_has_help() -> None:
    shown = set(re.findall(r"[$`] ?traceviz ([a-z]+)", README))
    assert shown == COMMANDS
    for name, command in get_command(app).commands.items():
        assert command.help, name
        for option in command.params:
            if option.name != "help":
                assert getattr(option, "help", None), f"{name} {option.name}"


def test_options_in_the_readme_exist() -> None:
    for line in blocks("console"):
        for call in re.findall(r"^\$ traceviz ([a-z]+)(.*?)(?:#.*)?$", line, flags=re.MULTILINE):
            known = {opt for param in get_command(app).commands[call[0]].params for opt in param.opts}
            assert set(re.findall(r"(?<!\S)(--?[a-z-]+)", call[1])) <= known, call


@pytest.mark.parametrize("document", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("samples/*.md")]))
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make ([a-z]+)", README):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_no_document_holds_a_path_of_a_machine() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("notebooks/*.ipynb")]:
        found = re.search(r"/(?:home|root|tmp|work|Users)/", document.read_text(encoding="utf-8"))
        assert found is None, f"{document.name}: {found}"
