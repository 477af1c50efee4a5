// SPDX-License-Identifier: Apache-2.0
//
// Modules of many small functions in a fixed environment, run by every engine there is: the
// interpreter and the compiler with and without guards and processor features. What a sweep over
// instructions needs, so that each sweep is only what it varies.
//
//   ProbeModule module;
//   Code code;
//   code.get(0).access(Op::i32_load, 0, 4).set(7);
//   module.add({"i", "i", "", code});
//   const std::vector<uint8_t> bytes = module.encode();
//   Probe probe(setup, bytes);
//   Outcome o = probe.call(0, args);
//
// The environment: memories 0 and 2 with 32-bit addresses, 1 with 64-bit ones, 3 shared, each of
// one page that cannot grow, filled with `pattern`; globals i32, i64 and i32; functions that have
// an effect and return a value of each letter; a table.
#pragma once

#include <memory>
#include <nacre/nacre.hpp>
#include <optional>

#include "os/cpu.hpp"
#include "tree.hpp"

namespace nacre::diff {

// How an engine is made. The first of `setups` is the interpreter, which the others must agree
// with.
struct ProbeSetup {
  const char* name;
  bool compiled;
  bool guarded;
  uint32_t without;  // processor features that are not used
};
// Those whose features this processor has: without compiler, only the interpreter.
std::vector<ProbeSetup> probe_setups();
Result<Engine> make_engine(const ProbeSetup& setup);

inline constexpr uint32_t num_memories = 4, wide_memory = 1, shared_memory = 3;
inline constexpr uint32_t global_effects = 0, global_i64 = 1, global_i32 = 2;
// Functions 0 to 4 count their calls in global 0 and return i l f d v; 5 to 9 take one.
inline constexpr uint32_t first_source = 0, first_sink = 5, first_function = 10;
inline constexpr char letters[] = "ilfdv";
uint32_t letter_index(char letter);
// What the sources return, and a value that is not zero of each letter.
Value source_value(char letter);
// What memories hold: never a NaN, whatever is read as a float.
uint8_t pattern(uint32_t address);

// A function's body.
class Code {
 public:
  Code& op(Op o);
  Code& get(uint32_t local) { return op(Op::local_get).index(local); }
  Code& set(uint32_t local) { return op(Op::local_set).index(local); }
  Code& tee(uint32_t local) { return op(Op::local_tee).index(local); }
  Code& index(uint64_t i);
  Code& byte(uint8_t b);
  Code& constant(char letter, Value v);
  Code& constant(char letter, uint64_t v) { return constant(letter, Value{v, 0}); }
  // With the instruction's natural alignment.
  Code& access(Op o, uint32_t memory, uint64_t offset, uint8_t lane = 0);
  Code& append(const Code& other);

  std::vector<uint8_t> bytes;
};

class ProbeModule {
 public:
  // Its number, from 0.
  uint32_t add(const std::string& params, const std::string& results, const std::string& locals,
               const Code& code);
  std::vector<uint8_t> encode() const;
  uint32_t size() const { return static_cast<uint32_t>(functions_.size()); }

 private:
  struct Item {
    std::string params, results, locals;
    Code code;
  };
  std::vector<Item> functions_;
};

// What a call did. Frames are function, offset.
struct Outcome {
  TrapCode trap = TrapCode::none;
  std::vector<uint64_t> frames;
  std::vector<Value> results;
  std::vector<uint64_t> globals;
  std::vector<uint32_t> writes;  // changed bytes near the ends of memories: memory, address, value
  std::string message;
};
std::string describe(const Outcome& o);

class Probe {
 public:
  // Fails the test that runs when the module cannot be used; then `ok` is false.
  Probe(const ProbeSetup& setup, const std::vector<uint8_t>& bytes);
  bool ok() const { return instance_.has_value(); }
  // Afterwards globals are as before, and memories near their ends.
  Outcome call(uint32_t function, const std::string& params, const std::vector<Value>& args);
  // A hash of all memories as they are now.
  uint64_t memories();
  // The bytes of a memory.
  std::span<uint8_t> memory(uint32_t number);

 private:
  void collect_writes(Outcome& o);

  Engine engine_;
  std::unique_ptr<Store> store_;
  std::optional<Instance> instance_;
};

nacre::Value to_api(char letter, const Value& v);
Value from_api(const nacre::Value& v);

// Whether two results are the same, or are NaNs where the specification leaves their bits open.
// `width`: of the float lanes (4, 8), or 0 when every bit counts. `canonical`: only canonical NaNs
// are allowed, since no operand was another.
bool same_value(char letter, const Value& x, const Value& y, unsigned width, bool canonical);

// NACRE_FULL_SWEEP: everything, not a sample.
bool full_sweep();

}  // namespace nacre::diff
