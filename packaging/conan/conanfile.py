# SPDX-License-Identifier: Apache-2.0
"""Conan 2 recipe that packages the tree it lies in: conan create packaging/conan"""
import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load


class NacreRecipe(ConanFile):
    name = "nacre"
    description = "WebAssembly for C++ programs, without dependencies"
    license = "Apache-2.0"
    topics = ("webassembly", "wasm", "wasi", "interpreter", "runtime")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False], "exceptions": [True, False]}
    default_options = {"shared": False, "fPIC": True, "exceptions": True}
    implements = ["auto_shared_fpic"]

    @property
    def _root(self):
        return os.path.join(self.recipe_folder, "..", "..")

    def set_version(self):
        text = load(self, os.path.join(self._root, "CMakeLists.txt"))
        self.version = re.search(r"project\(nacre VERSION ([0-9.]+)", text).group(1)

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "include/*", "src/*", "packaging/*.in"):
            copy(self, pattern, self._root, self.export_sources_folder)

    def validate(self):
        check_min_cppstd(self, 20)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["NACRE_BUILD_CLI"] = False
        toolchain.cache_variables["NACRE_BUILD_TESTS"] = False
        toolchain.cache_variables["NACRE_INSTALL"] = True
        toolchain.cache_variables["NACRE_EXCEPTIONS"] = bool(self.options.exceptions)
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        CMake(self).install()

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "nacre")
        self.cpp_info.set_property("cmake_target_name", "nacre::nacre")
        self.cpp_info.set_property("pkg_config_name", "nacre")
        self.cpp_info.libs = ["nacre"]
        if self.settings.os in ("Linux", "FreeBSD"):
            self.cpp_info.system_libs = ["pthread"]
        if self.settings.os == "Windows":
            self.cpp_info.system_libs = ["bcrypt", "ntdll"]
