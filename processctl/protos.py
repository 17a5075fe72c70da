"""Where the protos are that contracts import: those of the options, and of the runtime's own fact."""

from __future__ import annotations

from pathlib import Path

import protoc_gen_process

PROTOS = (
    "process/v1/process_options.proto",
    "process/v1/progress.proto",
    "ameide_core_proto/common/v1/eventing.proto",
)


def proto_folder() -> Path:
    """Return the folder to give to `protoc -I`: the wheel's own, or the checkout's if installed editable."""
    package = Path(protoc_gen_process.__file__).parent
    shipped = package / "proto"
    return shipped if shipped.is_dir() else package.parent / "proto"
