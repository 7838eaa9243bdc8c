# The consumer's CMakeLists.txt: it knows the installed package and nothing of this tree.
cmake_minimum_required(VERSION 3.20)
project(consumer LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_EXTENSIONS OFF)
find_package(cairn 0.1 REQUIRED)
add_executable(consumer main.cc)
target_link_libraries(consumer PRIVATE cairn::cairn)
