// SPDX-License-Identifier: Apache-2.0
//
// A module on its way through the tools before it is run; checks of custom sections.
#pragma once

#include <cstdint>
#include <vector>

#include "nacre/features.hpp"
#include "nacre/module.hpp"
#include "nacre/result.hpp"
#include "script/runner.hpp"

namespace nacre::script {

// The binary after the round trip. An error means a tool failed on it.
Result<std::vector<uint8_t>> round_trip(std::vector<uint8_t> binary, RoundTrip how,
                                        const Features& features);

// Whether the custom sections the specification defines are well-formed. The public API takes a
// module with broken ones, as it must; this asks the binary layer.
Result<void> check_customs(const Module& module);

}  // namespace nacre::script
