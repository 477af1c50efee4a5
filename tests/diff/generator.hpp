// SPDX-License-Identifier: Apache-2.0
//
// Random programs, typed as they are made. They end: a loop goes back only while its own counter,
// which nothing else writes, is small, and a function calls only those before it. Traps are
// possible but not sought: most addresses are masked, most divisions are by what comes.
#pragma once

#include <string>
#include <vector>

#include "tree.hpp"

namespace nacre::diff {

using Nodes = std::vector<Node>;

inline constexpr char numbers[] = "ilfdv";

// Instructions by the letter of their result, scalar ones first.
struct Tables {
  std::vector<Op> scalar[128], vector[128], loads[128], wide, stores, store_lanes, load_lanes;
  Tables() {
    for (unsigned i = 0; i < wasm::op_count; ++i) add(static_cast<Op>(i));
  }
  void add(Op op);
};

const Tables& tables();

struct Label {
  std::string types;
  bool loop;
};

class Generator {
 public:
  explicit Generator(Random& random) : random_(random) {}

  Program run();

 private:
  // --- small things

  std::string random_letters(uint32_t n) {
    std::string s;
    while (n-- != 0) s += random_.letter(numbers);
    return s;
  }

  static Node make(Op op, Nodes kids = {}) {
    Node n;
    n.op = op;
    n.kids = std::move(kids);
    return n;
  }
  static Node make(Op op, uint32_t index, Nodes kids = {}) {
    Node n = make(op, std::move(kids));
    n.index = index;
    return n;
  }
  Node constant(char letter) { return constant(letter, interesting(random_, letter)); }
  static Node constant(char letter, Value v);
  static Node number(uint32_t v) { return constant('i', {v, 0}); }

  // A local of this type; locals behind `visible_` are counters.
  uint32_t local(char letter) {
    uint32_t i = random_.below(visible_);
    while (locals_[i] != letter) i = i + 1 == visible_ ? 0 : i + 1;
    return i;
  }
  uint32_t global(char letter) {
    const auto i = program_.globals.find(letter);
    const auto j = program_.globals.rfind(letter);
    return static_cast<uint32_t>(random_.chance(50) ? i : j);
  }
  Op pick(const std::vector<Op>& ops) {
    return ops[random_.below(static_cast<uint32_t>(ops.size()))];
  }
  bool find_label(const std::string& types, uint32_t& index);

  // --- expressions

  Nodes exprs(const std::string& types, uint32_t depth);
  Node address(uint32_t memory, uint32_t depth);
  Node local_get_at(uint32_t i) { return make(Op::local_get, i); }
  Node local_get(char letter) { return make(Op::local_get, local(letter)); }
  Node tee_of(char letter, Node value);
  Node memory_node(Op op, uint32_t depth);
  Node numeric(char letter, uint32_t depth);
  Node select(char letter, uint32_t depth);

  // Something a jump or select might swallow, mostly.
  Node condition(uint32_t depth);
  Node simple(char letter);
  Node object(char letter, uint32_t depth);
  Node field_get(uint32_t depth, char letter);
  Node expr(char letter, uint32_t depth);

  // A jump that depends on a reference, which it leaves.
  Node reference_branch(uint32_t depth);
  Node reference_test(uint32_t depth);

  // A call with exactly these results, if there is a function for it.
  bool call(const std::string& results, uint32_t depth, Node& out);

  // --- blocks

  // A body with a label that gives `results`. Values of `params` lie on the stack at its start.
  Nodes body(const std::string& params, const std::string& results, bool loop, uint32_t depth);
  void back_edge(Nodes& out, const std::string& params, Node again, uint32_t depth);
  Node structured_any(const std::string& results, uint32_t depth);

  // Tries; what is caught arrives at a block around, with the exception's values.
  Node protected_block(Node n, uint32_t depth);
  Node structured(char letter, uint32_t depth);

  // --- statements

  // Appends some; false when the end is not reached.
  bool statements(Nodes& out, uint32_t depth);
  void take(Nodes& out, const std::string& types);

  // Values that lie on the stack while a statement runs.
  void waiting(Nodes& out, uint32_t depth);

  // x[i] = x[i] op y; sometimes the places differ, or y comes first.
  Node update(uint32_t depth);
  bool statement(Nodes& out, uint32_t depth);
  bool jump(Nodes& out, uint32_t depth, uint32_t k);

  // --- functions

  void function(bool last);
  void store_locals(Function& f);

  Random& random_;
  Program program_;
  std::string locals_, results_;
  uint32_t visible_ = 0, counter_ = 0;
  std::vector<Label> labels_;
  int budget_ = 0;
};

}  // namespace nacre::diff
