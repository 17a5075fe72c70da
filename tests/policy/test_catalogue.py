"""The table of names: all that the SDK's sandbox stops, other names for it, and what is harmless."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest
from temporalio.worker.workflow_sandbox import SandboxMatcher, SandboxRestrictions

from process_policy import RULES, catalogue

PURE_IN_PLACES = {
    "glob": "escape",
    "os": "WCOREDUMP WEXITSTATUS WIFCONTINUED WIFEXITED WIFSIGNALED WIFSTOPPED WSTOPSIG WTERMSIG fsdecode "
    "fsencode fspath strerror waitstatus_to_exitcode major makedev minor",
    "os.path": "basename commonpath commonprefix dirname isabs join normcase normpath samestat split "
    "splitdrive splitext splitroot",
    "signal": "strsignal",
    "socket": "htonl htons inet_aton inet_ntoa inet_ntop inet_pton ntohl ntohs",
    "urllib.request": "pathname2url url2pathname",
}
"""What the sandbox stops only because it stops all of a module: it computes from its arguments alone."""


def restricted(matcher: SandboxMatcher, path: tuple[str, ...]) -> Iterator[str]:
    """The qualified names of what a matcher stops, each member of a module that is stopped as a whole."""
    names = {*matcher.use, *matcher.access}
    if matcher.match_self or "*" in names:
        module = __import__(".".join(path), fromlist=["*"])
        public = getattr(module, "__all__", [name for name in vars(module) if not name.startswith("_")])
        names = {name for name in public if callable(getattr(module, name)) and is_function(module, name)}
    yield from (".".join((*path, name)) for name in names)
    for name, child in matcher.children.items():
        if name != "__call__" and not child.leaf_message:
            yield from restricted(child, (*path, name))
        elif child.leaf_message:
            yield ".".join((*path, name)).removesuffix(".__call__")
        else:
            yield ".".join(path)


def is_function(module: object, name: str) -> bool:
    return not isinstance(getattr(module, name), type)


def stopped_by_the_sandbox() -> list[str]:
    found = []
    for name in restricted(SandboxRestrictions.invalid_module_members_default, ()):
        known = name.replace("__builtins__.", "builtins.")
        module, _, member = known.rpartition(".")
        if member not in PURE_IN_PLACES.get(module, "").split() and exists(known):
            found.append(known)
    return sorted(set(found))


def exists(name: str) -> bool:
    """Whether this Python has it: the sandbox also names what other versions have."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            value: object = __import__(".".join(parts[:length]), fromlist=["*"])
        except ImportError:
            continue
        for part in parts[length:]:
            if not hasattr(value, part):
                return False
            value = getattr(value, part)
        return True
    return False


def rule_of(source: str) -> str | None:
    """The rule that a call of a qualified name breaks, by mention or by call."""
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    name = ast.unparse(call.func)
    return catalogue.rule_of_reference(name) or catalogue.rule_of_call(name, call)


@pytest.mark.requirement("R003", "R006")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_all_that_the_sandbox_stops_is_known() -> None:
    stopped = stopped_by_the_sandbox()
    assert len(stopped) > 500
    assert [name for name in stopped if catalogue.rule_of_use(name) is None] == []


@pytest.mark.parametrize(
    "name", sorted(f"{module}.{name}" for module, names in PURE_IN_PLACES.items() for name in names.split())
)
def test_what_computes_from_its_arguments_is_harmless(name: str) -> None:
    assert catalogue.rule_of_use(name) is None


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("time.localtime()", "DET001"),
        ("time.localtime(at)", "DET005"),
        ("time.strftime('%Y')", "DET001"),
        ("email.utils.formatdate()", "DET001"),
        ("datetime.datetime.fromtimestamp(at)", "DET005"),
        ("datetime.datetime.astimezone()", "DET005"),
        ("pandas.Timestamp.now()", "DET001"),
        ("random.Random()", "DET003"),
        ("random.Random(None)", "DET003"),
        ("random.SystemRandom.random()", "DET003"),
        ("numpy.random.rand()", "DET003"),
        ("numpy.random.default_rng()", "DET003"),
        ("faker.Faker()", "DET003"),
        ("uuid.uuid1()", "DET004"),
        ("bson.ObjectId()", "DET004"),
        ("os.path.expandvars('$HOME')", "DET005"),
        ("importlib.metadata.version('x')", "DET005"),
        ("codecs.open('x')", "DET006"),
        ("posixpath.exists('x')", "DET006"),
        ("pathlib.Path.parent.exists()", "DET006"),
        ("pathlib.PosixPath.cwd()", "DET006"),
        ("gzip.open(path)", "DET006"),
        ("pandas.read_csv('orders.csv')", "DET006"),
        ("zipfile.ZipFile('orders.zip')", "DET006"),
        ("socket.create_connection(address)", "DET007"),
        ("openai.AsyncOpenAI()", "DET007"),
        ("sqlalchemy.orm.sessionmaker(engine)", "DET007"),
        ("asyncio.subprocess.create_subprocess_exec('ls')", "DET008"),
        ("webbrowser.open('x')", "DET008"),
        ("signal.alarm(1)", "DET008"),
        ("queue.Queue()", "DET009"),
        ("asyncio.tasks.wait(tasks)", "DET010"),
        ("asyncio.AbstractEventLoop.call_soon_threadsafe(f)", "DET010"),
        ("temporalio.worker.Worker(client)", "DET012"),
        ("runpy.run_path('x')", "DET015"),
        ("ctypes.CDLL('libc.so.6')", "DET015"),
        ("weakref.ref(x)", "DET017"),
        ("gc.collect()", "DET017"),
        ("locale.setlocale(0, '')", "DET019"),
        ("atexit.register(f)", "DET019"),
    ],
)
def test_a_call_breaks_a_rule(source: str, rule: str) -> None:
    assert rule_of(source) == rule


