// SPDX-License-Identifier: Apache-2.0
//
// NACRE_PUBLIC opens a namespace whose declarations the shared library exports. Everything else is
// compiled with hidden visibility: what is not in a public header cannot be linked with.
#pragma once

#if defined(__GNUC__) && !defined(_WIN32)
#define NACRE_PUBLIC [[gnu::visibility("default")]]
#else
#define NACRE_PUBLIC
#endif
