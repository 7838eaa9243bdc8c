# Compiler flags for our own targets, carried by the interface target `cairn_flags`; the few that
# every object of a tree must share (sanitizers, assertions of the standard library) are global.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)  # libcairn.a may end up in somebody's shared library
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)    # clang-tidy
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")

# Line tables only in Debug: stack traces stay readable, links stay small.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-g1 -fno-omit-frame-pointer")

add_library(cairn_flags INTERFACE)
target_compile_options(cairn_flags INTERFACE -Wall -Wextra -Wshadow -Wno-missing-field-initializers)
if(CAIRN_DEVELOPER_MODE)
  target_compile_options(cairn_flags INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these inside its own std::string and std::variant when it optimises (PR 105329,
  # PR 105562); sanitizers make it worse. clang's build still checks what they were meant to find.
  target_compile_options(cairn_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized
    -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds $<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage> -fdiagnostics-color=always)
else()
  target_compile_options(cairn_flags INTERFACE -fcolor-diagnostics)
endif()

# libstdc++ 12 offers std::expected only to a compiler that claims all of C++20's concepts; clang
# before 19 implements what is used but does not claim it.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-builtin-macro-redefined>
                      "$<$<COMPILE_LANGUAGE:CXX>:-U__cpp_concepts;-D__cpp_concepts=202002L>")
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()

if(CAIRN_SANITIZERS)
  set(checks ${CAIRN_SANITIZERS})
  list(TRANSFORM checks REPLACE "^fuzzer$" "fuzzer-no-link")
  list(JOIN checks "," checks)
  # -O1: sanitized code at -O0 is so slow that the suite would not finish in time.
  add_compile_options(-fsanitize=${checks} -fno-sanitize-recover=all -O1)
  string(REPLACE ",fuzzer-no-link" "" link_checks ",${checks}")
  string(REGEX REPLACE "^," "" link_checks "${link_checks}")
  if(link_checks)
    add_link_options(-fsanitize=${link_checks})
  endif()
endif()

find_program(CAIRN_CCACHE ccache)
if(CAIRN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Relative paths in the cache's keys let several checkouts and build trees share it.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
      "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
      "${CAIRN_CCACHE}")
  # A precompiled header has the paths of what it is made of in it, and so have its dependencies: another checkout's, got from the
  # cache, would not be made anew when a header of this one changes.
  set(CAIRN_PCH_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
  list(TRANSFORM CAIRN_PCH_LAUNCHER REPLACE "^CCACHE_BASEDIR=.*" "CCACHE_BASEDIR=")
  list(TRANSFORM CAIRN_PCH_LAUNCHER REPLACE "^CCACHE_NOHASHDIR=1" "CCACHE_HASHDIR=1")
endif()

find_program(CAIRN_MOLD mold)
find_program(CAIRN_LLD ld.lld)
if(CAIRN_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(CAIRN_LLD)
  add_link_options(-fuse-ld=lld)
endif()
