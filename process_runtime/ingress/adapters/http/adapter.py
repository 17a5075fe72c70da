"""The adapter: where the endpoint of a subscription listens."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import ClassVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from process_runtime.config import ConfigError
from process_runtime.health import HttpServer
from process_runtime.ingress.adapter import AdapterContext, AdapterOptions
from process_runtime.ingress.adapters.http.answers import not_found
from process_runtime.ingress.adapters.http.endpoint import Endpoint
from process_runtime.ingress.adapters.http.options import HttpOptions
from process_runtime.service import ServiceError

__all__ = ["HttpAdapter"]


class HttpAdapter:
    """Takes events by POST and answers what became of them."""

    options_type: ClassVar[type[AdapterOptions]] = HttpOptions

    def __init__(self, options: HttpOptions) -> None:
        self._options = options

    async def run(self, context: AdapterContext) -> None:
        """Take events until stopped; requests in flight are answered as the server closes."""
        endpoint = Endpoint(self._options, context)
        async with AsyncExitStack() as stack:
            app = context.app
            if self._options.listen is not None:
                app = Starlette()
                await stack.enter_async_context(self._server(app, context))
            _endpoints(app)[context.subscription.name] = endpoint
            context.condition.ready()
            await context.stopping.wait()
            context.condition.not_ready("Stopping", "this process is stopping")
            await endpoint.idle()

    def _server(self, app: Starlette, context: AdapterContext) -> HttpServer:
        address, tls = self._options.listen, self._options.tls
        assert address is not None  # noqa: S101  (asked by the caller)
        name = f"{context.subscription.binding_ref}.listen"
        try:
            return HttpServer(app, address, setting=name, tls=tls.context() if tls is not None else None)
        except ConfigError as error:
            raise ServiceError(f"subscription {context.subscription.name}: {error}") from None


def _endpoints(app: Starlette) -> dict[str, Endpoint]:
    """The endpoints of this application by subscription; the first adapter adds the routes."""
    if not hasattr(app.state, "event_endpoints"):
        endpoints: dict[str, Endpoint] = {}
        app.state.event_endpoints = endpoints

        async def post(request: Request) -> Response:
            name = request.path_params.get("subscription")
            endpoint = endpoints.get(name) if name else next(iter(endpoints.values()))
            if endpoint is None or (not name and len(endpoints) > 1):
                return not_found(endpoints)
            return await endpoint.post(request)

        app.router.routes += [
            Route("/events", post, methods=["POST"]),
            Route("/events/{subscription}", post, methods=["POST"]),
        ]
    found: dict[str, Endpoint] = app.state.event_endpoints
    return found
