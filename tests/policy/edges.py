"""The edges of the rules: small bodies of workflows, with the rules that are found in them."""

EDGES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "query takes from a queue": (
        "pass",
        "from collections import deque",
        """
        def __init__(self) -> None:
            self.waiting: deque[str] = deque()
        @workflow.query
        def q(self) -> str:
            return self.waiting.popleft()
        """,
        ("DET020",),
    ),
    "only one": (
        """
        (only,) = {arg}
        [other] = set([arg])
        return only, other
        """,
        "",
        "",
        (),
    ),
    "own activity decorator": (
        "return await workflow.execute_activity(ship, start_to_close_timeout=LIMIT)",
        """
        import time
        def tool(name):
            def decorate(function):
                return activity.defn(name=name)(function)
            return decorate
        @tool(name='ship')
        async def ship() -> float:
            return time.time()
        """,
        "",
        (),
    ),
    "protocol text": (
        "return greet(Polite())",
        """
        from dataclasses import dataclass
        from typing import Protocol
        class Greeter(Protocol):
            name: str
        @dataclass
        class Polite:
            name: str = 'x'
        def greet(g: Greeter) -> str:
            return f"{g}"
        """,
        "",
        (),
    ),
    "own update method": (
        "pass",
        """
        class View:
            def update(self) -> int:
                return 1
        """,
        """
        def __init__(self) -> None:
            self.view = View()
        @workflow.query
        def q(self) -> int:
            return self.view.update()
        """,
        (),
    ),
    "getattr logging": (
        """
        workflow.logger.setLevel(getattr(logging, arg))
        getattr(workflow.logger, arg)('x')
        """,
        "import logging",
        "",
        (),
    ),
    "saga except": (
        """
        try:
            await workflow.execute_activity("a", start_to_close_timeout=LIMIT)
        except ActivityError as err:
            workflow.logger.warning("failed", exc_info=err)
            await workflow.execute_activity("undo", start_to_close_timeout=LIMIT)
            raise ApplicationError("failed", non_retryable=True) from err
        """,
        "",
        "",
        (),
    ),
    "except exception compensate": (
        """
        try:
            await workflow.execute_activity("a", start_to_close_timeout=LIMIT)
        except Exception:
            await workflow.execute_activity("undo", start_to_close_timeout=LIMIT)
            raise
        """,
        "",
        "",
        (),
    ),
    "cancel cleanup": (
        """
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            await asyncio.shield(workflow.execute_activity("undo", start_to_close_timeout=LIMIT))
            raise
        finally:
            workflow.logger.info("bye")
        """,
        "",
        "",
        (),
    ),
    "own task cancel": (
        """
        task = asyncio.create_task(asyncio.sleep(100))
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass
        """,
        "",
        "",
        (),
    ),
    "task attr swallow": (
        """
        self.t = asyncio.create_task(asyncio.sleep(1))
        try:
            await self.t
        except asyncio.CancelledError:
            workflow.logger.info('stopped')
        """,
        "",
        "",
        (),
    ),
    "shield swallow": (
        """
        try:
            await asyncio.shield(asyncio.sleep(1))
        except asyncio.CancelledError:
            pass
        """,
        "",
        "",
        (),
    ),
    "handles": (
        """
        handle = workflow.start_activity("a", start_to_close_timeout=LIMIT)
        other = workflow.start_local_activity("a", start_to_close_timeout=LIMIT)
        child = await workflow.start_child_workflow("C", arg)
        await child.signal("go")
        first = await handle
        return first, await other, await child
        """,
        "",
        "",
        (),
    ),
    "coroutines in gather": (
        """
        coros = [workflow.execute_activity("a", i, start_to_close_timeout=LIMIT) for i in range(3)]
        one = workflow.execute_activity("b", start_to_close_timeout=LIMIT)
        results = await asyncio.gather(*coros, one)
        t = asyncio.create_task(self.helper())
        await asyncio.wait_for(t, 10)
        return results
        """,
        "",
        """
        async def helper(self) -> None:
            await asyncio.sleep(1)
        """,
        (),
    ),
    "kwargs timeouts": (
        'return await workflow.execute_activity("a", arg, **OPTIONS)',
        "OPTIONS = {'start_to_close_timeout': timedelta(seconds=5)}",
        "",
        (),
    ),
    "config dict": (
        """
        options = workflow.ActivityConfig(start_to_close_timeout=LIMIT)
        return await workflow.execute_activity("a", arg, **options)
        """,
        "",
        "",
        (),
    ),
    "wrapper helper": (
        "return await call('a', 3)",
        """
        async def call(name, *args, **kw):
            kw.setdefault('start_to_close_timeout', timedelta(seconds=3))
            return await workflow.execute_activity(name, args=args, **kw)
        """,
        "",
        (),
    ),
    "partial activity": (
        """
        call = functools.partial(workflow.execute_activity, start_to_close_timeout=LIMIT)
        return await call('a', arg)
        """,
        "import functools",
        "",
        (),
    ),
    "validator raises": (
        "pass",
        "",
        """
        @workflow.update
        async def approve(self, name: str) -> str:
            if not name:
                raise ApplicationError("no name")
            return name
        @approve.validator
        def check(self, name: str) -> None:
            if not name:
                raise ValueError("no name")
            assert len(name) < 10, "too long"
        """,
        (),
    ),
    "raise in helper": (
        "return price(arg)",
        """
        def price(kind: str) -> int:
            match kind:
                case "a":
                    return 1
                case _:
                    raise ValueError(kind)
        """,
        "",
        (),
    ),
    "raise caught": (
        """
        try:
            if not arg:
                raise ValueError("x")
        except ValueError:
            return None
        return repr(arg) + str(self.items) + f"{[1]} {timedelta(1)}"
        """,
        "",
        "items: tuple[str, ...] = ()",
        (),
    ),
    "raise cls var": (
        """
        err = ApplicationError('x')
        raise err
        """,
        "",
        "",
        (),
    ),
    "raise app subclass": (
        "raise MyErr('x')",
        """
        class MyErr(ApplicationError):
            pass
        """,
        "",
        (),
    ),
    "own exc caught in helper caller": (
        """
        try:
            reserve(arg)
        except OutOfStock:
            return 'none'
        """,
        """
        class OutOfStock(Exception): ...
        def reserve(x):
            raise OutOfStock(x)
        """,
        "",
        (),
    ),
    "own exc suppressed": (
        """
        import contextlib
        with contextlib.suppress(Empty):
            take()
        """,
        """
        class Empty(Exception): ...
        def take():
            raise Empty
        """,
        "",
        (),
    ),
    "not implemented": (
        "return await self.step()",
        "",
        """
        async def step(self):
            raise NotImplementedError
        """,
        (),
    ),
    "heartbeat": (
        """
        await workflow.execute_activity(
            work,
            start_to_close_timeout=timedelta(hours=5),
            heartbeat_timeout=timedelta(seconds=30),
        )
        """,
        """
        @activity.defn
        async def work() -> None:
            for i in range(10):
                activity.heartbeat(i)
                await asyncio.sleep(1)
        """,
        "",
        (),
    ),
    "shared module activity logger": (
        "await workflow.execute_activity(work, start_to_close_timeout=LIMIT)",
        """
        import logging, time, os
        logger = logging.getLogger(__name__)
        CACHE = {}
        @activity.defn
        def work() -> None:
            CACHE["x"] = time.time()
            logger.info("working %s", os.getpid())
            print("x")
        """,
        "",
        (),
    ),
    "logger alias": (
        """
        log = workflow.logger
        log.info('x')
        self.log.info('y')
        """,
        "",
        """
        def __init__(self):
            self.log = workflow.logger
        """,
        (),
    ),
    "instance cache": (
        """
        self.cache[arg] = 1
        self.seen.add(arg)
        self.items += [arg]
        return sorted(self.seen)
        """,
        "",
        """
        def __init__(self) -> None:
            self.cache: dict[str, int] = {}
            self.seen: set[str] = set()
            self.items: list[str] = []
        """,
        (),
    ),
    "pydantic": (
        "return Model(a=1).model_dump(), f'{Model(a=1)}'",
        """
        from pydantic import BaseModel, Field
        class Model(BaseModel):
            a: int
            b: list[int] = Field(default_factory=list)
            c: list[int] = []
            def add(self) -> None:
                self.c.append(1)
        """,
        "",
        (),
    ),
    "named tuple": (
        "return str(P(1)), f'{T(a=1)}', f'{D()}'",
        """
        from typing import NamedTuple, TypedDict
        import attrs
        class P(NamedTuple):
            x: int
        class T(TypedDict):
            a: int
        @attrs.define
        class D:
            x: int = 1
        """,
        "",
        (),
    ),
    "type names": (
        "return f'{type(self).__name__} {self.__class__.__name__} {helper.__name__} {type(self)}'",
        "def helper(): ...",
        "",
        (),
    ),
    "local copy of module": (
        """
        x = copy.deepcopy(D)
        x['a'] = 1
        y = {**D}
        y['b'] = 2
        z = D | {}
        z['c'] = 1
        w = list(L)
        w.append(1)
        return x, y, z, w
        """,
        """
        import copy
        D = {'a': 0}
        L = [1]
        """,
        "",
        (),
    ),
    "init subclass": (
        "return Shape.kinds",
        """
        class Shape:
            kinds: dict = {}
            def __init_subclass__(cls):
                Shape.kinds[cls.__name__] = cls
        class Sq(Shape): ...
        """,
        "",
        (),
    ),
    "registry loop": (
        "return TABLE[arg]",
        """
        TABLE = {}
        for i in range(3):
            TABLE[str(i)] = i
        TABLE['z'] = 9
        TABLE.update(a=1)
        """,
        "",
        (),
    ),
    "mutable default unchanged": (
        "return f(), g()",
        """
        def f(xs=[]):
            return len(xs)
        def g(xs=None):
            xs = xs or []
            xs.append(1)
            return xs
        def h(xs=[]):
            xs = list(xs)
            xs.append(1)
            return xs
        """,
        "",
        (),
    ),
    "builder attrs": (
        """
        b = Builder().with_x(1).with_x(2)
        return b.items
        """,
        """
        class Builder:
            def __init__(self):
                self.items = []
            def with_x(self, x):
                self.items.append(x)
                return self
        """,
        "",
        (),
    ),
    "contextvar": (
        """
        token = VAR.set("x")
        VAR.reset(token)
        return VAR.get(), functools.partial(add, 1)(2), functools.reduce(add, [1, 2])
        """,
        """
        import functools
        from contextvars import ContextVar
        VAR = ContextVar('v', default='a')
        def add(a, b): return a + b
        """,
        "",
        (),
    ),
    "cached property": (
        "return self.total",
        "from functools import cached_property",
        """
        @cached_property
        def total(self) -> int:
            return 3
        """,
        (),
    ),
    "counter in instance": (
        "return self.next_id(), next(self.ids), next(iter([1]))",
        "import itertools",
        """
        def __init__(self):
            self.n = 0
            self.ids = itertools.count()
        def next_id(self):
            self.n += 1
            return self.n
        """,
        (),
    ),
    "dataclass eq hash": (
        "return {K('a'): 1}, K('a') == K('a')",
        """
        from dataclasses import dataclass
        @dataclass(frozen=True)
        class K:
            a: str
            def __hash__(self): return hash(self.a)
        """,
        "",
        (),
    ),
    "named id param": (
        "return self.get(id=arg, hash='x')",
        "",
        """
        def get(self, id: str, hash: str) -> str:
            return id + hash
        """,
        (),
    ),
    "vars on self": (
        """
        return (
            vars(self).get('x'), getattr(self, arg, None), hasattr(self, 'x'),
            self.__dict__.get('y')
        )
        """,
        "",
        "",
        (),
    ),
    "query computes": (
        "pass",
        "",
        """
        def __init__(self) -> None:
            self.items: dict[str, int] = {}
        @workflow.query
        def items_(self) -> dict[str, int]:
            copy = dict(self.items)
            copy["x"] = 1
            copy.update(y=2)
            rows = []
            rows.append(1)
            return copy
        @workflow.query(name="status")
        def get_status(self) -> str | None:
            return None if not self.items else "x"
        """,
        (),
    ),
    "update with lock": (
        "await workflow.wait_condition(lambda: self.n > 0)",
        "",
        """
        def __init__(self):
            self.n = 0
            self.lock = asyncio.Lock()
        @workflow.update
        async def bump(self, by: int) -> int:
            async with self.lock:
                self.n += by
                return self.n
        @bump.validator
        def check_bump(self, by: int) -> None:
            if by < 0:
                raise ValueError('negative')
        """,
        (),
    ),
    "dyn handlers": (
        "pass",
        "",
        """
        @workflow.signal(dynamic=True)
        def any_signal(self, name: str, args: list) -> None:
            workflow.logger.info(name)
        @workflow.query(dynamic=True)
        def any_query(self, name: str, args: list) -> str:
            return name
        """,
        (),
    ),
    "early return guard": (
        "self.note('x')",
        "",
        """
        def note(self, text: str) -> None:
            if workflow.unsafe.is_replaying():
                return
            print(text)
        """,
        (),
    ),
    "time math": (
        """
        start = workflow.now()
        deadline = start + timedelta(days=1)
        text = start.strftime("%Y-%m-%d") + deadline.isoformat()
        at = datetime(2020, 1, 1, tzinfo=timezone.utc)
        parsed = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
        t2 = datetime.strptime("2020", "%Y")
        ts = at.timestamp()
        back = datetime.fromtimestamp(ts, tz=timezone.utc)
        loc = start.astimezone(ZoneInfo("Europe/Paris"))
        return (
            text, parsed, t2, back, loc, date.fromisoformat("2020-01-01"), time(1, 2),
            start.date(), asyncio.get_running_loop().time()
        )
        """,
        """
        from datetime import date, time
        from zoneinfo import ZoneInfo
        """,
        "",
        (),
    ),
    "time struct": (
        """
        return (
            time.gmtime(0).tm_year, time.strftime('%Y', time.gmtime(3)),
            calendar.timegm((2020,1,1,0,0,0)), time.struct_time((2020,1,1,0,0,0,0,1,0))
        )
        """,
        "import time, calendar",
        "",
        (),
    ),
    "random ok": (
        """
        rng = random.Random(7)
        xs = [1, 2, 3]
        rng.shuffle(xs)
        r = workflow.random()
        r.shuffle(xs)
        u = uuid.UUID("12345678123456781234567812345678")
        return (
            rng.choice(xs), r.randint(1, 2), uuid.uuid5(uuid.NAMESPACE_DNS, arg),
            uuid.uuid3(uuid.NAMESPACE_DNS, arg), u, workflow.uuid4(),
            random.Random(arg).random()
        )
        """,
        "import random, uuid",
        "",
        (),
    ),
    "seeded from id": (
        """
        rng = random.Random(workflow.info().run_id)
        rng.seed(3)
        return rng.random()
        """,
        "import random",
        "",
        (),
    ),
    "np seeded": (
        """
        g = np.random.default_rng(7)
        return g.normal(), np.array([1]).sum(), np.mean([1])
        """,
        "import numpy as np",
        "",
        (),
    ),
    "paths": (
        """
        p = PurePosixPath("a") / arg
        q = Path("x") / "y.txt"
        return (
            os.path.join("a", "b"), os.path.basename(arg), os.path.splitext(arg), str(p),
            q.suffix, q.name, q.stem, str(q.parent), os.fspath(q), p.with_suffix(".x")
        )
        """,
        """
        import os
        from pathlib import Path, PurePosixPath
        """,
        "",
        (),
    ),
    "path pure ops": (
        """
        p = Path('a/b.txt')
        return (
            p.parts, p.joinpath('x'), p.relative_to('a'), p.as_posix(), p.is_absolute(),
            PurePath(p).parent.name, p.match('*.txt')
        )
        """,
        "from pathlib import Path, PurePath",
        "",
        (),
    ),
    "io memory": (
        """
        buf = io.StringIO()
        w = csv.writer(buf)
        w.writerow([1, 2])
        with io.BytesIO(b"x") as b, zipfile.ZipFile(b2 := io.BytesIO(), "w") as z:
            z.writestr("a", "b")
        return (
            buf.getvalue(), json.dumps({"a": 1}), gzip.compress(b"x"),
            base64.b64encode(b"x"), json.load(io.StringIO("1"))
        )
        """,
        "import io, csv, zipfile, json, gzip, base64",
        "",
        (),
    ),
    "bytesio gzip": (
        """
        buf = io.BytesIO()
        with gzip.GzipFile(fileobj=buf, mode='w') as f:
            f.write(b'x')
        return buf.getvalue()
        """,
        "import io, gzip",
        "",
        (),
    ),
    "exception types network": (
        """
        try:
            await asyncio.sleep(1)
        except (requests.ConnectionError, socket.timeout, asyncio.TimeoutError, sqlite3.Error):
            return 1
        """,
        "import requests, socket, sqlite3",
        "",
        (),
    ),
    "thread type only": (
        "return isinstance(arg, threading.Thread), issubclass(str, subprocess.Popen)",
        "import threading, subprocess",
        "",
        (),
    ),
    "version in run": (
        """
        if sys.version_info >= (3, 11):
            return 1
        return 2
        """,
        "import sys",
        "",
        (),
    ),
    "http status": (
        "return http.HTTPStatus.OK.value, HTTPStatus(200).phrase",
        """
        import http
        from http import HTTPStatus
        """,
        "",
        (),
    ),
    "activity class in file": (
        "return await workflow.execute_activity(Act.go, start_to_close_timeout=LIMIT)",
        """
        import os, httpx
        class Act:
            client = httpx.AsyncClient()
            @activity.defn
            async def go(self) -> str:
                return os.environ['X']
        """,
        "",
        (),
    ),
    "protobuf ts": (
        "t = Timestamp(); t.FromDatetime(workflow.now()); return t",
        "from google.protobuf.timestamp_pb2 import Timestamp",
        "",
        (),
    ),
    "no timeout": (
        "return await workflow.execute_activity('a', arg)",
        "",
        "",
        ("PRA003",),
    ),
    "only s2s": (
        "return await workflow.execute_activity('a', arg, schedule_to_start_timeout=timedelta(seconds=1))",
        "",
        "",
        ("PRA003",),
    ),
    "retry none timeout": (
        "await workflow.execute_activity('a', start_to_close_timeout=None)",
        "",
        "",
        ("PRA003",),
    ),
    "no await": (
        "workflow.execute_activity('a', arg, start_to_close_timeout=LIMIT)",
        "",
        "",
        ("PRA004",),
    ),
    "no await sleep": (
        """
        asyncio.sleep(5)
        return 1
        """,
        "",
        "",
        ("PRA004",),
    ),
    "no await helper": (
        "self.help()",
        "",
        "async def help(self): ...",
        ("PRA004",),
    ),
    "no await cond": (
        "workflow.wait_condition(lambda: True)",
        "",
        "",
        ("PRA004",),
    ),
    "no await signal": (
        """
        h = workflow.get_external_workflow_handle('x')
        h.signal('go')
        """,
        "",
        "",
        ("PRA004",),
    ),
    "no await child signal": (
        """
        h = await workflow.start_child_workflow('x', arg)
        h.signal('go')
        """,
        "",
        "",
        ("PRA004",),
    ),
    "no await if": (
        """
        if workflow.wait_condition(lambda: True):
            return 1
        """,
        "",
        "",
        ("PRA004",),
    ),
    "hb missing": (
        """
        await workflow.execute_activity(
            w,
            start_to_close_timeout=timedelta(hours=1),
            heartbeat_timeout=timedelta(seconds=10),
        )
        """,
        """
        @activity.defn
        async def w() -> None:
            await asyncio.sleep(1)
        """,
        "",
        ("PRA005",),
    ),
    "zero attempts": (
        """
        await workflow.execute_activity(
            'w',
            start_to_close_timeout=timedelta(hours=1),
            retry_policy=RetryPolicy(maximum_attempts=0),
        )
        """,
        "",
        "",
        ("PRA014",),
    ),
    "swallow": (
        """
        try:
            await workflow.execute_activity('w', start_to_close_timeout=LIMIT)
        except asyncio.CancelledError:
            pass
        """,
        "",
        "",
        ("PRA007",),
    ),
    "swallow bare": (
        """
        try:
            await asyncio.sleep(10)
        except:
            pass
        """,
        "",
        "",
        ("PRA007",),
    ),
    "swallow log": (
        """
        try:
            await asyncio.sleep(10)
        except BaseException as e:
            workflow.logger.warning('x %s', e)
        """,
        "",
        "",
        ("PRA007",),
    ),
    "swallow loop": (
        """
        while True:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                continue
        """,
        "",
        "",
        ("PRA007",),
    ),
    "suppress": (
        """
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(10)
        """,
        "import contextlib",
        "",
        ("PRA007",),
    ),
    "value error": (
        """
        if not arg:
            raise ValueError('x')
        """,
        "",
        "",
        ("PRA008",),
    ),
    "exception": (
        "raise Exception('x')",
        "",
        "",
        ("PRA008",),
    ),
    "own exc": (
        "raise Bad('x')",
        "class Bad(Exception): ...",
        "",
        ("PRA008",),
    ),
    "handler exc": (
        "pass",
        "",
        """
        @workflow.signal
        def s(self) -> None:
            raise RuntimeError('x')
        """,
        ("PRA008",),
    ),
    "async validator": (
        "pass",
        "",
        """
        @workflow.update
        async def u(self, x: str) -> None: ...
        @u.validator
        async def v(self, x: str) -> None: ...
        """,
        ("PRA009",),
    ),
    "query none": (
        "pass",
        "",
        """
        @workflow.query
        def q(self) -> None:
            workflow.logger.info('x')
        """,
        ("PRA009",),
    ),
    "query mutates": (
        "pass",
        "",
        """
        @workflow.query
        def q(self) -> int:
            self.n = 1
            return 1
        """,
        ("DET020",),
    ),
    "direct activity": (
        "return await act(arg)",
        """
        @activity.defn
        async def act(x: str) -> str:
            return x
        """,
        "",
        ("PRA011",),
    ),
    "heartbeat in wf": (
        "activity.heartbeat()",
        "",
        "",
        ("PRA012",),
    ),
    "arg args": (
        "await workflow.execute_activity('a', arg, args=[1, 2], start_to_close_timeout=LIMIT)",
        "",
        "",
        ("PRA013",),
    ),
    "async lock module": (
        """
        async with LOCK:
            return 1
        """,
        "LOCK = asyncio.Lock()",
        "",
        ("DET016",),
    ),
    "function attr": (
        "helper.calls = getattr(helper, 'calls', 0) + 1",
        "def helper(): ...",
        "",
        ("DET016",),
    ),
    "nonlocal mod": (
        """
        import config
        config.settings['x'] = 1
        """,
        "",
        "",
        ("DET016",),
    ),
    "singleton": (
        "return Registry.instance().add(arg)",
        """
        class Registry:
            _one = None
            def __init__(self): self.items = []
            @classmethod
            def instance(cls):
                if cls._one is None:
                    cls._one = cls()
                return cls._one
            def add(self, x):
                self.items.append(x)
                return len(self.items)
        """,
        "",
        ("DET016",),
    ),
    "activity shared": (
        "return CACHE.get('x')",
        """
        CACHE = {}
        @activity.defn
        def load():
            CACHE['x'] = 1
        """,
        "",
        ("DET016",),
    ),
    "read global flag": (
        "return 1 if FLAG else 2",
        """
        FLAG = False
        def turn_on():
            global FLAG
            FLAG = True
        """,
        "",
        ("DET016",),
    ),
    "generator module": (
        "return next(GEN)",
        """
        def gen():
            n = 0
            while True:
                n += 1
                yield n
        GEN = gen()
        """,
        "",
        ("DET016",),
    ),
    "self class list": (
        "self.log.append(arg)",
        "",
        "log = []",
        ("DET016",),
    ),
    "settings": (
        "return Settings().x",
        """
        from pydantic_settings import BaseSettings
        class Settings(BaseSettings):
            x: str = ''
        """,
        "",
        ("DET005",),
    ),
    "session attr": (
        "return self.s.get('x')",
        "import requests",
        """
        def __init__(self):
            self.s = requests.Session()
        """,
        ("DET007",),
    ),
    "astz": (
        "return datetime(2020,1,1).astimezone()",
        "",
        "",
        ("DET005",),
    ),
    "fromts": (
        "return datetime.fromtimestamp(3)",
        "",
        "",
        ("DET005",),
    ),
    "tzname": (
        "return time.tzname",
        "import time",
        "",
        ("DET005",),
    ),
    "path div": (
        "return (BASE / 'x').read_bytes()",
        """
        from pathlib import Path
        BASE = Path('/etc')
        """,
        "",
        ("DET006",),
    ),
    "openai": (
        "return await AsyncOpenAI().chat.completions.create(model='x')",
        "from openai import AsyncOpenAI",
        "",
        ("DET007",),
    ),
    "torch": (
        "return torch.rand(3)",
        "import torch",
        "",
        ("DET003",),
    ),
    "ulid": (
        "return str(ulid.new())",
        "import ulid",
        "",
        ("DET004",),
    ),
    "log helper": (
        "note('x')",
        """
        import logging
        log = logging.getLogger(__name__)
        def note(m): log.info(m)
        """,
        "",
        ("PRA002",),
    ),
    "logger module": (
        "logger.info('x')",
        """
        import logging
        logger = logging.getLogger(__name__)
        """,
        "",
        ("PRA002",),
    ),
    "structlog": (
        "log.info('x')",
        """
        import structlog
        log = structlog.get_logger()
        """,
        "",
        ("PRA002",),
    ),
    "loguru": (
        "logger.info('x')",
        "from loguru import logger",
        "",
        ("PRA002",),
    ),
    "rich print": (
        """
        from rich import print
        print('x')
        """,
        "",
        "",
        ("PRA001",),
    ),
    "pprint": (
        "pprint.pprint(arg)",
        "import pprint",
        "",
        ("PRA001",),
    ),
    "print stderr": (
        "print('x', file=sys.stderr)",
        "import sys",
        "",
        ("PRA001",),
    ),
    "print wrong guard": (
        """
        if workflow.unsafe.is_replaying():
            print('x')
        """,
        "",
        "",
        ("PRA001",),
    ),
}
"""By title: the body of `run`, what stands before the class, what else is in it, and what is found."""
