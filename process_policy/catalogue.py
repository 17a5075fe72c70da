"""What workflow code must not touch: qualified names of the standard library and known libraries, by rule.

A method is named by its class: `pathlib.Path.read_text`. The SDK's own list of what its sandbox restricts
(`SandboxRestrictions.invalid_module_members_default`) was the starting point.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping


def _names(rule: str, prefix: str, names: str) -> Iterator[tuple[str, str]]:
    return ((f"{prefix}.{name}", rule) for name in names.split())


_ITERATIVE_PATH = "iterdir glob rglob walk"
_PATH_CONTENT = "open read_text read_bytes write_text write_bytes touch mkdir rmdir unlink rename replace"
_PATH_STATUS = "exists is_file is_dir is_symlink is_mount stat lstat owner group resolve absolute samefile"
_PATH_LINKS = "chmod readlink symlink_to hardlink_to expanduser cwd home"

REFERENCES: Mapping[str, str] = {
    **dict(_names("DET001", "time", "time time_ns monotonic monotonic_ns perf_counter perf_counter_ns")),
    **dict(_names("DET001", "time", "process_time process_time_ns thread_time thread_time_ns clock_gettime")),
    **dict(_names("DET001", "datetime.datetime", "now utcnow today")),
    "datetime.date.today": "DET001",
    "django.utils.timezone.now": "DET001",
    **dict(_names("DET001", "arrow", "now utcnow")),
    **dict(_names("DET001", "pendulum", "now today tomorrow yesterday")),
    "time.sleep": "DET002",
    **dict(_names("DET003", "random", "random uniform randint randrange choice choices sample shuffle seed")),
    **dict(
        _names("DET003", "random", "gauss normalvariate lognormvariate expovariate betavariate gammavariate")
    ),
    **dict(
        _names("DET003", "random", "triangular vonmisesvariate paretovariate weibullvariate binomialvariate")
    ),
    **dict(_names("DET003", "random", "getrandbits randbytes getstate setstate")),
    **dict(_names("DET003", "os", "urandom getrandom")),
    **dict(_names("DET004", "uuid", "uuid1 uuid4 uuid6 uuid7 getnode")),
    **dict(
        _names("DET005", "os", "environ environb getenv getenvb getpid getppid uname getlogin getuid getgid")
    ),
    **dict(_names("DET005", "os", "cpu_count getloadavg putenv unsetenv")),
    **dict(_names("DET005", "socket", "gethostname getfqdn")),
    "sys.argv": "DET005",
    **dict(_names("DET006", "sys", "stdin stdout stderr")),
    **dict(_names("DET006", "builtins", "open input")),
    **dict(_names("DET006", "io", "open open_code FileIO")),
    **dict(
        _names("DET006", "os", "open read write listdir scandir walk stat lstat mkdir makedirs remove unlink")
    ),
    **dict(
        _names(
            "DET006", "os", "rename replace rmdir removedirs chdir getcwd chmod chown link symlink truncate"
        )
    ),
    **dict(
        _names("DET006", "os.path", "exists lexists isfile isdir islink ismount getsize getmtime getctime")
    ),
    **dict(_names("DET006", "os.path", "getatime realpath abspath expanduser samefile")),
    **dict(_names("DET006", "glob", "glob iglob")),
    **dict(
        _names("DET006", "pathlib.Path", f"{_ITERATIVE_PATH} {_PATH_CONTENT} {_PATH_STATUS} {_PATH_LINKS}")
    ),
    **dict(
        _names("DET008", "os", "system popen fork forkpty kill killpg abort _exit posix_spawn posix_spawnp")
    ),
    **dict(
        _names(
            "DET008", "os", "execl execle execlp execv execve execvp execvpe spawnl spawnv spawnve startfile"
        )
    ),
    **dict(_names("DET008", "asyncio", "create_subprocess_exec create_subprocess_shell")),
    **dict(
        _names("DET010", "asyncio", "wait as_completed to_thread run run_coroutine_threadsafe new_event_loop")
    ),
    **dict(_names("DET010", "asyncio.AbstractEventLoop", "run_in_executor run_until_complete run_forever")),
    **dict(_names("DET010", "asyncio.AbstractEventLoop", "call_soon_threadsafe add_reader add_writer")),
    "builtins.set.pop": "DET011",
    "temporalio.workflow.unsafe.sandbox_unrestricted": "DET013",
    **dict(_names("DET015", "builtins", "eval exec compile __import__")),
    "importlib.import_module": "DET015",
}
"""Functions and values that count wherever they are mentioned: passing `time.time` on is as bad as a call."""

CALLS: Mapping[str, str] = {
    **dict(_names("DET001", "time", "gmtime localtime ctime asctime strftime")),
    **dict(_names("DET003", "random", "Random SystemRandom")),
    **dict(_names("DET003", "numpy.random", "default_rng RandomState")),
    **dict(_names("DET010", "asyncio", "TaskGroup Runner")),
    **dict(_names("DET014", "builtins", "hash id")),
}
"""Functions and classes that count when they are called; a mention in a type or an `isinstance` does not."""

LIBRARIES: Mapping[str, str] = {
    **dict.fromkeys(("secrets", "numpy.random", "random.SystemRandom"), "DET003"),
    **dict.fromkeys(("platform", "getpass"), "DET005"),
    **dict.fromkeys(("shutil", "tempfile", "fileinput", "aiofiles", "anyio.Path", "mmap"), "DET006"),
    **dict.fromkeys(
        ("socket", "socketserver", "urllib.request", "http.client", "http.server", "smtplib", "ftplib"),
        "DET007",
    ),
    **dict.fromkeys(
        ("imaplib", "poplib", "xmlrpc.client", "requests", "httpx", "aiohttp", "urllib3"), "DET007"
    ),
    **dict.fromkeys(
        ("websockets", "websocket", "grpc", "boto3", "botocore", "aioboto3", "paramiko"), "DET007"
    ),
    **dict.fromkeys(("nats", "kafka", "aiokafka", "confluent_kafka", "pika", "aio_pika", "redis"), "DET007"),
    **dict.fromkeys(
        ("sqlite3", "aiosqlite", "psycopg", "psycopg2", "asyncpg", "pymysql", "aiomysql"), "DET007"
    ),
    **dict.fromkeys(("pymongo", "motor", "elasticsearch", "cassandra", "google.cloud"), "DET007"),
    **dict.fromkeys(
        ("sqlalchemy.create_engine", "sqlalchemy.ext.asyncio", "sqlalchemy.orm.Session"), "DET007"
    ),
    **dict.fromkeys(
        ("asyncio.open_connection", "asyncio.start_server", "asyncio.open_unix_connection"), "DET007"
    ),
    **dict.fromkeys(("subprocess", "pty"), "DET008"),
    **dict.fromkeys(("threading", "_thread", "multiprocessing", "concurrent.futures"), "DET009"),
    **dict.fromkeys(("temporalio.client", "temporalio.service"), "DET012"),
}
"""Modules and classes whose every call counts."""

_PURE_OF_LIBRARIES = frozenset(
    {
        "aiohttp.ClientTimeout",
        "httpx.Headers",
        "httpx.QueryParams",
        "httpx.Timeout",
        "httpx.URL",
        "secrets.compare_digest",
        "socket.htonl",
        "socket.htons",
        "socket.inet_aton",
        "socket.inet_ntoa",
        "socket.ntohl",
        "socket.ntohs",
    }
)


def _has_argument(position: int) -> Callable[[ast.Call], bool]:
    return lambda call: len(call.args) > position or bool(call.keywords)


_HARMLESS_WHEN: Mapping[str, Callable[[ast.Call], bool]] = {
    "time.gmtime": _has_argument(0),
    "time.localtime": _has_argument(0),
    "time.ctime": _has_argument(0),
    "time.asctime": _has_argument(0),
    "time.strftime": _has_argument(1),
    "random.Random": _has_argument(0),
    "numpy.random.default_rng": _has_argument(0),
    "numpy.random.RandomState": _has_argument(0),
}
"""Calls that are pure when they are told the time or the seed."""

RETURNS: Mapping[str, str] = {
    "asyncio.get_event_loop": "asyncio.AbstractEventLoop",
    "asyncio.get_running_loop": "asyncio.AbstractEventLoop",
    "builtins.dict.keys": "builtins.dict_keys",
    "builtins.frozenset": "builtins.set",
    "builtins.set": "builtins.set",
    "pathlib.Path": "pathlib.Path",
    "sqlite3.connect": "sqlite3.Connection",
    **{
        f"builtins.set.{method}": "builtins.set"
        for method in ("copy", "difference", "intersection", "symmetric_difference", "union")
    },
    **{
        f"pathlib.Path.{method}": "pathlib.Path"
        for method in ("joinpath", "with_name", "with_stem", "with_suffix", "relative_to")
    },
}
"""What a call gives, where that matters. A call of any other capitalised name gives its instance."""

SET_TYPES = frozenset(
    {
        "builtins.frozenset",
        "builtins.set",
        "collections.abc.MutableSet",
        "collections.abc.Set",
        "typing.AbstractSet",
        "typing.FrozenSet",
        "typing.MutableSet",
        "typing.Set",
    }
)
"""Annotations that mean a set."""


def rule_of_reference(name: str) -> str | None:
    """The rule that a mention of `name` breaks, whether or not it is called.

    `os.environ.get` is a mention of `os.environ`.
    """
    return next((REFERENCES[part] for part in _prefixes(name) if part in REFERENCES), None)


def rule_of_call(name: str, call: ast.Call) -> str | None:
    """The rule that the call of `name` breaks beyond what its mention does, or None."""
    harmless = _HARMLESS_WHEN.get(name)
    if harmless and harmless(call):
        return None
    if name in CALLS:
        return CALLS[name]
    if rule_of_reference(name) or name in _PURE_OF_LIBRARIES or name.endswith(("Error", "Exception")):
        return None
    return next((LIBRARIES[part] for part in _prefixes(name) if part in LIBRARIES), None)


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:length]) for length in range(len(parts), 0, -1))
