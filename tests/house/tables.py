"""The house rules' tables: layers, foreign libraries, limits, and the exceptions with their reasons.

To allow something new, add a row here; the reason is part of the row.
"""

# Where `<cairn/...>` is found. The engine's headers are for everybody; a dialect's (commands without a
# server) are for what stands on the dialect, and for embedders.
PUBLIC_ROOTS = ("engine/include/", "compat/include/")

# A folder -> what its files may include, as path prefixes of root-relative includes. A folder may
# always include itself. The longest matching folder decides. DESIGN, "Layers".
PUBLIC = "engine/include/cairn"
ENGINE_STEPS = ("bson expr match project update storage keys catalog records transaction changes plan exec write "
                "aggregate api").split()

LAYERS = {
    PUBLIC: ["cairn/"],
    "compat/include/cairn": ["cairn/", "compat/include/"],
    "index": ["cairn/", "index/"],
    "wire": ["cairn/", "wire/"],
    "compat": ["cairn/", "wire/", "compat/"],
    "server": ["cairn/", "wire/", "compat/", "server/"],
    "bench": None,  # measures anything
    "tests": None,  # tests anything
    "tests/install": ["cairn/", "compat/include/"],
    "docs/examples": ["cairn/", "compat/include/"],
}
for _at, _step in enumerate(ENGINE_STEPS):
    LAYERS["engine/" + _step] = (["cairn/", "index/"] +
                                 ["engine/%s/" % s for s in ENGINE_STEPS[:_at + 1]])

# (library, header pattern, folders that may see it). Tests and benchmarks of a folder may see what
# the folder sees; `tests` and `bench` rows say what only they see.
FOREIGN = [
    ("RocksDB", r"rocksdb/", ["engine/storage"]),
    ("FAISS", r"faiss/", ["index/vector"]),
    ("Highway", r"hwy/", ["index/vector"]),
    ("processor intrinsics", r"(\w*mmintrin|x86\w*|arm_\w*)\.h$", ["index/vector", "engine/storage"]),
    ("FlatBuffers", r"flatbuffers/", ["engine/catalog", "engine/storage", "index/vector"]),
    ("xxHash", r"xxhash\.h$", ["engine/bson", "engine/storage", "index/vector"]),
    ("simdjson", r"simdjson", ["engine/bson"]),
    ("Intel's decimal library", r"bid_(conf|functions)\.h$", ["engine/bson"]),
    ("ICU", r"unicode/", ["engine/bson", "engine/match", "engine/expr", "index/text"]),
    ("PCRE2", r"pcre2\.h$", ["engine/expr"]),
    ("libstemmer", r"libstemmer", ["index/text"]),
    ("S2", r"s2/", ["index/geo"]),
    ("CRoaring", r"roaring/", ["index", "engine/records", "engine/exec"]),
    ("Asio", r"asio(\.hpp$|/)", ["server/net"]),
    ("OpenSSL's TLS", r"openssl/ssl\.h$", ["server/net"]),
    ("OpenSSL's primitives", r"openssl/(?!ssl\.h)", ["compat/mongodb/auth", "server/net"]),
    ("snappy", r"snappy", ["wire/mongodb"]),
    ("zlib", r"zlib\.h$", ["wire/mongodb"]),
    ("zstd", r"zstd", ["wire/mongodb"]),
    ("CLI11", r"CLI/", ["server"]),
    ("spdlog", r"spdlog/", ["server"]),
    # In place of std::format, which GCC 12 lacks.
    ("fmt", r"fmt/", ["engine", "index", "wire", "compat", "server"]),
    ("yaml-cpp", r"yaml-cpp/", ["server"]),
    ("jemalloc", r"jemalloc/", ["server"]),
    ("mimalloc", r"mimalloc", ["server"]),
    ("libmongoc", r"(mongoc|bson)/", ["tests", "bench"]),
    ("Google Benchmark", r"benchmark/", ["bench"]),
    ("hnswlib", r"hnswlib/", ["bench/ann"]),
    ("OpenMP", r"omp\.h$", ["bench/ann"]),  # FAISS's threads
    ("GoogleTest", r"g(test|mock)/", ["tests"]),
    ("sanitizer interfaces", r"sanitizer/", ["tests"]),
    ("sockets", r"(sys/socket|netinet/.*|arpa/.*|netdb|sys/epoll)\.h$", ["server/net"]),
    ("POSIX", r"(sys/\w+|unistd|fcntl|signal|sched|poll|pthread|spawn|dirent|dlfcn|malloc|time)\.h$",
     # index/vector: segments are mapped files.
     ["engine/storage", "server", "compat/mongodb/commands", "engine/api", "index/vector"]),
    ("libstdc++'s trees with ranks", r"ext/pb_ds/", ["engine/expr"]),
    ("libstdc++'s ABI", r"cxxabi\.h$", ["server"]),
]

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 70

# path -> reason. A file listed here that has become short enough is reported too.
LONG_FILES = {
    "engine/include/cairn/bson.h":
        "the whole vocabulary of documents, read together: views, owners, builder, one include",
}
# "path:function" -> reason.
LONG_FUNCTIONS = {
}

BANNED_WORDS = {"utils", "util", "utilities", "helpers", "helper", "common", "manager", "base",
                "misc"}
# Names that the field itself uses: path or type -> reason.
NAMES_ALLOWED = {
}

# Where the folder above explains all of its subfolders in one table.
EXPLAINED_ABOVE = ("tests", "bench", "docs/examples")
