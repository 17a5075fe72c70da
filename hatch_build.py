"""Build hook: compile the templates, so that the plugin starts without parsing Jinja."""

from __future__ import annotations

import compileall
import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTemplates(BuildHookInterface[Any]):
    """Runs for wheels and for editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatchling's signature)
        """Write `protoc_gen_process/compiled_templates`, which the wheel ships and git ignores."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from protoc_gen_process.templating import compile_templates  # noqa: PLC0415  (the tree being built)
        finally:
            sys.path.remove(str(root))
        target = root / "protoc_gen_process" / "compiled_templates"
        shutil.rmtree(target, ignore_errors=True)
        compile_templates(str(root / "templates"), str(target))
        if version == "editable":
            # pip writes byte code for a wheel's files only; without it half of a run is compiling.
            compileall.compile_dir(root / "protoc_gen_process", quiet=1)
