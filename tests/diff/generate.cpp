// SPDX-License-Identifier: Apache-2.0
//
// Random programs, typed as they are made. They end: a loop goes back only while its own counter,
// which nothing else writes, is small, and a function calls only those before it. Traps are
// possible but not sought: most addresses are masked, most divisions are by what comes.
#include <algorithm>
#include <array>
#include <string_view>

#include "tree.hpp"

namespace nacre::diff {
namespace {

using Nodes = std::vector<Node>;

constexpr char numbers[] = "ilfdv";

// Instructions by the letter of their result, scalar ones first.
struct Tables {
  std::vector<Op> scalar[128], vector[128], loads[128], wide, stores, store_lanes, load_lanes;
  Tables() {
    for (unsigned i = 0; i < wasm::op_count; ++i) add(static_cast<Op>(i));
  }
  void add(Op op) {
    const wasm::OpInfo& info = wasm::op_info(op);
    if (!wasm::has_signature(op) || info.is(wasm::trait::atomic)) return;
    const std::string_view in = wasm::operand_letters(op), out = wasm::result_letters(op);
    if (info.imm == wasm::Imm::memarg)
      (out.empty() ? stores : loads[static_cast<unsigned>(out[0])]).push_back(op);
    if (info.imm == wasm::Imm::memarg_lane) (out.empty() ? store_lanes : load_lanes).push_back(op);
    if (info.imm != wasm::Imm::none && info.imm != wasm::Imm::lane &&
        info.imm != wasm::Imm::shuffle)
      return;
    if (!has_numeric_meaning(op)) return;
    if (out.size() == 2) wide.push_back(op);
    if (out.size() != 1) return;
    const bool simd = out[0] == 'v' || in.find('v') != std::string_view::npos;
    (simd ? vector : scalar)[static_cast<unsigned>(out[0])].push_back(op);
  }
};

const Tables& tables() {
  static const Tables t;
  return t;
}

struct Label {
  std::string types;
  bool loop;
};

class Generator {
 public:
  explicit Generator(Random& random) : random_(random) {}

  Program run() {
    program_.globals = "ilfdvraxil";
    for (char c : program_.globals) program_.initial.push_back(interesting(random_, c));
    program_.tag = random_letters(1 + random_.below(2));
    const uint32_t helpers = 1 + random_.below(3);
    for (uint32_t i = 0; i <= helpers; ++i) function(i == helpers);
    return std::move(program_);
  }

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
  static Node constant(char letter, Value v) {
    Node n;
    n.letter = letter;
    n.value = v;
    n.op = letter == 'i'   ? Op::i32_const
           : letter == 'l' ? Op::i64_const
           : letter == 'f' ? Op::f32_const
           : letter == 'd' ? Op::f64_const
           : letter == 'v' ? Op::v128_const
                           : Op::ref_null;
    return n;
  }
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
  bool find_label(const std::string& types, uint32_t& index) {
    const auto n = static_cast<uint32_t>(labels_.size());
    if (n == 0) return false;
    for (uint32_t k = 0, at = random_.below(n); k < n; ++k, at = (at + 1) % n) {
      const Label& l = labels_[n - 1 - at];
      if (l.loop || l.types != types) continue;
      index = at;
      return true;
    }
    return false;
  }

  // --- expressions

  Nodes exprs(const std::string& types, uint32_t depth) {
    Nodes out;
    for (char c : types) out.push_back(expr(c, depth));
    return out;
  }

  Node address(uint32_t memory, uint32_t depth) {
    const char letter = memory == 0 ? 'i' : 'l';
    if (random_.chance(15)) return constant(letter, {random_.below(40000), 0});
    const Op both = memory == 0 ? Op::i32_and : Op::i64_and,
             sum = memory == 0 ? Op::i32_add : Op::i64_add;
    const auto masked = [&] {
      const Value mask{random_.chance(3) ? 0x1ffffu : 0x3fffu, 0};
      if (random_.chance(3)) return local_get(letter);
      return make(both, {expr(letter, depth), constant(letter, mask)});
    };
    switch (random_.below(4)) {
      case 0:
        return masked();
      case 1:
        return make(sum, {masked(), constant(letter, {random_.below(8192), 0})});
      case 2:
        return make(sum, {tee_of(letter, masked()), masked()});
      default: {
        Node a = tee_of(letter, masked());
        return make(sum, {a, local_get_at(a.index)});
      }
    }
  }
  Node local_get_at(uint32_t i) { return make(Op::local_get, i); }
  Node local_get(char letter) { return make(Op::local_get, local(letter)); }
  Node tee_of(char letter, Node value) {
    const uint32_t x = local(letter);
    Nodes kids;
    kids.push_back(std::move(value));
    return make(Op::local_tee, x, std::move(kids));
  }

