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
// Says that all of [at, at + bytes), of any alignment, is about to be written: the host may then
// provide it in large steps. Only a hint.
void expect_writes(void* at, size_t bytes);
// Replaces committed pages by a private copy-on-write view of an open file, `offset` a multiple
// of page_size(). False where the host cannot (the caller reads the file instead).
bool map_file_copy(void* at, size_t bytes, int file, uint64_t offset);
// Replaces pages of any state by usable ones that are zero.
bool map_zero(void* at, size_t bytes);
// Makes usable pages again what they were when they were mapped, zero or the file's, and gives
// their memory back. False where the host cannot.
bool reset_pages(void* at, size_t bytes);
// decommit_pages that says whether it worked: the pages' contents are gone for certain.
bool replace_reserved(void* at, size_t bytes);

// A file of zeros in memory, without a name, for map_file_copy; -1 where the host has none.
int new_memory_file(uint64_t bytes);
bool write_memory_file(int file, uint64_t offset, const void* from, size_t bytes);
// From now on nobody can change it, where the host can promise that.
void seal_memory_file(int file);
void close_memory_file(int file);

}  // namespace nacre::os
