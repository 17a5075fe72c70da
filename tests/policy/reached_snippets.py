"""Ways in which workflow code reaches what it must not, and code that only looks like it."""

# ruff: noqa: E501 - a snippet keeps its lines

BAD = {
    "wraps decorator": """
        import functools, time
        from dataclasses import dataclass, field
        def timed(fn):
            @functools.wraps(fn)
            async def wrapper(*args, **kwargs):
                start = time.monotonic()  # want DET001
                return await fn(*args, **kwargs)
            return wrapper
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                await self.step()
            @timed
            async def step(self) -> None: ...
    """,
    "partial": """
        import functools, time
        def stamp(prefix): return prefix + str(time.time())  # want DET001
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                f = functools.partial(stamp, "x")
                return f()
    """,
    "partial lib": """
        import functools, random
        dice = functools.partial(random.randint, 1, 6)  # want DET003
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> int:
                return dice()
    """,
    "annotated attr": """
        import time
        class Clock:
            def now(self): return time.time()  # want DET001
        @workflow.defn
        class Flow:
            clock: Clock
            @workflow.run
            async def run(self) -> float:
                return self.clock.now()
    """,
    "ctor param attr": """
        import time
        class Clock:
            def now(self): return time.time()  # want DET001
        class Helper:
            def __init__(self, clock):
                self.clock = clock
            def go(self):
                return self.clock.now()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return Helper(Clock()).go()
    """,
    "super": """
        import time
        class Base:
            async def prepare(self): return time.time()  # want DET001
        @workflow.defn
        class Flow(Base):
            @workflow.run
            async def run(self) -> float:
                return await self.prepare()
            async def prepare(self):
                return await super().prepare()
    """,
    "alt ctor": """
        import time
        class Stamp:
            def __init__(self, at): self.at = at
            @classmethod
            def fresh(cls):
                return cls(time.time())  # want DET001
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return Stamp.fresh().at
    """,
    "method on alt ctor": """
        import time
        class Stamp:
            @classmethod
            def fresh(cls):
                return cls()
            def age(self): return time.time()  # want DET001
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                s = Stamp.fresh()
                return s.age()
    """,
    "static": """
        import uuid
        class Ids:
            @staticmethod
            def new(): return str(uuid.uuid4())  # want DET004
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return Ids.new()
    """,
    "generic base": """
        import time
        from typing import Generic, TypeVar
        T = TypeVar("T")
        class Base(Generic[T]):
            @workflow.run
            async def run(self) -> float:
                return self.compute()
            @workflow.signal
            def hit(self) -> None:
                self.at = time.time()  # want DET001
        @workflow.defn
        class Flow(Base[int]):
            def compute(self) -> float:
                return time.monotonic()  # want DET001
    """,
    "dispatch table": """
        import random
        def a(): return 1
        def b(): return random.random()  # want DET003
        HANDLERS = {"a": a, "b": b}
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, k: str) -> float:
                return HANDLERS[k]()
    """,
    "dispatch on self": """
        import random
        @workflow.defn
        class Flow:
            def __init__(self):
                self.handlers = {"b": self._b}
            def _b(self): return random.random()  # want DET003
            @workflow.run
            async def run(self, k: str) -> float:
                return self.handlers[k]()
    """,
    "registry decorator": """
        import random
        HANDLERS = {}
        def register(name):
            def deco(fn):
                HANDLERS[name] = fn
                return fn
            return deco
        @register("b")
        def b(): return random.random()  # want DET003
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, k: str) -> float:
                return HANDLERS[k]()
    """,
    "lambda const": """
        import time
        NOW = lambda: time.time()  # want DET001
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return NOW()
    """,
    "two helpers": """
        def unique(xs):
            return {x for x in xs}
        def pick(xs):
            return unique(xs)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                for x in pick(xs):  # want DET011
                    await workflow.sleep(1)
    """,
    "iterable param": """
        from typing import Iterable
        async def each(xs: Iterable[str]) -> None:
            for x in xs:  # want DET011
                await workflow.sleep(1)
        async def outer(xs: Iterable[str]) -> None:
            await each(xs)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                await outer(set(xs))
    """,
    "dict of sets": """
        from collections import defaultdict
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, pairs: list[tuple[str, str]]) -> None:
                groups = defaultdict(set)
                for k, v in pairs:
                    groups[k].add(v)
                for k, vs in groups.items():
                    for v in vs:  # want DET011
                        await workflow.sleep(1)
    """,
    "dict built in loop": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                d = {}
                for x in set(xs):
                    d[x] = len(x)
                for k in d:  # want DET011
                    await workflow.sleep(1)
    """,
    "set in tuple return": """
        def split(xs):
            return [x for x in xs], set(xs)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                rest, mine = split(xs)
                for x in mine:  # want DET011
                    await workflow.sleep(1)
    """,
    "dataclass field set": """
        from dataclasses import dataclass, field
        @dataclass
        class State:
            seen: set[str] = field(default_factory=set)
            late: "set[str]" = field(default_factory=set)
        @workflow.defn
        class Flow:
            def __init__(self):
                self.state = State()
            @workflow.run
            async def run(self, xs: list[str]) -> list[str]:
                out = []
                for x in self.state.seen:  # want DET011
                    out.append(x)
                return out + list(self.state.late)  # want DET011
    """,
    "gather star": """
        import asyncio
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                tasks = {asyncio.create_task(self.one(x)) for x in xs}
                await asyncio.gather(*tasks)  # want DET011
            async def one(self, x): ...
    """,
    "gather comp": """
        import asyncio
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                await asyncio.gather(*[self.one(x) for x in frozenset(xs)])  # want DET011
            async def one(self, x): ...
    """,
    "set.pop": """
        @workflow.defn
        class Flow:
            def __init__(self): self.pending = set()
            @workflow.run
            async def run(self) -> None:
                while self.pending:
                    await self.one(self.pending.pop())  # want DET011
            async def one(self, x): ...
    """,
    "aug set": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> list[str]:
                s = set()
                s |= set(xs)
                s -= {"a"}
                return [x for x in s]  # want DET011
    """,
    "fstring": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> str:
                return f"{set(xs)}"  # want DET011
    """,
    "typed alias": """
        from typing import Set, Optional
        Ids = Set[str]
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: Ids, ys: Optional[set[str]] = None) -> list[str]:
                return list(xs) + list(ys or [])  # want DET011
    """,
    "activity returns set": """
        from temporalio import activity
        from datetime import timedelta
        @activity.defn
        async def ids() -> set[str]: return set()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                found = await workflow.execute_activity(ids, start_to_close_timeout=timedelta(seconds=1))
                for x in found:  # want DET011
                    await workflow.sleep(1)
    """,
    "nested generator": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> list[str]:
                def gen():
                    for x in set(xs):  # want DET011
                        yield x
                return list(gen())
    """,
    "next iter": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> str:
                s = set(xs)
                first = next(iter(s))  # want DET011
                return first
    """,
    "break loop": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> str:
                chosen = ""
                for x in set(xs):  # want DET011
                    chosen = x
                    break
                return chosen
    """,
    "return first": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> str:
                for x in set(xs):  # want DET011
                    if x.startswith("a"):
                        return x
                return ""
    """,
    "str accumulate": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> str:
                text = ""
                for x in set(xs):  # want DET011
                    text += x
                return text
    """,
    "loop starts children": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                handles = []
                for x in set(xs):  # want DET011
                    handles.append(workflow.start_activity("a", x))
    """,
    "helper called in set loop": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                for x in set(xs):  # want DET011
                    self.send(x)
            def send(self, x): workflow.get_external_workflow_handle(x)
    """,
    "contextmanager": """
        import contextlib, time
        @contextlib.contextmanager
        def timed():
            start = time.time()  # want DET001
            yield start
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                with timed() as t:
                    pass
    """,
    "async gen": """
        import random
        async def draws():
            while True:
                yield random.random()  # want DET003
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                async for d in draws():
                    break
    """,
    "async iter class": """
        import random
        class Draws:
            def __aiter__(self): return self
            async def __anext__(self): return random.random()  # want DET003
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                async for d in Draws():
                    break
    """,
    "post_init": """
        import uuid
        from dataclasses import dataclass
        @dataclass
        class Order:
            id: str = ""
            def __post_init__(self):
                self.id = str(uuid.uuid4())  # want DET004
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return Order().id
    """,
    "cached property": """
        import functools, os
        class Conf:
            @functools.cached_property
            def region(self): return os.environ["X"]  # want DET005
        conf = Conf()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return conf.region
    """,
    "walrus+match": """
        import random
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, cmd: str) -> float:
                match cmd:
                    case "x" if (r := random.random()) > 0.5:  # want DET003
                        return r
                return 0.0
    """,
    "inner class": """
        import time
        @workflow.defn
        class Flow:
            class Clock:
                def now(self): return time.time()  # want DET001
            @workflow.run
            async def run(self) -> float:
                return self.Clock().now()
    """,
    "return lambda": """
        import time
        def make():
            return lambda: time.time()  # want DET001
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return make()()
    """,
    "singledispatch": """
        import functools, time
        @functools.singledispatch
        def handle(x): return 0
        @handle.register
        def _(x: int): return time.time()  # want DET001
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return handle(1)
    """,
    "dynamic signal handler": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                workflow.set_signal_handler("x", self.on)
            def on(self, x):
                self.at = time.time()  # want DET001
    """,
    "sub of datetime": """
        import datetime
        class MyDT(datetime.datetime): ...
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return MyDT.now()  # want DET001
    """,
    "sorted key callable": """
        import random
        def key(x): return random.random()  # want DET003
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> list[str]:
                return sorted(xs, key=key)
    """,
    "enum class constant": """
        import os
        class Conf:
            REGION = os.environ["REGION"]  # want DET005
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return Conf.REGION
    """,
    "attr through call result": """
        import time
        class A:
            def now(self): return time.time()  # want DET001
        class B:
            def __init__(self): self.a = A()
        def make() -> B: return B()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return make().a.now()
    """,
    "list of objs": """
        import time
        class A:
            def now(self): return time.time()  # want DET001
        @workflow.defn
        class Flow:
            def __init__(self):
                self.items: list[A] = []
            @workflow.run
            async def run(self) -> list[float]:
                return [i.now() for i in self.items]
    """,
    "nested closure": """
        import time
        def outer():
            def mid():
                def inner():
                    return time.time()  # want DET001
                return inner()
            return mid()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return outer()
    """,
    "create_task bg": """
        import asyncio, random
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                t = asyncio.create_task(self._bg())
                await t
            async def _bg(self):
                return random.choice([1])  # want DET003
    """,
    "global via try": """
        try:
            import simplejson as json
        except ImportError:
            import json
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                try:
                    pass
                finally:
                    time.sleep(1)  # want DET002
                return json.dumps({})
    """,
    "handlers inherited without decorator": """
        import time
        class Base:
            @workflow.run
            async def run(self) -> float:
                return self.hook()
            def hook(self): return 0
        @workflow.defn
        class Flow(Base):
            def hook(self): return time.time()  # want DET001
    """,
    "protocol param": """
        import time
        from typing import Protocol
        class Clock(Protocol):
            def now(self) -> float: ...
        class Real:
            def now(self) -> float: return time.time()  # want DET001
        def use(clock: Clock) -> float: return clock.now()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return use(Real())
    """,
    "abc attr": """
        import time, abc
        class Clock(abc.ABC):
            @abc.abstractmethod
            def now(self) -> float: ...
        class Real(Clock):
            def now(self) -> float: return time.time()  # want DET001
        @workflow.defn
        class Flow:
            def __init__(self) -> None:
                self.clock: Clock = Real()
            @workflow.run
            async def run(self) -> float:
                return self.clock.now()
    """,
    "dataclass holding clock": """
        import time
        from dataclasses import dataclass
        class Real:
            def now(self) -> float: return time.time()  # want DET001
        @dataclass
        class Deps:
            clock: object
            n: int = 0
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                d = Deps(clock=Real())
                return d.clock.now()
    """,
    "module instance": """
        import time
        class Real:
            def now(self) -> float: return time.time()  # want DET001
        CLOCK = Real()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return CLOCK.now()
    """,
    "instance ctor not called in wf": """
        import random
        class Dice:
            def __init__(self): self.seed = random.random()  # want DET003
            def roll(self): return self.seed
        DICE = Dice()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return DICE.roll()
    """,
    "kwargs callback": """
        import random
        def call(fn=None): return fn()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return call(fn=random.random)  # want DET003
    """,
    "default arg": """
        import uuid
        def make(id: str = str(uuid.uuid4())) -> str:  # want DET004
            return id
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return make()
    """,
    "conditional import in fn": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                if True:
                    import random as r
                else:
                    r = None
                return r.random()  # want DET003
    """,
    "getattr const": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                fn = getattr(time, "time")  # want DET001
                return fn()
    """,
    "datetime in comprehension": """
        from datetime import datetime
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> list:
                return [datetime.now() for _ in range(3)]  # want DET001
    """,
    "f-string": """
        import uuid
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                return f"id-{uuid.uuid4()}"  # want DET004
    """,
    "walrus set": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                if (ids := set(xs)):
                    for i in ids:  # want DET011
                        await workflow.sleep(1)
    """,
    "set via property": """
        class Box:
            def __init__(self): self._ids = set()
            @property
            def ids(self): return self._ids
        @workflow.defn
        class Flow:
            def __init__(self): self.box = Box()
            @workflow.run
            async def run(self) -> None:
                for i in self.box.ids:  # want DET011
                    await workflow.sleep(1)
    """,
    "set from async helper": """
        async def ids(xs): return {x for x in xs}
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                for i in await ids(xs):  # want DET011
                    await workflow.sleep(1)
    """,
    "set from method no annotation": """
        @workflow.defn
        class Flow:
            def __init__(self): self.ids = set()
            def pending(self, done): return self.ids - done
            @workflow.run
            async def run(self) -> None:
                for i in self.pending({"a"}):  # want DET011
                    await workflow.sleep(1)
    """,
    "tuple(set)": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> tuple:
                return tuple({x for x in xs})  # want DET011
    """,
    "enumerate set": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                for n, x in enumerate(set(xs)):  # want DET011
                    await workflow.sleep(n)
    """,
    "zip": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> dict:
                return dict(zip(set(xs), range(3)))  # want DET011
    """,
    "map act": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> list:
                return list(map(str.upper, set(xs)))  # want DET011
    """,
    "itertools": """
        import itertools
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> list:
                return list(itertools.chain(set(xs), ["a"]))  # want DET011
    """,
    "set slice unpack": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> str:
                first, *rest = set(xs)  # want DET011
                return first
    """,
    "extend": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> list:
                out = []
                out.extend(set(xs))  # want DET011
                out += set(xs)  # want DET011
                return out
    """,
    "items difference": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, a: dict, b: dict) -> None:
                for k, v in a.items() - b.items():  # want DET011
                    await workflow.sleep(1)
                for k in a.keys() ^ b.keys():  # want DET011
                    await workflow.sleep(1)
                for k in set(a) | set(b):  # want DET011
                    await workflow.sleep(1)
    """,
    "set of tasks": """
        import asyncio
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                pending = set()
                pending.add(asyncio.create_task(self.one()))
                for t in pending:  # want DET011
                    t.cancel()
            async def one(self): ...
    """,
    "frozenset const loop": """
        KINDS = frozenset(["a", "b"])
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                for k in KINDS:  # want DET011
                    await workflow.execute_activity(k)
    """,
    "class const set": """
        @workflow.defn
        class Flow:
            KINDS = {"a", "b"}
            @workflow.run
            async def run(self) -> None:
                for k in self.KINDS:  # want DET011
                    await workflow.execute_activity(k)
                for k in Flow.KINDS:  # want DET011
                    await workflow.execute_activity(k)
    """,
    "set via ternary": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str], u: bool) -> None:
                ids = set(xs) if u else xs
                for k in ids:  # want DET011
                    await workflow.execute_activity(k)
    """,
    "conv.fn": """
        import functools, operator
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> str:
                return functools.reduce(lambda a, b: a + b, set(xs))  # want DET011
    """,
    "cond in while": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                while time.time() < 5:  # want DET001
                    await workflow.sleep(1)
    """,
    "static via instance & class attr fn": """
        import random
        class T:
            roll = staticmethod(random.random)  # want DET003
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return T().roll()
    """,
    "update handler": """
        import uuid
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None: ...
            @workflow.update(name="x")
            async def up(self) -> str:
                return str(uuid.uuid4())  # want DET004
            @workflow.init
            def __init__(self, x: int) -> None:
                self.id = uuid.uuid4()  # want DET004
            @workflow.signal(dynamic=True)
            def dyn(self, name, args):
                self.id = uuid.uuid4()  # want DET004
    """,
    "exit stack": """
        import contextlib, time
        class Timer:
            async def __aenter__(self): self.t = time.time()  # want DET001
            async def __aexit__(self, *a): ...
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                async with contextlib.AsyncExitStack() as stack:
                    await stack.enter_async_context(Timer())
    """,
    "decorated class": """
        import time
        def stamped(cls):
            cls.at = time.time()  # want DET001
            return cls
        @stamped
        class Order: ...
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return Order()
    """,
    "metaclass kw / init_subclass": """
        import time
        class Base:
            def __init_subclass__(cls, **kw):
                cls.at = time.time()  # want DET001
        class Order(Base): ...
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return Order()
    """,
    "namedtuple default": """
        import time
        from typing import NamedTuple
        class P(NamedTuple):
            at: float = time.time()  # want DET001
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return P()
    """,
    "nonlocal": """
        import random
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                f = None
                def setup():
                    nonlocal f
                    f = lambda: random.random()  # want DET003
                setup()
                return f()
    """,
    "lambda default": """
        import random
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return (lambda x=random.random(): x)()  # want DET003
    """,
    "starred dict pop": """
        @workflow.defn
        class Flow:
            def __init__(self): self.by: dict[str, set[str]] = {}
            @workflow.run
            async def run(self, k: str) -> None:
                for x in self.by.get(k, set()):  # want DET011
                    await workflow.sleep(1)
                for x in self.by[k]:  # want DET011
                    await workflow.sleep(1)
                for ids in self.by.values():
                    for x in ids:  # want DET011
                        await workflow.sleep(1)
    """,
    "two level loop": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                for x in set(xs):  # want DET011
                    for y in [1, 2]:
                        await workflow.sleep(y)
    """,
    "print set": """
        import json
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> str:
                return json.dumps(list(set(xs)))  # want DET011
    """,
    "self alias": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(this) -> float:
                me = this
                return me.now()
            def now(this): return time.time()  # want DET001
    """,
    "method ref stored": """
        import time
        @workflow.defn
        class Flow:
            def __init__(self):
                self.fn = self.now
            @workflow.run
            async def run(self) -> float:
                return self.fn()
            def now(self): return time.time()  # want DET001
    """,
    "list of callables": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> list:
                steps = [self.a, self.b]
                return [s() for s in steps]
            def a(self): return time.time()  # want DET001
            def b(self): return time.monotonic()  # want DET001
    """,
    "type call": """
        import time
        class C:
            def now(self): return time.time()  # want DET001
        KINDS = {"c": C}
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, k: str) -> float:
                return KINDS[k]().now()
    """,
    "map obj method": """
        import time
        class C:
            def now(self): return time.time()  # want DET001
        def make(kind: type[C]) -> C: return kind()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> float:
                return make(C).now()
    """,
    "a table: tuples": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        STEPS = [('a', bad), ('b', ok)]
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                for n, fn in STEPS:
                    fn()
    """,
    "a table: class attr": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1

        @workflow.defn
        class Flow:
            STEPS = [bad]
            @workflow.run
            async def run(self, k: str) -> object:
                return self.STEPS[0]()
    """,
    "a table: tuple ret": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        def pick(): return bad, 1
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                fn, n = pick()
                return fn()
    """,
    "a table: get default": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T = {'a': ok}
        D = {'b': bad}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T.get(k, D['b'])()
    """,
    "a table: nested dict": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T = {'a': {'b': bad}}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T['a']['b']()
    """,
    "a table: reduce": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1

        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return functools.reduce(lambda acc, f: f(acc), [ok, bad], 1)
    """,
    "a table: reduce var": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        FS = [ok, bad]
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return functools.reduce(lambda acc, f: f(acc), FS, 1)
    """,
    "a table: comp": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1

        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return [f(k) for f in (ok, bad)]
    """,
    "a table: any": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        CHECKS = (ok, bad)
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return any(c(k) for c in CHECKS)
    """,
    "a table: map lambda": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        FS = [bad]
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return list(map(lambda f: f(), FS))
    """,
    "a table: dict()": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T = dict(a=bad)
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T['a']()
    """,
    "a table: sorted items": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T = {'a': bad}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return sorted(T.items())[0][1]()
    """,
    "a table: gather": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        async def abad(): return bad()
        FS = [abad]
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return await asyncio.gather(*(f() for f in FS))
    """,
    "a table: prop": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1

        @workflow.defn
        class Flow:
            @property
            def fn(self): return bad
            @workflow.run
            async def run(self, k: str) -> object:
                return self.fn()
    """,
    "a table: compose": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        def compose(*fs):
            def run(x):
                for f in fs: x = f(x)
                return x
            return run
        PIPE = compose(ok, bad)
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return PIPE(1)
    """,
    "a table: compose list": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        def run_all(fs):
            for f in fs: f()

        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                run_all([ok, bad])
    """,
    "a table: dataclass steps": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        @dataclass
        class Plan:
            steps: list
        PLAN = Plan([ok, bad])
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return [s() for s in PLAN.steps]
    """,
    "a table: dataclass typed steps": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        from typing import Callable
        @dataclass
        class Plan:
            steps: list[Callable[[], float]]
        PLAN = Plan(steps=[ok, bad])
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return [s() for s in PLAN.steps]
    """,
    "a table: init stored": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1

        @workflow.defn
        class Flow:
            def __init__(self):
                self.t = {'a': bad}
            @workflow.run
            async def run(self, k: str) -> object:
                f = self.t.get(k)
                if f: return f()
    """,
    "a table: call_soon": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T = {'a': bad}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                asyncio.get_running_loop().call_soon(T[k])
    """,
    "a table: operator": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T = {'a': bad}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return operator.itemgetter('a')(T)()
    """,
    "a table: wait_condition": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T = {'a': bad}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                await workflow.wait_condition(T[k])
    """,
    "a table: key": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T = {'a': bad}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return sorted([1], key=T['a'])
    """,
    "a table: update": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T = {}
        T.update({'a': bad})
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T[k]()
    """,
    "a table: setitem": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T = {}
        T['a'] = bad
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T[k]()
    """,
    "a table: append": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T = []
        T.append(bad)
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T[0]()
    """,
    "a table: merge": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T = {**{'a': bad}, 'b': ok}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T[k]()
    """,
    "a table: or": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        A = {'a': bad}
        B = {'b': ok}
        T = A | B
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T[k]()
    """,
    "a table: match get": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        def pick(k):
            match k:
                case 'a': return bad
                case _: return ok
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return pick(k)()
    """,
    "a table: deferred": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        def pick(k): return bad if k else ok
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                f = pick(k)
                return f()
    """,
    "a table: self method table": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1

        @workflow.defn
        class Flow:
            def m(self): return bad()
            def table(self): return {'m': self.m}
            @workflow.run
            async def run(self, k: str) -> object:
                return self.table()[k]()
    """,
    "a table: walrus": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        T={'a': bad}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                if (f := T.get(k)) is not None: return f()
    """,
    "a table: pop": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1

        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                stack = [bad]
                while stack: stack.pop()()
    """,
    "a table: append local": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1

        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                fs = []
                fs.append(bad)
                return [f() for f in fs]
    """,
    "a table: local setitem": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1

        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                t = {}
                t[k] = bad
                return t[k]()
    """,
    "a table: star call": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        FS=[bad]
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                def go(*fs): return [f() for f in fs]
                return go(*FS)
    """,
    "a table: zip": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        FS=[bad]
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                for f, a in zip(FS, [1]):
                    f(a)
    """,
    "a table: enumerate": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        FS=[bad]
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                for i, f in enumerate(FS):
                    f(i)
    """,
    "a table: typing dict": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        from typing import Callable
        T: dict[str, Callable[[], float]] = {'a': bad}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T[k]()
    """,
    "a table: typing dict get": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        from typing import Callable
        T: dict[str, Callable[[], float]] = {'a': bad}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                h = T.get(k)
                return h()
    """,
    "a table: annot return": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        from typing import Callable
        def pick() -> Callable[[], float]:
            return bad
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return pick()()
    """,
    "a table: annot return dict": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        from typing import Callable
        def table() -> dict[str, Callable[[], float]]:
            return {'a': bad}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return table()[k]()
    """,
    "a table: annot return attr": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        from typing import Callable
        @dataclass
        class P:
            fn: Callable[[], float]
        TABLE: dict[str, P] = {'a': P(bad)}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return TABLE[k].fn()
    """,
    "a table: protocol table": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        from typing import Protocol
        class Hd(Protocol):
            def __call__(self) -> float: ...
        T: dict[str, Hd] = {'a': bad}
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T[k]()
    """,
    "a table: table of methods on obj attr": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        class S:
            fn = None
            def __init__(self, fn): self.fn = fn
        T = [S(bad)]
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T[0].fn()
    """,
    "a table: attr of attr": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        class S:
            def __init__(self): self.handlers = {'a': bad}
            def go(self, k): return self.handlers[k]()
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return S().go(k)
    """,
    "a table: simple ns": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        import types
        T = types.SimpleNamespace(fn=bad)
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T.fn()
    """,
    "a table: enum member": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        import enum
        class E(enum.Enum):
            A = (bad, 1)
            def go(self): return self.value[0]()
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return E.A.go()
    """,
    "a table: enum partial": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        import enum
        class E(enum.Enum):
            A = functools.partial(bad)
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return E.A.value()
    """,
    "a table: enum tuple value": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        import enum
        class E(enum.Enum):
            A = (bad, 1)
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return E.A.value[0]()
    """,
    "a table: namedtuple": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        from typing import NamedTuple
        class N(NamedTuple):
            fn: object
        T = [N(bad)]
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return T[0].fn()
    """,
    "a table: list in list attr": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        class S:
            steps = [bad]
        class R:
            s = S()
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return [x() for x in R.s.steps]
    """,
    "a table: tuple attr call": """
        import time, asyncio, functools, operator
        from dataclasses import dataclass
        def bad(*a): return time.time()  # want DET001
        def ok(*a): return 1
        class S:
            pair = (bad, ok)
        @workflow.defn
        class Flow:

            @workflow.run
            async def run(self, k: str) -> object:
                return S.pair[0]()
    """,
}