  Node memory_node(Op op, uint32_t depth) {
    const uint32_t memory = random_.chance(25) ? 1 : 0;
    Node n = make(op, memory, {address(memory, depth)});
    const std::string_view in = wasm::operand_letters(op);
    if (in.size() == 2) n.kids.push_back(expr(in[1], depth));
    n.more = random_.chance(50) ? 0 : random_.below(64);
    if (wasm::op_info(op).imm == wasm::Imm::memarg_lane)
      n.value.lo = random_.below(16 / wasm::access_bytes(op));
    return n;
  }

  Node numeric(char letter, uint32_t depth) {
    const std::vector<Op>& scalar = tables().scalar[static_cast<unsigned>(letter)];
    const std::vector<Op>& vector = tables().vector[static_cast<unsigned>(letter)];
    Op op = scalar.empty() || random_.chance(12) ? pick(vector) : pick(scalar);
    if (wasm::op_info(op).is(wasm::trait::traps) && random_.chance(85)) op = pick(scalar);
    if (wasm::op_info(op).is(wasm::trait::traps) && random_.chance(60)) return local_get(letter);
    Node n = make(op, exprs(std::string(wasm::operand_letters(op)), depth));
    // What compilers have special code for: a constant on the right.
    if (n.kids.size() == 2 && random_.chance(25))
      n.kids[1] = constant(wasm::operand_letters(op)[1]);
    if (wasm::op_info(op).imm == wasm::Imm::lane) {
      const std::string_view text = wasm::op_info(op).text;
      n.more = random_.below(static_cast<uint32_t>(text[3] == 'x'               ? text[4] - '0'
                                                   : text.substr(3, 3) == "x16" ? 16
                                                                                : 2));
    }
    if (op == Op::i8x16_shuffle)
      for (unsigned i = 0; i < 16; ++i)
        (i < 8 ? n.value.lo : n.value.hi) |= static_cast<uint64_t>(random_.below(32))
                                             << (8 * (i & 7));
    return n;
  }

  Node select(char letter, uint32_t depth) {
    Node n = make(Op::select, {expr(letter, depth), expr(letter, depth), condition(depth)});
    if (letter == 'r' || letter == 'a') {
      n.op = Op::select_t;
      n.letter = letter;
    }
    return n;
  }

  // Something a jump or select might swallow, mostly.
  Node condition(uint32_t depth) {
    if (random_.chance(30)) return expr('i', depth);
    static constexpr Op ops[] = {Op::i32_eq,  Op::i32_lt_s, Op::i32_ge_u, Op::i32_and,
                                 Op::i64_ne,  Op::i64_gt_u, Op::f32_lt,   Op::f64_ge,
                                 Op::i32_eqz, Op::i64_eqz,  Op::i64_le_s};
    const Op op = ops[random_.below(sizeof ops / sizeof ops[0])];
    Node n = make(op, exprs(std::string(wasm::operand_letters(op)), depth));
    if (random_.chance(25)) n = make(Op::i32_eqz, {std::move(n)});
    return n;
  }

  Node simple(char letter) {
    const uint32_t k = random_.below(100);
    if (letter == 'x') return k < 70 ? make(Op::global_get, global(letter)) : constant(letter);
    if (letter == 'r' || letter == 'a') {
      if (k < 75) return local_get(letter);
      if (k < 88) return make(Op::global_get, global(letter));
      if (k < 89) return constant(letter);
      return object(letter, 0);
    }
    if (k < 55) return local_get(letter);
    if (k < 85) return constant(letter);
    return make(Op::global_get, global(letter));
  }

