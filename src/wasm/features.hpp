// SPDX-License-Identifier: Apache-2.0
//
// The language's features as a set of switches. Every row of opcodes.def names
// the feature it belongs to; the decoder, validator and text parser ask
// `Features::has` before they accept a construct, so a module written for one
// level of the specification can be checked by exactly that level's rules.
#pragma once

#include <cstdint>

#include "nacre/features.hpp"

namespace nacre::wasm {

using nacre::Feature;
using nacre::Features;

// The feature's name as users write it ("simd", "memory64", ...).
const char* feature_name(Feature f);

}  // namespace nacre::wasm
