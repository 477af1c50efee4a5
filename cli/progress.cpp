// SPDX-License-Identifier: Apache-2.0
#include "progress.hpp"

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <system_error>

#include "api/data.hpp"
#include "os/files.hpp"
#include "report.hpp"

namespace nacre::cli {

namespace {
constexpr auto before_first = std::chrono::milliseconds(500);
constexpr auto between = std::chrono::milliseconds(100);
}  // namespace

ProgressLine::ProgressLine(const Engine& engine, const std::string& file) : engine_(engine) {
  if (!os::is_terminal(os::standard_file(2))) return;
  const size_t slash = file.find_last_of("/\\");
  file_ = printable(slash == std::string::npos ? file : file.substr(slash + 1));
  if (file_.size() > 40) file_.resize(40);
  try {
    thread_ = std::thread([this] { show(); });
  } catch (const std::system_error&) {
    // No thread, no line.
  }
}

ProgressLine::~ProgressLine() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void ProgressLine::show() {
  std::unique_lock lock(mutex_);
  bool shown = false;
  for (auto wait = before_first; !ended_.wait_for(lock, wait, [this] { return end_; });
       wait = between) {
    const runtime::Progress p = engine_.data()->exec->progress();
    if (p.total == 0) std::fprintf(stderr, "\r\x1b[Kchecking %s", file_.c_str());
    else
      std::fprintf(stderr, "\r\x1b[Kcompiling %s: %" PRIu64 "%%", file_.c_str(),
                   p.done * 100 / p.total);
    std::fflush(stderr);
    shown = true;
  }
  if (!shown) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

}  // namespace nacre::cli
