// SPDX-License-Identifier: Apache-2.0
#include "os/stdio.hpp"

#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include <shellapi.h>  // wants the types of windows.h

#include "os/wide_windows.hpp"

namespace nacre::os {

std::wstring wide(std::string_view s) {
  const int size = static_cast<int>(s.size());
  const int n = MultiByteToWideChar(CP_UTF8, 0, s.data(), size, nullptr, 0);
  std::wstring w(static_cast<size_t>(n), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, s.data(), size, w.data(), n);
  return w;
}

std::string narrow(std::wstring_view w) {
  const int size = static_cast<int>(w.size());
  const int n = WideCharToMultiByte(CP_UTF8, 0, w.data(), size, nullptr, 0, nullptr, nullptr);
  std::string s(static_cast<size_t>(n), '\0');
  WideCharToMultiByte(CP_UTF8, 0, w.data(), size, s.data(), n, nullptr, nullptr);
  return s;
}

std::FILE* open_stream(const std::string& path, const char* mode) {
  return _wfopen(wide(path).c_str(), wide(mode).c_str());
}

void make_standard_streams_binary() {
  for (std::FILE* stream : {stdin, stdout, stderr}) _setmode(_fileno(stream), _O_BINARY);
}

// main's own are in the code page, where a character it has not is a question mark.
std::vector<std::string> arguments(int, char**) {
  int n = 0;
  wchar_t** words = CommandLineToArgvW(GetCommandLineW(), &n);
  std::vector<std::string> all;
  for (int i = 1; i < n; ++i) all.push_back(narrow(words[i]));
  LocalFree(words);
  return all;
}

std::vector<std::string> environment(char**) {
  std::vector<std::string> all;
  wchar_t* const block = GetEnvironmentStringsW();
  if (block == nullptr) return all;
  for (std::wstring_view e = block; !e.empty(); e = e.data() + e.size() + 1)
    if (e[0] != L'=') all.push_back(narrow(e));  // "=C:=..." are the drives' own directories
  FreeEnvironmentStringsW(block);
  return all;
}

}  // namespace nacre::os
