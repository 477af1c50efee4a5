// SPDX-License-Identifier: Apache-2.0
//
// Random programs as trees, made to be run twice: encoded as a module by an engine, and directly
// by a naive evaluator. What they are after is what an engine does between instructions: values
// that wait on the operand stack while locals change, operands folded into instructions,
// values carried across labels, handlers and calls.
//
// A node does its children in order and then itself, on a stack of values like the machine's. A
// node with fewer children than operands takes the rest from the stack, which is how results of
// blocks and calls with several values are taken up. Types are letters: i l f d v as in
// opcodes.def, r a reference to the struct type, a one to the array type, x externref.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <random>
#include <string>
#include <vector>

#include "base/v128.hpp"
#include "wasm/op.hpp"

namespace nacre::diff {

using wasm::Op;

struct Value {
  uint64_t lo = 0, hi = 0;
  friend bool operator==(const Value&, const Value&) = default;
};
void PrintTo(const Value& v, std::ostream* out);  // for GoogleTest

struct Node {
  Op op = Op::nop;
  std::string params, results;   // blocks; tables of labels: the label's values
  uint32_t index = 0;            // local, global, function, label, field, memory
  uint32_t more = 0;             // lane, offset, length
  Value value;                   // constants, lanes of a shuffle
  char letter = 0;               // type of a constant, null or select
  std::vector<uint32_t> labels;  // br_table; a try_table's clauses (tag or all_tags, label)
  std::vector<Node> kids;
  std::vector<Node> body, otherwise;
};

inline constexpr uint32_t all_tags = 0xffffffff;

struct Function {
  std::string params, results;
  std::string locals;  // with the parameters
  std::vector<Node> body;
};

// The last function is exported as `run`; it stores its locals at `dump` before it returns.
struct Program {
  std::vector<Function> functions;
  std::string tag;  // the exception's values
  std::string globals;
  std::vector<Value> initial;  // of globals
};

inline constexpr uint32_t struct_type = 0, array_type = 1;
inline constexpr char struct_fields[] = "ilfdvbr";  // b: i8
inline constexpr uint32_t page = 65536;
inline constexpr uint32_t dump = 60000;

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  // Chooses by the bytes, so that a fuzzer can change one choice; goes on by itself when they end.
  Random(const uint8_t* data, size_t size) : next_(data), end_(data + size) {}
  uint64_t bits() { return take(8); }
  uint32_t below(uint32_t n) {
    return static_cast<uint32_t>(take(n <= 0x100 ? 1 : n <= 0x10000 ? 2 : 4) % n);
  }
  bool chance(uint32_t percent) { return below(100) < percent; }
  char letter(const std::string& s) { return s[below(static_cast<uint32_t>(s.size()))]; }

 private:
  uint64_t take(unsigned bytes) {
    if (next_ == end_) return engine_();
    uint64_t v = 0;
    while (bytes-- != 0 && next_ != end_) v = v << 8 | *next_++;
    return v;
  }
  std::mt19937_64 engine_;
  const uint8_t *next_ = nullptr, *end_ = nullptr;
};

// A number worth computing with; never a NaN.
Value interesting(Random& random, char letter);
Program generate(Random& random);
Program generate(uint64_t seed);
std::vector<uint8_t> encode(const Program& program);
// Whether the evaluator knows the instruction's meaning.
bool has_numeric_meaning(Op op);

}  // namespace nacre::diff
