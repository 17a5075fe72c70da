"""Descriptor sets of a repo's protos, which buf builds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import DecodeError

from processctl.errors import ProjectError
from processctl.repo import TEMPLATE_NAME, Repo, said

_WORKSPACE: Mapping[str, Any] = {"directory": "."}
# What buf knows by its suffix; anything else is taken for the binary format.
_FORMATS = frozenset({".bin", ".binpb", ".gz", ".json", ".txtpb", ".yaml", ".zst"})
_OUT = "image.binpb"


def build(repo: Repo, folder: Path) -> FileDescriptorSet:
    """Return the descriptors of the folders that `buf.gen.yaml` of `folder` names, by default of all of it.

    Args:
        repo: Whose buf is run.
        folder: The repo's root, or what it was at another time.

    Raises:
        ProjectError: the protos do not build.
    """
    image = FileDescriptorSet()
    known: set[str] = set()
    for entry in inputs(folder):
        arguments = ["build", str(entry["directory"])]
        for key, flag in (("paths", "--path"), ("exclude_paths", "--exclude-path")):
            arguments += [text for path in entry.get(key) or () for text in (flag, str(path))]
        built = _run(repo, arguments, folder)
        image.file.extend(file for file in built.file if file.name not in known)
        known |= {file.name for file in built.file}
    return image


def convert(repo: Repo, file: Path) -> FileDescriptorSet:
    """Return the descriptors of an image, in any of buf's formats.

    Raises:
        ProjectError: it is no image.
    """
    with tempfile.TemporaryDirectory() as folder:
        # buf reads what stands behind a `#` in a path as options.
        suffix = "".join(file.suffixes[-2:]) if file.suffix in {".gz", ".zst"} else file.suffix
        copy = Path(folder, f"image{suffix if file.suffix in _FORMATS else '.binpb'}")
        shutil.copyfile(file, copy)
        return _run(repo, ["build", copy.name], Path(folder))


def inputs(folder: Path) -> list[Mapping[str, Any]]:
    """Return the directory inputs of `buf.gen.yaml`; the whole workspace if there are none.

    Raises:
        ProjectError: the file cannot be read.
    """
    if not (folder / TEMPLATE_NAME).is_file():
        return [_WORKSPACE]
    listed = Repo(folder).template.get("inputs")
    entries = listed if isinstance(listed, list) else []
    return [entry for entry in entries if isinstance(entry, dict) and entry.get("directory")] or [_WORKSPACE]


def roots(folder: Path) -> list[Path]:
    """Return the folders that proto paths may be relative to: buf.yaml's modules, inputs, `folder` itself."""
    try:
        configuration = yaml.safe_load((folder / "buf.yaml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        configuration = None
    modules = configuration.get("modules") if isinstance(configuration, dict) else None
    listed: Iterable[Any] = modules if isinstance(modules, list) else ()
    paths = [str(module["path"]) for module in listed if isinstance(module, dict) and module.get("path")]
    paths += [str(entry["directory"]) for entry in inputs(folder)]
    return [folder / path for path in dict.fromkeys([*paths, "."])]


def _run(repo: Repo, arguments: list[str], folder: Path) -> FileDescriptorSet:
    with tempfile.TemporaryDirectory() as out:
        path = Path(out, _OUT)
        done = repo.run_buf([*arguments, "-o", str(path)], folder)
        if done.returncode:
            raise ProjectError(said(done))
        try:
            return FileDescriptorSet.FromString(path.read_bytes())
        except DecodeError as error:
            raise ProjectError("buf wrote no descriptors") from error