  Node object(char letter, uint32_t depth) {
    if (letter == 'r') {
      if (random_.chance(30)) return make(Op::struct_new_default, struct_type);
      return make(Op::struct_new, struct_type, exprs("ilfdvir", depth));
    }
    if (random_.chance(50)) {
      Node n = make(Op::array_new_fixed, exprs(std::string(2 + random_.below(4), 'l'), depth));
      n.more = static_cast<uint32_t>(n.kids.size());
      return n;
    }
    return make(Op::array_new, array_type,
                {expr('l', depth),
                 make(Op::i32_or, {make(Op::i32_and, {expr('i', depth), number(15)}), number(4)})});
  }

  Node field_get(uint32_t depth, char letter) {
    static constexpr std::string_view letters = "ilfdvir";
    auto f = static_cast<uint32_t>(letters.find(letter));
    if (letter == 'i' && random_.chance(50)) f = 5;
    Node n = make(f != 5               ? Op::struct_get
                  : random_.chance(50) ? Op::struct_get_s
                                       : Op::struct_get_u,
                  f);
    n.kids.push_back(letter == 'r' ? local_get('r') : expr('r', depth));
    return n;
  }

  Node expr(char letter, uint32_t depth) {
    if (letter == 'x' || depth == 0 || --budget_ <= 0) return simple(letter);
    --depth;
    const uint32_t k = random_.below(100);
    uint32_t label = 0;
    if (k < 18) return simple(letter);
    if (k < 28) return tee_of(letter, expr(letter, depth));
    if (k < 36) return select(letter, depth);
    if (k < 46) return structured(letter, depth);
    if (k < 51 && find_label(std::string(1, letter), label))
      return make(Op::br_if, label, {expr(letter, depth), condition(depth)});
    if (letter == 'r' && k >= 90) return reference_branch(depth);
    if (k < 56)
      if (Node c; call(std::string(1, letter), depth, c)) return c;
    if (letter == 'r' || letter == 'a')
      return k < 75                    ? object(letter, depth)
             : letter == 'r' && k < 76 ? field_get(depth, 'r')
                                       : simple(letter);
    if (k < 60) return field_get(depth, letter);
    if (k < 62 && letter == 'l')
      return make(Op::array_get, array_type,
                  {expr('a', depth), make(Op::i32_and, {expr('i', depth), number(3)})});
    if (k < 65 && letter == 'i') return reference_test(depth);
    if (k < 66 && (letter == 'i' || letter == 'l'))
      return make(Op::memory_size, letter == 'i' ? 0u : 1u);
    if (k < 75) return memory_node(pick(tables().loads[static_cast<unsigned>(letter)]), depth);
    if (k < 78 && letter == 'v') return memory_node(pick(tables().load_lanes), depth);
    return numeric(letter, depth);
  }

  // A jump that depends on a reference, which it leaves.
  Node reference_branch(uint32_t depth) {
    uint32_t label = 0;
    Node ref = random_.chance(15) ? constant('r') : expr('r', depth);
    if (random_.chance(50) && find_label("", label))
      return make(Op::br_on_null, label, {std::move(ref)});
    if (!find_label("r", label)) return ref;
    return make(random_.chance(50) ? Op::br_on_cast : Op::br_on_cast_fail, label, {std::move(ref)});
  }

  Node reference_test(uint32_t depth) {
    switch (random_.below(3)) {
      case 0:
        return make(Op::ref_is_null, {expr(random_.letter("rax"), depth)});
      case 1:
        return make(Op::ref_eq, {random_.chance(30) ? constant('r') : expr('r', depth),
                                 expr(random_.letter("ra"), depth)});
      default:
        return make(Op::array_len, {expr('a', depth)});
    }
  }

  // A call with exactly these results, if there is a function for it.
  bool call(const std::string& results, uint32_t depth, Node& out) {
    const auto n = static_cast<uint32_t>(program_.functions.size());
    if (n == 0) return false;
    const uint32_t i = random_.below(n);
    const Function& f = program_.functions[i];
    if (f.results != results) return false;
    out = make(Op::call, i, exprs(f.params, depth));
    if (random_.chance(35)) {
      out.op = Op::call_indirect;
      out.params = f.params;
      out.results = f.results;
      out.kids.push_back(random_.chance(90) ? number(i)
                                            : make(Op::i32_and, {expr('i', depth), number(3)}));
    }
    return true;
  }

