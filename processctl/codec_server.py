"""`processctl codec-server`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import typer

from process_runtime.config import ConfigError, ListenAddress
from process_runtime.converter import data_converter
from process_runtime.payloads.codec_server import codec_app, read_token, run_codec_server
from process_runtime.payloads.settings import PayloadSettings
from processctl.errors import ProjectError


def run(
    address: ListenAddress,
    *,
    keys_file: Path | None,
    store: str | None,
    origins: Sequence[str],
    token_file: Path | None,
    no_auth: bool,
) -> None:
    """Serve until a signal.

    Raises:
        ProjectError: It cannot be done like this.
    """
    if (token_file is None) != no_auth:
        raise ProjectError(
            "whoever reaches a codec server reads everything: give --token-file, or say --no-auth where "
            "something in front of it asks who is there"
        )
    if "*" in origins:
        raise ProjectError("--origin: name the Temporal UI's own, e.g. https://temporal.example.com")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    given = {"payload_keys_file": keys_file, "payload_store": store}
    settings = PayloadSettings().model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )
    try:
        token = None if token_file is None else read_token(token_file)
        app = codec_app(data_converter(settings), origins=origins, token=token)
        run_codec_server(app, address, ready=lambda url: typer.echo(f"codec server on {url}"))
    except ConfigError as error:
        names = {
            "PAYLOAD_KEYS_FILE: ": "--keys-file: ",
            "PAYLOAD_STORE: ": "--store: ",
            "PORT_HTTP: ": "--port: ",
        }
        text = str(error)
        for setting, option in names.items():
            text = text.replace(setting, option)
        raise ProjectError(text) from None
