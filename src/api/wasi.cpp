// SPDX-License-Identifier: Apache-2.0
//
// WASI for a public Linker.
#include "nacre/wasi.hpp"

#include "api/linker_data.hpp"
#include "nacre/linker.hpp"
#include "wasi/context.hpp"
#include "wasi/define.hpp"

namespace nacre::wasi {

Result<void> add_to(Linker& linker, WasiConfig config) {
  Result<std::shared_ptr<Context>> context = Context::make(std::move(config));
  if (!context) return std::move(context.error());
  linker.remove("wasi_snapshot_preview1").remove("wasi_unstable");
  return define(linker.data()->hosts, *linker.engine().data()->registry, *context);
}

}  // namespace nacre::wasi
