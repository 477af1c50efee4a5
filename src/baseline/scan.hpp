// SPDX-License-Identifier: Apache-2.0
//
// What the single-pass compiler knows of a body before it starts: one quick walk over its
// instructions finds the locals that matter and where.
//
// A region is a stretch of code with one assignment of locals to registers ("pins"): each outermost
// loop is one, all code outside of loops is another. Within a region the locals that are used most,
// each use counted 8 to the power of its loop depth, get the registers.
//
// The walk comes before validation: any bytes will do, only well-formed ones give useful answers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "codegen/rows/row.hpp"
#include "wasm/module.hpp"

namespace nacre::baseline {

using codegen::ValueClass;

// Stands for the base of memory 0 among the locals of a region.
inline constexpr uint32_t memory_base_local = UINT32_MAX;

struct PinChoice {
  uint32_t local;  // or memory_base_local
  ValueClass cls;
};

struct Region {
  uint32_t loop = UINT32_MAX;  // offset of the loop instruction in the code; else: outside of loops
  std::vector<PinChoice> general, vector;  // hottest first, at most as many as there are registers
};

// A loop: which locals it touches. Locals past the 256th count as read and written.
struct LoopInfo {
  uint32_t at = 0;  // offset of the loop instruction in the code
  bool has_call = false, has_memory = false, innermost = true;
  uint64_t reads[4] = {}, writes[4] = {};

  bool is_read(uint32_t local) const { return test(reads, local); }
  bool is_written(uint32_t local) const { return test(writes, local); }

 private:
  static bool test(const uint64_t* bits, uint32_t i) {
    return i >= 256 || (bits[i / 64] >> (i % 64) & 1) != 0;
  }
};

struct TouchedLocal {
  uint32_t index = 0;
  uint32_t weight = 0;
  ValueClass cls = ValueClass::none;
  bool is_gc_ref = false;   // filled in by the compiler
  bool needs_zero = false;  // may be read before it is written (declared locals)
};

// Reused from function to function.
class Scan {
 public:
  static constexpr uint32_t max_general = 7, max_vector = 10;

  // `code`: the instructions; `types(i)` of local i by the runs of FuncStart.
  template <class ClassOf>
  void run(const wasm::Module& module, Bytes code, uint32_t num_params, uint64_t num_locals,
           ClassOf&& class_of);

  bool has_call = false;     // anything that may leave the function for a while
  bool uses_floats = false;  // anything that may depend on the floating-point mode
  bool has_memory = false;
  std::vector<TouchedLocal> locals;  // in order of first use
  std::vector<LoopInfo> loops;       // in order of appearance
  std::vector<Region> regions;       // regions[0]: outside of loops; then in order of appearance

 private:
  struct Frame {
    uint32_t id;
    uint32_t loop;  // in loops; none
    bool is_loop;
  };
  static constexpr uint32_t none = UINT32_MAX;
  struct Touched {
    uint32_t epoch = 0;   // of the scan
    uint32_t position;    // in locals
    uint32_t weight = 0;  // in the current region
    uint32_t outside = 0;
    uint32_t first_frame;  // the frame that its first access, a write, is in; none: a read
  };
  void walk(const wasm::Module& module, Bytes code);
  void touch(uint32_t local, bool write);
  void memory_touched();
  void close_frame();
  void end_region(uint32_t loop_at);
  void choose(Region& region, std::vector<uint32_t>& touched, uint32_t base_weight, bool outside);
  void start(uint32_t num_params, uint64_t num_locals);
  uint32_t weight_here() const { return 1u << (3 * (depth_ < 4 ? depth_ : 4u)); }

  uint32_t epoch_ = 0;
  uint32_t num_params_ = 0;
  uint64_t num_locals_ = 0;  // with parameters
  uint32_t depth_ = 0;       // loops open
  uint32_t next_frame_ = 0;
  uint32_t region_base_ = 0, outside_base_ = 0;  // weights of the memory base
  std::vector<Frame> frames_;
  std::vector<bool> frame_open_;
  std::vector<Touched> touched_;           // by local, grown when needed
  std::vector<uint32_t> region_touched_;   // locals
  std::vector<uint32_t> outside_touched_;  // locals
};

template <class ClassOf>
void Scan::run(const wasm::Module& module, Bytes code, uint32_t num_params, uint64_t num_locals,
               ClassOf&& class_of) {
  start(num_params, num_locals);
  walk(module, code);
  for (TouchedLocal& l : locals) l.cls = class_of(l.index);
  const auto split = [&](Region& r) {
    std::vector<PinChoice> all = std::move(r.general);
    r.general.clear();
    for (PinChoice p : all) {
      p.cls = p.local == memory_base_local ? ValueClass::i64 : class_of(p.local);
      auto& list = codegen::is_vec(p.cls) ? r.vector : r.general;
      if (list.size() < (codegen::is_vec(p.cls) ? max_vector : max_general)) list.push_back(p);
    }
  };
  for (Region& r : regions) split(r);
}

}  // namespace nacre::baseline
