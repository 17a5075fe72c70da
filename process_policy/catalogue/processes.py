"""Other processes, threads, and event loops that are not the workflow's."""

from process_policy.catalogue.topic import Topic, by_rule, names

_LOOP = """
    asyncio.AbstractEventLoop: run_in_executor run_until_complete run_forever call_soon_threadsafe stop
    asyncio.AbstractEventLoop: close
    asyncio.AbstractEventLoop: add_reader remove_reader add_writer remove_writer add_signal_handler
    asyncio.AbstractEventLoop: remove_signal_handler create_connection create_server create_unix_connection
    asyncio.AbstractEventLoop: create_unix_server create_datagram_endpoint connect_accepted_socket
    asyncio.AbstractEventLoop: connect_read_pipe connect_write_pipe getaddrinfo getnameinfo sendfile
    asyncio.AbstractEventLoop: start_tls
    asyncio.AbstractEventLoop: sock_accept sock_connect sock_recv sock_recv_into sock_recvfrom sock_sendall
    asyncio.AbstractEventLoop: sock_recvfrom_into sock_sendfile sock_sendto subprocess_exec subprocess_shell
    asyncio.AbstractEventLoop: set_default_executor shutdown_asyncgens shutdown_default_executor set_debug
    asyncio.AbstractEventLoop: set_task_factory
    asyncio: wait as_completed to_thread run run_coroutine_threadsafe new_event_loop set_event_loop
    asyncio: set_event_loop_policy get_event_loop_policy wrap_future all_tasks get_child_watcher
    asyncio: set_child_watcher
    asgiref.sync: sync_to_async async_to_sync
    nest_asyncio: apply
    anyio: run create_task_group from_thread to_thread to_process run_process create_memory_object_stream
"""

PROCESSES = Topic(
    references=by_rule(
        DET008="""
            os: system popen fork forkpty kill killpg abort _exit posix_spawn posix_spawnp startfile
            os: execl execle execlp execlpe execv execve execvp execvpe wait wait3 wait4 waitid waitpid
            os: spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe pidfd_open register_at_fork
            os: login_tty sched_yield
            asyncio: create_subprocess_exec create_subprocess_shell
            sys: exit
            builtins: exit quit
            signal: raise_signal alarm pthread_kill pause setitimer sigwait
        """,
        DET010=_LOOP,
    ),
    calls=by_rule(
        DET009="queue: Queue SimpleQueue LifoQueue PriorityQueue",
        DET010="asyncio: TaskGroup Runner AbstractEventLoop DefaultEventLoopPolicy",
    ),
    libraries=by_rule(
        DET008="subprocess pty sh plumbum pexpect invoke webbrowser multiprocess asyncio.subprocess",
        DET009="""
            threading _thread multiprocessing concurrent.futures sched joblib.Parallel dask ray gevent
            eventlet
            billiard loky pebble greenlet
        """,
        DET010="trio curio uvloop twisted aiomultiprocess aiothreads asyncer",
    ),
    harmless=frozenset(
        names("""
            subprocess: list2cmdline
            concurrent.futures: CancelledError BrokenExecutor InvalidStateError
        """)
    ),
    aliases={
        **{
            f"asyncio.{module}.{name}": f"asyncio.{name}"
            for module, text in {
                "tasks": "wait as_completed run_coroutine_threadsafe all_tasks",
                "threads": "to_thread",
                "taskgroups": "TaskGroup",
                "runners": "run Runner",
                "events": "new_event_loop set_event_loop get_event_loop get_running_loop AbstractEventLoop",
                "futures": "wrap_future",
                "base_events": "BaseEventLoop",
            }.items()
            for name in text.split()
        },
        "asyncio.BaseEventLoop": "asyncio.AbstractEventLoop",
        "asyncio.SelectorEventLoop": "asyncio.AbstractEventLoop",
    },
)
