"""Connections to Kafka: how a binding names brokers and proves who it is, and what to tell of failures."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeAlias

from confluent_kafka import KafkaError, KafkaException, Producer
from pydantic import AfterValidator, BeforeValidator, Field, FilePath, field_validator, model_validator

from process_runtime.bindings import BindingOptions

__all__ = ["KafkaOptions", "Problem", "Topic", "Topics", "kafka_problem", "without_address"]

_TOPIC: Final = re.compile(r"[A-Za-z0-9._-]{1,249}")
_SERVER: Final = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):\d{1,5}")
_SECRET: Final = re.compile(r"password|secret|token|oauthbearer|jaas|\.pem$|username")
_OWNED: Final = re.compile(
    r"bootstrap\.servers|metadata\.broker\.list|security\.protocol|sasl\..*"
    r"|ssl\.(ca|certificate|key|keystore|crl)\.location"
)
_TELLING: Final = {
    KafkaError._AUTHENTICATION: ("AuthenticationFailed", "Kafka refuses these credentials"),
    KafkaError.SASL_AUTHENTICATION_FAILED: ("AuthenticationFailed", "Kafka refuses these credentials"),
    KafkaError._SSL: ("TlsFailed", "TLS with Kafka fails; look at the certificates"),
    KafkaError.TOPIC_AUTHORIZATION_FAILED: ("NotAuthorized", "Kafka does not let this user at the topic"),
    KafkaError.GROUP_AUTHORIZATION_FAILED: ("NotAuthorized", "Kafka does not let this user into the group"),
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: ("NotAuthorized", "Kafka does not let this user do that"),
    KafkaError.UNKNOWN_TOPIC_OR_PART: ("UnknownTopic", "Kafka has no such topic"),
    KafkaError._UNKNOWN_TOPIC: ("UnknownTopic", "Kafka has no such topic"),
    KafkaError._UNKNOWN_PARTITION: ("UnknownTopic", "Kafka has no such topic"),
}


def _topic(name: str) -> str:
    if not _TOPIC.fullmatch(name):
        raise ValueError("a topic's name has letters, digits, '.', '_' and '-', at most 249")
    return name


def _as_list(value: object) -> object:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


Problem: TypeAlias = tuple[str, str]
"""Reason and message of a condition."""
Topic = Annotated[str, AfterValidator(_topic)]
"""A name that Kafka allows."""
Topics = Annotated[list[Topic], BeforeValidator(_as_list), Field(min_length=1)]
"""One or more, as a list or with commas between."""


class KafkaOptions(BindingOptions):
    """Where Kafka is, and who we are there. Secrets are files."""

    owned: ClassVar[frozenset[str]] = frozenset()
    """What `config` may not say because the runtime does."""

    bootstrap_servers: Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]
    """One or more ``host:port``, as a list or with commas between."""
    tls: bool = False
    """Whether connections are encrypted; implied by any of the ``tls_*`` files."""
    tls_ca_file: FilePath | None = None
    """The authority that signed the brokers' certificates; the system's unless set."""
    tls_cert_file: FilePath | None = None
    """Our own certificate, where brokers want one."""
    tls_key_file: FilePath | None = None
    tls_key_password_file: FilePath | None = None
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    """How we prove who we are, with `user` or `user_file` and `password_file`."""
    user: str | None = None
    user_file: FilePath | None = None
    """A file that holds the user's name."""
    password_file: FilePath | None = None
    """A file that holds the password."""
    config: dict[str, str | int | float | bool] = Field(default_factory=dict)
    """More properties of librdkafka, but for those that the runtime sets and those that are secret."""

    @field_validator("bootstrap_servers")
    @classmethod
    def _addresses(cls, servers: list[str]) -> list[str]:
        if not all(_SERVER.fullmatch(server) for server in servers):
            raise ValueError("write host:port, or several as a list or with commas between")
        return servers

    @field_validator("config")
    @classmethod
    def _neither_ours_nor_secret(cls, config: dict[str, Any]) -> dict[str, Any]:
        for name in config:
            if _SECRET.search(name):
                raise ValueError(f"{name} may hold a secret; name its file in an option of the binding")
            if name in cls.owned or _OWNED.fullmatch(name):
                raise ValueError(f"{name} is set by the runtime, or by an option of the binding")
        return config

    @model_validator(mode="after")
    def _one_identity(self) -> Self:
        if (self.tls_cert_file is None) != (self.tls_key_file is None):
            raise ValueError("tls_cert_file and tls_key_file come together")
        if self.tls_key_password_file is not None and self.tls_key_file is None:
            raise ValueError("tls_key_password_file goes with tls_key_file")
        if self.user is not None and self.user_file is not None:
            raise ValueError("choose one of user and user_file")
        named = self.user is not None or self.user_file is not None
        if not (named == (self.password_file is not None) == (self.sasl_mechanism is not None)):
            raise ValueError("sasl_mechanism, password_file and one of user and user_file come together")
        return self

    @model_validator(mode="after")
    def _taken_by_librdkafka(self) -> Self:
        """Let the library look at names, values and certificates."""
        try:
            self.try_out()
        except KafkaException as error:
            raise ValueError(error.args[0].str()) from None
        except OSError as error:
            raise ValueError(f"a file cannot be read: {error.strerror}") from None
        return self

    def try_out(self) -> None:
        """Make a client; without an address it connects nowhere.

        Raises:
            KafkaException: librdkafka does not take the options.
            OSError: A file cannot be read.
        """
        Producer(without_address(self.client_config()))

    def client_config(self) -> dict[str, Any]:
        """Return these options as librdkafka's, files of secrets read.

        Raises:
            OSError: A file cannot be read.
        """
        tls = self.tls or self.tls_ca_file is not None or self.tls_cert_file is not None
        protocol = "SASL_" if self.sasl_mechanism else ""
        config: dict[str, Any] = {
            "bootstrap.servers": ",".join(self.bootstrap_servers),
            "security.protocol": protocol + ("SSL" if tls else "PLAINTEXT"),
            # A host that is gone closes no connection, and one that comes back is wanted soon.
            "socket.timeout.ms": 10_000,
            "socket.keepalive.enable": True,
            "reconnect.backoff.max.ms": 1_000,
            # Its errors reach us as such; its log repeats them for each attempt and broker.
            "log_level": 0,
            **self.config,
        }
        files = {
            "ssl.ca.location": self.tls_ca_file,
            "ssl.certificate.location": self.tls_cert_file,
            "ssl.key.location": self.tls_key_file,
        }
        config |= {name: str(path) for name, path in files.items() if path is not None}
        if self.tls_key_password_file is not None:
            config["ssl.key.password"] = self.tls_key_password_file.read_text(encoding="utf-8").strip()
        if self.sasl_mechanism is not None:
            config["sasl.mechanism"] = self.sasl_mechanism
            config["sasl.username"], config["sasl.password"] = self.credentials()
        return config

    def credentials(self) -> tuple[str, str]:
        """Return user and password, read anew.

        Raises:
            OSError: A file cannot be read.
        """
        user = self.user if self.user_file is None else self.user_file.read_text(encoding="utf-8").strip()
        password = "" if self.password_file is None else self.password_file.read_text(encoding="utf-8")
        return user or "", password.strip()


def without_address(config: dict[str, Any]) -> dict[str, Any]:
    """Return `config` for a client that connects nowhere."""
    return {name: value for name, value in config.items() if name != "bootstrap.servers"}


def kafka_problem(error: KafkaError) -> Problem:
    """Return reason and message of a condition; without an address, a name or a secret."""
    name = error.name().removeprefix("_").lower().replace("_", " ")
    return _TELLING.get(error.code(), ("UpstreamUnavailable", f"no Kafka broker can be used ({name})"))
