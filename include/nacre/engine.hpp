// SPDX-License-Identifier: Apache-2.0
//
// Engine: a configuration and what all its modules and stores share.
//
//   nacre::Engine engine;                                  // everything on
//   nacre::Engine small{{.max_memory = 16 << 20}};         // at most 16 MiB a memory
//
// Engines are independent of one another: nothing of one can be used with another, and there is
// no state outside them.
#pragma once

#include "nacre/config.hpp"
#include "nacre/detail/handle.hpp"
#include "nacre/result.hpp"

namespace nacre {

// A reference-counted handle: copying is cheap and shares the engine, which lives until its last
// handle, module and store are gone. Immutable; any thread may use it at any time.
class Engine {
 public:
  // Every kind of engine in EngineKind is there on every machine, so this does not fail.
  explicit Engine(const Config& config = {});

  // What it was made with.
  const Config& config() const;
  // The execution engine chosen: "interp" ...
  const char* name() const;
  // Whether both are handles of one engine.
  bool same(const Engine& other) const { return data_.get() == other.data_.get(); }

  // Internal.
  explicit Engine(detail::Handle<detail::EngineData> data)
      : data_(static_cast<detail::Handle<detail::EngineData>&&>(data)) {}
  detail::EngineData* data() const { return data_.get(); }

 private:
  detail::Handle<detail::EngineData> data_;
};

}  // namespace nacre
