"""`processctl codec-server`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import typer
from pydantic import ValidationError

from process_runtime.config import ConfigError, ListenAddress, validation_problems
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

    Args:
        address: Where to listen.
        keys_file: In place of ``PAYLOAD_KEYS_FILE``.
        store: In place of ``PAYLOAD_STORE``.
        origins: Origins of Temporal UIs that may ask.
        token_file: Holds the bearer token to ask for.
        no_auth: Ask for none.

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
    try:
        settings = PayloadSettings().model_copy(
            update={name: value for name, value in given.items() if value is not None}
        )
    except ValidationError as error:
        raise ProjectError("\n".join(validation_problems(error, PayloadSettings))) from None
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
