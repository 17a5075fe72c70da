"""Workflow code that replays; a finding in any of these is a false alarm."""

GOOD = {
    "imports that are not used": """
        import os, random, subprocess, threading, time, uuid
        from datetime import datetime
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None: ...
    """,
    "durations with workflow timers": """
        import asyncio
        from datetime import timedelta
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                await asyncio.sleep(timedelta(hours=1).total_seconds())
                await workflow.sleep(5)
                await asyncio.wait_for(asyncio.gather(asyncio.sleep(1)), timeout=3)
    """,
    "the workflow's own clock, randomness and IDs": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return workflow.now(), workflow.time(), workflow.random().random(), workflow.uuid4()
    """,
    "the workflow's own wait and as_completed": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                await workflow.wait([])
                for task in workflow.as_completed([]):
                    await task
    """,
    "patches, of the runtime and of the SDK": """
        from process_runtime.workflow import Patch, Process
        FIRST = Patch("first", reason="it was last", since="2026-11")
        class Flow(Process):
            async def run(self, start: object) -> None:
                if self.patched(FIRST) and workflow.patched("a text"):
                    self.deprecate_patch(FIRST)
    """,
    "Random with a seed": """
        import random
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                dice = random.Random(7)
                return dice.random() + dice.choice([1, 2])
    """,
    "uuid5 and UUID of text": """
        import uuid
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, order: str) -> str:
                return str(uuid.uuid5(uuid.NAMESPACE_URL, order)) + str(uuid.UUID(order))
    """,
    "times that are given": """
        import time
        from datetime import datetime, timezone
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, at: float) -> object:
                return time.strftime("%Y", time.gmtime(at)), datetime.fromtimestamp(at, timezone.utc)
    """,
    "a user's own now": """
        class Clock:
            def now(self) -> int:
                return 1
        @workflow.defn
        class Flow:
            def now(self) -> int:
                return Clock().now()
            @workflow.run
            async def run(self) -> int:
                return self.now()
    """,
    "a parameter that shadows a module": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, time: object) -> object:
                return time.time()
    """,
    "a variable that shadows a module": """
        import random
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                random = workflow.random()
                return random.random()
    """,
    "a loop target and a comprehension target that shadow a module": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, clocks: list[object]) -> object:
                def inner():
                    for time in clocks:
                        time.sleep()
                inner()
                return [time.time() for time in clocks], sorted(clocks, key=lambda time: time.time())
    """,
    "a function of one's own named open": """
        def open(name: str) -> str:
            return name
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return open("x")
    """,
    "an activity in the same file": """
        import time
        from datetime import timedelta
        from temporalio import activity
        @activity.defn
        async def stamp() -> float:
            return time.time()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return await workflow.execute_activity(stamp, start_to_close_timeout=timedelta(seconds=1))
    """,
    "activity methods of a class in the same file": """
        import os, time
        from temporalio import activity
        class Shop:
            url = os.environ["SHOP"]
            def __init__(self) -> None:
                self.started = time.time()
            @activity.defn(name="stamp")
            async def stamp(self) -> float:
                return time.time()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return await workflow.execute_activity_method(Shop.stamp)
    """,
    "code that no workflow reaches": """
        import asyncio, os, time, uuid
        QUEUE = os.environ.get("QUEUE")
        def unused() -> float:
            return time.time()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None: ...
        async def main() -> None:
            from temporalio.client import Client
            client = await Client.connect(os.environ["ADDRESS"])
            await client.start_workflow("x", id=str(uuid.uuid4()), task_queue="q")
        if __name__ == "__main__":
            asyncio.run(main())
    """,
    "pure paths and joined names": """
        import os.path
        from pathlib import Path, PurePath
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return os.path.join("a", "b") + str(PurePath("a") / "b") + Path("x").name
    """,
    "text in memory": """
        import io
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                buffer = io.StringIO()
                buffer.write("x")
                return buffer.getvalue()
    """,
    "a set that is sorted first": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> list[str]:
                names = {"a", "b"}
                for name in sorted(names):
                    await workflow.execute_activity(name)
                return sorted(name.upper() for name in names)
    """,
    "membership, size and truth of a set": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                seen: set[str] = set()
                seen.add("a")
                return "a" in seen, len(seen), any(seen), all(x for x in seen), sum(len(x) for x in seen)
    """,
    "a set made of a set": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                names = {"a", "b"}
                return {name.upper() for name in names}, {*names, "c"}, frozenset(names) | set(names)
    """,
    "dicts and lists": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, prices: dict[str, int]) -> object:
                for name, price in prices.items():
                    await workflow.execute_activity(name, price)
                return list(prices.keys()), [*prices.values()], prices.popitem()
    """,
    "a variable that is a set in one place and a list in another": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> list[str]:
                names = {"a", "b"}
                names = sorted(names)
                return [name for name in names]
    """,
    "operators on what is no set and no path": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, one, other) -> object:
                both, rest, half = one & other, one - other, one / 2
                names = {"a"} == {"b"}
                return [x for x in both], list(rest), half.exists(), list(names), list(one.values() - other)
    """,
    "an attribute of another object named like a set of one's own": """
        class Shelf:
            def __init__(self, names: list[str]) -> None:
                self.names = names
            def fill(self, other) -> list[str]:
                other.names = {"a"}
                return list(self.names)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return Shelf([]).fill(object())
    """,
    "classes named like a process that are none": """
        import multiprocessing, time
        from shop.machines import PrintingProcess
        class Worker(multiprocessing.Process):
            def run(self) -> None:
                time.sleep(1)
        class Press(PrintingProcess):
            def run(self) -> None:
                time.sleep(1)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None: ...
    """,
    "names bound by match": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, event: object) -> object:
                match event:
                    case {"at": [time, *_]}:
                        return time.time()
                return None
    """,
    "types named in annotations, isinstance and except": """
        from __future__ import annotations
        import socket, threading
        import requests
        from pathlib import Path
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from temporalio.client import Client
        @workflow.defn
        class Flow:
            lock: threading.Lock | None = None
            @workflow.run
            async def run(self, connection: socket.socket) -> Client | None:
                path: Path | None = None
                try:
                    return None if isinstance(path, Path) else None
                except requests.HTTPError:
                    return None
    """,
    "module data that is only read": """
        from decimal import Decimal
        LIMITS = {"small": Decimal("1.5")}
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return LIMITS["small"]
    """,
    "an implementation of a generated process": """
        from datetime import timedelta
        from order_fulfillment.workflow import OrderFulfillmentProcess
        class OrderFulfillment(OrderFulfillmentProcess):
            async def run(self, start: object) -> None:
                await self.until(lambda: self.state.paid, timeout=timedelta(hours=24))
                await self.sleep(timedelta(minutes=1))
                self.state.done_at.FromDatetime(self.now())
                await self.activities.ship(start)
            async def on_order_placed(self, fact: object, meta: object) -> None:
                self.state.paid = True
    """,
    "asyncio primitives of the workflow's own loop": """
        import asyncio
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                queue: asyncio.Queue[int] = asyncio.Queue()
                lock, event = asyncio.Lock(), asyncio.Event()
                task = asyncio.create_task(queue.get())
                async with lock, asyncio.timeout(3):
                    event.set()
                    await task
    """,
    "logging of the workflow, imports passed through": """
        with workflow.unsafe.imports_passed_through():
            import decimal
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                workflow.logger.info("started %s", workflow.info().workflow_id)
                if not workflow.unsafe.is_replaying():
                    workflow.logger.info("once")
    """,
    "data of modules and classes that is only read": """
        import itertools
        from collections import defaultdict
        from contextvars import ContextVar
        LIMITS = {"a": [1]}
        REGISTRY = {}
        CURRENT: ContextVar[str] = ContextVar("current")
        def register(function):
            REGISTRY[function.__name__] = function
            return function
        @register
        def rate() -> int:
            return 1
        class Money:
            currencies = ["EUR"]
            def __init__(self) -> None:
                self.lines = []
            def add(self, line: str) -> None:
                self.lines.append(line)
                self.total = 1
        @workflow.defn
        class Flow:
            names: list[str]
            def __init__(self) -> None:
                self.names = []
                self.by_name = defaultdict(list)
            @workflow.run
            async def run(self, LIMITS_: dict) -> object:
                limits = dict(LIMITS)
                limits["a"] = [2]
                local = LIMITS["a"].copy()
                local.append(3)
                self.names.append("a")
                self.by_name["a"].append(1)
                CURRENT.set("a")
                money = Money()
                money.add("a")
                money.total += 1
                numbers = itertools.count()
                return next(numbers), Money.currencies[0], REGISTRY["rate"](), LIMITS_.setdefault("a", 1)
    """,
    "text of objects that have their own": """
        import enum
        from dataclasses import dataclass
        from pydantic import BaseModel
        class Named:
            def __str__(self) -> str:
                return "named"
        class Shown(Named):
            pass
        @dataclass
        class Line:
            amount: int
        class Model(BaseModel):
            amount: int
        class Kind(enum.Enum):
            A = 1
        class Bad(Exception): ...
        class Plain: ...
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, order: "Plain | None") -> object:
                workflow.logger.info(f"have {Plain()}")
                texts = f"{Named()} {Shown()} {Line(1)} {Model(amount=1)}"
                return texts, f"{Kind.A} {Bad()} {Plain}", str(3), "%d" % 3
    """,
    "hashing and functions by name that are harmless": """
        import operator, functools
        class Key:
            def __init__(self, a: str) -> None:
                self.a = a
            def __hash__(self) -> int:
                return hash(self.a)
            def __eq__(self, other: object) -> bool:
                return isinstance(other, Key) and self.a == other.a
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, name: str) -> object:
                orders = [{"a": 1}]
                options = vars(Key("a"))
                handler = getattr(self, f"on_{name}", None)
                return (
                    sorted(orders, key=operator.itemgetter("a")),
                    options["a"],
                    handler,
                    functools.reduce(operator.add, [1]),
                    {Key("a"): 1},
                    globals,
                )
    """,
    "prints and module loggers that ask first": """
        import logging, sys, io
        logger = logging.getLogger(__name__)
        def audit(log: logging.Logger) -> None:
            log.info("x")
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                buffer = io.StringIO()
                print("x", file=buffer)
                if not workflow.unsafe.is_replaying():
                    print("x", file=sys.stderr)
                    logger.info("x")
                    sys.stdout.write("x")
                audit(workflow.logger)
                return buffer.getvalue()
    """,
}
