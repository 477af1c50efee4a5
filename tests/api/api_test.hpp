// SPDX-License-Identifier: Apache-2.0
//
// What the tests of the API share: modules from text, and a store to run them in.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include <nacre/nacre.hpp>

#include "text/parse.hpp"

namespace nacre::test {

inline std::vector<uint8_t> wasm(std::string_view wat) {
  Result<std::vector<uint8_t>> bytes = text::wat_to_wasm(wat);
  EXPECT_TRUE(bytes) << bytes.error().message;
  return bytes ? std::move(*bytes) : std::vector<uint8_t>();
}

inline Module compile(const Engine& engine, std::string_view wat) {
  return Module::compile(engine, wasm(wat)).value();
}

// An engine, a linker and a store, and an instance of a module in text form.
struct Fixture {
  explicit Fixture(const Config& config = {}) : engine(config), linker(engine), store(engine) {}
  Instance run(std::string_view wat) {
    return linker.instantiate(store, compile(engine, wat)).value();
  }

  Engine engine;
  Linker linker;
  Store store;
};

}  // namespace nacre::test
