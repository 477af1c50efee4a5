// SPDX-License-Identifier: Apache-2.0
//
// --level and --disable: which parts of the language are accepted.
#pragma once

#include <CLI/CLI.hpp>
#include <nacre/features.hpp>
#include <string>
#include <vector>

namespace nacre::cli {

class FeaturesOption {
 public:
  void add(CLI::App& sub) {
    sub.add_option("--level", level_, "Specification level: 1.0, 2.0, 3.0 or all")
        ->check(CLI::IsMember({"1.0", "2.0", "3.0", "all"}))
        ->default_str("all");
    sub.add_option("--disable", disabled_,
                   "Switch a feature off (simd, gc, threads ...); repeatable")
        ->type_name("FEATURE")
        ->allow_extra_args(false)
        ->check([](const std::string& name) {
          Feature f;
          return Features::parse(name, f) ? std::string() : "unknown feature: " + name;
        });
  }
  Features get() const {
    Features f = level_ == "1.0"   ? Features::wasm1()
                 : level_ == "2.0" ? Features::wasm2()
                 : level_ == "3.0" ? Features::wasm3()
                                   : Features::all();
    for (const std::string& name : disabled_) {
      Feature one;
      if (Features::parse(name, one)) f = f.without(one);
    }
    return f;
  }

 private:
  std::string level_ = "all";
  std::vector<std::string> disabled_;
};

}  // namespace nacre::cli
