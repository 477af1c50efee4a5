// SPDX-License-Identifier: Apache-2.0
//
// Audit: holds the compiler to what it believes. In debug builds it reads the machine code as it is
// written (codegen/asm/x64/effects.hpp) and gives every register and every word of the frame a
// version, which changes with each write. When a value is said to be somewhere, the version of that
// place is noted; when it is read, and after every WebAssembly instruction, the version must
// still be the same. So a register that was reused while a value was believed to be in it, or a
// slot that was overwritten, is found where it happens, whatever the program would have computed.
//
// Versions follow the code as it is written, not as it is run: code that a jump skips is put
// between `mark` and `resume`, and where control flow meets (`joined`) what is believed is noted
// anew. In release builds nothing of this is compiled.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/platform.hpp"
#include "codegen/code_buffer.hpp"
#include "codegen/rows/operands.hpp"

namespace nacre::baseline {

class Audit {
 public:
  static constexpr bool on = verifies_compilers;

  explicit Audit(const codegen::CodeBuffer& code) : code_(code) {}

  // A function begins; everything is as it should be.
  void begin();
  // What is written between these are not instructions.
  void data_begins() {
    if constexpr (on) catch_up();
  }
  void data_ends() {
    if constexpr (on) at_ = code_.size();
  }

  // The last instruction is gone again.
  void taken_back() {
    if constexpr (on) at_ = at_ < code_.size() ? at_ : code_.size();
  }

  // A value of the operand stack is in a register, or at a place of the frame.
  void is_in_reg(uint32_t node, unsigned file, uint8_t reg) {
    if constexpr (on) note(node, version_of_reg(file, reg));
  }
  void is_in_frame(uint32_t node, int32_t disp, unsigned bytes) {
    if constexpr (on) note(node, version_of_frame(disp, bytes));
  }
  void check_reg(uint32_t node, unsigned file, uint8_t reg) {
    if constexpr (on)
      if (version_of_reg(file, reg) != noted(node)) fail("a value's register", node);
  }
  void check_frame(uint32_t node, int32_t disp, unsigned bytes) {
    if constexpr (on)
      if (version_of_frame(disp, bytes) != noted(node)) fail("a value's slot", node);
  }

  // The instruction just written stored there.
  void check_stored(int32_t disp, unsigned bytes) {
    if constexpr (on)
      if (version_of_frame(disp, bytes) != clock_) fail("a store that is not there", disp);
  }

  // A local's home was written on purpose, just now, or is believed to hold the local's value.
  void home_written(int32_t disp, unsigned bytes) {
    check_stored(disp, bytes);
    home_is_valid(disp, bytes);
  }
  void home_is_valid(int32_t disp, unsigned bytes) {
    if constexpr (on) set_home(disp, version_of_frame(disp, bytes));
  }
  // The local's value is another now, and elsewhere.
  void home_is_stale(int32_t disp) {
    if constexpr (on) set_home(disp, stale);
  }
  void check_home(int32_t disp, unsigned bytes) {
    if constexpr (on) {
      const auto found = homes_.find(disp);
      const uint64_t version = version_of_frame(disp, bytes);
      if (version != (found == homes_.end() ? 0 : found->second)) fail("a local's home", disp);
    }
  }

  // A pin's register was written on purpose.
  void pin_written(unsigned pin, unsigned file, uint8_t reg) {
    if constexpr (on) {
      if (pins_.size() <= pin) pins_.resize(pin + 1);
      pins_[pin] = version_of_reg(file, reg);
    }
  }
  void check_pin(unsigned pin, unsigned file, uint8_t reg) {
    if constexpr (on)
      if (pin >= pins_.size() || pins_[pin] != version_of_reg(file, reg)) fail("a pin", pin);
  }
  // The code from here on is reached from elsewhere.
  void joined() {
    if constexpr (on) catch_up(), dead_ = false;
  }
  // The code from here on is not reached from before.
  void leaves() {
    if constexpr (on) catch_up(), dead_ = true;
  }
  bool is_dead() {
    catch_up();
    return dead_;
  }

  // An operand of the row that is emitted next.
  void hold(unsigned input, unsigned file, uint8_t reg) {
    if constexpr (on) held_.push_back({input, file, reg, version_of_reg(file, reg)});
  }
  // The row is about to be written.
  void check_held() {
    if constexpr (on) {
      for (const Held& h : held_)
        if (version_of_reg(h.file, h.reg) != h.version) fail("an operand's register", h.input);
      held_.clear();
    }
  }

  // Code between these is not run by what comes after it.
  struct Mark {
    uint32_t versions[on ? 32 : 1] = {};
    size_t undo = 0;
  };
  Mark mark() {
    Mark m;
    if constexpr (on) save(m);
    return m;
  }
  void resume(const Mark& mark) {
    if constexpr (on) restore(mark);
  }

  void at(uint32_t wasm) {
    if constexpr (on) {
      wasm_ = wasm;
      undo_.clear();
      held_.clear();
    }
  }

 private:
  struct Held {
    unsigned input, file;
    uint8_t reg;
    uint32_t version;
  };
  struct Undo {
    bool is_cell;
    int32_t key;
    uint64_t before;
  };

  // What is in a register or in the frame, as it is now.
  uint32_t version_of_reg(unsigned file, uint8_t reg);
  uint64_t version_of_frame(int32_t disp, unsigned bytes);
  static constexpr uint64_t stale = ~uint64_t{0};
  void set_home(int32_t disp, uint64_t version) {
    undo_.push_back({false, disp, homes_[disp]});
    homes_[disp] = version;
  }
  void catch_up();
  void save(Mark& m);
  void restore(const Mark& mark);
  void store(int32_t disp, unsigned bytes);
  void note(uint32_t node, uint64_t version) {
    if (nodes_.size() <= node) nodes_.resize(node + 1);
    nodes_[node] = version;
  }
  uint64_t noted(uint32_t node) const { return node < nodes_.size() ? nodes_[node] : 0; }
  [[noreturn]] void fail(const char* what, int64_t which) const;

  const codegen::CodeBuffer& code_;
  uint32_t at_ = 0;  // code up to here has been read
  uint32_t wasm_ = 0;
  uint32_t clock_ = 0;
  bool dead_ = false;
  uint32_t versions_[2][16] = {};
  std::unordered_map<int32_t, uint64_t> cells_;  // words of the frame, by offset / 8
  std::unordered_map<int32_t, uint64_t> homes_;  // by offset
  std::vector<uint64_t> nodes_;
  std::vector<uint32_t> pins_;
  std::vector<Held> held_;
  std::vector<Undo> undo_;
};

}  // namespace nacre::baseline
