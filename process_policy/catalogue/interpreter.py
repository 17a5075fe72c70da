"""The interpreter itself: code by name, memory, and leaving the sandbox."""

from process_policy.catalogue.topic import Topic, by_rule

INTERPRETER = Topic(
    references=by_rule(
        DET016="""
            functools: lru_cache cache
            cachetools: cached cachedmethod
            cachetools.func: lru_cache lfu_cache ttl_cache rr_cache
            async_lru: alru_cache
            aiocache: cached
            methodtools: lru_cache
            backports.functools_lru_cache: lru_cache
        """,
        DET011="builtins.set: pop",
        DET013="temporalio.workflow.unsafe: sandbox_unrestricted",
        DET015="""
            builtins: eval exec compile __import__ __builtins__
            importlib: import_module reload __import__ find_loader
            importlib.util: find_spec module_from_spec spec_from_file_location spec_from_loader
            sys: modules meta_path path_hooks path_importer_cache
            types: FunctionType CodeType
        """,
        DET017="sys: getrefcount getallocatedblocks _debugmallocstats _clear_type_cache",
    ),
    calls=by_rule(DET014="builtins: hash id"),
    libraries=by_rule(
        DET015="runpy pkgutil imp ctypes cffi importlib.machinery importlib.abc",
        DET017="gc weakref objgraph pympler guppy",
    ),
    aliases={"_weakref": "weakref"},
)
