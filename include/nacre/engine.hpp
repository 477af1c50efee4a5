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
#include "nacre/detail/public.hpp"
#include "nacre/result.hpp"

namespace NACRE_PUBLIC nacre {

// A reference-counted handle: copying is cheap and shares the engine, which lives until its last
// handle, module and store are gone. Moving copies, so there is no empty one. Immutable; any
// thread may use it at any time.
class Engine {
 public:
  // A new engine; `config` is copied. EngineKind::automatic always finds an engine. A kind that
  // cannot run here makes an engine that compiles nothing: check() says why.
  explicit Engine(const Config& config = {});
  Engine(const Engine& other) = default;
  Engine& operator=(const Engine& other) = default;
  ~Engine() = default;

  // What it was made with. Valid as long as the engine.
  const Config& config() const;
  // Whether the kind of engine asked for can run here: ErrorKind::unsupported when the processor is
  // another or the host refuses executable memory.
  Result<void> check() const;
  // The execution engine chosen: "interpreter", "baseline". Valid for ever.
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
