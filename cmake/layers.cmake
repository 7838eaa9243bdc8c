# The vocabulary in which every folder's CMakeLists.txt is written.

# cairn_subdirectories(a b ...): adds those of the given folders that are written.
function(cairn_subdirectories)
  foreach(folder IN LISTS ARGN)
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt")
      add_subdirectory("${folder}")
    endif()
  endforeach()
endfunction()

function(cairn_generated_directory out)
  file(RELATIVE_PATH here "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  set(${out} "${PROJECT_BINARY_DIR}/generated/${here}" PARENT_SCOPE)
endfunction()

add_library(cairn_includes INTERFACE)
target_include_directories(cairn_includes INTERFACE
  "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/engine/include" "${PROJECT_BINARY_DIR}/generated")

# Precompiled headers, made once per kind and shared by every target of that kind: they halve the time of a
# clean build. `library` is for everything, `engine` for the layers above the pure half, `compat` for commands,
# `program` for executables, `test` for those of GoogleTest. Headers of ours are listed where most files of a kind include them anyway. The
# fuzz tree does without, so that a missing #include is an error somewhere.
set(CAIRN_PCH_library <algorithm> <array> <atomic> <chrono> <cmath> <cstdint> <cstring> <functional> <limits> <map>
    <memory> <mutex> <optional> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>
    <cairn/bson.h> <cairn/collection.h> <cairn/interrupt_scope.h> <cairn/status.h> <fmt/format.h>)
set(CAIRN_PCH_engine ${CAIRN_PCH_library} "${PROJECT_SOURCE_DIR}/engine/aggregate/pipeline.h"
    "${PROJECT_SOURCE_DIR}/engine/catalog/collection.h" "${PROJECT_SOURCE_DIR}/engine/exec/record_source.h"
    "${PROJECT_SOURCE_DIR}/engine/plan/plan.h")
set(CAIRN_PCH_compat ${CAIRN_PCH_library} "${PROJECT_SOURCE_DIR}/compat/mongodb/command/command.h"
    "${PROJECT_SOURCE_DIR}/compat/mongodb/command/state.h")
set(CAIRN_PCH_program ${CAIRN_PCH_library})
set(CAIRN_PCH_test ${CAIRN_PCH_library} <gmock/gmock.h> <gtest/gtest.h>)
# Tests are compiled once and run for seconds; what they test is optimised as it is for users.
set(CAIRN_TEST_OPTIONS -O0)
if(CAIRN_SANITIZERS)
  set(CAIRN_TEST_OPTIONS)
endif()
# What ccache needs of either compiler to recognise a precompiled header that a file uses. Not where one is made: told to preprocess
# by it, GCC would read the header's last version instead of the files it is made of, and ccache would give out that one.
set(CAIRN_PCH_MADE "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
set(CAIRN_PCH_OPTIONS $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess> ${CAIRN_PCH_MADE})
if(CAIRN_PCH)
  foreach(kind library engine compat program test)
    file(CONFIGURE OUTPUT ${kind}_pch.cc CONTENT "int main() { return 0; }\n" @ONLY)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/${kind}_pch.cc")
    if(kind MATCHES "program|test")
      add_executable(cairn_pch_${kind} EXCLUDE_FROM_ALL "${source}")
    else()
      add_library(cairn_pch_${kind} STATIC "${source}")
    endif()
    target_precompile_headers(cairn_pch_${kind} PRIVATE ${CAIRN_PCH_${kind}})
    target_link_libraries(cairn_pch_${kind} PRIVATE cairn_includes cairn_flags)
    target_compile_options(cairn_pch_${kind} PRIVATE ${CAIRN_PCH_MADE})
    if(CAIRN_PCH_LAUNCHER)
      set_target_properties(cairn_pch_${kind} PROPERTIES CXX_COMPILER_LAUNCHER "${CAIRN_PCH_LAUNCHER}")
    endif()
  endforeach()
  target_compile_options(cairn_pch_test PRIVATE ${CAIRN_TEST_OPTIONS})
endif()

# Most of our files are short, and what a compiler does before it reads the first line of one costs as much as the file:
# the layers are compiled eight files at a time. Their names without linkage therefore differ within a layer. The fuzz
# and lint trees compile each file alone, so that what one needs of another is an error somewhere.
set(CAIRN_FILES_AT_ONCE 8)

# cairn_set_up(<target> <kind>): what every target of ours has; kind: of its precompiled header.
function(cairn_set_up target kind)
  target_link_libraries(${target} PUBLIC cairn_includes PRIVATE $<BUILD_INTERFACE:cairn_flags>)
  get_target_property(sources ${target} SOURCES)
  if(CAIRN_PCH AND sources MATCHES "\\.cc")
    target_precompile_headers(${target} REUSE_FROM cairn_pch_${kind})
    target_compile_options(${target} PRIVATE ${CAIRN_PCH_OPTIONS})
  endif()
endfunction()

# cairn_layer(<name> [SOURCES <file>...] [DEPS cairn_<x>...] [LIBS cairn::<foreign>...] [PCH <kind>] [ALONE <file>...])
# A static library cairn_<name>. Without sources it carries include paths and dependencies only. ALONE: files compiled one by one,
# because names of theirs mean something else in other files too (the positions of an operator's arguments, say).
# Layers under engine, index, wire and compat become part of the installed libcairn.a.
function(cairn_layer name)
  cmake_parse_arguments(L "" "PCH" "SOURCES;DEPS;LIBS;ALONE" ${ARGN})
  if(NOT L_PCH)
    set(L_PCH library)
  endif()
  if(L_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "cairn_layer(${name}): unexpected ${L_UNPARSED_ARGUMENTS}")
  endif()
  set(target cairn_${name})
  if(NOT L_SOURCES)
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE cairn_includes ${L_DEPS} ${L_LIBS})
  else()
    add_library(${target} STATIC ${L_SOURCES})
    cairn_set_up(${target} ${L_PCH})
    target_link_libraries(${target} PUBLIC ${L_DEPS} ${L_LIBS})
    set_target_properties(${target} PROPERTIES UNITY_BUILD ${CAIRN_UNITY} UNITY_BUILD_BATCH_SIZE ${CAIRN_FILES_AT_ONCE})
    set_source_files_properties(${L_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  file(RELATIVE_PATH here "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  foreach(library IN LISTS L_LIBS)
    if(NOT library MATCHES "^cairn::")
      message(FATAL_ERROR "cairn_layer(${name}): ${library} is no row of cmake/dependencies.cmake")
    endif()
  endforeach()
  if(here MATCHES "^(engine|index|wire|compat)(/|$)")
    if(L_SOURCES)
      set_property(GLOBAL APPEND PROPERTY cairn_installed_layers ${target})
    endif()
    set_property(GLOBAL APPEND PROPERTY cairn_installed_libs ${L_LIBS})
  endif()
endfunction()

# cairn_family(<target> NAME <snake> DIR <subdir> [ALONE] ENTRIES <entry>...)
# Compiles <subdir>/<entry>.cc of every entry into <target> and writes the family's table,
# "<this folder>/<subdir>/table.inc": one line CAIRN_ROW(<entry>) per entry, in the order given. An
# entry's file defines `extern const <Row> row_<entry>`. The list in CMake is the whole truth; a
# source file that nothing compiles is reported by the house tests. ALONE: as of cairn_layer.
function(cairn_family target)
  cmake_parse_arguments(F "ALONE" "NAME;DIR" "ENTRIES" ${ARGN})
  if(NOT F_NAME OR NOT F_DIR OR F_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "cairn_family(${target}): NAME, DIR and ENTRIES, nothing else")
  endif()
  set(rows "// ${F_NAME}: written by CMake from cairn_family(... ENTRIES ...).\n")
  foreach(entry IN LISTS F_ENTRIES)
    set(source "${CMAKE_CURRENT_SOURCE_DIR}/${F_DIR}/${entry}.cc")
    target_sources(${target} PRIVATE "${source}")
    if(F_ALONE)
      set_source_files_properties("${source}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
    string(APPEND rows "CAIRN_ROW(${entry})\n")
  endforeach()
  cairn_generated_directory(generated)
  file(CONFIGURE OUTPUT "${generated}/${F_DIR}/table.inc" CONTENT "${rows}" @ONLY)
endfunction()

# Everything that a build generates and the sources include: what clang-tidy needs, without compiling.
add_custom_target(generated)

# cairn_flatbuffers(<target> SCHEMAS <file.fbs>...)
# Generates "<this folder>/<file>_generated.h" for each schema before <target> is compiled.
function(cairn_flatbuffers target)
  cmake_parse_arguments(F "" "" "SCHEMAS" ${ARGN})
  cairn_generated_directory(generated)
  foreach(schema IN LISTS F_SCHEMAS)
    cmake_path(GET schema STEM stem)
    set(header "${generated}/${stem}_generated.h")
    add_custom_command(OUTPUT "${header}"
      COMMAND "${CAIRN_FLATC}" --cpp --cpp-std c++17 --scoped-enums -o "${generated}"
              "${CMAKE_CURRENT_SOURCE_DIR}/${schema}"
      DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${schema}" COMMENT "flatc ${schema}" VERBATIM)
    target_sources(${target} PRIVATE "${header}")
    add_custom_target(generated_${stem} DEPENDS "${header}")
    add_dependencies(generated generated_${stem})
  endforeach()
endfunction()

# What the tsan and the fuzz tree build, and nothing else.
add_custom_target(concurrency_tests)
add_custom_target(fuzzers)

# Each tree runs its own part of the suite, so that the trees together are one suite: the debug tree
# leaves out what is long or needs clients or looks at the sources; the tsan tree runs `concurrency`,
# the fuzz tree `fuzz`; a tree of no name runs everything. Sets <out> for an entry with these labels.
function(cairn_entry_belongs out)
  set(${out} ON)
  if(NOT CAIRN_TESTS)
    set(${out} OFF)
  elseif(CAIRN_TREE STREQUAL "debug")
    foreach(label clients long house bench heavy)
      if(label IN_LIST ARGN)
        set(${out} OFF)
      endif()
    endforeach()
  elseif(CAIRN_TREE STREQUAL "tsan" AND NOT "concurrency" IN_LIST ARGN)
    set(${out} OFF)
  elseif(CAIRN_TREE STREQUAL "fuzz" AND NOT "fuzz" IN_LIST ARGN)
    set(${out} OFF)
  endif()
  return(PROPAGATE ${out})
endfunction()

# cairn_entry(<name> COMMAND <word>... [LABELS ...] [TIMEOUT ...] [ENVIRONMENT A=b...])
# A ctest entry. It runs from the source root, finds its paths in the environment, has a time limit,
# and exits with 77 to say "skipped: not on this machine". Named trees prefix their entries' names.
function(cairn_entry name)
  cmake_parse_arguments(P "" "TIMEOUT" "COMMAND;LABELS;ENVIRONMENT" ${ARGN})
  if(P_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "test ${name}: unexpected ${P_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT P_TIMEOUT)
    set(P_TIMEOUT 300)
  endif()
  if(CAIRN_TREE)
    set(name "${CAIRN_TREE}.${name}")
  endif()
  set(suppressions "${PROJECT_SOURCE_DIR}/tests/sanitizers")
  add_test(NAME ${name} COMMAND ${P_COMMAND} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${P_TIMEOUT} LABELS "${P_LABELS}" SKIP_RETURN_CODE 77)
  set_property(TEST ${name} PROPERTY ENVIRONMENT
    "CAIRN_SOURCE_DIR=${PROJECT_SOURCE_DIR}" "CAIRN_BUILD_DIR=${PROJECT_BINARY_DIR}"
    "CAIRN_BINARY=${PROJECT_BINARY_DIR}/cairn"
    "ASAN_OPTIONS=strict_string_checks=1:detect_stack_use_after_return=1"
    "UBSAN_OPTIONS=print_stacktrace=1"
    "LSAN_OPTIONS=suppressions=${suppressions}/lsan.supp:print_suppressions=0"
    "TSAN_OPTIONS=suppressions=${suppressions}/tsan.supp:halt_on_error=1:second_deadlock_stack=1"
    ${P_ENVIRONMENT})
endfunction()

# cairn_script_test(<name> COMMAND <word>... [LABELS ...] [TIMEOUT ...] [ENVIRONMENT A=b...])
# A ctest entry that is any command.
function(cairn_script_test name)
  cmake_parse_arguments(T "" "" "LABELS" ${ARGN})
  cairn_entry_belongs(wanted ${T_LABELS})
  if(wanted)
    cairn_entry(${name} ${ARGN})
  endif()
endfunction()

# cairn_program_in(<folder> <kind> <name> <source>...): an executable of ours in <build>/<folder>.
function(cairn_program_in folder kind name)
  add_executable(${name} ${ARGN})
  cairn_set_up(${name} ${kind})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/${folder}")
endfunction()

# cairn_test(<name> SOURCES <file>... [LIBS <library>...] [LABELS <label>...] [TIMEOUT <seconds>]
#            [ENVIRONMENT A=b...] [ARGS <argument>...])
# A GoogleTest program and one ctest entry of its name. Labels with a meaning: `concurrency` runs
# under TSan too; `long` and `clients` do not run in the debug tree, `heavy` ones neither: sanitizers make minutes of them.
function(cairn_test name)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;LIBS;LABELS;ENVIRONMENT;ARGS" ${ARGN})
  if(NOT CAIRN_TESTS)
    return()
  endif()
  cairn_program_in(bin test ${name} ${T_SOURCES})
  target_compile_options(${name} PRIVATE ${CAIRN_TEST_OPTIONS})
  if("undefined" IN_LIST CAIRN_SANITIZERS)
    # What is under test has the checks; in the tests themselves they double the time to compile.
    target_compile_options(${name} PRIVATE -fno-sanitize=undefined)
  endif()
  target_link_libraries(${name} PRIVATE ${T_LIBS} cairn::gmock cairn::gtest_main cairn::threads)
  if("concurrency" IN_LIST T_LABELS)
    add_dependencies(concurrency_tests ${name})
  endif()
  # Every tree knows every program; it builds and runs those that are its part of the suite.
  cairn_entry_belongs(wanted ${T_LABELS})
  if(NOT wanted)
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    return()
  endif()
  cairn_entry(${name} COMMAND ${name} ${T_ARGS} TIMEOUT "${T_TIMEOUT}" LABELS ${T_LABELS}
              ENVIRONMENT ${T_ENVIRONMENT})
endfunction()

# cairn_fuzzer(<name> SOURCES <file>... [LIBS <library>...] [DICT <file>])
# A libFuzzer program, in the fuzz tree only. Its ctest entry starts from tests/fuzz/corpus/<name>,
# keeps what it learns in the build tree, and runs CAIRN_FUZZ_SECONDS seconds.
function(cairn_fuzzer name)
  cmake_parse_arguments(F "" "DICT" "SOURCES;LIBS" ${ARGN})
  if(NOT CAIRN_FUZZING)
    return()
  endif()
  cairn_program_in(fuzz program ${name} ${F_SOURCES})
  target_link_libraries(${name} PRIVATE ${F_LIBS} cairn::threads)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  add_dependencies(fuzzers ${name})
  set(learned "${PROJECT_BINARY_DIR}/corpus/${name}")
  file(MAKE_DIRECTORY "${learned}")
  set(arguments -max_total_time=${CAIRN_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=2048
      "-artifact_prefix=${learned}/" "${learned}")
  if(F_DICT)
    list(PREPEND arguments "-dict=${CMAKE_CURRENT_SOURCE_DIR}/${F_DICT}")
  endif()
  if(IS_DIRECTORY "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
    list(APPEND arguments "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
  endif()
  cairn_entry(${name} COMMAND ${name} ${arguments} LABELS fuzz)
endfunction()

# cairn_benchmark(<name> SOURCES <file>... [LIBS <library>...])
# A Google Benchmark program in <build>/bench. Its ctest entry only proves that it runs.
function(cairn_benchmark name)
  cmake_parse_arguments(B "" "" "SOURCES;LIBS" ${ARGN})
  if(NOT CAIRN_BENCH)
    return()
  endif()
  cairn_program_in(bench program ${name} ${B_SOURCES})
  target_link_libraries(${name} PRIVATE ${B_LIBS} cairn::benchmark cairn::threads)
  cairn_script_test(${name} COMMAND ${name} --benchmark_min_time=0.001 LABELS bench)
endfunction()
