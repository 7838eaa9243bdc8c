# What `cmake --install` leaves: the public headers, libcairn.a (all layers an embedder may use, in
# one archive), find_package(cairn), pkg-config's cairn.pc, and the binary.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(layers GLOBAL PROPERTY cairn_installed_layers)
get_property(libs GLOBAL PROPERTY cairn_installed_libs)
if(TARGET cairn)
  install(TARGETS cairn RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  if(NOT CAIRN_SANITIZERS AND NOT CAIRN_ALLOCATOR STREQUAL "system")
    target_link_libraries(cairn PRIVATE cairn::${CAIRN_ALLOCATOR})
  endif()
endif()
if(NOT layers)
  return()
endif()

set(objects)
foreach(layer IN LISTS layers)
  list(APPEND objects $<TARGET_OBJECTS:${layer}>)
endforeach()
add_library(cairn_archive STATIC ${objects})
set_target_properties(cairn_archive PROPERTIES OUTPUT_NAME cairn LINKER_LANGUAGE CXX)

# The foreign libraries behind the archive, as names for find_package and as words for pkg-config.
list(REMOVE_DUPLICATES libs)
list(TRANSFORM libs REPLACE "^cairn::" "")
list(APPEND libs threads)
list(REMOVE_DUPLICATES libs)
set(words)
foreach(name IN LISTS libs)
  cairn_link_words(${name} more)
  list(APPEND words ${more})
endforeach()
list(REMOVE_DUPLICATES words)
list(JOIN words " " CAIRN_LINK_WORDS)
set(CAIRN_FOREIGN_NAMES ${libs})
list(JOIN CAIRN_FOREIGN_NAMES " " CAIRN_FOREIGN_NAMES)

set(package "${PROJECT_BINARY_DIR}/package")
set(destination "${CMAKE_INSTALL_LIBDIR}/cmake/cairn")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/cairn-config.cmake.in"
  "${package}/cairn-config.cmake" INSTALL_DESTINATION "${destination}"
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file("${package}/cairn-config-version.cmake"
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
# Relative, so that an installed tree may be moved (and `cmake --install --prefix` works).
file(RELATIVE_PATH CAIRN_PC_TO_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file("${PROJECT_SOURCE_DIR}/cmake/cairn.pc.in" "${package}/cairn.pc" @ONLY)

install(TARGETS cairn_archive ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/engine/include/cairn"
                  "${PROJECT_SOURCE_DIR}/compat/include/cairn"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.h")
install(FILES "${package}/cairn-config.cmake" "${package}/cairn-config-version.cmake"
  DESTINATION "${destination}")
install(FILES "${PROJECT_SOURCE_DIR}/cmake/dependencies.cmake" DESTINATION "${destination}"
  RENAME cairn-dependencies.cmake)
install(FILES "${package}/cairn.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
