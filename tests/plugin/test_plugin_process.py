"""The program: what protoc, buf and people who run it by hand get."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from ameide_core_proto.common.v1 import eventing_pb2
from google.protobuf import descriptor_pb2
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
from process.v1 import process_options_pb2

from protoc_gen_process.plugin import RequestError, main, read_request, respond
from protoc_gen_process.version import __version__
from tests.plugin.plugin_contracts import FILE, ROOT, request, shop
from tests.plugin.rule_cases import binding

_PLUGIN = Path(sys.executable).with_name("protoc-gen-process")


def run(data: bytes, *arguments: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run the console script."""
    return subprocess.run(
        [_PLUGIN, *arguments], input=data, capture_output=True, check=False, env={**os.environ, **env}
    )


def protoc(folder: Path, file: str) -> subprocess.CompletedProcess[str]:
    """Let protoc run the plugin."""
    roots = [f"-I{folder}", f"-I{ROOT}/proto"]
    plugin = [f"--plugin=protoc-gen-process={_PLUGIN}", f"--process_out={folder}"]
    command = [sys.executable, "-m", "grpc_tools.protoc", *roots, *plugin, file]
    return subprocess.run(command, capture_output=True, check=False, text=True)


def error_of(asked: CodeGeneratorRequest) -> list[str]:
    """Return the lines of the response's error."""
    return respond(asked).error.splitlines()


@pytest.mark.requirement("R028")
def test_features_and_editions_are_announced_with_and_without_an_error() -> None:
    for asked in (request(shop()), request(shop(api=""))):
        response = respond(asked)
        assert response.supported_features == (
            CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL | CodeGeneratorResponse.FEATURE_SUPPORTS_EDITIONS
        )
        assert response.minimum_edition == descriptor_pb2.EDITION_PROTO2
        assert response.maximum_edition == descriptor_pb2.EDITION_2024


def test_all_errors_of_a_run_come_together_in_order_of_file_and_line() -> None:
    texts = {
        "b/b.proto": shop(api="", package="package b;").replace("shop.", "b."),
        "a/a.proto": shop(api="", schema="", package="package a;", name='name: "a"', start="").replace(
            "shop.", "a."
        ),
    }
    lines = error_of(request(texts))
    assert [line.split(" ")[:2] for line in lines] == [
        ["a/a.proto:7:2:", "PGP011"],
        ["a/a.proto:7:2:", "PGP012"],
        ["a/a.proto:7:2:", "PGP110"],
        ["a/a.proto:15:1:", "PGP066"],
        ["b/b.proto:7:2:", "PGP011"],
        ["b/b.proto:7:2:", "PGP012"],
    ]
    assert not respond(request(texts)).file


@pytest.mark.parametrize("name", ["a b", "", "\x1b[31m", "1"])
def test_descriptors_that_no_compiler_writes_are_no_defect_of_the_plugin(name: str) -> None:
    asked = request(shop())
    for files in (asked.proto_file, asked.source_file_descriptors):
        for message in files[-1].message_type:
            for field in message.field:
                field.name = name
    done = run(asked.SerializeToString())
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.isprintable()
    assert "no compiler writes" in line


@pytest.mark.parametrize(
    "ref", ["amqp://app:hunter2@broker", "app:hunter2@broker:5672", "//:hunter2@broker/x"]
)
def test_an_address_with_a_password_is_refused_without_repeating_it(ref: str) -> None:
    (line,) = error_of(request(shop(binding("ingress", ref=ref))))
    assert "PGP017" in line
    assert "hunter2" not in line


def test_an_error_is_a_response_and_the_exit_code_is_zero() -> None:
    done = run(request(shop(api="api_major: 1")).SerializeToString())
    assert (done.returncode, done.stderr) == (0, b"")
    response = CodeGeneratorResponse.FromString(done.stdout)
    assert response.error.startswith(f"{FILE}:7:2: PGP012 api_minor is not set")


@pytest.mark.requirement("R079")
def test_the_same_bytes_whatever_the_hash_seed_locale_folder_and_order_of_files(tmp_path: Path) -> None:
    texts = {
        f"f{n}/f{n}.proto": shop(package=f"package f{n};", name=f'name: "f-{n}"')
        .replace("shop.", f"f{n}.")
        .replace("OrderStart", f"F{n}Start")
        for n in range(3)
    }
    asked = request(texts)
    data = asked.SerializeToString()
    backwards = CodeGeneratorRequest()
    backwards.CopyFrom(asked)
    for field in ("file_to_generate", "source_file_descriptors"):
        items = list(getattr(backwards, field))[::-1]
        backwards.ClearField(field)
        getattr(backwards, field).extend(items)
    first = subprocess.run(
        [_PLUGIN], input=data, capture_output=True, check=True, env={"PYTHONHASHSEED": "1"}
    )
    second = subprocess.run(
        [_PLUGIN],
        input=backwards.SerializeToString(),
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env={"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo"},
    )
    assert CodeGeneratorResponse.FromString(first.stdout).file
    assert first.stdout == second.stdout


