// SPDX-License-Identifier: Apache-2.0
// The word counter in C++.
#include <algorithm>
#include <cctype>
#include <string>
#include <unordered_map>
#include <vector>

#define IMPORT(name) __attribute__((import_module("host"), import_name(name)))
#define EXPORT(name) extern "C" __attribute__((export_name(name)))

extern "C" {
IMPORT("read") int host_read(char *buffer, int capacity);
IMPORT("report") void host_report(const char *word, int length, int count);
}

static std::unordered_map<std::string, int> words;  // its constructor runs in _initialize

EXPORT("add") void add() {
  char piece[64];
  std::string word;
  const auto end_of_word = [&] {
    if (!word.empty()) ++words[word];
    word.clear();
  };
  while (const int n = host_read(piece, sizeof piece))
    for (const char *p = piece; p != piece + n; ++p)
      if (std::isalpha(static_cast<unsigned char>(*p)))
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(*p)));
      else
        end_of_word();
  end_of_word();
}

EXPORT("top") int top(int n) {
  std::vector<std::pair<std::string, int>> sorted(words.begin(), words.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto &a, const auto &b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  for (int i = 0; i < n && i < static_cast<int>(sorted.size()); ++i)
    host_report(sorted[i].first.data(), static_cast<int>(sorted[i].first.size()), sorted[i].second);
  return static_cast<int>(sorted.size());
}
