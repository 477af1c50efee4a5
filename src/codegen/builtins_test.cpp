// SPDX-License-Identifier: Apache-2.0
//
// Builtins called as compiled code calls them, on frames whose operands descend and are roots.
#include "codegen/builtins.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "base/bytes.hpp"
#include "runtime/engine.hpp"
#include "runtime/memory_storage.hpp"
#include "runtime/testing_module.hpp"

namespace nacre::codegen {
namespace {

using namespace runtime;
using runtime::testing::Host;
using runtime::testing::ModuleMaker;
using wasm::HeapType;

constexpr uint64_t dirty = uint64_t{0xdeadbeef} << 32;
constexpr uint64_t page = 65536;

// Operand slots of a frame; those marked are the collector's roots, like a stack map's.
class Frame final : private gc::RootSource {
 public:
  Frame(gc::Heap& heap, std::initializer_list<Slot> operands) : RootSource(heap) {
    uint32_t i = 0;
    for (Slot v : operands) (*this)[i++] = v;
  }
  Slot& operator[](uint32_t i) { return slots_[size - 1 - i]; }
  Slot* operands() { return slots_ + size - 1; }
  GcRef ref(uint32_t i) { return static_cast<GcRef>((*this)[i]); }
  void root(uint32_t i) { roots_ |= uint64_t{1} << i; }
  void v128(uint32_t i, Slot low, Slot high) { (*this)[i + 1] = low, (*this)[i] = high; }

