"""The template environment, and templates compiled at build time.

Compiling the templates takes longer than everything else the plugin does for one process, so that the build
hook does it (`hatch_build.py`). Compiled templates are used only if they were made from the very sources,
engine and settings at hand; otherwise the sources are compiled at start, so that whoever edits a template is
never served a stale one.
"""

from __future__ import annotations

import hashlib
import os
from typing import Any, Final

import jinja2

from protoc_gen_process import escape, expressions

# os.path, not pathlib: the plugin starts once for every run of protoc, and importing pathlib is dear.
_PACKAGE: Final = os.path.dirname(__file__)
_SUFFIX: Final = ".j2"
_MANIFEST: Final = "MANIFEST"
_SETTINGS: Final[dict[str, Any]] = {
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
    "auto_reload": False,
}


def template_folder() -> str:
    """Return where the template sources are: inside the installed package, or beside it in a checkout."""
    installed = os.path.join(_PACKAGE, "templates")
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(_PACKAGE), "templates")


def create_environment() -> jinja2.Environment:
    """Return the environment, which loads compiled templates where they are fresh."""
    sources = template_folder()
    compiled = os.path.join(_PACKAGE, "compiled_templates")
    loader: jinja2.BaseLoader = jinja2.FileSystemLoader(sources)
    if _is_fresh(compiled, sources):
        loader = jinja2.ModuleLoader(compiled)
    return _environment(loader)


def compile_templates(sources: str, target: str) -> None:
    """Compile every template of the folder `sources` into the folder `target`.

    Raises:
        jinja2.TemplateSyntaxError: A template cannot be compiled.
    """
    environment = _environment(jinja2.FileSystemLoader(sources))
    environment.compile_templates(target, extensions=[_SUFFIX[1:]], zip=None, ignore_errors=False)
    with open(os.path.join(target, _MANIFEST), "w", encoding="ascii") as manifest:
        manifest.write(_fingerprint(sources))


def _environment(loader: jinja2.BaseLoader) -> jinja2.Environment:
    environment = jinja2.Environment(  # noqa: S701  (Python source, not HTML: `finalize` refuses unescaped text)
        loader=loader, undefined=jinja2.StrictUndefined, finalize=escape.refuse_plain_text, **_SETTINGS
    )
    environment.filters |= {
        "literal": escape.literal,
        "doc": escape.doc,
        "details": escape.details,
        "comment": escape.comment,
        **expressions.FILTERS,
    }
    return environment


def _is_fresh(compiled: str, sources: str) -> bool:
    try:
        with open(os.path.join(compiled, _MANIFEST), encoding="ascii") as manifest:
            return manifest.read() == _fingerprint(sources)
    except OSError:
        return False


def _fingerprint(sources: str) -> str:
    """Digest of everything that compiled templates depend on."""
    digest = hashlib.sha256(repr((jinja2.__version__, sorted(_SETTINGS.items()))).encode())
    for folder, folders, files in os.walk(sources):
        folders.sort()
        for file in sorted(files):
            path = os.path.join(folder, file)
            with open(path, "rb") as template:
                content = template.read()
            name = os.path.relpath(path, sources).replace(os.sep, "/")
            digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
