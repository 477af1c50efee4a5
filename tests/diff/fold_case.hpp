// SPDX-License-Identifier: Apache-2.0
//
// One function of the fold tests: an instruction with an operand from memory, and all that is
// varied around it (fold_test.cpp says why).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "probe.hpp"

namespace nacre::diff::fold {

// Parameters and locals of every function. The address is in `at32` or `at64`.
inline constexpr char params[] = "ilfdvil", locals[] = "iilfdvi";
inline constexpr uint32_t first_letter = 0, at32 = 5, at64 = 6, round = 7, first_own = 8,
                          spare = 13;
inline constexpr uint32_t scratch_at = 512;  // where addresses are kept, in memory 0
inline constexpr uint64_t inside = 64;       // an address in bounds, aligned

enum class Other : uint8_t { param, constant, zero, load, bad_load, call, store, clobber, count };
enum class Use : uint8_t {
  result,
  drop,
  condition,
  branch,
  select,
  negate,
  store,
  update,
  global,
  call,
  nested,
  tee,
  early,
  count
};
enum class Form : uint8_t {
  local,
  constant,
  sum,
  sum_of_two,
  scaled,
  offset,
  loaded,
  wrapped,
  difference,
  shifted_sum,
  count
};

inline bool is_wide(uint32_t memory) { return memory == wide_memory; }
inline bool is_access(Op op) { return wasm::access_bytes(op) != 0; }
inline bool is_atomic(Op op) { return wasm::op_info(op).is(wasm::trait::atomic); }

// The instruction that does no more than load or store.
Op plain_load(char letter);
Op plain_store(char letter);

// One function: `op` with operand `k` from memory by `load`, or (k == itself) accessing memory
// itself at the address that is varied.
struct Case {
  static constexpr unsigned itself = 99;
  Op op = Op::nop;
  unsigned k = 0;
  Op load = Op::nop;
  uint32_t memory = 0;      // of the load
  uint32_t own_memory = 0;  // of `op`, when it accesses memory
  Form form = Form::local;
  Use use = Use::result;
  Other others[4] = {};
  bool looped = false;
  uint8_t lane = 0;
  uint64_t delta = 0, target = 0;
  uint64_t seed = 0;
};

class Builder {
 public:
  explicit Builder(const Case& c) : c_(c) {}

  Code code();

  // The letter of the function's result, or 0.
  char result() const {
    const std::string_view r = wasm::result_letters(c_.op);
    if (r.size() != 1) return 0;
    return resolve(r[0], own_is_wide());
  }

  // What the parameter must be for the access to be at `target`.
  uint64_t argument(uint64_t target) const;
  // Whether the address can be reached: offsets are added without wrapping.
  bool reaches(uint64_t target) const {
    if (c_.form == Form::constant) return target == c_.target;
    return c_.form != Form::offset || target >= offset();
  }
  bool through_memory() const { return c_.form == Form::loaded; }

 private:
  char address_letter() const { return is_wide(c_.memory) ? 'l' : 'i'; }
  uint32_t at() const { return is_wide(c_.memory) ? at64 : at32; }
  uint32_t spare_at() const { return is_wide(c_.memory) ? first_own + 1 : spare; }
  bool own_is_wide() const { return is_wide(c_.k == Case::itself ? c_.memory : c_.own_memory); }
  static char resolve(char letter, bool wide) { return letter != 'a' ? letter : wide ? 'l' : 'i'; }
  static uint32_t own(char letter) { return first_own + letter_index(letter); }
  unsigned shift() const { return 1 + static_cast<unsigned>(c_.delta % 3); }
  uint64_t offset() const { return c_.form == Form::offset ? c_.delta : 0; }
  uint64_t first_round() const {
    return c_.form == Form::loaded || c_.form == Form::constant ? 0 : argument(inside);
  }
  size_t opcode_length() const {
    Code only;
    return only.op(c_.op).bytes.size();
  }

  void address(Code& b) const;
  void other(Code& b, char letter, Other kind, bool is_address) const;
  void operands(Code& b) const;
  bool is_update() const {
    return c_.use == Use::update && c_.k != Case::itself &&
           result() == wasm::result_letters(c_.load)[0];
  }

  // What lies below the operands on the stack.
  void before_operands(Code& b) const;
  void after(Code& b) const;

  const Case& c_;
};

}  // namespace nacre::diff::fold