  // --- blocks

  // A body with a label that gives `results`. Values of `params` lie on the stack at its start.
  Nodes body(const std::string& params, const std::string& results, bool loop, uint32_t depth) {
    labels_.push_back({loop ? params : results, loop});
    const uint32_t counter = loop ? counter_-- : 0;
    Nodes out;
    for (size_t i = params.size(); i-- != 0;)
      out.push_back(make(random_.chance(80) ? Op::local_set : Op::drop, 0));
    for (size_t i = 0; i < params.size(); ++i)
      if (Node& n = out[i]; n.op == Op::local_set) n.index = local(params[params.size() - 1 - i]);
    const bool falls = statements(out, depth);
    if (loop) {
      Node again =
          make(Op::i32_lt_u, {make(Op::local_tee, counter,
                                   {make(Op::i32_add, {make(Op::local_get, counter), number(1)})}),
                              number(1 + random_.below(4))});
      if (falls) back_edge(out, params, std::move(again), depth);
    }
    if (falls)
      for (Node& n : exprs(results, depth)) out.push_back(std::move(n));
    labels_.pop_back();
    return out;
  }

  void back_edge(Nodes& out, const std::string& params, Node again, uint32_t depth) {
    if (random_.chance(50)) {
      for (Node& n : exprs(params, depth)) out.push_back(std::move(n));
      out.push_back(make(Op::br_if, 0, {std::move(again)}));
      for (size_t i = 0; i < params.size(); ++i) out.push_back(make(Op::drop));
      return;
    }
    Node n = make(Op::if_, {std::move(again)});
    labels_.push_back({"", false});
    n.body = exprs(params, depth);
    n.body.push_back(make(Op::br, 1));
    labels_.pop_back();
    out.push_back(std::move(n));
  }

  Node structured_any(const std::string& results, uint32_t depth) {
    Node n;
    n.results = results;
    if (random_.chance(25)) n.params = random_letters(1 + random_.below(2));
    n.kids = exprs(n.params, depth);
    const uint32_t k = random_.below(100);
    if (k < 35) {
      n.op = Op::block;
      n.body = body(n.params, results, false, depth);
    } else if (k < 60) {
      n.op = Op::if_;
      n.kids.push_back(condition(depth));
      n.body = body(n.params, results, false, depth);
      if (!results.empty() || !n.params.empty() || random_.chance(50)) {
        n.otherwise = body(n.params, results, false, depth);
        if (n.otherwise.empty()) n.otherwise.push_back(make(Op::nop));
      }
    } else if (k < 80 && counter_ > visible_) {
      n.op = Op::loop;
      // Its counter, which body() takes, starts anew.
      n.kids.insert(n.kids.begin(), make(Op::local_set, counter_, {number(0)}));
      n.body = body(n.params, results, true, depth);
    } else {
      return protected_block(std::move(n), depth);
    }
    return n;
  }

  // Tries; what is caught arrives at a block around, with the exception's values.
  Node protected_block(Node n, uint32_t depth) {
    Node outer = make(Op::block);
    const bool all = random_.chance(30);
    outer.results = all ? "" : program_.tag;
    labels_.push_back({outer.results, false});
    n.op = Op::try_table;
    n.labels = {all ? all_tags : 0, 0};
    Nodes kids = std::move(n.kids);
    n.kids.clear();
    const std::string results = n.results, params = n.params;
    // Its own results leave by the locals, so that both ways end alike.
    n.body = body(params, results, false, depth);
    labels_.pop_back();
    outer.params = params;
    outer.kids = std::move(kids);
    outer.body.push_back(std::move(n));
    for (size_t i = results.size(); i-- != 0;)
      outer.body.push_back(make(Op::local_set, local(results[i])));
    for (Node& k : exprs(outer.results, 0)) outer.body.push_back(std::move(k));
    Node all_of;
    all_of.kids.push_back(std::move(outer));
    if (!all)
      for (size_t i = program_.tag.size(); i-- != 0;)
        all_of.kids.push_back(make(Op::local_set, local(program_.tag[i])));
    for (Node& k : exprs(results, 0)) all_of.kids.push_back(std::move(k));
    return all_of;
  }

