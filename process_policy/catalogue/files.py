"""Files, paths that are looked up, and standard streams."""

import ast

from process_policy.catalogue.topic import Topic, by_rule, names, told_by

_LOOKUPS = """
    pathlib.Path: open read_text read_bytes write_text write_bytes touch mkdir rmdir unlink rename replace
    pathlib.Path: iterdir glob rglob walk exists is_file is_dir is_symlink is_mount is_junction is_socket
    pathlib.Path: is_fifo is_block_device is_char_device stat lstat owner group resolve absolute samefile
    pathlib.Path: chmod lchmod readlink read_link symlink_to hardlink_to link_to expanduser cwd home
    pathlib.Path: copy copy_into move move_into info
    os: open read write listdir scandir walk fwalk stat lstat fstat mkdir makedirs remove unlink rename
    os: renames replace rmdir removedirs chdir fchdir getcwd getcwdb chmod fchmod lchmod chown fchown lchown
    os: link symlink readlink truncate ftruncate access close closerange dup dup2 fdopen fsync fdatasync
    os: isatty lseek pipe pipe2 pread pwrite readv writev sendfile statvfs fstatvfs sync utime mkfifo mknod
    os: getxattr setxattr listxattr removexattr lockf ttyname openpty copy_file_range memfd_create eventfd
    os.path: exists lexists isfile isdir islink ismount isjunction getsize getmtime getctime getatime
    os.path: realpath abspath relpath expanduser samefile sameopenfile
    glob: glob iglob
    io: open open_code
    zipfile.ZipFile: extract extractall
    tarfile.TarFile: extract extractall
    tarfile: is_tarfile
    zipfile: is_zipfile
    marshal: dump load
    zoneinfo: available_timezones reset_tzpath
    zoneinfo.ZoneInfo: clear_cache from_file reset_tzpath
    configparser.ConfigParser: read
    configparser.RawConfigParser: read
    inspect: getsource getsourcelines getsourcefile getcomments
    pkgutil: get_data
    logging: FileHandler
    anyio: open_file
    yaml: full_load_file
"""


def _is_a_buffer(call: ast.Call) -> bool:
    given = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "fileobj")]
    return any(
        isinstance(value, ast.Call) and ast.unparse(value.func).endswith(("BytesIO", "StringIO"))
        for value in given
    )


def _is_no_file_name(call: ast.Call) -> bool:
    """A buffer is as good as a file to these; only a literal name is surely one on a disk."""
    return not call.args or not isinstance(call.args[0], ast.Constant | ast.JoinedStr)


_READ_WHAT_THEY_ARE_GIVEN = tuple(
    names("""
        pandas: read_csv read_excel read_json read_parquet read_pickle read_table read_fwf read_xml
        pandas: read_html
        pandas: read_feather read_orc
        polars: read_csv read_json read_parquet read_excel read_ndjson read_avro read_ipc scan_csv
        polars: scan_parquet scan_ndjson scan_ipc
        numpy: load loadtxt genfromtxt fromfile save savez savetxt memmap
        zipfile: ZipFile Path
        tarfile: TarFile
        joblib: load dump
        torch: load save
        PIL.Image: open
        openpyxl: load_workbook Workbook.save
    """)
)

FILES = Topic(
    references=by_rule(DET006=f"{_LOOKUPS}\nbuiltins: open input breakpoint help\nsys: stdin __stdin__"),
    calls={
        **dict.fromkeys(_READ_WHAT_THEY_ARE_GIVEN, "DET006"),
        **by_rule(
            DET006="""
                io: FileIO
                bz2: open BZ2File
                lzma: open LZMAFile
                gzip: open GzipFile
                tarfile: open TarFile.open
            """
        ),
    },
    libraries=by_rule(
        DET006="""
            shutil tempfile fileinput linecache filecmp dbm shelve aiofiles aiofile anyio.Path mmap
            curses readline
            pdb ipdb bdb code codeop zipimport importlib.resources logging.handlers diskcache watchdog
            fsspec
            smart_open pyarrow.parquet xlsxwriter h5py zarr cProfile profile trace termios tty fcntl
        """,
    ),
    harmless=frozenset(
        names("""
            os: path fspath fsencode fsdecode strerror major minor makedev waitstatus_to_exitcode PathLike
            os: WCOREDUMP WEXITSTATUS WIFCONTINUED WIFEXITED WIFSIGNALED WIFSTOPPED WSTOPSIG WTERMSIG
            os: stat_result terminal_size error sep linesep pathsep altsep curdir pardir extsep devnull
            glob: escape
            shutil: Error
        """)
    ),
    told={
        **dict.fromkeys(_READ_WHAT_THEY_ARE_GIVEN, _is_no_file_name),
        **dict.fromkeys(names("bz2: open BZ2File\nlzma: open LZMAFile\ngzip: open"), _is_a_buffer),
        "gzip.GzipFile": told_by(3, "fileobj"),
        "tarfile.open": told_by(2, "fileobj"),
        "tarfile.TarFile.open": told_by(2, "fileobj"),
    },
    aliases={
        "codecs.open": "io.open",
        "pathlib.PosixPath": "pathlib.Path",
        "pathlib.WindowsPath": "pathlib.Path",
        "pathlib.Path.parent": "pathlib.Path",
        "posixpath": "os.path",
        "ntpath": "os.path",
        "posix": "os",
        "os.path.os": "os",
        "_io.open": "io.open",
        "pathlib.Path.parents": "pathlib.Path",
    },
)