 private:
  void visit_roots(RootVisitor& v) override {
    for (uint32_t i = 0; i < size; ++i)
      if ((roots_ >> i & 1) != 0) v.visit((*this)[i]);
  }
  static constexpr uint32_t size = 32;
  Slot slots_[size] = {};
  uint64_t roots_ = 0;
};

// As the host keeps it: what objects are made of.
template <class T>
T peek(const uint8_t* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

wasm::FieldType field(wasm::ValType t) { return {t, true}; }
StoreLimits stress() {
  StoreLimits l;
  l.gc_stress = true;
  return l;
}

// Memories: 0 plain, 1 shared, 2 with 64-bit addresses. Tables: 0 func, 1 extern with 64-bit
// indices, 2 any.
struct World {
  Host host;
  Instance* instance;
  RunState run;
  uint32_t point, packed, vectors, anys, longs, base, derived, callee;
  static constexpr uint32_t mixed_tag = 0, empty_tag = 1;

  explicit World(const StoreLimits& limits = {}) : host(limits) {
    ModuleMaker maker(host.registry);
    wasm::Module& m = maker.m;
    maker.memory(2, 10);
    wasm::MemoryType shared = ModuleMaker::memory_type(1, 4);
    shared.limits.shared = true;
    m.memories.push_back(shared);
    wasm::MemoryType wide = ModuleMaker::memory_type(1, 3);
    wide.limits.is64 = true;
    m.memories.push_back(wide);
    maker.table(wasm::funcref_type, 4);
    wasm::SizeLimits wide_table = ModuleMaker::limits(3);
    wide_table.is64 = true;
    m.tables.push_back({{wasm::externref_type, wide_table}, {}});
    maker.table(wasm::anyref_type, 3);
    maker.passive_data({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});

    const auto id = [&](uint32_t index) { return m.types[index]; };
    point = id(maker.struct_type({field(wasm::Kind::i8), field(wasm::i32_type),
                                  field(wasm::v128_type), field(wasm::anyref_type),
                                  field(wasm::i64_type), field(wasm::funcref_type)}));
    packed = id(maker.array_type(wasm::Kind::i16));
    vectors = id(maker.array_type(wasm::v128_type));
    anys = id(maker.array_type(wasm::anyref_type));
    longs = id(maker.array_type(wasm::i64_type));
    wasm::SubTypeDef open;
    open.is_final = false;
    base = id(maker.type(open));
    wasm::SubTypeDef sub;
    sub.super = base;
    derived = id(maker.type(sub));
    const uint32_t plain = maker.func_type({}, {});
    callee = id(plain);
    const uint32_t payload =
        maker.func_type({wasm::i32_type, wasm::v128_type, wasm::anyref_type, wasm::f64_type}, {});
    m.tags.push_back({id(payload)});
    m.tags.push_back({id(plain)});
    maker.import_func("m", "f", plain);
    wasm::Elem funcs;
    funcs.funcs = {0, 0};
    m.elems.push_back(funcs);
    imported = host.store.new_host_func(
        host.func_type({}, {}), [](void*, Store&, Instance*, Slot*) { return Trap::none; }, nullptr,
        nullptr, "m.f");
    const Extern imports[] = {imported};
    instance = instantiate(host.store, maker.build(), imports).value();
    instance->vm.run = &run;
  }
  Func* imported = nullptr;

  VmContext* vm() { return &instance->vm; }
  gc::Heap& heap() { return host.store.heap(); }
  uint8_t* bytes(uint32_t m = 0) { return instance->memories[m]->base; }
  const TrapInfo& info() { return host.store.trap_info; }
  Trap call(Builtin f, Frame& frame, uint64_t a = 0, uint64_t b = 0) {
    host.store.trap_info.trap = Trap::none;
    const Trap t = static_cast<Trap>(f(vm(), frame.operands(), a, b));
    EXPECT_EQ(host.store.trap_info.trap, t);  // described
    return t;
  }
  // An i31 array {n, n + 1, ...}; returns it.
  GcRef numbers(uint32_t n, uint32_t length) {
    const GcRef r = heap().new_array(instance->vm.types[anys], length);
    for (uint32_t i = 0; i < length; ++i) {
      const GcRef number = gc::make_i31(n + i);
      std::memcpy(heap().array_data(r) + i * 4, &number, 4);
    }
    return r;
  }
  uint32_t number(GcRef array, uint32_t i) {
    return gc::i31_unsigned(peek<uint32_t>(heap().array_data(array) + i * 4));
  }
};

TEST(Builtins, TableIsInOrder) {
  EXPECT_EQ(builtins()[static_cast<uint32_t>(BuiltinId::memory_size)],
            reinterpret_cast<const void*>(&builtin::memory_size));
  EXPECT_EQ(builtins()[static_cast<uint32_t>(BuiltinId::poll)],
            reinterpret_cast<const void*>(&builtin::poll));
  EXPECT_STREQ(builtin_name(BuiltinId::throw_), "throw_");
  EXPECT_STREQ(builtin_name(BuiltinId::count), "?");
}

TEST(Builtins, MemorySizes) {
  World w;
  Frame f(w.heap(), {dirty | 3});
  EXPECT_EQ(w.call(builtin::memory_grow, f, 0), Trap::none);
  EXPECT_EQ(f[0], 2u);
  EXPECT_EQ(w.vm()->memory0_length, 5 * page);
  f[0] = dirty | 6;
  EXPECT_EQ(w.call(builtin::memory_grow, f, 0), Trap::none);
  EXPECT_EQ(f[0], 0xffffffffu);
  f[0] = uint64_t{1} << 32;  // a real 64-bit number: too much
  EXPECT_EQ(w.call(builtin::memory_grow, f, 2), Trap::none);
  EXPECT_EQ(f[0], ~uint64_t{0});
  f[0] = 2;
  EXPECT_EQ(w.call(builtin::memory_grow, f, 2), Trap::none);
  EXPECT_EQ(f[0], 1u);
  EXPECT_EQ(w.call(builtin::memory_size, f, 2), Trap::none);
  EXPECT_EQ(f[0], 3u);

  // Grown from elsewhere: size asks, refresh takes over.
  w.instance->memories[1]->storage->grow(1, ~uint64_t{0});
  EXPECT_EQ(w.instance->memories[1]->length, page);
  EXPECT_EQ(w.call(builtin::refresh_memory, f, 1), Trap::none);
  EXPECT_EQ(w.instance->memories[1]->length, 2 * page);
  w.instance->memories[1]->storage->grow(1, ~uint64_t{0});
  EXPECT_EQ(w.call(builtin::memory_size, f, 1), Trap::none);
  EXPECT_EQ(f[0], 3u);
}

TEST(Builtins, BulkMemoryMasksNarrowOperands) {
  World w;
  Frame f(w.heap(), {dirty | 100, dirty | 0x1ab, dirty | 50});
  EXPECT_EQ(w.call(builtin::memory_fill, f, 0), Trap::none);
  EXPECT_EQ(w.bytes()[99], 0);
  EXPECT_EQ(w.bytes()[149], 0xab);
  EXPECT_EQ(w.bytes()[150], 0);
  f[2] = 2 * page;
  EXPECT_EQ(w.call(builtin::memory_fill, f, 0), Trap::memory_out_of_bounds);
  EXPECT_EQ(w.info().address, 100u);

  // To 64-bit addresses from 32-bit ones: only the first operand is wide.
  f[0] = 7, f[1] = dirty | 100, f[2] = dirty | 3;
  EXPECT_EQ(w.call(builtin::memory_copy, f, 2, 0), Trap::none);
  EXPECT_EQ(w.bytes(2)[6], 0);
  EXPECT_EQ(w.bytes(2)[9], 0xab);
  EXPECT_EQ(w.bytes(2)[10], 0);
  f[0] = dirty | 7;
  EXPECT_EQ(w.call(builtin::memory_copy, f, 2, 0), Trap::memory_out_of_bounds);
  EXPECT_EQ(w.info().address, dirty | 7);
  // Within 64-bit addresses the length is wide too.
  f[0] = 0, f[1] = 0, f[2] = uint64_t{1} << 32;
  EXPECT_EQ(w.call(builtin::memory_copy, f, 2, 2), Trap::memory_out_of_bounds);

  f[0] = dirty | 8, f[1] = dirty | 2, f[2] = dirty | 4;
  EXPECT_EQ(w.call(builtin::memory_init, f, 0, 0), Trap::none);
  EXPECT_EQ(load_le<uint32_t>(w.bytes() + 8), 0x06050403u);
  EXPECT_EQ(w.call(builtin::data_drop, f, 0), Trap::none);
  EXPECT_EQ(w.call(builtin::memory_init, f, 0, 0), Trap::memory_out_of_bounds);
  f[1] = f[2] = dirty;
  EXPECT_EQ(w.call(builtin::memory_init, f, 0, 0), Trap::none);
}

TEST(Builtins, WaitAndNotify) {
  World w;
  Frame f(w.heap(), {dirty | 8, dirty | 1, ~uint64_t{0}});
  EXPECT_EQ(w.call(builtin::atomic_wait32, f, 1, 0), Trap::none);
  EXPECT_EQ(f[0], 1u);  // not equal
  f[0] = dirty, f[1] = dirty, f[2] = 1000;
  EXPECT_EQ(w.call(builtin::atomic_wait32, f, 1, 8), Trap::none);
  EXPECT_EQ(f[0], 2u);  // timed out
  f[0] = 0, f[1] = dirty;
  EXPECT_EQ(w.call(builtin::atomic_wait64, f, 1, 8), Trap::none);
  EXPECT_EQ(f[0], 1u);
  f[0] = dirty | 4;
  EXPECT_EQ(w.call(builtin::atomic_wait64, f, 1, 0), Trap::unaligned_atomic);
  f[0] = 0;
  EXPECT_EQ(w.call(builtin::atomic_wait32, f, 0, 0), Trap::expected_shared_memory);
  f[0] = dirty | 4;
  EXPECT_EQ(w.call(builtin::atomic_notify, f, 1, page - 8), Trap::none);
  EXPECT_EQ(f[0], 0u);
  f[0] = 4;
  EXPECT_EQ(w.call(builtin::atomic_notify, f, 1, page - 4), Trap::memory_out_of_bounds);
  f[0] = 16;  // past the end of the address space
  EXPECT_EQ(w.call(builtin::atomic_notify, f, 2, ~uint64_t{0} - 7), Trap::memory_out_of_bounds);
}

TEST(Builtins, Tables) {
  World w;
  Frame f(w.heap(), {dirty | 1, reinterpret_cast<uintptr_t>(w.imported), dirty | 2});
  EXPECT_EQ(w.call(builtin::table_fill, f, 0), Trap::none);
  const Slot func = reinterpret_cast<uintptr_t>(w.imported);
  EXPECT_EQ(w.instance->tables[0]->entries, (std::vector<RefBits>{0, func, func, 0}));
  f[0] = 2, f[1] = dirty | 77, f[2] = 1;
  EXPECT_EQ(w.call(builtin::table_fill, f, 1), Trap::none);
  EXPECT_EQ(w.instance->tables[1]->entries, (std::vector<RefBits>{0, 0, 77}));
  f[0] = dirty | 2;
  EXPECT_EQ(w.call(builtin::table_fill, f, 1), Trap::table_out_of_bounds);
  f[0] = 0, f[1] = 1, f[2] = 2;
  EXPECT_EQ(w.call(builtin::table_copy, f, 1, 1), Trap::none);
  EXPECT_EQ(w.instance->tables[1]->entries, (std::vector<RefBits>{0, 77, 77}));
  f[0] = dirty | 1, f[1] = 1, f[2] = dirty | 2;
  EXPECT_EQ(w.call(builtin::table_copy, f, 2, 1), Trap::none);
  EXPECT_EQ(w.instance->tables[2]->entries, (std::vector<RefBits>{0, 77, 77}));

  f[0] = dirty | 3, f[1] = dirty | 1, f[2] = dirty | 1;
  EXPECT_EQ(w.call(builtin::table_init, f, 0, 0), Trap::none);
  EXPECT_EQ(w.instance->tables[0]->entries[3], func);
  EXPECT_EQ(w.call(builtin::elem_drop, f, 0), Trap::none);
  EXPECT_EQ(w.call(builtin::table_init, f, 0, 0), Trap::table_out_of_bounds);

  f[0] = func, f[1] = dirty | 2;
  EXPECT_EQ(w.call(builtin::table_grow, f, 0), Trap::none);
  EXPECT_EQ(f[0], 4u);
  EXPECT_EQ(w.instance->tables[0]->entries[5], func);
  f[1] = 0xffffffff;
  EXPECT_EQ(w.call(builtin::table_grow, f, 0), Trap::none);
  EXPECT_EQ(f[0], 0xffffffffu);
  f[1] = uint64_t{1} << 32;
  EXPECT_EQ(w.call(builtin::table_grow, f, 1), Trap::none);
  EXPECT_EQ(f[0], ~uint64_t{0});
}

TEST(Builtins, References) {
  World w;
  Frame f(w.heap(), {});
  EXPECT_EQ(w.call(builtin::ref_func, f, 0), Trap::none);
  EXPECT_EQ(f[0], reinterpret_cast<uintptr_t>(w.imported));
  EXPECT_EQ(w.call(builtin::check_signature, f, w.callee), Trap::none);
  EXPECT_EQ(w.call(builtin::check_signature, f, w.derived), Trap::indirect_call_type_mismatch);
  f[0] = 0;
  EXPECT_EQ(w.call(builtin::check_signature, f, w.callee), Trap::uninitialized_element);

  const uint32_t eq = HeapType(wasm::Heap::eq).code();
  const uint32_t numbers = HeapType::concrete(w.anys).code();
  f[0] = gc::make_i31(5);
  EXPECT_EQ(w.call(builtin::ref_cast, f, eq, 0), Trap::none);
  EXPECT_EQ(f[0], gc::make_i31(5));
  EXPECT_EQ(w.call(builtin::ref_cast, f, numbers, 1), Trap::cast_failure);
  EXPECT_EQ(w.call(builtin::ref_test, f, numbers, 1), Trap::none);
  EXPECT_EQ(f[0], 0u);
  EXPECT_EQ(w.call(builtin::ref_test, f, numbers, 1), Trap::none);  // null
  EXPECT_EQ(f[0], 1u);
  f[0] = 0;
  EXPECT_EQ(w.call(builtin::ref_cast, f, numbers, 0), Trap::cast_failure);
  f[0] = w.numbers(1, 1);
  EXPECT_EQ(w.call(builtin::ref_test, f, numbers, 0), Trap::none);
  EXPECT_EQ(f[0], 1u);
}

TEST(Builtins, FunctionTypesMayBeSubtypes) {
  World w;
  const auto type = [&](uint32_t id) { return w.vm()->types[id]; };
  Func* const func = w.host.store.new_host_func(
      type(w.derived), [](void*, Store&, Instance*, Slot*) { return Trap::none; }, nullptr, nullptr,
      "sub");
  Frame f(w.heap(), {reinterpret_cast<uintptr_t>(func)});
  EXPECT_EQ(w.call(builtin::check_signature, f, w.base), Trap::none);
  EXPECT_EQ(w.call(builtin::check_signature, f, w.derived), Trap::none);
  EXPECT_EQ(w.call(builtin::check_signature, f, w.callee), Trap::indirect_call_type_mismatch);
}

TEST(Builtins, StructsKeepTheirFieldsWhileObjectsMove) {
  World w(stress());
  Frame f(w.heap(), {dirty | 0x1fe, dirty | 42, 0, 0, w.numbers(7, 2), ~uint64_t{0} - 1, 99});
  f.v128(2, 11, 22);
  f.root(4);
  const GcRef before = f.ref(4);
  ASSERT_EQ(w.call(builtin::struct_new, f, w.point), Trap::none);
  EXPECT_NE(f.ref(4), before);
  const GcRef object = f.ref(0);
  EXPECT_EQ(f[0], object);
  const RuntimeType* t = w.vm()->types[w.point];
  Slot out[2];
  const auto load = [&](uint32_t i) {
    w.heap().load_field(object, t->fields[i].offset, t->fields[i], true, out);
    return out[0];
  };
  EXPECT_EQ(load(0), 0xfffffffeu);
  EXPECT_EQ(load(1), 42u);
  EXPECT_EQ(load(2), 11u);
  EXPECT_EQ(out[1], 22u);
  EXPECT_EQ(w.number(static_cast<GcRef>(load(3)), 1), 8u);
  EXPECT_EQ(load(4), ~uint64_t{0} - 1);
  EXPECT_EQ(load(5), 99u);
  ASSERT_EQ(w.call(builtin::struct_new_default, f, w.point), Trap::none);
  EXPECT_EQ(w.heap().header(f.ref(0)).type_id, t->id);
}

TEST(Builtins, NewArrays) {
  World w(stress());
  Frame f(w.heap(), {w.numbers(3, 1), dirty | 4});
  f.root(0);
  ASSERT_EQ(w.call(builtin::array_new, f, w.anys), Trap::none);
  EXPECT_EQ(w.heap().array_length(f.ref(0)), 4u);
  EXPECT_EQ(w.number(peek<uint32_t>(w.heap().array_data(f.ref(0)) + 12), 0), 3u);

  Frame v(w.heap(), {0, 0, dirty | 3});
  v.v128(0, 5, 6);
  ASSERT_EQ(w.call(builtin::array_new, v, w.vectors), Trap::none);
  EXPECT_EQ(w.heap().array_length(v.ref(0)), 3u);
  EXPECT_EQ(peek<uint64_t>(w.heap().array_data(v.ref(0)) + 32), 5u);
  EXPECT_EQ(peek<uint64_t>(w.heap().array_data(v.ref(0)) + 40), 6u);

  Frame e(w.heap(), {w.numbers(10, 1)});
  e.root(0);
  Frame g(w.heap(), {dirty | 2});
  ASSERT_EQ(w.call(builtin::array_new_default, g, w.packed), Trap::none);
  EXPECT_EQ(w.heap().array_length(g.ref(0)), 2u);
  ASSERT_EQ(w.call(builtin::array_new_fixed, e, w.anys, 2), Trap::none);
  EXPECT_EQ(w.heap().array_length(e.ref(0)), 2u);
  EXPECT_EQ(w.number(peek<uint32_t>(w.heap().array_data(e.ref(0))), 0), 10u);
  EXPECT_EQ(peek<uint32_t>(w.heap().array_data(e.ref(0)) + 4), 0u);

  Frame u(w.heap(), {});
  u.v128(0, 1, 2), u.v128(2, 3, 4);
  ASSERT_EQ(w.call(builtin::array_new_fixed, u, w.vectors, 2), Trap::none);
  EXPECT_EQ(peek<uint64_t>(w.heap().array_data(u.ref(0)) + 16), 3u);

  Frame d(w.heap(), {dirty | 1, dirty | 3});
  ASSERT_EQ(w.call(builtin::array_new_data, d, w.packed, 0), Trap::none);
  EXPECT_EQ(w.heap().array_length(d.ref(0)), 3u);
  uint16_t last;
  std::memcpy(&last, w.heap().array_data(d.ref(0)) + 4, 2);
  EXPECT_EQ(last, 0x0706);
  d[0] = 7, d[1] = 3;
  EXPECT_EQ(w.call(builtin::array_new_data, d, w.packed, 0), Trap::memory_out_of_bounds);
}

TEST(Builtins, ArraysTooLargeTrap) {
  StoreLimits limits;
  limits.max_gc_heap_bytes = 1 << 20;
  World w(limits);
  Frame f(w.heap(), {0, 0xffffffff});
  EXPECT_EQ(w.call(builtin::array_new, f, w.longs), Trap::out_of_memory);
  f[0] = 0xffffffff;
  EXPECT_EQ(w.call(builtin::array_new_default, f, w.longs), Trap::out_of_memory);
}

TEST(Builtins, ArraysInBulk) {
  World w;
  Frame f(w.heap(), {w.numbers(0, 6), dirty | 1, w.numbers(50, 4), dirty | 2, dirty | 2});
  ASSERT_EQ(w.call(builtin::array_copy, f, w.anys, w.anys), Trap::none);
  const GcRef a = f.ref(0);
  EXPECT_EQ(w.number(a, 0), 0u);
  EXPECT_EQ(w.number(a, 1), 52u);
  EXPECT_EQ(w.number(a, 2), 53u);
  EXPECT_EQ(w.number(a, 3), 3u);
  f[3] = 3;
  EXPECT_EQ(w.call(builtin::array_copy, f, w.anys, w.anys), Trap::array_out_of_bounds);
  f[2] = 0;
  EXPECT_EQ(w.call(builtin::array_copy, f, w.anys, w.anys), Trap::null_array);

  f[2] = gc::make_i31(9), f[3] = dirty | 2;
  ASSERT_EQ(w.call(builtin::array_fill, f, w.anys), Trap::none);
  EXPECT_EQ(w.number(a, 2), 9u);
  EXPECT_EQ(w.number(a, 3), 3u);

  Frame v(w.heap(), {w.heap().new_array(w.vm()->types[w.vectors], 3), dirty | 1, 0, 0, dirty | 2});
  v.v128(2, 7, 8);
  ASSERT_EQ(w.call(builtin::array_fill, v, w.vectors), Trap::none);
  EXPECT_EQ(peek<uint64_t>(w.heap().array_data(v.ref(0)) + 8), 0u);
  EXPECT_EQ(peek<uint64_t>(w.heap().array_data(v.ref(0)) + 40), 8u);

  Frame d(w.heap(),
          {w.heap().new_array(w.vm()->types[w.packed], 4), dirty | 2, dirty | 4, dirty | 2});
  ASSERT_EQ(w.call(builtin::array_init_data, d, w.packed, 0), Trap::none);
  uint16_t elements[4];
  std::memcpy(elements, w.heap().array_data(d.ref(0)), sizeof elements);
  EXPECT_EQ(elements[1], 0);
  EXPECT_EQ(elements[2], 0x0605);
  EXPECT_EQ(elements[3], 0x0807);
  d[1] = 3;
  EXPECT_EQ(w.call(builtin::array_init_data, d, w.packed, 0), Trap::array_out_of_bounds);
}

TEST(Builtins, ArraysOfFunctions) {
  World w(stress());
  Frame f(w.heap(), {dirty | 1, dirty | 1});
  ASSERT_EQ(w.call(builtin::array_new_elem, f, w.longs, 0), Trap::none);  // 8 bytes, like a funcref
  EXPECT_EQ(peek<uint64_t>(w.heap().array_data(f.ref(0))), reinterpret_cast<uintptr_t>(w.imported));
  Frame g(w.heap(), {f[0], dirty, dirty, dirty | 1});
  std::memset(w.heap().array_data(g.ref(0)), 0, 8);
  ASSERT_EQ(w.call(builtin::array_init_elem, g, w.longs, 0), Trap::none);
  EXPECT_EQ(peek<uint64_t>(w.heap().array_data(g.ref(0))), reinterpret_cast<uintptr_t>(w.imported));
  g[2] = 2;
  EXPECT_EQ(w.call(builtin::array_init_elem, g, w.longs, 0), Trap::table_out_of_bounds);
}

TEST(Builtins, ExceptionsKeepTheirPayload) {
  World w(stress());
  Frame f(w.heap(), {dirty | 5, 0, 0, w.numbers(60, 1), 0x4000000000000000});
  f.v128(1, 31, 32);
  f.root(3);
  EXPECT_EQ(w.call(builtin::throw_, f, World::mixed_tag), Trap::uncaught_exception);
  const GcRef e = w.info().exception;
  ASSERT_NE(e, 0u);
  EXPECT_EQ(w.heap().exception_tag(e), w.instance->tags[World::mixed_tag]);
  const Slot* slots = w.heap().exception_slots(e);
  EXPECT_EQ(slots[0], 5u);
  EXPECT_EQ(slots[1], 31u);
  EXPECT_EQ(slots[2], 32u);
  EXPECT_EQ(w.number(static_cast<GcRef>(slots[3]), 0), 60u);

  Frame g(w.heap(), {e});
  ASSERT_EQ(w.call(builtin::unpack_exception, g, World::mixed_tag), Trap::none);
  EXPECT_EQ(g[0], 5u);
  EXPECT_EQ(g[2], 31u);
  EXPECT_EQ(g[1], 32u);
  EXPECT_EQ(w.number(g.ref(3), 0), 60u);
  EXPECT_EQ(g[4], 0x4000000000000000u);

  g[0] = e;
  w.host.store.trap_info.exception = 0;
  EXPECT_EQ(w.call(builtin::throw_ref, g), Trap::uncaught_exception);
  EXPECT_EQ(w.info().exception, e);
  g[0] = 0;
  EXPECT_EQ(w.call(builtin::throw_ref, g), Trap::null_exception);
  EXPECT_EQ(w.call(builtin::throw_, g, World::empty_tag), Trap::uncaught_exception);
  EXPECT_EQ(w.heap().header(w.info().exception).length, 0u);
}

TEST(Builtins, PollSaysWhy) {
  World w;
  Frame f(w.heap(), {});
  EXPECT_EQ(w.call(builtin::poll, f), Trap::none);
  w.host.store.interrupt();
  EXPECT_EQ(w.call(builtin::poll, f), Trap::interrupted);
  w.host.store.clear_interrupt();
  w.host.store.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  EXPECT_EQ(w.call(builtin::poll, f), Trap::deadline);
}

}  // namespace
}  // namespace nacre::codegen
