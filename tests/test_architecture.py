"""The architecture: imports go one way, and nothing heavy is loaded before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import traceviz

PACKAGE = Path(traceviz.__file__).parent

#: A room may import from rooms of a lower number, and from itself.
RANK = {
    "schema": 0,
    "compiling": 0,
    "texts_kernels": 1,
    "texts": 2,
    "sources": 3,
    "segments": 3,
    "detectors": 4,
    "measures": 5,
    "statistics": 6,
    "rewards": 6,
    "plots": 7,
    "reports": 8,
    "files": 8,
    "batch": 9,
    "console": 9,
    "cli": 10,
}


def room_of(module: str) -> str | None:
    """Give the room of a dotted module name, None for what is not ours or the façade."""
    parts = module.split(".")
    return parts[1] if parts[0] == "traceviz" and len(parts) > 1 else None


def imports_of(path: Path) -> set[str]:
    """Give all modules that a file imports, wherever in the file it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path.name}: imports are absolute"
            found |= (
                {f"{node.module}.{name.name}" for name in node.names} if node.module == "traceviz" else {node.module}
            )
    return found


FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert own in RANK, f"{own} has no place in the order of the rooms"
    for module in imports_of(path):
        other = room_of(module)
        if module == "traceviz" or other is None:
            continue
        assert other == own or RANK[other] < RANK[own], f"{own} must not import {module}"


def test_only_the_command_line_uses_the_facade() -> None:
    users = [path.name for path in FILES if "traceviz" in imports_of(path)]
    assert users == ["cli.py"]


def test_kernels_call_no_kernels_of_other_files() -> None:
    kernels = [path for path in FILES if path.name.endswith("kernels.py") or path.parent.name == "kernels"]
    assert len(kernels) >= 7
    for path in kernels:
        assert not {name for name in imports_of(path) if name.startswith("traceviz")} - {"traceviz.compiling"}, path


def test_facade_names_and_homes_agree() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    typed = {
        name.name: node.module
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and ast.unparse(branch.test) == "TYPE_CHECKING"
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert typed.pop("plots") == "traceviz"
    assert typed == traceviz._HOMES
    assert sorted(traceviz.__all__) == sorted([*typed, "plots"])
    for name in traceviz.__all__:
        assert getattr(traceviz, name) is not None
    assert set(dir(traceviz)) >= set(traceviz.__all__)


def test_unknown_name_lists_the_public_ones() -> None:
    with pytest.raises(AttributeError, match="traceviz has no 'lod'; the public names are along, calibrate, compare"):
        traceviz.lod  # noqa: B018


def loaded_after(code: str) -> set[str]:
    """Run code in a fresh process, with sockets forbidden, and give the top-level modules that it loaded."""
    script = (
        "import sys\n"
        "def forbid(event, arguments):\n"
        "    if event.startswith('socket.') and event != 'socket.gethostname':\n"
        "        raise RuntimeError(event)\n"
        "sys.addaudithook(forbid)\n"
        f"{code}\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_loads_nothing_heavy() -> None:
    loaded = loaded_after("import traceviz")
    assert not loaded & {"numpy", "pandas", "pyarrow", "numba", "scipy", "matplotlib", "jinja2", "langdetect", "typer"}


def test_reaching_for_the_verbs_loads_neither_compiler_nor_plots() -> None:
    code = "import traceviz as tv\nfor name in tv.__all__:\n    name == 'plots' or getattr(tv, name)"
    loaded = loaded_after(code)
    assert "pandas" in loaded
    assert not loaded & {"numba", "matplotlib", "langdetect", "typer"}


def test_the_whole_road_opens_no_socket() -> None:
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import traceviz as tv, tempfile, pathlib\n"
        "traces = tv.load(['So we get 六个苹果.', 'And we add two.'])\n"
        "tv.compare(tv.measure(traces).assign(model='a'), by='model', cluster=None)\n"
        "tv.report(tv.measure(traces), pathlib.Path(tempfile.mkdtemp()) / 'report.html')"
    )
    assert "numba" in loaded_after(code)
