// SPDX-License-Identifier: Apache-2.0
#include "family.hpp"

namespace nacre::hostile {

namespace {

constexpr uint8_t i32 = 0x7f, op_block = 0x02, op_loop = 0x03, op_if = 0x04, op_end = 0x0b,
                  op_br = 0x0c, op_br_if = 0x0d, op_br_table = 0x0e, op_call = 0x10, op_drop = 0x1a,
                  op_get = 0x20, op_set = 0x21, op_tee = 0x22, op_const = 0x41, op_add = 0x6a,
                  empty = 0x40;

void section(Writer& w, uint8_t id, const Writer& contents) {
  w.u8(id);
  w.sized(contents.view());
}

Writer header() {
  Writer w;
  w.bytes(std::vector<uint8_t>{0, 'a', 's', 'm', 1, 0, 0, 0});
  return w;
}

// One function of type [params x i32] -> [results x i32] and `locals` further i32s.
Bytes8 one_function(const Writer& code, uint32_t params = 0, uint32_t results = 0,
                    uint32_t locals = 0, bool memory = false) {
  Writer w = header(), types, funcs, memories, exports, bodies, body;
  types.leb_u32(1);
  types.u8(0x60);
  types.leb_u32(params);
  for (uint32_t i = 0; i < params; i++) types.u8(i32);
  types.leb_u32(results);
  for (uint32_t i = 0; i < results; i++) types.u8(i32);
  funcs.leb_u32(1);
  funcs.leb_u32(0);
  exports.leb_u32(1);
  exports.name("f");
  exports.u8(0);
  exports.leb_u32(0);
  if (locals == 0) {
    body.leb_u32(0);
  } else {
    body.leb_u32(1);
    body.leb_u32(locals);
    body.u8(i32);
  }
  body.bytes(code.view());
  body.u8(op_end);
  bodies.leb_u32(1);
  bodies.sized(body.view());
  section(w, 1, types);
  section(w, 3, funcs);
  memories.bytes(std::vector<uint8_t>{1, 0, 1});
  if (memory) section(w, 5, memories);
  section(w, 7, exports);
  section(w, 10, bodies);
  return w.take();
}

Bytes8 nested(uint32_t n, uint8_t op) {
  Writer c;
  for (uint32_t i = 0; i < n; i++) {
    if (op == op_if) {
      c.u8(op_const);
      c.u8(0);
    }
    c.u8(op);
    c.u8(empty);
  }
  for (uint32_t i = 0; i < n; i++) c.u8(op_end);
  return one_function(c);
}
Bytes8 nested_blocks(uint32_t n) { return nested(n, op_block); }
Bytes8 nested_loops(uint32_t n) { return nested(n, op_loop); }
Bytes8 nested_ifs(uint32_t n) { return nested(n, op_if); }

Bytes8 sequential(uint32_t n, uint8_t op) {
  Writer c;
  for (uint32_t i = 0; i < n; i++) {
    if (op == op_if) {
      c.u8(op_get);
      c.u8(0);
    }
    c.u8(op);
    c.u8(empty);
    c.u8(op_end);
  }
  return one_function(c, 1);
}
Bytes8 sequential_loops(uint32_t n) { return sequential(n, op_loop); }
Bytes8 sequential_ifs(uint32_t n) { return sequential(n, op_if); }

// Branches out of ever deeper blocks, each carrying a value.
Bytes8 branches_outward(uint32_t n) {
  Writer c;
  c.u8(op_block);
  c.u8(i32);
  for (uint32_t i = 0; i < n; i++) {
    c.u8(op_block);
    c.u8(empty);
    c.u8(op_get);
    c.u8(0);
    c.u8(op_get);
    c.u8(0);
    c.u8(op_br_if);
    c.leb_u32(i + 1);
    c.u8(op_drop);
  }
  for (uint32_t i = 0; i < n; i++) c.u8(op_end);
  c.u8(op_get);
  c.u8(0);
  c.u8(op_end);
  return one_function(c, 1, 1);
}

Bytes8 br_table_labels(uint32_t n) {
  Writer c;
  c.u8(op_block);
  c.u8(empty);
  c.u8(op_get);
  c.u8(0);
  c.u8(op_br_table);
  c.leb_u32(n);
  for (uint32_t i = 0; i <= n; i++) c.leb_u32(i & 1);
  c.u8(op_end);
  return one_function(c, 1);
}

// A br_table over n distinct frames.
Bytes8 br_table_frames(uint32_t n) {
  Writer c;
  for (uint32_t i = 0; i < n; i++) {
    c.u8(op_block);
    c.u8(empty);
  }
  c.u8(op_get);
  c.u8(0);
  c.u8(op_br_table);
  c.leb_u32(n);
  for (uint32_t i = 0; i <= n; i++) c.leb_u32(i);
  for (uint32_t i = 0; i < n; i++) c.u8(op_end);
  return one_function(c, 1);
}

// Loops nested by 50, over and over, beside 40,000 locals.
Bytes8 locals_and_loops(uint32_t n) {
  Writer c;
  for (uint32_t i = 0; i < n; i++) {
    c.u8(i % 50 == 0 ? op_loop : op_block);
    c.u8(empty);
    c.u8(op_get);
    c.leb_u32(i % 40'000);
    c.u8(op_set);
    c.leb_u32((i * 7) % 40'000);
    c.u8(op_end);
  }
  return one_function(c, 0, 0, 40'000);
}

// n reads of one local stay on the stack while it is assigned n times.
Bytes8 deferred_reads(uint32_t n) {
  Writer c;
  for (uint32_t i = 0; i < n; i++) {
    c.u8(op_get);
    c.leb_u32(0);
    c.u8(op_const);
    c.u8(1);
    c.u8(op_set);
    c.leb_u32(0);
  }
  for (uint32_t i = 0; i < n; i++) c.u8(op_drop);
  return one_function(c, 1);
}

// n reads of n locals stay live, then each local is assigned.
Bytes8 live_values(uint32_t n) {
  Writer c;
  for (uint32_t i = 0; i < n; i++) {
    c.u8(op_get);
    c.leb_u32(i % 40'000);
  }
  for (uint32_t i = 0; i < n; i++) {
    c.u8(op_const);
    c.u8(1);
    c.u8(op_tee);
    c.leb_u32(i % 40'000);
    c.u8(op_drop);
  }
  for (uint32_t i = 1; i < n; i++) c.u8(op_add);
  c.u8(op_drop);
  return one_function(c, 0, 0, 40'000);
}

// Calls with 1000 arguments and 1000 results.
Bytes8 wide_calls(uint32_t n) {
  Writer c;
  for (uint32_t i = 0; i < 1000; i++) {
    c.u8(op_get);
    c.leb_u32(i);
  }
  for (uint32_t i = 0; i < n; i++) {
    c.u8(op_call);
    c.u8(0);
  }
  return one_function(c, 1000, 1000);
}

// A branch over a label of 1000 results, n times.
Bytes8 wide_branches(uint32_t n) {
  Writer c;
  for (uint32_t i = 0; i < 1000; i++) {
    c.u8(op_get);
    c.leb_u32(i);
  }
  for (uint32_t i = 0; i < n; i++) {
    c.u8(op_get);
    c.u8(0);
    c.u8(op_br_if);
    c.u8(0);
  }
  return one_function(c, 1000, 1000);
}

Bytes8 straight_line(uint32_t n) {
  Writer c;
  c.u8(op_get);
  c.u8(0);
  for (uint32_t i = 0; i < n; i++) {
    c.u8(op_const);
    c.leb_s32(static_cast<int32_t>(i));
    c.u8(op_add);
  }
  c.u8(op_drop);
  return one_function(c, 1);
}

// Code after an unconditional branch, in blocks.
Bytes8 unreachable_code(uint32_t n) {
  Writer c;
  c.u8(op_br);
  c.u8(0);
  for (uint32_t i = 0; i < n; i++) {
    c.u8(op_block);
    c.u8(empty);
    c.u8(0x00);  // unreachable
    c.u8(op_add);
    c.u8(op_drop);
    c.u8(op_end);
  }
  return one_function(c);
}

Bytes8 tiny_functions(uint32_t n) {
  Writer w = header(), types, funcs, bodies;
  types.leb_u32(1);
  types.u8(0x60);
  types.u8(0);
  types.u8(0);
  funcs.leb_u32(n);
  bodies.leb_u32(n);
  for (uint32_t i = 0; i < n; i++) {
    funcs.u8(0);
    bodies.leb_u32(2);
    bodies.u8(0);
    bodies.u8(op_end);
  }
  section(w, 1, types);
  section(w, 3, funcs);
  section(w, 10, bodies);
  return w.take();
}

// n distinct function types: the i-th has the bits of i as its parameters.
Bytes8 distinct_types(uint32_t n) {
  Writer w = header(), types;
  types.leb_u32(n);
  for (uint32_t i = 0; i < n; i++) {
    types.u8(0x60);
    types.leb_u32(20);
    for (int b = 0; b < 20; b++) types.u8((i >> b & 1) != 0 ? uint8_t{0x7e} : i32);
    types.u8(0);
  }
  section(w, 1, types);
  return w.take();
}

// One recursion group of n structs, each referring to the next.
Bytes8 one_group(uint32_t n) {
  Writer w = header(), types;
  types.leb_u32(1);
  types.u8(0x4e);
  types.leb_u32(n);
  for (uint32_t i = 0; i < n; i++) {
    types.u8(0x5f);
    types.u8(1);
    types.u8(0x63);
    types.leb_s64((i + 1) % n);
    types.u8(0);
  }
  section(w, 1, types);
  return w.take();
}

Bytes8 exports(uint32_t n) {
  Writer w = header(), types, funcs, exp, bodies;
  types.leb_u32(1);
  types.u8(0x60);
  types.u8(0);
  types.u8(0);
  funcs.leb_u32(1);
  funcs.u8(0);
  exp.leb_u32(n);
  for (uint32_t i = 0; i < n; i++) {
    exp.name("e" + std::to_string(i));
    exp.u8(0);
    exp.u8(0);
  }
  bodies.leb_u32(1);
  bodies.leb_u32(2);
  bodies.u8(0);
  bodies.u8(op_end);
  section(w, 1, types);
  section(w, 3, funcs);
  section(w, 7, exp);
  section(w, 10, bodies);
  return w.take();
}

// One function of about 24 * n bytes with a bit of everything: locals, loads and stores, branches
// and loops, calls, a branch table, values that live across all of it.
Bytes8 one_large_function(uint32_t n) {
  constexpr uint8_t load = 0x28, store = 0x36, mul = 0x6c, lt = 0x48, xor_op = 0x73;
  Writer c;
  for (uint32_t i = 0; i < n; i++) {
    const uint32_t x = i % 37, y = (i * 7 + 3) % 50;
    const auto get = [&](uint32_t local) {
      c.u8(op_get);
      c.leb_u32(local);
    };
    const auto end = [&] { c.u8(op_end); };
    get(x);
    get(y);
    switch (i % 8) {
      case 0:
        c.u8(op_add);
        c.u8(load);
        c.u8(2);
        c.leb_u32(i & 0xffff);
        break;
      case 1:
        c.u8(mul);
        c.u8(op_const);
        c.leb_s32(static_cast<int32_t>(i));
        c.u8(op_add);
        break;
      case 2:
        c.u8(lt);
        c.u8(op_if);
        c.u8(i32);
        get(y);
        c.u8(0x05);  // else
        get(x);
        end();
        break;
      case 3:
        c.u8(op_drop);
        c.u8(op_tee);
        c.leb_u32(y);
        break;
      case 4:
        c.u8(store);
        c.u8(2);
        c.leb_u32(8);
        get(y);
        break;
      case 5:
        c.u8(xor_op);
        c.u8(op_set);
        c.leb_u32(x);
        c.u8(op_loop);
        c.u8(empty);
        get(x);
        c.u8(op_br_if);
        c.leb_u32(0);
        end();
        get(x);
        break;
      case 6:
        c.u8(op_drop);
        c.u8(op_drop);
        if (i % 400 == 6) {
          for (uint32_t k = 0; k < 50; k++) get(k);
          c.u8(op_call);
          c.u8(0);
        } else {
          get(y);
        }
        break;
      default:
        c.u8(op_add);
        break;
    }
    c.u8(op_set);
    c.leb_u32(y);
  }
  c.u8(op_get);
  c.u8(0);
  return one_function(c, 50, 1, 0, true);
}

constexpr Family all[] = {
    {"nested blocks", nested_blocks, 100'000},
    {"nested loops", nested_loops, 100'000},
    {"nested ifs", nested_ifs, 100'000},
    {"sequential loops", sequential_loops, 100'000},
    {"sequential ifs", sequential_ifs, 100'000},
    {"branches outward", branches_outward, 20'000},
    {"br_table labels", br_table_labels, 200'000},
    {"br_table frames", br_table_frames, 50'000},
    {"locals and loops", locals_and_loops, 50'000},
    {"deferred reads", deferred_reads, 50'000},
    {"live values", live_values, 50'000},
    {"wide calls", wide_calls, 500},
    {"wide branches", wide_branches, 500},
    {"straight line", straight_line, 100'000},
    {"one large function", one_large_function, 50'000},
    {"unreachable code", unreachable_code, 100'000},
    {"tiny functions", tiny_functions, 50'000},
    {"distinct types", distinct_types, 50'000},
    {"one recursion group", one_group, 50'000},
    {"exports", exports, 50'000},
};

}  // namespace

std::span<const Family> families() { return all; }

}  // namespace nacre::hostile