  Node structured(char letter, uint32_t depth) {
    return structured_any(std::string(1, letter), depth);
  }

  // --- statements

  // Appends some; false when the end is not reached.
  bool statements(Nodes& out, uint32_t depth) {
    for (uint32_t n = random_.below(depth > 2 ? 6 : 4); n != 0; --n)
      if (!statement(out, depth)) return false;
    return true;
  }

  void take(Nodes& out, const std::string& types) {
    for (size_t i = types.size(); i-- != 0;)
      out.push_back(random_.chance(80) ? make(Op::local_set, local(types[i])) : make(Op::drop));
  }

  // Values that lie on the stack while a statement runs.
  void waiting(Nodes& out, uint32_t depth) {
    std::string types;
    for (uint32_t n = 1 + random_.below(random_.chance(85) ? 3 : 30); n != 0; --n)
      types += random_.letter("iilfdvrra");
    for (char c : types)
      out.push_back((c == 'r' || c == 'a') && random_.chance(40) ? constant(c)
                                                                 : expr(c, random_.below(2)));
    out.push_back(structured_any("", depth));
    for (size_t i = types.size(); i-- != 0;) {
      const bool ref = types[i] == 'r' || types[i] == 'a';
      if (ref) out.push_back(make(Op::ref_is_null));
      take(out, std::string(1, ref ? 'i' : types[i]));
    }
  }

  // x[i] = x[i] op y; sometimes the places differ, or y comes first.
  Node update(uint32_t depth) {
    static constexpr Op ops[] = {Op::i32_add, Op::i32_sub, Op::i32_and, Op::i32_or, Op::i32_xor,
                                 Op::i64_add, Op::i64_sub, Op::i64_and, Op::i64_or, Op::i64_xor};
    const uint32_t k = random_.below(10);
    const char letter = k < 5 ? 'i' : 'l';
    const uint32_t memory = random_.below(2);
    const Node at = random_.chance(50) ? address(memory, 0)
                                       : tee_of(memory == 0 ? 'i' : 'l', address(memory, 0));
    Node from = at.op == Op::local_tee ? local_get_at(at.index) : at;
    Node load = make(k < 5 ? Op::i32_load : Op::i64_load, memory, {std::move(from)});
    load.more = random_.chance(80) ? 0 : random_.below(16);
    Nodes both = {std::move(load), random_.chance(50) ? simple(letter) : expr(letter, depth)};
    if (random_.chance(25)) std::swap(both[0], both[1]);
    Node n =
        make(k < 5 ? Op::i32_store : Op::i64_store, memory, {at, make(ops[k], std::move(both))});
    n.more = random_.chance(80) ? 0 : random_.below(16);
    return n;
  }

