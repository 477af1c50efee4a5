// SPDX-License-Identifier: Apache-2.0
#include "baseline/audit.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/check.hpp"
#include "codegen/asm/x64/effects.hpp"

namespace nacre::baseline {

namespace {

constexpr uint8_t frame_pointer = 5;
// Neither frame nor vm context are lost in calls.
constexpr uint32_t kept_in_calls = 1u << 4 | 1u << 5 | 1u << 15;

}  // namespace

void Audit::begin() {
  if constexpr (on) {
    at_ = code_.size();
    clock_ = 0;
    std::memset(versions_, 0, sizeof versions_);
    cells_.clear();
    homes_.clear();
    nodes_.clear();
    pins_.clear();
    held_.clear();
    undo_.clear();
    dead_ = false;
  }
}

void Audit::store(int32_t disp, unsigned bytes) {
  if (bytes == 0) return;
  const int32_t last = (disp + static_cast<int32_t>(bytes) - 1) >> 3;
  for (int32_t cell = disp >> 3; cell <= last; ++cell) {
    undo_.push_back({true, cell, cells_[cell]});
    cells_[cell] = clock_;
  }
}

void Audit::catch_up() {
  const uint32_t end = code_.size();
  while (at_ < end) {
    const codegen::x64::Effects e = codegen::x64::effects_of(code_.bytes().subspan(at_));
    if (e.size == 0) fail("an instruction that is not known", at_);
    ++clock_;
    for (unsigned r = 0; r < 16; ++r) {
      if ((e.gprs >> r & 1) != 0 || (e.calls && (kept_in_calls >> r & 1) == 0))
        versions_[0][r] = clock_;
      if ((e.xmms >> r & 1) != 0 || e.calls) versions_[1][r] = clock_;
    }
    if (e.base == frame_pointer) store(e.disp, e.stored_bytes);
    at_ += e.size;
    dead_ = e.leaves;
  }
}

uint32_t Audit::version_of_reg(unsigned file, uint8_t reg) {
  catch_up();
  return versions_[file][reg];
}

uint64_t Audit::version_of_frame(int32_t disp, unsigned bytes) {
  catch_up();
  uint64_t newest = 0;
  const int32_t last = (disp + static_cast<int32_t>(bytes) - 1) >> 3;
  for (int32_t cell = disp >> 3; cell <= last; ++cell) {
    const auto found = cells_.find(cell);
    if (found != cells_.end()) newest = std::max(newest, found->second);
  }
  return newest;
}

void Audit::save(Mark& m) {
  catch_up();
  std::memcpy(m.versions, versions_, sizeof m.versions);
  m.undo = undo_.size();
}

void Audit::restore(const Mark& mark) {
  catch_up();
  std::memcpy(versions_, mark.versions, sizeof mark.versions);
  dead_ = false;
  for (; undo_.size() > mark.undo; undo_.pop_back()) {
    const Undo& u = undo_.back();
    (u.is_cell ? cells_ : homes_)[u.key] = u.before;
  }
}

void Audit::fail(const char* what, int64_t which) const {
  std::fprintf(stderr,
               "baseline: %s (%lld) is not what it was, in code of %u bytes at %u, wasm %u\n", what,
               static_cast<long long>(which), code_.size(), at_, wasm_);
  for (uint32_t i = at_ > 48 ? at_ - 48 : 0; i < code_.size(); ++i)
    std::fprintf(stderr, "%02x ", code_.data()[i]);
  std::fprintf(stderr, "\n");
  NACRE_CHECK(false && "the compiler's state agrees with its code");
}

}  // namespace nacre::baseline
