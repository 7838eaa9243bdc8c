# Foreign packages, each found once and named cairn::<name>. All of them are Debian 12 packages.
# What is missing is listed in one message, as the command that installs it.
#
# The same file is installed beside cairn-config.cmake: a consumer finds what libcairn.a needs by
# the same rows, so the two cannot drift apart.
include_guard(GLOBAL)
include(CMakeParseArguments)

# cairn_foreign(<name> APT <package> HEADER <file> [LIBRARIES <l>...] [SUFFIXES <dir>...]
#               [HINTS <dir>...] [DEFINITIONS <d>...])
# Adds the row <name>; nothing is searched for until cairn_find(<name>).
function(cairn_foreign name)
  set_property(GLOBAL PROPERTY cairn_foreign_${name} "${ARGN}")
  set_property(GLOBAL APPEND PROPERTY cairn_foreign_names ${name})
endfunction()

# Creates cairn::<name>, or appends the package to `cairn_missing` in the caller's scope.
function(cairn_find name)
  if(TARGET cairn::${name})
    return()
  endif()
  get_property(row GLOBAL PROPERTY cairn_foreign_${name})
  cmake_parse_arguments(F "" "APT;HEADER" "LIBRARIES;SUFFIXES;HINTS;DEFINITIONS" ${row})
  set(found)
  find_path(CAIRN_${name}_INCLUDE "${F_HEADER}" HINTS ${F_HINTS} PATH_SUFFIXES include ${F_SUFFIXES})
  if(NOT CAIRN_${name}_INCLUDE)
    set(cairn_missing ${cairn_missing} ${F_APT} PARENT_SCOPE)
    return()
  endif()
  foreach(library IN LISTS F_LIBRARIES)
    # The compiler's own folders too: that is where GCC keeps its libgomp.
    find_library(CAIRN_${name}_${library} NAMES ${library} PATH_SUFFIXES lib
                 HINTS ${F_HINTS} ${CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES})
    if(NOT CAIRN_${name}_${library})
      set(cairn_missing ${cairn_missing} ${F_APT} PARENT_SCOPE)
      return()
    endif()
    list(APPEND found "${CAIRN_${name}_${library}}")
    mark_as_advanced(CAIRN_${name}_${library})
  endforeach()
  mark_as_advanced(CAIRN_${name}_INCLUDE)
  add_library(cairn::${name} INTERFACE IMPORTED GLOBAL)
  set_target_properties(cairn::${name} PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${CAIRN_${name}_INCLUDE}"
    INTERFACE_LINK_LIBRARIES "${found}"
    INTERFACE_COMPILE_DEFINITIONS "${F_DEFINITIONS}")
endfunction()

# Finds every given name; in <missing>, the Debian packages that would provide what was not found.
function(cairn_find_all missing)
  set(cairn_missing)
  foreach(name IN LISTS ARGN)
    cairn_find(${name})
  endforeach()
  list(REMOVE_DUPLICATES cairn_missing)
  set(${missing} ${cairn_missing} PARENT_SCOPE)
endfunction()

# The -l (and -L) words that pkg-config prints for <name>, in <out>.
function(cairn_link_words name out)
  get_property(row GLOBAL PROPERTY cairn_foreign_${name})
  cmake_parse_arguments(F "" "APT;HEADER" "LIBRARIES;SUFFIXES;HINTS;DEFINITIONS" ${row})
  set(words)
  foreach(hint IN LISTS F_HINTS)
    list(APPEND words "-L${hint}/lib")
  endforeach()
  foreach(library IN LISTS F_LIBRARIES)
    list(APPEND words "-l${library}")
  endforeach()
  set(${out} ${words} PARENT_SCOPE)
endfunction()

cairn_foreign(rocksdb APT librocksdb-dev HEADER rocksdb/db.h LIBRARIES rocksdb
              HINTS ${CAIRN_ROCKSDB_ROOT})