  bool statement(Nodes& out, uint32_t depth) {
    if (--budget_ <= 0) return true;
    const uint32_t d = depth == 0 ? 0 : depth - 1;
    const uint32_t k = random_.below(100);
    if (k < 6 && depth != 0) {
      waiting(out, d);
    } else if (k < 34) {
      const char c = random_.letter("iiillfdvra");
      out.push_back(make(Op::local_set, local(c), {expr(c, depth)}));
    } else if (k < 40) {
      const char c = random_.letter("ilfdvra");
      out.push_back(make(Op::global_set, global(c), {expr(c, depth)}));
    } else if (k < 42) {
      out.push_back(update(d));
    } else if (k < 50) {
      out.push_back(
          memory_node(pick(random_.chance(90) ? tables().stores : tables().store_lanes), depth));
    } else if (k < 54) {
      out.push_back(
          make(Op::drop, {random_.chance(40) ? make(Op::global_get, global(random_.letter("xra")))
                                             : expr(random_.letter("ilfdvra"), depth)}));
    } else if (k < 58) {
      const Op op = pick(tables().wide);
      out.push_back(make(op, exprs(std::string(wasm::operand_letters(op)), d)));
      take(out, "ll");
    } else if (k < 62) {
      const uint32_t f = random_.below(7);
      Node n = make(Op::struct_set, f, {expr('r', d), expr("ilfdvir"[f], d)});
      out.push_back(std::move(n));
    } else if (k < 64) {
      out.push_back(
          make(Op::array_set, array_type,
               {expr('a', d), make(Op::i32_and, {expr('i', d), number(3)}), expr('l', d)}));
    } else if (k < 66) {
      out.push_back(make(
          Op::drop, {random_.chance(50)
                         ? make(Op::memory_grow, 0u, {make(Op::i32_and, {expr('i', d), number(1)})})
                         : make(Op::memory_grow, 1u,
                                {make(Op::i64_and, {expr('l', d), constant('l', {1, 0})})})}));
    } else if (k < 80) {
      if (depth == 0) return true;
      const std::string results =
          random_.chance(55) ? "" : random_letters(1 + random_.below(random_.chance(90) ? 3 : 24));
      out.push_back(structured_any(results, d));
      take(out, results);
    } else if (k < 86) {
      if (program_.functions.empty()) return true;
      const std::string results =
          program_.functions[random_.below(static_cast<uint32_t>(program_.functions.size()))]
              .results;
      if (Node c; call(results, d, c)) {
        out.push_back(std::move(c));
        take(out, results);
      }
    } else {
      return jump(out, depth, k);
    }
    return true;
  }

  bool jump(Nodes& out, uint32_t depth, uint32_t k) {
    const auto n = static_cast<uint32_t>(labels_.size());
    const uint32_t d = depth == 0 ? 0 : depth - 1;
    if (k >= 97) {
      // Throws or returns, sometimes.
      Node guarded = make(Op::if_, {condition(d)});
      labels_.push_back({"", false});
      guarded.body = exprs(k == 97 ? results_ : program_.tag, d);
      guarded.body.push_back(k == 97 ? make(Op::return_) : make(Op::throw_, 0u));
      labels_.pop_back();
      out.push_back(std::move(guarded));
      return true;
    }
    if (n == 0) return true;
    const uint32_t at = random_.below(n);
    const Label l = labels_[n - 1 - at];
    if (l.loop) return true;
    Nodes values = exprs(l.types, d);
    if (l.types == "r" && random_.chance(60)) {
      out.push_back(make(Op::br_on_non_null, at, {expr('r', d)}));
      return true;
    }
    if (k < 88) {
      for (Node& v : values) out.push_back(std::move(v));
      out.push_back(make(Op::br_on_null, at, {random_.chance(30) ? constant('r') : expr('r', d)}));
      out.push_back(make(Op::drop));
      take(out, l.types);
      return true;
    }
    if (k < 92) {
      for (Node& v : values) out.push_back(std::move(v));
      out.push_back(make(Op::br_if, at, {condition(d)}));
      take(out, l.types);
      return true;
    }
    if (random_.chance(60)) return true;
    for (Node& v : values) out.push_back(std::move(v));
    if (k < 94) {
      out.push_back(make(Op::br, at));
      return false;
    }
    Node table = make(Op::br_table, {expr('i', d)});
    if (random_.chance(60))
      table.kids[0] = make(Op::i32_and, {std::move(table.kids[0]), number(3)});
    for (uint32_t i = 0; i < n; ++i)
      if (!labels_[n - 1 - i].loop && labels_[n - 1 - i].types == l.types)
        table.labels.push_back(i);
    std::rotate(table.labels.begin(),
                table.labels.begin() + random_.below(static_cast<uint32_t>(table.labels.size())),
                table.labels.end());
    out.push_back(std::move(table));
    return false;
  }

  // --- functions

