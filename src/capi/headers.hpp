// SPDX-License-Identifier: Apache-2.0
//
// The C headers, as the library's own code sees them: nothing to import.
#pragma once

#ifndef LIBWASM_STATIC
#define LIBWASM_STATIC 1
#endif

#include "wasm.h"

#include "nacre.h"
