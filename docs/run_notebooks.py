"""Execute the notebooks and keep what came out: ``python docs/run_notebooks.py [02_language_mixing ...]``.

Times, versions of the interpreter and other marks of the machine are left out, so that a run that gives the same
results changes nothing in the file but pictures.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"


def run(path: Path) -> None:
    """Execute one notebook from top to bottom and write it back."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    client = NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": path.parent}}, record_timing=False
    )
    client.execute()
    notebook.metadata["language_info"] = {"name": "python"}
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = {}
    nbformat.write(notebook, path)
    print(path.name)


def main() -> None:
    """Execute the notebooks that are named, or all of them."""
    wanted = sys.argv[1:]
    for path in sorted(FOLDER.glob("*.ipynb")):
        if not wanted or path.stem in wanted:
            run(path)


if __name__ == "__main__":
    main()
