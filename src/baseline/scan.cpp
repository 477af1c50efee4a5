// SPDX-License-Identifier: Apache-2.0
#include "baseline/scan.hpp"

#include <algorithm>
#include <cstring>

#include "binary/op_reader.hpp"

namespace nacre::baseline {
namespace {

using wasm::Imm;
using wasm::Op;

// Instructions that run without leaving the function; all others may call something.
bool stays(Op op) {
  const wasm::OpInfo& info = wasm::op_info(op);
  if (info.is(wasm::trait::call)) return false;
  switch (info.imm) {
    case Imm::memarg:
      return op != Op::memory_atomic_wait32 && op != Op::memory_atomic_wait64 &&
             op != Op::memory_atomic_notify;
    case Imm::table:
      return op == Op::table_get || op == Op::table_set;
    case Imm::memory:
      return op == Op::memory_size;
    case Imm::func:  // ref.func
    case Imm::table_copy:
    case Imm::table_init:
    case Imm::elem:
    case Imm::data:
    case Imm::memory_copy:
    case Imm::memory_init:
    case Imm::tag:
    case Imm::type:
    case Imm::array_fixed:
    case Imm::array_data:
    case Imm::array_elem:
    case Imm::array_copy:
    case Imm::try_table:
    case Imm::cast_label:
      return false;
    case Imm::heap_type:
      return op == Op::ref_null;
    default:
      return op != Op::throw_ref && op != Op::rethrow && op != Op::try_;
  }
}

bool touches_memory(const wasm::OpInfo& info) {
  return info.imm == Imm::memarg || info.imm == Imm::memarg_lane;
}

// Short ones are done by a stub that leaves registers alone.
bool is_bulk_of_memory_0(const binary::Instr& in) {
  return (in.op == Op::memory_copy && in.index == 0 && in.index2 == 0) ||
         (in.op == Op::memory_fill && in.index == 0);
}

// Computes with floating-point numbers or vectors, whatever it may be; moving them is harmless.
bool uses_vector_registers(const wasm::OpInfo& info) {
  return info.imm == Imm::none && std::strpbrk(info.sig, "fdv") != nullptr;
}

constexpr uint32_t saturating(uint32_t a, uint32_t b) { return a > ~b ? ~uint32_t{0} : a + b; }

}  // namespace

void Scan::start(uint32_t num_params, uint64_t num_locals) {
  ++epoch_;
  num_params_ = num_params;
  num_locals_ = num_locals;
  has_call = has_memory = uses_floats = false;
  depth_ = next_frame_ = 0;
  region_base_ = outside_base_ = 0;
  locals.clear();
  loops.clear();
  regions.clear();
  frames_.clear();
  frame_open_.clear();
  region_touched_.clear();
  outside_touched_.clear();
  regions.emplace_back();
}

// A local that is written before anything else, in a frame that is still open at every later
// access, is never read before that write: whatever comes later in the frame passed the write.
void Scan::touch(uint32_t local, bool write) {
  if (local >= num_locals_) return;  // the function is not valid
  if (local >= touched_.size()) touched_.resize(std::max<size_t>(local + 1, touched_.size() * 2));
  Touched& t = touched_[local];
  if (t.epoch != epoch_) {
    t = {epoch_, static_cast<uint32_t>(locals.size()), 0, 0, none};
    if (write) t.first_frame = frames_.back().id;
    locals.push_back({local, 0, ValueClass::none, false, !write && local >= num_params_});
  } else if (t.first_frame != none && !frame_open_[t.first_frame]) {
    locals[t.position].needs_zero = local >= num_params_;
  }
  const uint32_t w = weight_here();
  TouchedLocal& l = locals[t.position];
  l.weight = saturating(l.weight, w);
  if (depth_ == 0) {
    if (t.outside == 0) outside_touched_.push_back(local);
    t.outside = saturating(t.outside, w);
    return;
  }
  if (t.weight == 0) region_touched_.push_back(local);
  t.weight = saturating(t.weight, w);
  if (local >= 256) return;
  LoopInfo& loop = loops[frames_.back().loop];
  uint64_t* const bits = write ? loop.writes : loop.reads;
  bits[local / 64] |= uint64_t{1} << (local % 64);
}

void Scan::memory_touched() {
  has_memory = true;
  uint32_t& sum = depth_ == 0 ? outside_base_ : region_base_;
  sum = saturating(sum, weight_here());
  if (depth_ != 0) loops[frames_.back().loop].has_memory = true;
}

void Scan::close_frame() {
  const Frame f = frames_.back();
  frames_.pop_back();
  frame_open_[f.id] = false;
  if (!f.is_loop) return;
  --depth_;
  const LoopInfo inner = loops[f.loop];
  if (depth_ == 0) return end_region(inner.at);
  LoopInfo& outer = loops[frames_.back().loop];
  outer.has_call |= inner.has_call;
  outer.has_memory |= inner.has_memory;
  outer.innermost = false;
  for (unsigned i = 0; i < 4; ++i) {
    outer.reads[i] |= inner.reads[i];
    outer.writes[i] |= inner.writes[i];
  }
}

void Scan::choose(Region& region, std::vector<uint32_t>& touched, uint32_t base_weight,
                  bool outside) {
  const auto weight = [&](uint32_t local) {
    if (local == memory_base_local) return base_weight;
    return outside ? touched_[local].outside : touched_[local].weight;
  };
  if (base_weight > 1) touched.push_back(memory_base_local);
  // Classes are not known here: enough of both kinds.
  constexpr size_t most = 3 * (max_general + max_vector);
  const auto heavier = [&](uint32_t a, uint32_t b) {
    const uint32_t wa = weight(a), wb = weight(b);
    return wa != wb ? wa > wb : a < b;
  };
  const size_t n = std::min(touched.size(), most);
  std::partial_sort(touched.begin(), touched.begin() + static_cast<ptrdiff_t>(n), touched.end(),
                    heavier);
  region.general.clear();
  for (size_t i = 0; i < n; ++i) region.general.push_back({touched[i], ValueClass::none});
  if (!outside)
    for (uint32_t local : touched)
      if (local != memory_base_local) touched_[local].weight = 0;
  touched.clear();
}

void Scan::end_region(uint32_t loop_at) {
  Region region;
  region.loop = loop_at;
  choose(region, region_touched_, region_base_, false);
  region_base_ = 0;
  regions.push_back(std::move(region));
}

void Scan::walk(const wasm::Module& module, Bytes code) {
  binary::OpReader reader(module, code, 0);
  binary::Instr in;
  const auto open = [&](bool is_loop, uint32_t at) {
    uint32_t loop = frames_.empty() ? none : frames_.back().loop;
    if (is_loop) {
      loop = static_cast<uint32_t>(loops.size());
      loops.emplace_back().at = at;
      ++depth_;
    }
    frames_.push_back({next_frame_++, loop, is_loop});
    frame_open_.push_back(true);
  };
  open(false, 0);
  while (!reader.at_end()) {
    const auto at = static_cast<uint32_t>(reader.offset());
    if (!reader.next(in)) return;
    switch (in.op) {
      case Op::local_get:
        touch(in.index, false);
        continue;
      case Op::local_set:
      case Op::local_tee:
        touch(in.index, true);
        continue;
      case Op::i32_const:
      case Op::i32_add:
        continue;
      case Op::loop:
        open(true, at);
        continue;
      case Op::block:
      case Op::if_:
        open(false, at);
        continue;
      case Op::try_:
      case Op::try_table:
        open(false, at);
        break;
      case Op::else_:
      case Op::catch_:
      case Op::catch_all: {
        const Frame f = frames_.back();
        frame_open_[f.id] = false;
        frames_.back().id = next_frame_++;
        frame_open_.push_back(true);
        continue;
      }
      case Op::end:
      case Op::delegate:
        close_frame();
        if (frames_.empty()) frames_.push_back({0, none, false});
        continue;
      default:
        break;
    }
    const wasm::OpInfo& info = wasm::op_info(in.op);
    uses_floats |= uses_vector_registers(info);
    if (touches_memory(info)) memory_touched();
    if (!stays(in.op)) {
      has_call = true;
      if (depth_ != 0 && !is_bulk_of_memory_0(in)) loops[frames_.back().loop].has_call = true;
    }
  }
  choose(regions[0], outside_touched_, outside_base_, true);
}

}  // namespace nacre::baseline
