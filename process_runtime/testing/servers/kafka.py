"""One Kafka broker that is its own controller (KRaft)."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from process_runtime.testing.servers.cache import Recipe, ServerError
from process_runtime.testing.servers.maven import fetch_jars
from process_runtime.testing.servers.running import RunningServer, free_port

__all__ = ["KafkaBroker", "kafka_executable", "kafka_libraries"]

_VERSION: Final = "4.1.0"
_TITLE: Final = "Kafka broker"
_VARIABLE: Final = "KAFKA_SERVER_PATH"
_LOCALHOST: Final = "127.0.0.1"
# Named, and told of its heap, as in Kafka's own distribution. One compiler tier and one collector thread: it
# is up sooner, and leaves the cores to what is tested.
_WRAPPER: Final = """\
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec java $KAFKA_HEAP_OPTS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \\
  -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$here/libs/*" kafka.Kafka "$@"
"""


def kafka_executable() -> Path:
    """Return the path of ``kafka-server-start.sh``, of Kafka's distribution or one that does the same.

    Says on standard error what takes long. Several processes may ask at once; one obtains it.

    Raises:
        ServerError: It is nowhere, and cannot be obtained.
    """
    return _RECIPE.locate()


def kafka_libraries() -> Path:
    """Return the folder of Kafka's own ``*.jar`` files, its clients included.

    Raises:
        ServerError: The broker is another than the one obtained here, and has none beside it.
    """
    executable = kafka_executable().resolve()
    for folder in (executable.parent / "libs", executable.parent.parent / "libs"):
        if folder.is_dir():
            return folder
    raise ServerError(f"{_TITLE}: {executable} has no libs folder beside it")


class KafkaBroker(RunningServer):
    """A broker on the loopback interface. Topics are not created by themselves."""

    SASL_USERNAME: Final = "parcels"
    SASL_PASSWORD: Final = "opensesame"  # noqa: S105 - known to every test

    def __init__(
        self,
        folder: Path,
        *,
        properties: Mapping[str, str] | None = None,
        tls: tuple[Path, Path, Path] | None = None,
    ) -> None:
        """Prepare a broker.

        Args:
            folder: Keeps data, properties and log; made if need be.
            properties: More of ``server.properties``, or others than here.
            tls: PEM files of its certificate, of the key (PKCS #8) and of the authority that signs clients'
                certificates; with them it listens at `tls_address` too.
        """
        super().__init__(folder)
        self._controller_port = free_port()
        self._sasl_port = free_port()
        self._tls_port = free_port()
        self._tls = tls
        self._properties = dict(properties or {})

    @property
    def sasl_address(self) -> str:
        """``host:port`` for clients who name themselves (SASL/PLAIN, without TLS)."""
        return f"{_LOCALHOST}:{self._sasl_port}"

    @property
    def tls_address(self) -> str:
        """``host:port`` for clients with a certificate, if the broker has one."""
        return f"{_LOCALHOST}:{self._tls_port}"

    def command(self) -> Sequence[str]:
        """Return the command, having written properties and the identity of a new broker's data."""
        data = self.folder / "data"
        if not data.exists():
            # What `kafka-storage.sh format` writes, without the seconds that it takes.
            data.mkdir()
            (data / "meta.properties").write_text(
                "version=1\ncluster.id=cHJvY2Vzc19ydW50aW1lXw\nnode.id=1\n", encoding="utf-8"
            )
        login = "org.apache.kafka.common.security.plain.PlainLoginModule required"
        client = f"PLAINTEXT://{self.address},SASL_PLAINTEXT://{self.sasl_address}"
        protocols = "PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT"
        tls: dict[str, str] = {}
        if self._tls is not None:
            certificate, key, authority = self._tls
            keys = self.folder / "keys.pem"
            keys.write_bytes(key.read_bytes() + certificate.read_bytes())
            client += f",SSL://{self.tls_address}"
            protocols += ",SSL:SSL"
            tls = {
                "ssl.keystore.type": "PEM",
                "ssl.keystore.location": str(keys),
                "ssl.truststore.type": "PEM",
                "ssl.truststore.location": str(authority),
                "ssl.client.auth": "required",
            }
        properties = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{_LOCALHOST}:{self._controller_port}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"{client},CONTROLLER://{_LOCALHOST}:{self._controller_port}",
            "advertised.listeners": client,
            "sasl.enabled.mechanisms": "PLAIN",
            "listener.name.sasl_plaintext.plain.sasl.jaas.config": (
                f'{login} user_{self.SASL_USERNAME}="{self.SASL_PASSWORD}";'
            ),
            "log.dirs": str(data),
            "listener.security.protocol.map": protocols,
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            # A killed broker is known to its successor for so long, which waits for it.
            "broker.session.timeout.ms": "2000",
            "broker.heartbeat.interval.ms": "500",
            "group.initial.rebalance.delay.ms": "0",
            **tls,
            **self._properties,
        }
        file = self.folder / "server.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in properties.items()), encoding="utf-8")
        return [str(kafka_executable()), str(file)]

    def environment(self) -> dict[str, str]:
        """Return a small heap, and where a distribution writes logs of its own."""
        return {**os.environ, "KAFKA_HEAP_OPTS": "-Xms128m -Xmx512m", "LOG_DIR": str(self.folder)}

    def answers(self) -> bool:
        """Whether the broker can be used: it names itself among the brokers of its cluster."""
        try:
            socket.create_connection((_LOCALHOST, self.port), timeout=1).close()
        except OSError:
            return False
        from confluent_kafka import KafkaException  # noqa: PLC0415 - an extra, which Temporal's servers do without
        from confluent_kafka.admin import AdminClient  # noqa: PLC0415

        try:
            return bool(AdminClient(self._client()).list_topics(timeout=2).brokers)
        except KafkaException:
            return False

    def create_topic(
        self, name: str, *, partitions: int = 1, config: Mapping[str, str] | None = None
    ) -> None:
        """Create a topic, and return once it is there.

        Args:
            name: Of the topic.
            partitions: How many.
            config: Of the topic, e.g. ``{"cleanup.policy": "compact"}``.
        """
        from confluent_kafka.admin import AdminClient  # noqa: PLC0415
        from confluent_kafka.cimpl import NewTopic  # noqa: PLC0415

        topic = NewTopic(name, num_partitions=partitions, replication_factor=1, config=dict(config or {}))
        admin = AdminClient(self._client())
        admin.create_topics([topic], operation_timeout=30)[name].result(60)

    def _client(self) -> dict[str, str | int | float | bool]:
        return {"bootstrap.servers": self.address, "log_level": 0}


def _build(target: Path) -> None:
    fetch_jars(
        target,
        title=_TITLE,
        artifacts=(f"org.apache.kafka:kafka_2.13:{_VERSION}", "org.slf4j:slf4j-simple:1.7.36"),
        wrapper=_WRAPPER,
        missing="the Kafka broker is not there, and it cannot be fetched without {tools}; "
        "install a JDK (17 or newer) and Maven, or name kafka-server-start.sh of "
        f"https://kafka.apache.org/downloads in {_VARIABLE}",
    )


_RECIPE: Final = Recipe(
    title=_TITLE,
    variable=_VARIABLE,
    executable="kafka-server-start.sh",
    folder=f"kafka-{_VERSION}",
    build=_build,
)