cairn_foreign(flatbuffers APT libflatbuffers-dev HEADER flatbuffers/flatbuffers.h)
cairn_foreign(simdjson APT libsimdjson-dev HEADER simdjson.h LIBRARIES simdjson)
cairn_foreign(xxhash APT libxxhash-dev HEADER xxhash.h LIBRARIES xxhash)
cairn_foreign(hwy APT libhwy-dev HEADER hwy/highway.h LIBRARIES hwy)
# Static; of the graph alone, but its random numbers share an object with what calls BLAS.
cairn_foreign(faiss APT libfaiss-dev HEADER faiss/impl/HNSW.h LIBRARIES faiss blas gomp)
cairn_foreign(asio APT libasio-dev HEADER asio.hpp
              DEFINITIONS ASIO_STANDALONE ASIO_NO_DEPRECATED)
cairn_foreign(openssl APT libssl-dev HEADER openssl/ssl.h LIBRARIES ssl crypto)
cairn_foreign(snappy APT libsnappy-dev HEADER snappy.h LIBRARIES snappy)
cairn_foreign(zlib APT zlib1g-dev HEADER zlib.h LIBRARIES z)
cairn_foreign(zstd APT libzstd-dev HEADER zstd.h LIBRARIES zstd)
cairn_foreign(icu APT libicu-dev HEADER unicode/ucol.h LIBRARIES icui18n icuuc icudata)
# S2 is shared and carries its Abseil behind it; its headers log by themselves where assertions are on.
cairn_foreign(s2 APT libs2-dev HEADER s2/s2polygon.h LIBRARIES s2 absl_raw_logging_internal)
cairn_foreign(stemmer APT libstemmer-dev HEADER libstemmer.h LIBRARIES stemmer)
cairn_foreign(pcre2 APT libpcre2-dev HEADER pcre2.h LIBRARIES pcre2-8
              DEFINITIONS PCRE2_CODE_UNIT_WIDTH=8)
# The variant of Intel's library that takes rounding mode and flags as arguments: no globals, so it
# is safe in any thread.
cairn_foreign(decimal APT libintelrdfpmath-dev HEADER bid_functions.h LIBRARIES bidgcc000
              DEFINITIONS DECIMAL_CALL_BY_REFERENCE=0 DECIMAL_GLOBAL_ROUNDING=0
                          DECIMAL_GLOBAL_EXCEPTION_FLAGS=0)
cairn_foreign(cli11 APT libcli11-dev HEADER CLI/CLI.hpp)
cairn_foreign(fmt APT libfmt-dev HEADER fmt/core.h LIBRARIES fmt)
cairn_foreign(spdlog APT libspdlog-dev HEADER spdlog/spdlog.h LIBRARIES spdlog fmt
              DEFINITIONS SPDLOG_SHARED_LIB SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)
cairn_foreign(yaml APT libyaml-cpp-dev HEADER yaml-cpp/yaml.h LIBRARIES yaml-cpp)
cairn_foreign(mongoc APT libmongoc-dev HEADER mongoc/mongoc.h LIBRARIES mongoc-1.0
              SUFFIXES libmongoc-1.0)
cairn_foreign(libbson APT libbson-dev HEADER bson/bson.h LIBRARIES bson-1.0
              SUFFIXES libbson-1.0)
cairn_foreign(benchmark APT libbenchmark-dev HEADER benchmark/benchmark.h LIBRARIES benchmark)
cairn_foreign(gtest APT libgtest-dev HEADER gtest/gtest.h LIBRARIES gtest)
cairn_foreign(gtest_main APT libgtest-dev HEADER gtest/gtest.h LIBRARIES gtest_main gtest)
cairn_foreign(gmock APT libgmock-dev HEADER gmock/gmock.h LIBRARIES gmock)
cairn_foreign(jemalloc APT libjemalloc-dev HEADER jemalloc/jemalloc.h LIBRARIES jemalloc)
cairn_foreign(mimalloc APT libmimalloc-dev HEADER mimalloc.h LIBRARIES mimalloc
              SUFFIXES mimalloc-2.0)

# In glibc since 2.34; older ones still need the word.
cairn_foreign(threads APT libc6-dev HEADER pthread.h LIBRARIES pthread)