GOOD = {
    "loop aggregates": """
        @workflow.defn
        class Flow:
            def __init__(self):
                self.seen: set[str] = set()
                self.counts: dict[str, int] = {}
            @workflow.run
            async def run(self, xs: list[str]) -> int:
                other = set()
                total = 0
                longest = 0
                for x in set(xs):
                    if x in self.seen:
                        continue
                    other.add(x.upper())
                    self.seen.add(x)
                    total += len(x)
                    longest = max(longest, len(x))
                    self.counts[x] = self.counts.get(x, 0) + 1
                    workflow.logger.info("saw %s", x)
                for x in other:
                    if not x:
                        return -1
                found = False
                for x in other:
                    if x == "A":
                        found = True
                        break
                return total + longest + len(other) + int(found)
    """,
    "sorted later": """
        @workflow.defn
        class Flow:
            def __init__(self):
                self.ids = set()
            @workflow.run
            async def run(self, xs: list[str]) -> list[str]:
                names = list(set(xs))
                names.sort()
                for n in names:
                    await workflow.sleep(1)
                tmp = [x.upper() for x in self.ids]
                for t in sorted(tmp):
                    await workflow.sleep(1)
                self.ids2 = list(self.ids)
                self.ids2.sort()
                return sorted(list(self.ids)) + sorted(set(xs), key=lambda x: x) + sorted({*xs}) + sorted(tuple(self.ids))
    """,
    "dict from set for lookup": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> int:
                prices = {x: len(x) for x in set(xs)}
                done = dict.fromkeys(set(xs), False)
                for x in xs:
                    done[x] = True
                return sum(prices[x] for x in xs) + sum(prices.values()) + len(done) + (1 if all(done.values()) else 0)
    """,
    "set log": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                s = set(xs)
                workflow.logger.info("names: %s", s)
                workflow.logger.info(f"names: {s}")
                workflow.logger.debug("names: {}".format(s))
                if not s: return
                assert s
                while s:
                    s.discard("a")
                    break
    """,
    "set ops": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, a: dict[str, int], b: dict[str, int]) -> object:
                new = a.keys() - b.keys()
                common = set(a) & set(b)
                s = set()
                s.update(x for x in common)
                s.update(common)
                if new.issubset(x for x in common): pass
                t = set().union(*[set(x) for x in a])
                u = frozenset().union(*{frozenset(x) for x in a})
                return len(new), "x" in common, max(common, default=""), min(new), sorted(s | t), s == t, bool(new), any(x for x in new), len(u)
    """,
    "same name sets and lists": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str], flag: bool) -> list[str]:
                ids = set(xs)
                if flag:
                    ids = sorted(ids)
                else:
                    ids = list(xs)
                out = [i for i in ids]
                for i in ids:
                    await workflow.sleep(1)
                return out
    """,
    "isinstance": """
        def norm(xs):
            if isinstance(xs, set):
                xs = sorted(xs)
            return list(xs)
        def norm2(xs):
            if not isinstance(xs, (set, frozenset)):
                return list(xs)
            return sorted(xs)
        def norm3(xs):
            return sorted(xs) if isinstance(xs, set) else list(xs)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> list[str]:
                return norm(set(xs)) + norm(xs) + norm2(set(xs)) + norm2(xs) + norm3(set(xs)) + norm3(xs)
    """,
    "helper with both": """
        def ordered(xs):
            return sorted(xs)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                for x in ordered({"a"}):
                    await workflow.sleep(1)
                for x in ordered(["a"]):
                    await workflow.sleep(1)
    """,
    "own datetime": """
        class time:
            @staticmethod
            def time(): return 1
        class datetime:
            @classmethod
            def now(cls): return cls()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> object:
                return time.time(), datetime.now()
    """,
    "activities class": """
        import os, time, random
        from temporalio import activity
        from datetime import timedelta
        class Acts:
            QUEUE = "q"
            def __init__(self, db=None):
                self.db = db or os.environ["DB"]
            @activity.defn
            async def a(self): return time.time()
            @activity.defn
            def b(self): return random.random()
        @activity.defn
        def sync_act(x: int) -> int:
            time.sleep(1)
            return x
        ACTIVITIES = [sync_act, Acts.b]
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                await workflow.execute_activity_method(Acts.a, start_to_close_timeout=timedelta(seconds=1))
                await workflow.execute_activity(Acts.b, start_to_close_timeout=timedelta(seconds=1), task_queue=Acts.QUEUE)
                h = workflow.start_local_activity(sync_act, 1, start_to_close_timeout=timedelta(seconds=1))
                await h
                await workflow.execute_activity_class(Acts, start_to_close_timeout=timedelta(seconds=1))
                for act in ACTIVITIES:
                    await workflow.execute_activity(act, 1, start_to_close_timeout=timedelta(seconds=1))
    """,
    "child workflow": """
        import time
        @workflow.defn
        class Child:
            @workflow.run
            async def run(self, x: int) -> int: return x
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                await workflow.execute_child_workflow(Child.run, 1, id="x")
                h = await workflow.start_child_workflow(Child.run, args=[1], id="y")
                await h.signal("x")
                await workflow.wait_condition(lambda: True)
                workflow.continue_as_new(1)
    """,
    "module main": """
        import asyncio, os, sys, time, uuid, random, logging
        from temporalio.client import Client
        from temporalio.worker import Worker
        logging.basicConfig(level=logging.INFO)
        CLIENT_ADDRESS = os.getenv("X", "localhost")
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                await asyncio.sleep(1)
        async def main():
            c = await Client.connect(CLIENT_ADDRESS)
            async with Worker(c, task_queue="q", workflows=[Flow]):
                await c.execute_workflow(Flow.run, id=str(uuid.uuid4()), task_queue="q")
        if __name__ == "__main__":
            asyncio.run(main())
    """,
    "type tests": """
        import httpx, pathlib
        class ShopError(Exception):
            def __init__(self):
                import time
                self.at = time.time()
        class Shop:
            def __init__(self):
                self.c = httpx.Client()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, x: object) -> None:
                try:
                    if isinstance(x, Shop): pass
                    if isinstance(x, (Shop, ShopError)): pass
                except ShopError:
                    pass
                match x:
                    case Shop(): pass
    """,
    "type checking": """
        from __future__ import annotations
        from typing import TYPE_CHECKING, cast
        if TYPE_CHECKING:
            import time, random
            from temporalio.client import Client
        @workflow.defn
        class Flow:
            def __init__(self): self.client: Client | None = None
            @workflow.run
            async def run(self, x: random.Random | None = None) -> None:
                y = cast("time.struct_time", x)
    """,
    "seeded": """
        import random, uuid, time, datetime, os
        from pathlib import PurePath, PurePosixPath
        import io
        @workflow.defn
        class Flow:
            def __init__(self):
                self.rng = random.Random(7)
            @workflow.run
            async def run(self, at: float) -> object:
                r = workflow.random()
                r.shuffle([1]); r.choice([1]); self.rng.random(); random.Random(at).random()
                n = workflow.now()
                s = n.strftime("%Y") + time.strftime("%Y", time.gmtime(at))
                d = datetime.datetime.fromtimestamp(at, tz=datetime.timezone.utc)
                b = io.StringIO(); b.write("x")
                return uuid.uuid5(uuid.NAMESPACE_DNS, "x"), os.path.join("a"), PurePath("a").name, datetime.date.fromisoformat("2020-01-01")
    """,
    "query sort": """
        @workflow.defn
        class Flow:
            def __init__(self): self.s = set()
            @workflow.run
            async def run(self) -> None: ...
            def ids(self): return list(self.s)
            @workflow.signal
            async def sig(self) -> None:
                for x in sorted(self.ids()):
                    await workflow.sleep(1)
    """,
    "attr mixed": """
        @workflow.defn
        class Flow:
            def __init__(self):
                self.items = {}
                self.done = {"a": set()}
            @workflow.run
            async def run(self) -> None:
                for k in self.items:
                    await workflow.sleep(1)
                for k, v in self.done.items():
                    await workflow.sleep(len(v))
                for k in list(self.done):
                    for x in sorted(self.done[k]):
                        await workflow.sleep(1)
    """,
    "generic iter": """
        from typing import Iterable
        async def each(xs: Iterable[str]) -> None:
            for x in xs:
                await workflow.sleep(1)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                await each(xs)
                await each(sorted(set(xs)))
                await each(x for x in xs)
                await each({x: 1 for x in xs})
    """,
    "loop var shadows": """
        import time, random
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, times: list[object]) -> None:
                for time in times:
                    time.time()
                with object() as random:
                    random.random()
                try: pass
                except Exception as time:
                    time.sleep()
                (lambda time: time.time())(1)
    """,
    "set in nested def param": """
        def f(names: set[str]) -> str:
            return ",".join(sorted(n for n in names if n))
        def count(names: set[str]) -> dict[str, int]:
            out: dict[str, int] = {}
            for n in names:
                out[n] = len(n)
            return out
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> str:
                c = count({"a"})
                return f({"a"}) + str(c["a"]) + str(sum(c.values()))
    """,
    "unknown": """
        from somewhere import get_ids, Thing
        @workflow.defn
        class Flow:
            def __init__(self): self.t = Thing()
            @workflow.run
            async def run(self, arg) -> None:
                for x in get_ids(): await workflow.sleep(1)
                for x in arg.names: await workflow.sleep(1)
                for x in self.t.pop(): await workflow.sleep(1)
                list(arg - get_ids()); arg.pop(); arg.keys(); list(arg.keys()); list(arg.items())
                self.t.now(); arg.time(); arg.read_text()
    """,
    "readonly frozenset const": """
        VALID = frozenset({"a", "b"})
        STATES = {"x", "y"}
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, x: str) -> bool:
                if x not in STATES:
                    raise ValueError(x)
                return x in VALID and len(VALID) > 1 and VALID.isdisjoint(STATES)
    """,
    "wait done": """
        import asyncio
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                tasks = [asyncio.create_task(workflow.sleep(1))]
                done, pending = await workflow.wait(tasks)
                for t in done: await t
                results = await asyncio.gather(*tasks, return_exceptions=True)
                for r in results: await workflow.sleep(1)
                pending_names = {t.get_name() for t in pending}
                for n in sorted(pending_names): await workflow.sleep(1)
    """,
    "guarded": """
        import time
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                if not workflow.unsafe.is_replaying():
                    print("x")
    """,
    "return sorted in caller only": """
        def uniq(xs): return list(set(xs))
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> list[str]:
                return sorted(uniq(xs))
    """,
    "collect then sort": """
        import itertools
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> list[str]:
                out = []
                for x in set(xs):
                    if x:
                        out.append(x)
                out.sort()
                for o in out:
                    await workflow.sleep(1)
                more = []
                more.extend(set(xs))
                more += set(xs)
                for m in sorted(more):
                    await workflow.sleep(1)
                return sorted(itertools.chain(set(xs), out))
    """,
    "returned handler never called": """
        import time
        def bad(): return time.time()
        HANDLERS = {"x": bad}
        def get(name): return HANDLERS.get(name)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, n: str) -> bool:
                return get(n) is None
    """,
    "attr names": """
        import time
        class Metrics:
            def __init__(self): self.time = 5
            def sleep(self): return 1
        @workflow.defn
        class Flow:
            def __init__(self): self.m = Metrics()
            @workflow.run
            async def run(self) -> int:
                return self.m.time + self.m.sleep()
    """,
    "dict order": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                order = dict.fromkeys(xs)
                for x in order: await workflow.sleep(1)
                uniq = list(dict.fromkeys(xs))
                by = {x: set() for x in xs}
                for k, v in by.items():
                    await workflow.sleep(len(v))
                for k in by.keys(): await workflow.sleep(1)
                for k in by.keys() : await workflow.sleep(1)
                d2 = {**order}
                for k in d2: await workflow.sleep(1)
    """,
    "list of sets": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                groups = [set(xs), {"a"}]
                for g in groups:
                    await workflow.sleep(len(g))
                for g in sorted(groups, key=len): await workflow.sleep(1)
                merged = set().union(*groups)
                await workflow.execute_activity("x", sorted(merged))
    """,
    "set any via comprehension": """
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, xs: set[str]) -> int:
                n = sum(1 for x in xs if x)
                m = max(len(x) for x in xs)
                ok = all(x.isalpha() for x in xs)
                d = {x: 1 for x in xs}
                return n + m + ok + len([x for x in xs]) + len(list(xs)) + d.get("a", 0)
    """,
    "clear loops": """
        @workflow.defn
        class Flow:
            def __init__(self):
                self.waiting: set[str] = set()
                self.by: dict[str, set[str]] = {}
                self.state: dict[str, str] = {}
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                for x in self.waiting.copy():
                    if x in xs:
                        self.waiting.discard(x)
                        self.state.pop(x, None)
                    else:
                        self.state[x] = "late"
                for x in set(xs) - self.waiting:
                    self.by.setdefault(x, set()).add(x)
                for x in self.waiting:
                    del self.state[x]
                total = 0.0
                for x in self.waiting:
                    y = self.price(x)
                    total += y
                    if y > 3 and x not in self.state:
                        self.state[x] = "dear"
                if total > 3: await workflow.sleep(1)
            def price(self, x): return len(x)
    """,
    "reassigned self attr": """
        @workflow.defn
        class Flow:
            def __init__(self):
                self.names = []
            @workflow.run
            async def run(self, xs: list[str]) -> None:
                self.names = sorted(set(xs))
                for n in self.names: await workflow.sleep(1)
                names = set(xs)
                names = [n for n in sorted(names)]
                for n in names: await workflow.sleep(1)
                try:
                    ids = set(xs)
                except ValueError:
                    return
                else:
                    ids = sorted(ids)
                for n in ids: await workflow.sleep(1)
                while True:
                    ys = set(xs)
                    ys = sorted(ys)
                    for y in ys: await workflow.sleep(1)
                    break
    """,
    "with shadow": """
        import time as _time, os
        class Env:
            environ = {"a": "b"}
            def getenv(self, k): return self.environ[k]
        os_like = Env()
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, os: Env) -> str:
                return os.getenv("a") + os.environ["a"] + os_like.getenv("x")
    """,
    "overload": """
        from typing import overload
        import time
        class Box:
            @overload
            def get(self) -> int: ...
            @overload
            def get(self, x: int) -> str: ...
            def get(self, x=None): return 1
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> int:
                return Box().get()
    """,
    "unused base hooks": """
        import time
        class Base:
            def run_outside(self): return time.time()
            def inside(self): return 1
        class Other(Base):
            def inside(self): return time.time()
        @workflow.defn
        class Flow(Base):
            @workflow.run
            async def run(self) -> int:
                return self.inside()
    """,
    "client in main fn using wf class": """
        import asyncio
        from temporalio.client import Client
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None: ...
            @staticmethod
            async def start(client: Client) -> None:
                await client.start_workflow(Flow.run, id="x", task_queue="q")
    """,
    "dataclass input with factory": """
        import uuid, time
        from dataclasses import dataclass, field
        @dataclass
        class Order:
            items: list[str] = field(default_factory=list)
            tags: set[str] = field(default_factory=set)
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self, order: Order) -> None:
                if "x" in order.tags: ...
                for i in order.items: await workflow.sleep(1)
                for t in sorted(order.tags): await workflow.sleep(1)
    """,
    "asyncio ok": """
        import asyncio
        from datetime import timedelta
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                ev = asyncio.Event(); q = asyncio.Queue(); lock = asyncio.Lock(); sem = asyncio.Semaphore(2)
                async with lock, sem:
                    await asyncio.sleep(1)
                await asyncio.wait_for(ev.wait(), 3)
                async with asyncio.timeout(3):
                    await q.get()
                t = asyncio.create_task(asyncio.sleep(1)); t.cancel()
                f = asyncio.get_running_loop().create_future() if False else asyncio.Future()
                await asyncio.shield(asyncio.gather(asyncio.sleep(1)))
                asyncio.current_task()
                await workflow.wait_condition(lambda: ev.is_set(), timeout=timedelta(seconds=1))
    """,
    "enum iteration": """
        import enum
        class Color(enum.Enum):
            A = 1
            B = 2
        class F(enum.Flag):
            X = 1
            Y = 2
        @workflow.defn
        class Flow:
            @workflow.run
            async def run(self) -> None:
                for c in Color: await workflow.sleep(1)
                for f in F.X | F.Y: await workflow.sleep(1)
                x = 5 | 3
                y = {"a": 1} | {"b": 2}
                for k in y: await workflow.sleep(1)
    """,
}
