// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nacre/linker.hpp"

#include "capi/headers.hpp"

struct nacre_linker_t {
  nacre::Linker linker;
};