@pytest.mark.requirement("R004")
@pytest.mark.parametrize(
    "source",
    [
        "time.gmtime(at)",
        "time.ctime(secs=at)",
        "time.strftime('%Y', at)",
        "time.strftime(*given)",
        "datetime.datetime.fromtimestamp(at, tz)",
        "datetime.datetime.fromtimestamp(at, tz=zone)",
        "datetime.datetime.astimezone(zone)",
        "datetime.datetime.strptime(text, '%Y')",
        "random.Random(7)",
        "random.Random.random()",
        "numpy.random.default_rng(seed=7)",
        "numpy.random.RandomState.rand()",
        "uuid.uuid5(space, name)",
        "uuid.uuid3(space, name)",
        "uuid.UUID(text)",
        "os.path.join('a', 'b')",
        "pathlib.Path('a')",
        "pathlib.PurePath('a')",
        "pathlib.Path.with_suffix('.csv')",
        "io.StringIO()",
        "io.BytesIO(data)",
        "gzip.compress(data)",
        "gzip.open(io.BytesIO(data))",
        "tarfile.open(fileobj=buffer)",
        "zipfile.ZipFile(buffer)",
        "pandas.read_csv(buffer)",
        "secrets.compare_digest(a, b)",
        "httpx.Timeout(5)",
        "requests.HTTPError(text)",
        "urllib.parse.urlparse(url)",
        "openai.types.shared.Reasoning(effort='low')",
        "sqlalchemy.select(table)",
        "asyncio.sleep(1)",
        "asyncio.gather(a, b)",
        "asyncio.Queue()",
        "asyncio.wait_for(a, 1)",
        "asyncio.timeout(1)",
        "asyncio.create_task(a)",
        "asyncio.AbstractEventLoop.time()",
        "asyncio.AbstractEventLoop.create_future()",
        "contextvars.ContextVar('x')",
        "hashlib.sha256(data)",
        "importlib.metadata.PackageNotFoundError()",
        "temporalio.workflow.now()",
        "temporalio.workflow.wait(tasks)",
        "sys.intern('x')",
        "inspect.signature(f)",
        "zoneinfo.ZoneInfo('Europe/Paris')",
        "concurrent.futures.TimeoutError()",
    ],
)
def test_a_call_is_harmless(source: str) -> None:
    assert rule_of(source) is None


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("subprocess.run", "DET008"),
        ("builtins.hash", "DET014"),
        ("requests.get", "DET007"),
        ("requests.Session", None),
        ("requests", None),
        ("time.gmtime", None),
    ],
)
def test_a_function_that_is_handed_on(name: str, rule: str | None) -> None:
    assert catalogue.rule_of_handover(name) == rule


def entries() -> Iterator[tuple[str, str]]:
    for topic in catalogue.TOPICS:
        for table in (topic.references, topic.calls, topic.libraries):
            yield from table.items()


def test_every_rule_of_the_table_exists() -> None:
    assert {rule for _, rule in entries()} <= RULES.keys()


def test_no_name_is_in_the_table_twice() -> None:
    names = [name for name, _ in entries()]
    assert {name for name in names if names.count(name) > 1} == set()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_names_of_the_standard_library_exist() -> None:
    """A misspelt name would find nothing; what only other versions or systems have is listed here."""
    elsewhere = {
        "asyncio.get_child_watcher",
        "asyncio.set_child_watcher",
        "builtins.__builtins__",
        "os.lchmod",
        "os.path.isjunction",
        "os.process_cpu_count",
        "os.startfile",
        "random.binomialvariate",
        "uuid.uuid6",
        "uuid.uuid7",
        "uuid.uuid8",
        "zoneinfo.ZoneInfo.reset_tzpath",
        *(f"pathlib.Path.{name}" for name in ("copy", "copy_into", "info", "is_junction", "move")),
        *(f"pathlib.Path.{name}" for name in ("move_into", "read_link", "walk")),
    }
    missing = {
        name
        for name, _ in entries()
        if name.partition(".")[0] in sys.stdlib_module_names and not exists(name)
    }
    assert missing - elsewhere == set()
