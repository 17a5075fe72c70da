"""Search attributes of a namespace: whether those that some contracts name are there, and registering them.

A workflow that sets an attribute which its namespace lacks is stuck until somebody registers it. So a worker
looks before it polls, and deployment tools register what is missing.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from process_runtime.backoff import Backoff
from process_runtime.contract import ProcessContract

__all__ = ["SearchAttributeCheck", "SearchAttributeError", "check", "register"]

# Where the operator's part of Temporal is not ours to use: Temporal Cloud, a namespace's own role.
_NOT_OURS: Final = frozenset(
    {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.UNIMPLEMENTED}
)
_RPC_TIMEOUT: Final = timedelta(seconds=10)
# Servers on Elasticsearch read new attributes about once a minute.
_USABLE_SECONDS: Final = 180


class SearchAttributeError(Exception):
    """Search attributes of some contracts cannot be had in this namespace: what is wrong, and the mend."""


@dataclass(frozen=True, kw_only=True)
class SearchAttributeCheck:
    """What a namespace has of the search attributes that some contracts name."""

    namespace: str
    present: Mapping[str, str] = field(default_factory=dict)
    """Type by name, as Temporal's command line writes it, of those that are as they should be."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """The type each should have."""
    mistyped: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """The type each has, and the one it should have."""
    unchecked: str = ""
    """Why nobody could look; empty if somebody did."""

    @property
    def problems(self) -> list[str]:
        """What keeps processes from running, one line each with the mend."""
        lines = []
        if self.missing:
            names = ", ".join(f"{name} ({kind})" for name, kind in self.missing.items())
            lines.append(
                f"namespace {self.namespace} lacks the search attributes {names}: "
                f"run `processctl search-attributes apply`, or `{self.command}`"
            )
        lines += [
            f"namespace {self.namespace} has the search attribute {name} as {found}, and the contract says "
            f"{wanted}: rename it in the contract, or remove it from the namespace and register it anew"
            for name, (found, wanted) in self.mistyped.items()
        ]
        return lines

    @property
    def command(self) -> str:
        """The command of Temporal's own command line that registers what is missing."""
        words = ["temporal", "operator", "search-attribute", "create", "--namespace", self.namespace]
        for name, kind in self.missing.items():
            words += ["--name", name, "--type", kind]
        return shlex.join(words)


async def check(client: Client, contracts: Iterable[ProcessContract]) -> SearchAttributeCheck:
    """Return what the client's namespace has of the contracts' search attributes.

    Raises:
        SearchAttributeError: Two contracts give one attribute two types.
        temporalio.service.RPCError: Temporal cannot be asked now.
    """
    wanted = _wanted(contracts)
    if not wanted:
        return SearchAttributeCheck(namespace=client.namespace)
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        found = await client.operator_service.list_search_attributes(request, timeout=_RPC_TIMEOUT)
    except RPCError as error:
        if error.status not in _NOT_OURS:
            raise
        return SearchAttributeCheck(
            namespace=client.namespace,
            unchecked=f"could not be checked ({error.status.name}); the contract asks for "
            + ", ".join(f"{name} ({_type_name(kind)})" for name, kind in wanted.items()),
        )
    known = {**found.system_attributes, **found.custom_attributes}
    return SearchAttributeCheck(
        namespace=client.namespace,
        present={name: _type_name(kind) for name, kind in wanted.items() if known.get(name) == kind},
        missing={name: _type_name(kind) for name, kind in wanted.items() if name not in known},
        mistyped={
            name: (_type_name(known[name]), _type_name(kind))
            for name, kind in wanted.items()
            if name in known and known[name] != kind
        },
    )


async def register(client: Client, contracts: Iterable[ProcessContract]) -> SearchAttributeCheck:
    """Register what is missing, and return once it can be used.

    Several may do so at once. Where attributes cannot be looked at, nothing is done.

    Returns:
        What was there before.

    Raises:
        SearchAttributeError: An attribute has another type, or the namespace takes no more of them.
        temporalio.service.RPCError: Temporal cannot be asked now.
    """
    contracts = list(contracts)
    before = await check(client, contracts)
    if before.mistyped:
        raise SearchAttributeError("\n".join(before.problems[-len(before.mistyped) :]))
    if before.missing:
        wanted = _wanted(contracts)
        request = AddSearchAttributesRequest(
            namespace=client.namespace, search_attributes={name: wanted[name] for name in before.missing}
        )
        try:
            await client.operator_service.add_search_attributes(request, timeout=_RPC_TIMEOUT)
        except RPCError as error:
            after = await check(client, contracts)
            if after.problems:
                raise SearchAttributeError(
                    f"namespace {client.namespace} does not take the search attributes "
                    f"{', '.join(before.missing)}: {error.message}"
                ) from error
    if before.missing or before.present:
        await _usable(client, [*before.missing, *before.present])
    return before


async def _usable(client: Client, names: Iterable[str]) -> None:
    """Wait until the server's caches know the attributes."""
    query = " AND ".join(f"`{name}` IS NOT NULL" for name in names)
    backoff = Backoff(maximum=timedelta(seconds=2))
    try:
        async with asyncio.timeout(_USABLE_SECONDS):
            while True:
                try:
                    await client.count_workflows(query, rpc_timeout=_RPC_TIMEOUT)
                except RPCError as error:
                    if error.status is not RPCStatusCode.INVALID_ARGUMENT:
                        raise
                else:
                    return
                await asyncio.sleep(backoff.next_delay())
    except TimeoutError:
        raise SearchAttributeError(
            f"namespace {client.namespace}: Temporal does not know new search attributes after "
            f"{_USABLE_SECONDS} s ({', '.join(names)}); look at the server's logs"
        ) from None


def _wanted(contracts: Iterable[ProcessContract]) -> dict[str, IndexedValueType.ValueType]:
    """The type of each attribute."""
    wanted: dict[str, IndexedValueType.ValueType] = {}
    for contract in contracts:
        for attribute in contract.search_attributes:
            kind = IndexedValueType.ValueType(attribute.key.indexed_value_type)
            if wanted.setdefault(attribute.key.name, kind) != kind:
                raise SearchAttributeError(
                    f"the search attribute {attribute.key.name} is {_type_name(wanted[attribute.key.name])} "
                    f"in one contract and {_type_name(kind)} in {contract.name}: rename one of them"
                )
    return wanted


def _type_name(kind: int) -> str:
    """The type as Temporal's command line writes it: ``KeywordList``."""
    name = IndexedValueType.Name(IndexedValueType.ValueType(kind)).removeprefix("INDEXED_VALUE_TYPE_")
    return "".join(word.capitalize() for word in name.split("_"))
