// SPDX-License-Identifier: Apache-2.0
//
// The host module "spectest", which scripts import from.
#pragma once

#include "nacre/features.hpp"
#include "nacre/linker.hpp"
#include "nacre/store.hpp"

namespace nacre::script {

// Defines it with fresh objects of `store`. Its printing functions print nothing.
Result<void> define_spectest(Linker& linker, Store& store, const Features& features);

}  // namespace nacre::script