  void function(bool last) {
    Function f;
    // Now and then more of everything than there are registers.
    f.params = random_letters(random_.chance(85) ? random_.below(4) : random_.below(24));
    f.results = random_letters(last                 ? random_.below(random_.chance(85) ? 4 : 24)
                               : random_.chance(75) ? 1
                               : random_.chance(85) ? random_.below(4)
                                                    : random_.below(24));
    f.locals = f.params + "ilfdvrai" + random_letters(random_.below(random_.chance(70) ? 4 : 30));
    visible_ = static_cast<uint32_t>(f.locals.size());
    constexpr uint32_t counters = 24;
    f.locals += std::string(counters, 'i');
    locals_ = f.locals;
    results_ = f.results;
    counter_ = static_cast<uint32_t>(f.locals.size()) - 1;
    labels_.clear();
    budget_ = last ? 500 : 150;
    for (char c : {'r', 'a'}) f.body.push_back(make(Op::local_set, local(c), {object(c, 0)}));
    if (last)
      for (char c : {'r', 'a'}) f.body.push_back(make(Op::global_set, global(c), {object(c, 0)}));
    Node block = make(Op::block);
    labels_.push_back({"", false});
    Nodes inner;
    bool falls = true;
    for (uint32_t n = 4 + random_.below(last ? 12 : 5); n != 0 && falls; --n)
      falls = statement(inner, 4);
    labels_.pop_back();
    block.body = std::move(inner);
    f.body.push_back(std::move(block));
    if (last) store_locals(f);
    if (Node c; !last && random_.chance(30) && call(f.results, 1, c)) {
      if (c.op == Op::call) c.op = Op::return_call;
      f.body.push_back(std::move(c));
    } else {
      for (Node& n : exprs(f.results, last ? 3 : 2)) f.body.push_back(std::move(n));
    }
    program_.functions.push_back(std::move(f));
  }

  void store_locals(Function& f) {
    for (uint32_t i = 0; i < f.locals.size(); ++i) {
      const char c = f.locals[i];
      Node value = make(Op::local_get, i);
      if (c == 'r' || c == 'a') value = make(Op::ref_is_null, {std::move(value)});
      const Op op = c == 'l'   ? Op::i64_store
                    : c == 'f' ? Op::f32_store
                    : c == 'd' ? Op::f64_store
                    : c == 'v' ? Op::v128_store
                               : Op::i32_store;
      Node n = make(op, 0u, {number(dump), std::move(value)});
      n.more = i * 16;
      f.body.push_back(std::move(n));
    }
  }

  Random& random_;
  Program program_;
  std::string locals_, results_;
  uint32_t visible_ = 0, counter_ = 0;
  std::vector<Label> labels_;
  int budget_ = 0;
};

}  // namespace

Value interesting(Random& random, char letter) {
  static constexpr uint64_t ints[] = {0,
                                      1,
                                      2,
                                      7,
                                      31,
                                      32,
                                      63,
                                      255,
                                      0x7fff,
                                      0x8000,
                                      0x7fffffff,
                                      0x80000000,
                                      0xffffffff,
                                      0x100000000,
                                      0x7fffffffffffffff,
                                      0x8000000000000000,
                                      ~uint64_t{0}};
  static constexpr uint32_t floats[] = {0,          0x80000000, 0x3f800000, 0xbf800000,
                                        0x40490fdb, 0x7f800000, 0xff800000, 1,
                                        0x4f000000, 0xcf000000, 0x5f000000, 0x42c80000};
  static constexpr uint64_t doubles[] = {0,
                                         0x8000000000000000,
                                         0x3ff0000000000000,
                                         0xbff0000000000000,
                                         0x400921fb54442d18,
                                         0x7ff0000000000000,
                                         0xfff0000000000000,
                                         1,
                                         0x41e0000000000000,
                                         0x43e0000000000000,
                                         0x4059000000000000};
  const auto any = [&](const auto& list) {
    return static_cast<uint64_t>(list[random.below(sizeof list / sizeof list[0])]);
  };
  switch (letter) {
    case 'i':
      return {static_cast<uint32_t>(random.chance(70) ? any(ints) : random.bits()), 0};
    case 'l':
      return {random.chance(70) ? any(ints) : random.bits(), 0};
    case 'f':
      return {any(floats), 0};
    case 'd':
      return {any(doubles), 0};
    case 'v':
      return {random.bits(), random.chance(50) ? random.bits() : any(doubles)};
    default:
      return {};
  }
}

Program generate(Random& random) { return Generator(random).run(); }

Program generate(uint64_t seed) {
  Random random(seed);
  return generate(random);
}

}  // namespace nacre::diff
