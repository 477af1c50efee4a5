# SPDX-License-Identifier: Apache-2.0
# GoogleTest for a machine that has no package of it, from the sources Debian installs (googletest).
find_path(NACRE_GTEST_DIR src/gtest-all.cc PATHS /usr/src/googletest/googletest NO_CMAKE_FIND_ROOT_PATH)
if(NOT NACRE_GTEST_DIR)
  message(FATAL_ERROR "GoogleTest's sources not found: install googletest, or configure with -DNACRE_BUILD_TESTS=OFF")
endif()
find_package(Threads REQUIRED)
add_library(nacre_gtest STATIC ${NACRE_GTEST_DIR}/src/gtest-all.cc)
add_library(nacre_gtest_main STATIC ${NACRE_GTEST_DIR}/src/gtest_main.cc)
target_include_directories(nacre_gtest SYSTEM PUBLIC ${NACRE_GTEST_DIR}/include PRIVATE ${NACRE_GTEST_DIR})
target_link_libraries(nacre_gtest PUBLIC Threads::Threads)
target_link_libraries(nacre_gtest_main PUBLIC nacre_gtest)
add_library(GTest::gtest ALIAS nacre_gtest)
add_library(GTest::gtest_main ALIAS nacre_gtest_main)
