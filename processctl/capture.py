"""A protoc plugin that answers a request with the request itself.

`processctl` lets buf run it in place of protoc-gen-process, and so reads contracts through the very inputs,
options and module graph that generation uses.
"""

from __future__ import annotations

import base64
import sys

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest

from protoc_gen_process.plugin import empty_response

FILE_NAME = "request.base64"


def main() -> int:
    """Read a request from standard input and write a response that holds it in one file."""
    request = sys.stdin.buffer.read()
    response = empty_response()
    response.file.add(name=FILE_NAME, content=base64.b64encode(request).decode())
    sys.stdout.buffer.write(response.SerializeToString())
    return 0


def decode(content: str) -> CodeGeneratorRequest:
    """Return the request that `main` wrote as `content`."""
    return CodeGeneratorRequest.FromString(base64.b64decode(content))


if __name__ == "__main__":
    sys.exit(main())
