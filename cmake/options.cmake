# What a user may choose, in one place. `cmake -LH` prints it.
option(CAIRN_DEVELOPER_MODE "Warnings are errors" ${PROJECT_IS_TOP_LEVEL})
option(CAIRN_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(CAIRN_BENCH "Build the benchmarks" ${PROJECT_IS_TOP_LEVEL})
option(CAIRN_PCH "Precompile the standard headers" OFF)
option(CAIRN_UNITY "Compile several source files of a layer at a time" OFF)
set(CAIRN_SANITIZE "" CACHE STRING
    "Sanitizers, e.g. address,undefined or thread; `fuzzer` adds the libFuzzer targets (clang)")
set(CAIRN_TREE "" CACHE STRING
    "debug, tsan or fuzz: run only that tree's part of the suite, its entries named <tree>.<test>")
set(CAIRN_ROCKSDB_ROOT "" CACHE PATH
    "Prefix of a RocksDB built by yourself (a release build is faster than Debian's)")
set(CAIRN_ALLOCATOR "jemalloc" CACHE STRING "Allocator of the binary: jemalloc, mimalloc or system")
set(CAIRN_FUZZ_SECONDS "5" CACHE STRING "How long ctest runs each fuzz target")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release or Debug" FORCE)
endif()

string(REPLACE "," ";" CAIRN_SANITIZERS "${CAIRN_SANITIZE}")
set(CAIRN_FUZZING OFF)
if("fuzzer" IN_LIST CAIRN_SANITIZERS)
  set(CAIRN_FUZZING ON)
endif()
