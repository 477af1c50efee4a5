// SPDX-License-Identifier: Apache-2.0
//
// A line on a terminal while compiling takes its time, erased afterwards.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include <nacre/engine.hpp>

namespace nacre::cli {

// Shown half a second after it was made, until it goes; nothing when standard error is no terminal.
class ProgressLine {
 public:
  ProgressLine(const Engine& engine, const std::string& file);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void show();

  const Engine& engine_;
  std::string file_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::thread thread_;
};

}  // namespace nacre::cli
