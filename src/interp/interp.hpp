// SPDX-License-Identifier: Apache-2.0
//
// The interpreter as an engine. It runs on every host the library compiles for; code is made per
// function on first call, or all at once with CodeOptions::eager.
#pragma once

#include <memory>

#include "runtime/engine.hpp"

namespace nacre::interp {

std::shared_ptr<runtime::ExecEngine> make_interpreter(const runtime::CodeOptions& options);

}  // namespace nacre::interp
