"""Names and addresses are computed, and nothing is sent."""

# replay: holds
# sandbox: stops

import ipaddress
import socket
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote, urlencode, urljoin, urlsplit

import httpx
from temporalio import workflow


@workflow.defn
class Urls:
    @workflow.run
    async def run(self) -> None:
        url = urljoin("https://example.com/a/", quote("b c")) + "?" + urlencode({"x": 1})
        host = urlsplit(url).hostname
        address = ipaddress.ip_address("10.0.0.1") + socket.htons(1) * 0
        timeout = httpx.Timeout(5.0)
        ok = HTTPStatus.OK.value
        await workflow.execute_activity(
            "use",
            activity_id=f"{url}-{host}-{address}-{ok}-{timeout.read}",
            start_to_close_timeout=timedelta(seconds=10),
        )
