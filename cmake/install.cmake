# SPDX-License-Identifier: Apache-2.0
#
# `cmake --install BUILD --prefix DIR` and `cpack -G DEB` (or TGZ).
#
# Components: runtime (the shared library), development (headers, static library, CMake and
# pkg-config files), tools (the nacre command, its man page and completions where they exist).
# Without BUILD_SHARED_LIBS there is no runtime component.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(libraries GLOBAL PROPERTY NACRE_LIBRARIES)
install(TARGETS ${libraries} EXPORT nacre-targets
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        COMPONENT development FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")

set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/nacre)
install(EXPORT nacre-targets NAMESPACE nacre:: DESTINATION ${cmake_dir} COMPONENT development)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/nacre-config.cmake.in
                              ${PROJECT_BINARY_DIR}/nacre-config.cmake
                              INSTALL_DESTINATION ${cmake_dir})
# Before 1.0 a minor version may change the API.
set(compatibility SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
endif()
write_basic_package_version_file(${PROJECT_BINARY_DIR}/nacre-config-version.cmake
                                 COMPATIBILITY ${compatibility})
install(FILES ${PROJECT_BINARY_DIR}/nacre-config.cmake
              ${PROJECT_BINARY_DIR}/nacre-config-version.cmake
        DESTINATION ${cmake_dir} COMPONENT development)

# pkg-config: whoever links the static library links its needs too; the shared one knows them. The C++ runtime
# is for programs that a C compiler links, which ask with --static.
set(pc_needs -pthread)
set(pc_runtime "")
foreach(library IN LISTS NACRE_CXX_RUNTIME)
  string(APPEND pc_runtime " -l${library}")
endforeach()
if(NOT NACRE_ATOMICS_INLINE)
  string(APPEND pc_needs " -latomic")
endif()
if(WIN32)
  get_target_property(system_libraries nacre INTERFACE_LINK_LIBRARIES)
  foreach(library IN LISTS system_libraries)
    if(library MATCHES "^[a-z0-9_]+$" AND NOT library STREQUAL "atomic")
      string(APPEND pc_needs " -l${library}")
    endif()
  endforeach()
endif()
if(BUILD_SHARED_LIBS)
  set(pc_libs "")
  set(pc_libs_private "${pc_needs}${pc_runtime}")
else()
  set(pc_libs " ${pc_needs}")
  set(pc_libs_private "${pc_runtime}")
endif()
foreach(dir LIBDIR INCLUDEDIR)
  if(IS_ABSOLUTE ${CMAKE_INSTALL_${dir}})
    set(pc_${dir} ${CMAKE_INSTALL_${dir}})
  else()
    set(pc_${dir} "\${prefix}/${CMAKE_INSTALL_${dir}}")
  endif()
endforeach()
# ${pcfiledir} makes an installation that was moved work; the number of steps is libdir's.
string(REGEX REPLACE "[^/]+" ".." pc_up "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
  set(pc_prefix "\${pcfiledir}/${pc_up}")
endif()
configure_file(${PROJECT_SOURCE_DIR}/packaging/nacre.pc.in ${PROJECT_BINARY_DIR}/nacre.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/nacre.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT development)

if(TARGET nacre_cli)
  install(TARGETS nacre_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
  # Made from the option table by the target nacre_manual; absent from cross builds.
  set(generated ${PROJECT_BINARY_DIR}/cli/generated)
  install(FILES ${generated}/nacre.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
          COMPONENT tools OPTIONAL)
  install(FILES ${generated}/nacre.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
          RENAME nacre COMPONENT tools OPTIONAL)
  install(FILES ${generated}/nacre.fish
          DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT tools OPTIONAL)
  # What Debian's packages install below /usr, zsh looks for in a folder of Debian's own.
  install(CODE "
    if(EXISTS \"${generated}/nacre.zsh\")
      set(folder site-functions)
      if(EXISTS /etc/debian_version AND \"\${CMAKE_INSTALL_PREFIX}\" MATCHES \"/usr/?$\")
        set(folder vendor-completions)
      endif()
      file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATAROOTDIR}/zsh/\${folder}\"
           TYPE FILE RENAME _nacre FILES \"${generated}/nacre.zsh\")
    endif()" COMPONENT tools)
endif()
foreach(component tools development)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR}
          COMPONENT ${component})
endforeach()

set(CPACK_PACKAGE_NAME nacre)
set(CPACK_PACKAGE_VENDOR "The nacre authors")
set(CPACK_PACKAGE_CONTACT "The nacre authors <nacre@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "WebAssembly for C++ programs, without dependencies")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
# One package: the command, the library and what is needed to build with it.
set(CPACK_DEBIAN_PACKAGE_NAME nacre)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "")
find_program(NACRE_SHLIBDEPS dpkg-shlibdeps)  # of dpkg-dev
if(NACRE_SHLIBDEPS)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
endif()
include(CPack)
