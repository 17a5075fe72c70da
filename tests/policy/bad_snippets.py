"""Workflow code that a replay would not repeat; `# want RULE` marks each line that must be found."""

BAD = {
    # Clocks
    "time.time is called": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return time.time()  # want DET001
    """,
    "time is imported under another name": """
        import time as t
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return t.monotonic()  # want DET001
    """,
    "a clock is imported from its module under another name": """
        from time import perf_counter_ns as tick
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> int:
                return tick()  # want DET001
    """,
    "a clock is imported inside the method": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                from time import time
                return time()  # want DET001
    """,
    "datetime.now through the module": """
        import datetime
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return datetime.datetime.now(datetime.timezone.utc)  # want DET001
    """,
    "datetime.utcnow through the class": """
        from datetime import datetime as dt
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return dt.utcnow()  # want DET001
    """,
    "date.today": """
        from datetime import date
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return date.today()  # want DET001
    """,
    "strftime of the present": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return time.strftime("%Y")  # want DET001
    """,
    "localtime of the present": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return time.localtime()  # want DET001
    """,
    "a clock is handed on without being called": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> list[float]:
                return [clock() for clock in (time.time,)]  # want DET001
    """,
    "a clock is kept in a variable": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                clock = time.time  # want DET001
                return clock()  # want DET001
    """,
    "a clock is fetched with getattr": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return getattr(time, "time")()  # want DET001
    """,
    "a clock fills a dataclass field": """
        import time
        from dataclasses import dataclass, field
        @dataclass
        class Seen:
            at: float = field(default_factory=time.time)  # want DET001
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> Seen:
                return Seen()
    """,
    "a default argument reads the clock at import": """
        import time
        def stamp(at: float = time.time()) -> float:  # want DET001
            return at
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return stamp()
    """,
    "a module constant that the workflow reads": """
        import time
        STARTED = time.time()  # want DET001
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return STARTED
    """,
    "a clock inside a lambda": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                await workflow.wait_condition(lambda: time.time() > 5)  # want DET001
    """,
    # Sleeping
    "time.sleep": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                time.sleep(1)  # want DET002
    """,
    "sleep imported under another name": """
        from time import sleep as s
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                s(1)  # want DET002
    """,
    # Randomness
    "random.random": """
        import random
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return random.random()  # want DET003
    """,
    "random.choice from the module": """
        from random import choice
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> int:
                return choice([1, 2])  # want DET003
    """,
    "Random without a seed": """
        import random
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return random.Random().random()  # want DET003
    """,
    "secrets": """
        import secrets
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return secrets.token_hex()  # want DET003
    """,
    "os.urandom": """
        import os
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> bytes:
                return os.urandom(8)  # want DET003
    """,
    "uuid4": """
        import uuid
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return uuid.uuid4().hex  # want DET004
    """,
    "uuid1 from the module": """
        from uuid import uuid1
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return str(uuid1())  # want DET004
    """,
    # Environment and host
    "os.environ by key": """
        import os
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return os.environ["REGION"]  # want DET005
    """,
    "os.environ.get is found once": """
        from os import environ
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str | None:
                return environ.get("REGION")  # want DET005
    """,
    "os.getenv": """
        import os
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str | None:
                return os.getenv("REGION")  # want DET005
    """,
    "the host's name": """
        import socket
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return socket.gethostname()  # want DET005
    """,
    "command line arguments": """
        import sys
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return sys.argv[0]  # want DET005
    """,
    # Files
    "open": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                with open("orders.csv") as file:  # want DET006
                    return file.read()
    """,
    "Path.read_text on a new path": """
        from pathlib import Path
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return Path("orders.csv").read_text()  # want DET006
    """,
    "a path kept in a variable and joined": """
        from pathlib import Path
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> bool:
                folder = Path("data") / "orders"
                return folder.exists()  # want DET006
    """,
    "a path that is a parameter": """
        import pathlib
        def load(path: "pathlib.Path | None") -> str:
            return path.read_text()  # want DET006
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return load(pathlib.Path("x"))
    """,
    "os.path.exists": """
        import os.path
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> bool:
                return os.path.exists("x")  # want DET006
    """,
    "a temporary file": """
        import tempfile
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return tempfile.mkdtemp()  # want DET006
    """,
    # Network, databases, processes, threads
    "requests.get": """
        import requests
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return requests.get("https://example.com").text  # want DET007
    """,
    "an httpx client and its call": """
        import httpx
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                async with httpx.AsyncClient() as client:  # want DET007
                    return (await client.get("https://example.com")).text  # want DET007
    """,
    "a client held by the workflow": """
        import httpx
        @workflow.defn
        class Flow:
            client: httpx.AsyncClient
            @workflow.run
            async def run(self) -> object:
                return await self.client.get("https://example.com")  # want DET007
    """,
    "urllib.request": """
        from urllib.request import urlopen
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> bytes:
                return urlopen("https://example.com").read()  # want DET007
    """,
    "a database": """
        import sqlite3
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                base = sqlite3.connect("x")  # want DET007
                base.execute("select 1")  # want DET007
    """,
    "subprocess.run": """
        import subprocess
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                subprocess.run(["ls"])  # want DET008
    """,
    "os.system": """
        import os
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                os.system("ls")  # want DET008
    """,
    "a thread": """
        import threading
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                threading.Thread(target=print).start()  # want DET009
    """,
    "an executor": """
        from concurrent.futures import ThreadPoolExecutor
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                with ThreadPoolExecutor() as pool:  # want DET009
                    pool.submit(print)  # want DET009
    """,
    # asyncio
    "asyncio.wait": """
        import asyncio
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                await asyncio.wait([])  # want DET010
    """,
    "asyncio.as_completed": """
        import asyncio
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                for task in asyncio.as_completed([]):  # want DET010
                    await task
    """,
    "asyncio.TaskGroup": """
        import asyncio
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                async with asyncio.TaskGroup():  # want DET010
                    pass
    """,
    "asyncio.to_thread": """
        from asyncio import to_thread
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                await to_thread(print)  # want DET010
    """,
    "asyncio.run": """
        import asyncio
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                asyncio.run(asyncio.sleep(1))  # want DET010
    """,
    "run_in_executor of the running loop": """
        import asyncio
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(None, print)  # want DET010
    """,
    # Order of sets
    "a loop over a set display": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                for name in {"a", "b"}:  # want DET011
                    await workflow.execute_activity(name)
    """,
    "a loop over a variable that is a set": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                names = set(["a", "b"])
                for name in names:  # want DET011
                    await workflow.execute_activity(name)
    """,
    "a loop over a set of the workflow's own": """
        @workflow.defn
        class Flow:
            def __init__(self) -> None:
                self.names: set[str] = set()
            @workflow.run
            async def run(self) -> None:
                for name in self.names:  # want DET011
                    await workflow.execute_activity(name)
    """,
    "a loop over a set that is a parameter": """
        from collections.abc import Set
        async def each(names: Set[str]) -> None:
            for name in names:  # want DET011
                await workflow.execute_activity(name)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                await each({"a"})
    """,
    "a set returned by a helper": """
        def names():
            return {"a", "b"}
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> list[str]:
                return [name for name in names()]  # want DET011
    """,
    "a set made by algebra of dict views": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, old: dict[str, int], new: dict[str, int]) -> list[str]:
                return list(old.keys() - new.keys())  # want DET011
    """,
    "a set made by algebra of views of something unknown": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, old, new) -> None:
                for name in old.keys() & new.keys():  # want DET011
                    await workflow.execute_activity(name)
    """,
    "a set that a generator passes on": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> list[str]:
                def names():
                    yield from {"a", "b"}  # want DET011
                return list(names())
    """,
    "a set named in a comprehension's condition": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, orders: list[str]) -> list[str]:
                if any((names := set(order)) for order in orders):
                    return list(names)  # want DET011
                return []
    """,
    "a set joined into text": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return ", ".join({"a", "b"})  # want DET011
    """,
    "a set unpacked into a list": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> list[str]:
                return [*frozenset("ab")]  # want DET011
    """,
    "a set unpacked into names": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                first, second = {"a", "b"}  # want DET011
                return first + second
    """,
    "set.pop": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                names = {"a", "b"}
                return names.pop()  # want DET011
    """,
    "next of a set": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return next(iter({"a", "b"}))  # want DET011
    """,
    # Temporal's own
    "a Temporal client": """
        from temporalio.client import Client
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                await Client.connect("localhost:7233")  # want DET012
    """,
    "a Temporal client held by the workflow": """
        from temporalio.client import Client
        @workflow.defn
        class Flow:
            client: Client
            @workflow.run
            async def run(self) -> None:
                await self.client.start_workflow("x", id="y", task_queue="z")  # want DET012
    """,
    "a block outside the sandbox": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                with workflow.unsafe.sandbox_unrestricted():  # want DET013
                    pass
    """,
    "hash of text": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> int:
                return hash("order") % 2  # want DET014
    """,
    "eval": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return eval("1")  # want DET015
    """,
    "an import by name": """
        import importlib
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return importlib.import_module("x")  # want DET015
    """,
    # Ways there
    "a signal handler, a query, an update and its validator": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None: ...
            @workflow.signal(name="paid")
            def paid(self) -> None:
                self.at = time.time()  # want DET001
            @workflow.query
            def age(self) -> float:
                return time.time()  # want PRA010
            @workflow.update
            async def approve(self) -> None:
                time.sleep(1)  # want DET002
            @approve.validator
            def check(self) -> None:
                time.sleep(1)  # want PRA010
    """,
    "two helpers deep, and recursive": """
        import time
        def outer(n: int) -> float:
            return inner(n)
        def inner(n: int) -> float:
            return outer(n - 1) if n else time.time()  # want DET001
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return outer(3)
    """,
    "a nested function": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                def now() -> float:
                    return time.time()  # want DET001
                return now()
    """,
    "a private method and a property": """
        import time
        @workflow.defn
        class Flow:
            @property
            def age(self) -> float:
                return self._now()
            def _now(self) -> float:
                return time.time()  # want DET001
            @workflow.run
            async def run(self) -> float:
                return self.age
    """,
    "a method of a base class": """
        import time
        class Base:
            def now(self) -> float:
                return time.time()  # want DET001
        @workflow.defn
        class Flow(Base):
            @workflow.run
            async def run(self) -> float:
                return self.now()
    """,
    "a method of a helper object": """
        import time
        class Clock:
            def __init__(self) -> None:
                self.offset = time.time()  # want DET001
            def now(self) -> float:
                return time.monotonic()  # want DET001
        @workflow.defn
        class Flow:
            def __init__(self) -> None:
                self.clock = Clock()
            @workflow.run
            async def run(self) -> float:
                return self.clock.now()
    """,
    "a function handed on by name": """
        import time
        def late(_: object) -> bool:
            return time.time() > 1  # want DET001
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> list[object]:
                return list(filter(late, []))
    """,
    "workflow.defn under another name": """
        from temporalio.workflow import defn as flow, run as entry
        import time
        @flow(name="X")
        class Flow:
            @entry
            async def run(self) -> float:
                return time.time()  # want DET001
    """,
    "a class that extends a generated process": """
        import time
        from order_fulfillment.workflow import OrderFulfillmentProcess
        class OrderFulfillment(OrderFulfillmentProcess):
            async def run(self, start: object) -> None: ...
            async def on_order_placed(self, fact: object, meta: object) -> None:
                self.state.placed_at = time.time()  # want DET001
    """,
    "a class that extends a generated process, imported as a module, through a base of its own": """
        import time
        from order_fulfillment import workflow as generated
        class Base(generated.OrderFulfillmentProcess):
            pass
        class OrderFulfillment(Base):
            async def run(self, start: object) -> None:
                time.sleep(1)  # want DET002
    """,
    "a class that extends the runtime's process": """
        import time
        from process_runtime.workflow import Process
        class Order(Process[object, object, None, None]):
            async def run(self, start: object) -> None:
                time.sleep(1)  # want DET002
    """,
    # State that outlives the run
    "a module's number that each run raises": """
        RUNS = 0
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> int:
                global RUNS
                RUNS += 1  # want DET016
                return RUNS  # want DET016
    """,
    "data of a module that is changed in every way": """
        import heapq, itertools
        from collections import deque
        SEEN: dict[str, int] = {}
        WAITING = deque()
        NUMBERS = itertools.count()
        HEAP = []
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, order: str) -> object:
                SEEN[order] = 1  # want DET016
                del SEEN["old"]  # want DET016
                SEEN.setdefault(order, 2)  # want DET016
                WAITING.append(order)  # want DET016
                heapq.heappush(HEAP, order)  # want DET016
                seen = SEEN
                seen.update(a=1)  # want DET016
                globals()["SEEN"] = {}  # want DET016
                return next(NUMBERS)  # want DET016
    """,
    "data of a class": """
        @workflow.defn
        class Flow:
            runs = 0
            orders: list[str] = []
            @classmethod
            def count(cls) -> None:
                cls.runs += 1  # want DET016
            @workflow.run
            async def run(self, order: str) -> None:
                Flow.runs += 1  # want DET016
                type(self).runs = 2  # want DET016
                self.__class__.runs = 2  # want DET016
                setattr(Flow, "runs", 3)  # want DET016
                self.orders.append(order)  # want DET016
                self.count()
    """,
    "an object of a module that changes itself": """
        class Counter:
            def __init__(self) -> None:
                self.value = 0
            def raise_(self) -> int:
                self.value += 1
                return self.value
        COUNTER = Counter()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> int:
                COUNTER.value = 7  # want DET016
                return COUNTER.raise_()  # want DET016
    """,
    "what an activity writes for the workflow to read": """
        from temporalio import activity
        PRICES = {}
        @activity.defn
        async def fetch() -> None:
            PRICES["a"] = 1
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return PRICES["a"]  # want DET016
    """,
    "a cached function": """
        from functools import lru_cache
        import functools
        @lru_cache(maxsize=None)  # want DET016
        def rate(day: str) -> int:
            return len(day)
        @functools.cache  # want DET016
        def other(day: str) -> int:
            return len(day)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> int:
                return rate("a") + other("b")
    """,
    # Memory
    "references and the garbage collector": """
        import gc, sys, weakref
        class Node:
            def __del__(self) -> None:  # want DET017
                pass
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                node = Node()
                gc.collect()  # want DET017
                return weakref.ref(node)(), sys.getrefcount(node)  # want DET017
    """,
    "text of objects that have none": """
        from dataclasses import dataclass
        class Order:
            pass
        def helper() -> None: ...
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> list[str]:
                order = Order()
                return [
                    str(order),  # want DET018
                    repr(Order()),  # want DET018
                    f"{order}",  # want DET018
                    f"{self!r}",  # want DET018
                    "{}".format(order),  # want DET018
                    "%s and %s" % (order, 1),  # want DET018
                    str(helper),  # want DET018
                    str(object()),  # want DET018
                    f"{(lambda: 1)}",  # want DET018
                ]
    """,
    "the whole process": """
        import atexit, locale, signal, sys, warnings
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                locale.setlocale(locale.LC_ALL, "")  # want DET019
                signal.signal(signal.SIGTERM, print)  # want DET019
                atexit.register(print)  # want DET019
                sys.setrecursionlimit(10)  # want DET019
                warnings.simplefilter("ignore")  # want DET019
    """,
    "a query and a validator that change the workflow": """
        @workflow.defn
        class Flow:
            def __init__(self) -> None:
                self.asked, self.askers, self.limit = 0, [], {}
            @workflow.run
            async def run(self) -> None: ...
            @workflow.query
            def ask(self, who: str) -> int:
                self.asked += 1  # want DET020
                self.askers.append(who)  # want DET020
                return self.asked
            @workflow.update
            async def approve(self, name: str) -> None: ...
            @approve.validator
            def check(self, name: str) -> None:
                self.limit[name] = 1  # want DET020
    """,
    # Roundabout names
    "members of modules by text": """
        import builtins, datetime, operator, os, random, sys, time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, name: str) -> object:
                return [
                    vars(time)["time"](),  # want DET001
                    time.__dict__["time"](),  # want DET001
                    getattr(time, "ti" + "me")(),  # want DET001
                    getattr(datetime.datetime, "now")(),  # want DET001
                    operator.attrgetter("datetime.now")(datetime)(),  # want DET001
                    operator.methodcaller("time")(time),  # want DET001
                    globals()["time"].time(),  # want DET001
                    vars(os).get("environ"),  # want DET005
                    getattr(random, name)(),  # want DET015
                    vars(time)[name](),  # want DET015
                    sys.modules["time"].time(),  # want DET001 # want DET015
                    builtins.open("x"),  # want DET006
                    getattr(builtins, "eval")("1"),  # want DET015
                ]
    """,
    "functions of libraries that are handed on": """
        import functools, os, subprocess
        import requests
        def twice(function, value):
            return function(value), function(value)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                functools.partial(subprocess.run, ["ls"])()  # want DET008
                list(map(os.remove, ["a"]))  # want DET006
                sorted(["a"], key=hash)  # want DET014
                return twice(requests.get, "https://example.com")  # want DET007
    """,
    "classes that extend what must not be used": """
        import threading
        from django.db import models
        from pydantic_settings import BaseSettings
        from shop.models import Customer
        class Settings(BaseSettings):
            region: str
        class Pump(threading.Thread): ...
        class Order(models.Model): ...
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                Pump()  # want DET009
                Order.objects.get(id=1)  # want DET007
                Customer.objects.filter(id=1)  # want DET007
                return Settings()  # want DET005
    """,
    "a workflow that is not sandboxed": """
        @workflow.defn(sandboxed=False)  # want DET013
        class Flow:
            @workflow.run
            async def run(self) -> None: ...
    """,
    "the time zone of the host": """
        import time
        from datetime import datetime
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, at: float) -> object:
                time.localtime(at)  # want DET005
                datetime.fromtimestamp(at)  # want DET005
                return workflow.now().astimezone()  # want DET005
    """,
}
