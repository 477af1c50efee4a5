# SPDX-License-Identifier: Apache-2.0
# Windows x64 with Debian's mingw-w64 (POSIX threads); programs run under Wine.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
find_program(NACRE_WINE NAMES wine64 wine PATHS /usr/lib/wine)  # Debian's wine64 is not on the PATH
if(NACRE_WINE)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${NACRE_WINE})
endif()
set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
# Our larger files have more sections than COFF has numbers for.
set(CMAKE_C_FLAGS_INIT -Wa,-mbig-obj)
set(CMAKE_CXX_FLAGS_INIT -Wa,-mbig-obj)
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
# GNU ld takes minutes for such files, LLD a second. Debian's GCC heeds no -fuse-ld=lld, but what it calls to link is
# the program `collect2` of a folder of ours.
find_program(NACRE_LLD NAMES ld.lld-19 ld.lld)
if(NACRE_LLD)
  set(folder ${CMAKE_BINARY_DIR}/lld)
  file(WRITE ${folder}/collect2 "#!/bin/sh\nexec ${NACRE_LLD} \"$@\"\n")
  file(CHMOD ${folder}/collect2 PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
  string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT " -B${folder}/")
  set(CMAKE_SHARED_LINKER_FLAGS_INIT -B${folder}/)
endif()
