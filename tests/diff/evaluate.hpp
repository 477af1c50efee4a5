// SPDX-License-Identifier: Apache-2.0
//
// The reference: walks a program's trees with a stack of values. Nothing in it knows how an
// engine is made; of nacre it uses only the meanings of numeric instructions.
#pragma once

#include "nacre/trap.hpp"
#include "tree.hpp"

namespace nacre::diff {

class Evaluator {
 public:
  explicit Evaluator(const Program& program);

  // Calls the last function. Its results are then in `results`.
  TrapCode run(const std::vector<Value>& args);

  std::vector<Value> results;
  std::vector<uint8_t> memories[2];
  std::vector<Value> globals;
  // Set when two NaNs met in one operation, whose result's bits are then anyone's choice.
  bool ambiguous = false;
  // Set when the program took too long, or nested its calls too deeply, to be worth comparing.
  bool abandoned = false;

 private:
  enum class Flow : uint8_t { next, branch, leave, thrown, trap };
  struct Object {
    std::vector<Value> fields;
  };
  struct Activation {
    const Function& function;
    std::vector<Value> locals;
    std::vector<Value> stack;
  };

  Flow nodes(Activation& a, const std::vector<Node>& list);
  Flow node(Activation& a, const Node& n);
  Flow block(Activation& a, const Node& n, const std::vector<Node>& body);
  Flow call(Activation& a, uint32_t index);
  Flow numeric(Activation& a, const Node& n);
  Flow access(Activation& a, const Node& n);
  Flow objects(Activation& a, const Node& n);
  Flow trap(TrapCode t) {
    trap_ = t;
    return Flow::trap;
  }
  Flow branch(uint32_t label) {
    depth_ = label;
    return Flow::branch;
  }
  static Value pop(Activation& a);
  static void unwind(Activation& a, size_t height, size_t values);
  void note_nans(const Node& n, const Value* operands, size_t count);

  const Program& program_;
  std::vector<Object> heap_;
  std::vector<Value> exception_;
  TrapCode trap_ = TrapCode::none;
  uint32_t depth_ = 0;
  uint32_t steps_ = 0;
  uint32_t active_ = 0;  // calls
};

}  // namespace nacre::diff
