"""A raw socket."""

# replay: breaks
# sandbox: stops
# start: ["${host}", "${port}"]

import socket
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class RawSocket:
    @workflow.run
    async def run(self, host: str, port: int) -> None:
        with socket.create_connection((host, port)) as connection:  # want: DET007
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")  # want: DET007?
            answer = b""
            while part := connection.recv(4096):  # want: DET007?
                answer += part
        await workflow.execute_activity(
            answer.decode().splitlines()[-1], start_to_close_timeout=timedelta(seconds=10)
        )
