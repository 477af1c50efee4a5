// SPDX-License-Identifier: Apache-2.0
#include "os/stdio.hpp"

namespace nacre::os {

std::FILE* open_stream(const std::string& path, const char* mode) {
  return std::fopen(path.c_str(), mode);
}

void make_standard_streams_binary() {}

std::vector<std::string> arguments(int argc, char** argv) {
  return std::vector<std::string>(argv + (argc > 0), argv + argc);
}

std::vector<std::string> environment(char** of_c) {
  std::vector<std::string> all;
  for (char** e = of_c; e != nullptr && *e != nullptr; ++e) all.emplace_back(*e);
  return all;
}

}  // namespace nacre::os
