// SPDX-License-Identifier: Apache-2.0
//
// Random programs: blocks, statements and jumps.
#include <algorithm>
#include <utility>

#include "generator.hpp"

namespace nacre::diff {

Nodes Generator::body(const std::string& params, const std::string& results, bool loop,
                      uint32_t depth) {
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

void Generator::back_edge(Nodes& out, const std::string& params, Node again, uint32_t depth) {
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

Node Generator::structured_any(const std::string& results, uint32_t depth) {
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

Node Generator::protected_block(Node n, uint32_t depth) {
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

Node Generator::structured(char letter, uint32_t depth) {
  return structured_any(std::string(1, letter), depth);
}

// --- statements

bool Generator::statements(Nodes& out, uint32_t depth) {
  for (uint32_t n = random_.below(depth > 2 ? 6 : 4); n != 0; --n)
    if (!statement(out, depth)) return false;
  return true;
}

void Generator::take(Nodes& out, const std::string& types) {
  for (size_t i = types.size(); i-- != 0;)
    out.push_back(random_.chance(80) ? make(Op::local_set, local(types[i])) : make(Op::drop));
}

void Generator::waiting(Nodes& out, uint32_t depth) {
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

Node Generator::update(uint32_t depth) {
  static constexpr Op ops[] = {Op::i32_add, Op::i32_sub, Op::i32_and, Op::i32_or, Op::i32_xor,
                               Op::i64_add, Op::i64_sub, Op::i64_and, Op::i64_or, Op::i64_xor};
  const uint32_t k = random_.below(10);
  const char letter = k < 5 ? 'i' : 'l';
  const uint32_t memory = random_.below(2);
  const Node at =
      random_.chance(50) ? address(memory, 0) : tee_of(memory == 0 ? 'i' : 'l', address(memory, 0));
  Node from = at.op == Op::local_tee ? local_get_at(at.index) : at;
  Node load = make(k < 5 ? Op::i32_load : Op::i64_load, memory, {std::move(from)});
  load.more = random_.chance(80) ? 0 : random_.below(16);
  Nodes both = {std::move(load), random_.chance(50) ? simple(letter) : expr(letter, depth)};
  if (random_.chance(25)) std::swap(both[0], both[1]);
  Node n = make(k < 5 ? Op::i32_store : Op::i64_store, memory, {at, make(ops[k], std::move(both))});
  n.more = random_.chance(80) ? 0 : random_.below(16);
  return n;
}

bool Generator::statement(Nodes& out, uint32_t depth) {
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
    out.push_back(make(Op::array_set, array_type,
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
        program_.functions[random_.below(static_cast<uint32_t>(program_.functions.size()))].results;
    if (Node c; call(results, d, c)) {
      out.push_back(std::move(c));
      take(out, results);
    }
  } else {
    return jump(out, depth, k);
  }
  return true;
}

bool Generator::jump(Nodes& out, uint32_t depth, uint32_t k) {
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
  if (random_.chance(60)) table.kids[0] = make(Op::i32_and, {std::move(table.kids[0]), number(3)});
  for (uint32_t i = 0; i < n; ++i)
    if (!labels_[n - 1 - i].loop && labels_[n - 1 - i].types == l.types) table.labels.push_back(i);
  std::rotate(table.labels.begin(),
              table.labels.begin() + random_.below(static_cast<uint32_t>(table.labels.size())),
              table.labels.end());
  out.push_back(std::move(table));
  return false;
}

}  // namespace nacre::diff