@pytest.mark.requirement("R025")
@pytest.mark.parametrize(
    ("parameter", "errors"),
    [
        ("", []),
        ("impl_package=a.b,messages=protobuf", []),
        (" impl_package = a ", []),
        ("nope=1", ["PGP001"]),
        ("nope", ["PGP001"]),
        ("impl_package", ["PGP003"]),
        ("impl_package=", ["PGP003"]),
        ("impl_package=a-b", ["PGP003"]),
        ("impl_package=../up", ["PGP003"]),
        ("impl_package=class", ["PGP003"]),
        ("impl_package=a,impl_package=a", ["PGP002"]),
        ("messages=betterproto", ["PGP003"]),
        ("nope=1,messages=x,impl_package=a,impl_package=b", ["PGP001", "PGP002", "PGP003"]),
    ],
)
def test_plugin_options(parameter: str, errors: list[str]) -> None:
    lines = error_of(request(shop(), parameter=parameter))
    assert [line.split(" ")[2] for line in lines] == errors
    assert all(line.startswith("plugin option: ") for line in lines)


def test_plugin_options_are_reported_with_everything_else() -> None:
    lines = error_of(request(shop(api="api_minor: 0"), parameter="nope"))
    assert [line.split(":")[0] for line in lines] == ["plugin option", FILE]


@pytest.mark.parametrize("data", [b"", b"hello\n", b"\xff" * 64, b"\x0a\x07a.proto"], ids=repr)
def test_input_that_is_no_request_is_one_line_and_an_exit_code(data: bytes) -> None:
    done = run(data)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"protoc-gen-process: ")
    assert done.stderr.count(b"\n") == 1


def test_a_request_that_lacks_a_file_is_no_request() -> None:
    asked = request(shop())
    del asked.proto_file[:]
    with pytest.raises(RequestError, match="lacks 1"):
        read_request(asked.SerializeToString())


def test_run_by_hand_it_says_who_runs_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    master, slave = pty.openpty()
    try:
        with os.fdopen(slave) as terminal:
            monkeypatch.setattr(sys, "argv", ["protoc-gen-process"])
            monkeypatch.setattr(sys, "stdin", terminal)
            assert main() == 2
    finally:
        os.close(master)
    assert "standard input is a terminal" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["--version"], 0, f"protoc-gen-process {__version__}"),
        (["--help"], 0, "buf generate"),
        (["--nope"], 2, "takes no arguments"),
        (["a.proto"], 2, "takes no arguments"),
    ],
)
def test_arguments(arguments: list[str], code: int, text: str) -> None:
    done = run(b"", *arguments)
    assert done.returncode == code
    assert text.encode() in done.stdout + done.stderr
    assert (done.stdout + done.stderr).count(b"\n") == 1


def test_a_defect_is_one_line_that_asks_for_a_report(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: bytes) -> CodeGeneratorRequest:
        raise KeyError("two\nlines")

    monkeypatch.setattr(sys, "argv", ["protoc-gen-process"])
    monkeypatch.setattr(sys, "stdin", open(os.devnull))  # noqa: SIM115
    monkeypatch.setattr("protoc_gen_process.plugin.read_request", broken)
    assert main() == 1
    err = capsys.readouterr().err
    assert "internal error" in err
    assert "KeyError in broken" in err
    assert err.count("\n") == 1


def test_start_up_imports_nothing_that_is_heavy() -> None:
    code = (
        "import sys; from protoc_gen_process import parse, plugin; "
        "print(sorted({m.partition('.')[0] for m in sys.modules}))"
    )
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    loaded = set(names.strip("[]\n").replace("'", "").split(", "))
    assert not loaded & {
        "libcst",
        "temporalio",
        "pydantic",
        "grpc",
        "zoneinfo",
        "asyncio",
        "dataclasses",
        "jinja2",
    }


@pytest.mark.requirement("R023", "R026", "R062")
def test_every_extension_has_the_agreed_number_and_is_retained_in_the_source_only() -> None:
    assert process_options_pb2.DESCRIPTOR.package == "process.v1"
    numbers = {}
    for module in (process_options_pb2, eventing_pb2):
        file = descriptor_pb2.FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        for extension in file.extension:
            numbers[extension.name] = (extension.number, extension.extendee.rpartition(".")[2])
            assert extension.options.retention == descriptor_pb2.FieldOptions.RETENTION_SOURCE
    assert numbers == {
        "process": (50000, "FileOptions"),
        "fact": (50001, "MessageOptions"),
        "command": (50002, "MessageOptions"),
        "start": (50003, "MessageOptions"),
        "state": (50004, "MessageOptions"),
        "query": (50005, "MessageOptions"),
        "markers": (50010, "FieldOptions"),
        "activities": (50020, "ServiceOptions"),
        "activity": (50021, "MethodOptions"),
        "event_fact": (50100, "MessageOptions"),
    }


@pytest.mark.parametrize("edition", ["2023", "2024"])
def test_protoc_runs_the_plugin_on_editions(tmp_path: Path, edition: str) -> None:
    source = tmp_path / "shop.proto"
    source.write_text(shop(syntax=f'edition = "{edition}";'), encoding="utf-8")
    done = protoc(tmp_path, "shop.proto")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "order" / "contract.py").is_file()


def test_protoc_prints_the_diagnostics(tmp_path: Path) -> None:
    source = tmp_path / "orders.proto"
    source.write_text(shop(api="api_major: 1"), encoding="utf-8")
    done = protoc(tmp_path, "orders.proto")
    assert done.returncode == 1
    assert "orders.proto:7:2: PGP012 api_minor is not set" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["orders.proto"]
