# SPDX-License-Identifier: Apache-2.0
# An overlay port that builds the tree it lies in:
#   vcpkg install nacre --overlay-ports=PATH/TO/nacre/packaging/vcpkg
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

vcpkg_check_features(OUT_FEATURE_OPTIONS options FEATURES tools NACRE_BUILD_CLI)
vcpkg_cmake_configure(SOURCE_PATH "${SOURCE_PATH}"
                      OPTIONS -DNACRE_BUILD_TESTS=OFF -DNACRE_INSTALL=ON ${options})
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/nacre)
vcpkg_fixup_pkgconfig()
if(VCPKG_LIBRARY_LINKAGE STREQUAL "dynamic")
  # The static twin of a shared library is not vcpkg's way.
  foreach(dir lib debug/lib)
    file(REMOVE "${CURRENT_PACKAGES_DIR}/${dir}/libnacre.a")
  endforeach()
endif()
if("tools" IN_LIST FEATURES)
  vcpkg_copy_tools(TOOL_NAMES nacre AUTO_CLEAN)
endif()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
