// SPDX-License-Identifier: Apache-2.0
//
// Address space and pages. A reservation costs no memory; its pages become readable and
// writable, and zero, when they are committed. Sizes and addresses are multiples of
// page_size() unless a function says otherwise. Every function may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nacre::os {

// The granularity of commit and decommit, in bytes. A power of two.
size_t page_size();

inline size_t round_up_to_page(size_t n) { return (n + page_size() - 1) & ~(page_size() - 1); }

// Reserves `bytes` of address space; null when there is none.
void* reserve_pages(size_t bytes);
// Makes pages of a reservation usable. Pages committed for the first time (or after
// decommit_pages) are zero. False when the host has no memory for them.
bool commit_pages(void* at, size_t bytes);
// Gives memory back; the address range stays reserved and must be committed again before use.
void decommit_pages(void* at, size_t bytes);
// Gives a whole reservation back. `bytes` as given to reserve_pages.
void release_pages(void* at, size_t bytes);
// Pages that are usable at once, zero, and cost memory only when touched; null when refused.
// Freed by release_pages.
void* allocate_pages(size_t bytes);
// Replaces committed pages by a private copy-on-write view of an open file, `offset` a multiple
// of page_size(). False where the host cannot (the caller reads the file instead).
bool map_file_copy(void* at, size_t bytes, int file, uint64_t offset);

}  // namespace nacre::os
