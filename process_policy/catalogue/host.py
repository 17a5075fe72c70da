"""Environment, arguments, host, interpreter, and the state of the whole process."""

from process_policy.catalogue.topic import Topic, by_rule, names, told_by

HOST = Topic(
    references=by_rule(
        DET005="""
            os: environ environb getenv getenvb getpid getppid uname getlogin getuid getgid geteuid getegid
            os: cpu_count getloadavg putenv unsetenv name get_exec_path get_terminal_size ctermid getgroups
            os: getpgid getpgrp getpriority getresuid getresgid getsid sched_getaffinity process_cpu_count
            os: confstr sysconf
            os.path: expandvars
            socket: gethostname getfqdn gethostbyname gethostbyaddr if_nameindex
            sys: argv orig_argv executable version hexversion platform implementation
            sys: api_version
            sys: path prefix base_prefix exec_prefix base_exec_prefix flags thread_info hash_info
            sys: getsizeof getswitchinterval getrecursionlimit getfilesystemencoding getdefaultencoding
            sys: _getframe _current_frames warnoptions
            inspect: currentframe stack trace
            importlib.metadata: version metadata distribution distributions entry_points files requires
        """,
        DET019="""
            sys: setrecursionlimit setswitchinterval settrace setprofile set_int_max_str_digits
            sys: addaudithook excepthook displayhook unraisablehook set_asyncgen_hooks
            locale: setlocale bindtextdomain textdomain
            os: umask nice setuid setgid seteuid setegid setpgid setsid setpriority sched_setaffinity chroot
            socket: setdefaulttimeout
            warnings: filterwarnings simplefilter resetwarnings
            logging: basicConfig disable addLevelName setLoggerClass setLogRecordFactory captureWarnings
            logging: shutdown
            decimal: setcontext
        """,
    ),
    calls=by_rule(
        DET005="""
            argparse.ArgumentParser: parse_args parse_known_args
            optparse.OptionParser: parse_args
        """,
    ),
    libraries=by_rule(
        DET005="""
            platform getpass getopt psutil distro cpuinfo pwd grp spwd site sysconfig dotenv decouple
            environs
            pkg_resources dynaconf importlib_metadata locale gettext os
        """,
        DET019="signal atexit faulthandler resource logging.config tracemalloc",
    ),
    harmless=frozenset(
        names("""
            signal: Signals Handlers strsignal
            pkg_resources: parse_version
            importlib.metadata: PackageNotFoundError
        """)
    ),
    told={
        "argparse.ArgumentParser.parse_args": told_by(0, "args"),
        "argparse.ArgumentParser.parse_known_args": told_by(0, "args"),
        "optparse.OptionParser.parse_args": told_by(0, "args"),
    },
)
