// SPDX-License-Identifier: Apache-2.0
//
// The bytes are a program over the C++ API: make, copy, move, call, link, grow, read, write, trap,
// interrupt and drop, in any order, with objects of any store and age, on every engine, also
// inside host functions. Whatever an embedder does that the headers do not forbid must end in a
// result or an error.
//
// What the headers forbid is not tried: using a moved-from Module or Engine handle, a Caller after
// its call, Instance::module of a dead store; ending a linker inside its own instantiate.
#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <nacre/nacre.hpp>

#include "api_modules.hpp"

namespace {

using namespace nacre;
using fuzz::Choices;

// At most `capacity` things; a new one replaces any.
template <class T, size_t capacity>
class Pool {
 public:
  void put(T item, Choices& in) {
    if (items_.size() < capacity) {
      items_.push_back(std::move(item));
    } else {
      const T old = std::exchange(items_[in.below(capacity)], std::move(item));
      (void)old;  // ends here, when the pool is whole again
    }
  }
  // A copy of one; default-constructed without any.
  T pick(Choices& in) const {
    return items_.empty() ? T() : items_[in.below(static_cast<uint32_t>(items_.size()))];
  }
  void drop(Choices& in) {
    if (items_.empty()) return;
    const size_t i = in.below(static_cast<uint32_t>(items_.size()));
    const T old = std::move(items_[i]);
    items_.erase(items_.begin() + static_cast<ptrdiff_t>(i));
  }

 private:
  std::vector<T> items_;
};

constexpr size_t max_stores = 4, max_linkers = 3;

class World {
 public:
  explicit World(Choices in) : in_(in) {}
  void run() {
    new_engine();
    new_store();
    for (int n = 0; n < 300 && !in_.over(); ++n) step();
  }

 private:
  void step();
  void nested();

  // --- things
  void new_engine();
  void new_module();
  void new_store();
  void change_store();
  void change_linker();
  void instantiate();
  void use_instance();
  void new_func();
  void call();
  void call_typed();
  void use_memory();
  void use_table();
  void use_global();
  void use_tag();
  void use_ref();
  void use_store();
  void introspect();
  void drop();

  // --- choices
  Store* store() {
    std::unique_ptr<Store>& s = stores_[in_.below(max_stores)];
    if (!s) s = std::make_unique<Store>(engine());
    return s.get();
  }
  Engine engine() { return *engines_.pick(in_); }
  std::string name() {
    constexpr const char* names[] = {"call", "ref",     "raw",    "memory", "table", "counter",
                                     "tag",  "objects", "object", "add",    "wide",  "nothing"};
    return names[in_.below(std::size(names))];
  }
  ValType type();
  FuncType func_type();
  Value value(ValType type, Store& store);
  std::vector<Value> values(const List<ValType>& types, Store& store);
  void keep(const Value& v) {
    values_.put(v, in_);
    if (const Func f = v.func()) funcs_.put(f, in_);
  }
  void keep(const Extern& e);
  void look_at(const Error& e);
  template <class T>
  bool good(const Result<T>& r) {
    if (!r) look_at(r.error());
    return r.has_value();
  }
  template <class Signature, class... A>
  void try_typed(const Func& f, const A&... args);
  template <class Define>
  void define_host(Define define);

  Choices in_;
  int depth_ = 0;
  Pool<std::optional<Engine>, 3> engines_;
  Pool<std::optional<Module>, 6> modules_;
  std::array<std::unique_ptr<Store>, max_stores> stores_;
  std::array<std::unique_ptr<Linker>, max_linkers> linkers_;
  std::array<int, max_linkers> linker_busy_{};
  Pool<Instance, 8> instances_;
  Pool<Func, 16> funcs_;
  Pool<Memory, 8> memories_;
  Pool<Table, 8> tables_;
  Pool<Global, 8> globals_;
  Pool<Tag, 6> tags_;
  Pool<Extern, 16> externs_;
  Pool<Value, 24> values_;
  Pool<SharedMemory, 4> shared_;
  Pool<std::optional<InterruptHandle>, 4> handles_;
  Pool<std::optional<Error>, 4> errors_;
};

// ------------------------------------------------------------------------------------- choices

ValType World::type() {
  constexpr ValType types[] = {ValKind::i32,         ValKind::i64,
                               ValKind::f32,         ValKind::f64,
                               ValKind::v128,        ValType::funcref(),
                               ValType::externref(), ValType::anyref(),
                               ValType::exnref(),    ValType::ref(HeapKind::func, false),
                               ValKind::i8};
  const uint8_t b = in_.byte();
  if (b < 180) return types[b % std::size(types)];
  if (b < 230) return ValType::ref(static_cast<HeapKind>(b % 12), b & 1);
  return ValType::ref_to(in_.byte(), in_.flip());  // of a living module, perhaps
}

FuncType World::func_type() {
  FuncType t;
  for (uint32_t n = in_.below(5); n > 0; --n) t.params.push_back(type());
  for (uint32_t n = in_.below(4); n > 0; --n) t.results.push_back(type());
  return t;
}

// Mostly of the type.
Value World::value(ValType type, Store& store) {
  if (in_.rarely()) return values_.pick(in_);
  switch (type.kind()) {
    case ValKind::i32:
    case ValKind::i8:
    case ValKind::i16:
      return Value(static_cast<uint32_t>(in_.number()));
    case ValKind::i64:
      return Value(in_.number());
    case ValKind::f32:
      return Value::f32_bits(static_cast<uint32_t>(in_.number()));
    case ValKind::f64:
      return Value::f64_bits(in_.number());
    case ValKind::v128:
      return Value(V128{{in_.byte(), 1, 2}});
    case ValKind::ref:
      break;
  }
  const uint8_t b = in_.byte();
  if (b < 50) return Value::zero(type);
  const Value zero = Value::zero(type);
  switch (zero.ref().kind()) {
    case RefKind::func:
      return b < 220 ? Value(funcs_.pick(in_)) : values_.pick(in_);
    case RefKind::extern_:
    case RefKind::any:
      if (b < 80) return Value(Ref::i31(b).converted(zero.ref().kind()));
      if (b < 140) {
        Result<Ref> r = Ref::host(store, in_.byte(), zero.ref().kind());
        return good(r) ? Value(*r) : zero;
      }
      return Value(values_.pick(in_).ref().converted(zero.ref().kind()));
    case RefKind::exn:
      break;
  }
  return values_.pick(in_);
}

std::vector<Value> World::values(const List<ValType>& types, Store& store) {
  std::vector<Value> out;
  for (const ValType t : types) out.push_back(value(t, store));
  if (!out.empty() && in_.rarely()) out.pop_back();
  return out;
}

void World::keep(const Extern& e) {
  externs_.put(e, in_);
  switch (e.kind()) {
    case ExternKind::func:
      return funcs_.put(e.func(), in_);
    case ExternKind::table:
      return tables_.put(e.table(), in_);
    case ExternKind::memory:
      return memories_.put(e.memory(), in_);
    case ExternKind::global:
      return globals_.put(e.global(), in_);
    case ExternKind::tag:
      return tags_.put(e.tag(), in_);
  }
}

void World::look_at(const Error& e) {
  if (e.message.empty()) std::abort();
  if (in_.rarely()) errors_.put(e, in_);
  if (in_.rarely()) (void)describe(e);
}

// -------------------------------------------------------------------------------------- making

void World::new_engine() {
  Config c;
  const uint8_t b = in_.byte();
  c.engine = b & 1 ? EngineKind::baseline : EngineKind::interpreter;
  c.signals = b & 2;
  c.fuel = (b & 12) == 4;
  c.interruptible = (b & 12) == 8;
  c.gc_stress = (b & 48) == 16;
  c.eager = b & 64;
  c.compile_threads = 1;
  c.max_memory = 1 << 20;
  c.max_table_entries = 100;
  c.max_memories = c.max_tables = 12;
  c.max_instances = 12;
  c.max_stack = 64 << 10;
  c.max_host_depth = 12;
  c.max_gc_heap = 1 << 20;
  engines_.put(Engine(c), in_);
}

void World::new_module() {
  std::vector<uint8_t> bytes = fuzz::module_binaries()[in_.below(fuzz::num_modules)];
  if (in_.rarely()) bytes[in_.number() % bytes.size()] = in_.byte();
  const Engine e = engine();
  if (in_.rarely()) (void)Module::validate(e, bytes);
  Result<Module> m = Module::compile(e, bytes);
  if (good(m)) modules_.put(*m, in_);
}

void World::new_store() {
  StoreLimits l;
  if (in_.rarely()) {
    l.max_memory = in_.number() << 10;
    l.max_table_entries = in_.byte();
    l.max_memories = in_.below(4);
    l.max_tables = in_.below(4);
    l.max_instances = in_.below(4);
    l.max_stack = in_.number();
    l.max_host_depth = in_.below(6);
    l.max_gc_heap = in_.number();
  }
  auto made = std::make_unique<Store>(engine(), l);
  if (made->engine().config().fuel) made->set_fuel(in_.number());
  std::swap(stores_[in_.below(max_stores)], made);
}

void World::change_store() {
  std::unique_ptr<Store>& place = stores_[in_.below(max_stores)];
  if (!place) return new_store();
  std::unique_ptr<Store>& other = stores_[in_.below(max_stores)];
  switch (in_.below(4)) {
    case 0: {
      const std::unique_ptr<Store> end = std::move(place);
      return;
    }
    case 1: {
      auto moved = std::make_unique<Store>(std::move(*place));
      std::swap(place, moved);  // the one moved from ends
      return;
    }
    case 2:  // stays, moved from: a store that is gone
      if (other && other != place) *other = std::move(*place);
      return;
    default:
      std::swap(place, other);
  }
}

// A host function of one of several types, whose calls go on with the program.
template <class Define>
void World::define_host(Define define) {
  switch (in_.below(7)) {
    case 0:
      return define([this](int32_t x) {
        nested();
        return static_cast<uint32_t>(x) + 1;
      });
    case 1:
      return define([this](Caller c, int32_t x) -> Result<int32_t> {
        nested();
        (void)c.backtrace(4);
        (void)c.should_stop();
        switch (in_.below(6)) {
          case 0:
            return trap("stop");
          case 1:
            return exit_program(x);
          case 2:
            return throw_exception(c, tags_.pick(in_), {{Value(x), values_.pick(in_)}});
          case 3:
            return throw_exception(c, ExnRef(values_.pick(in_).ref()));
          default:
            return x;
        }
      });
    case 2:
      return define([this](int32_t x) {
        if (in_.rarely()) throw std::runtime_error("thrown");
        return x;
      });
    case 3:
      return define([this](ExternRef e, Func f) {
        keep(Value(e));
        keep(Value(f));
        nested();
        return AnyRef(values_.pick(in_).ref());
      });
    case 4:
      return define([this](Caller c, int32_t x) {
        nested();
        if (const Memory& m = c.memory()) m.write(static_cast<uint32_t>(x), uint64_t{5});
        if (const Func f = c.func(name())) funcs_.put(f, in_);
        memories_.put(c.memory(name()), in_);
        instances_.put(c.instance(), in_);
        return x;
      });
    case 5:
      return define([this, kept = values_.pick(in_)](int64_t, AnyRef a, V128) {
        keep(Value(a));
        nested();
        return std::tuple<double, ExternRef>(1.5, ExternRef(kept.ref()));
      });
    default:
      break;
  }
  static const FuncType types[] = {
      {{ValKind::i32}, {ValKind::i32}},
      {{ValType::externref(), ValType::funcref()}, {ValType::anyref()}},
      {{ValKind::i64, ValType::anyref(), ValKind::v128}, {ValKind::f64, ValType::externref()}}};
  const FuncType type = in_.flip() ? types[in_.below(3)] : func_type();
  define(type, [this](Caller, Span<const Value> args, Span<Value> results) -> Result<void> {
    for (const Value& v : args) keep(v);
    nested();
    for (Value& r : results)
      if (in_.flip()) r = values_.pick(in_);
    if (in_.rarely()) return trap("raw");
    return {};
  });
}

void World::change_linker() {
  const uint32_t i = in_.below(max_linkers);
  std::unique_ptr<Linker>& l = linkers_[i];
  if (!l) l = std::make_unique<Linker>(engine());
  const std::string module = in_.rarely() ? "other" : "env", field = name();
  switch (in_.below(12)) {
    case 0:
      if (linker_busy_[i] == 0) l.reset();
      return;
    case 1:
      l->define(module, field, externs_.pick(in_));
      return;
    case 2:
      l->instance(module, instances_.pick(in_));
      return;
    case 3:
      l->alias(module, in_.flip() ? "other" : "env");
      return;
    case 4:
      if (in_.rarely()) l->remove(module);
      return;
    case 5: {
      if (linker_busy_[i] != 0) return;
      auto moved = std::make_unique<Linker>(std::move(*l));
      std::swap(l, moved);
      return;
    }
    case 6:
      (void)l->has(module, field);
      if (const auto m = modules_.pick(in_)) (void)l->missing(*m);
      return;
    default:
      define_host([&](auto&&... callable) {
        l->func(module, field, std::forward<decltype(callable)>(callable)...);
      });
  }
}

void World::new_func() {
  Store* const s = store();
  define_host([&](auto&&... callable) {
    funcs_.put(Func::create(*s, std::forward<decltype(callable)>(callable)...), in_);
  });
}

void World::instantiate() {
  const std::optional<Module> m = modules_.pick(in_);
  if (!m) return new_module();
  Store* const s = store();
  const uint32_t i = in_.below(max_linkers);
  std::optional<Result<Instance>> made;
  if (linkers_[i] && in_.below(4) != 0) {
    ++linker_busy_[i];
    try {
      made = linkers_[i]->instantiate(*s, *m);
    } catch (const std::runtime_error&) {}
    --linker_busy_[i];
  } else {
    std::vector<Extern> imports;
    for (const ImportType& import : m->imports()) {
      Extern e = externs_.pick(in_);
      if (import.type.kind == ExternKind::func && in_.flip()) e = funcs_.pick(in_);
      if (import.type.kind == ExternKind::memory && in_.flip()) e = memories_.pick(in_);
      if (import.type.kind == ExternKind::table && in_.flip()) e = tables_.pick(in_);
      if (import.type.kind == ExternKind::global && in_.flip()) e = globals_.pick(in_);
      if (import.type.kind == ExternKind::tag && in_.flip()) e = tags_.pick(in_);
      imports.push_back(e);
    }
    try {
      made = Instance::create(*s, *m, imports);
    } catch (const std::runtime_error&) {}
  }
  if (!made || !good(*made)) return;
  instances_.put(**made, in_);
  for (const NamedExtern& e : (*made)->exports()) keep(e.item);
}

// --------------------------------------------------------------------------------------- using

void World::nested() {
  if (depth_ >= 4) return;
  ++depth_;
  for (uint32_t n = in_.below(4); n > 0; --n) step();
  --depth_;
}

void World::use_instance() {
  const Instance i = instances_.pick(in_);
  const std::string field = name();
  switch (in_.below(7)) {
    case 0:
      if (const auto f = i.func(field)) funcs_.put(*f, in_);
      return;
    case 1:
      if (const auto m = i.memory(field)) memories_.put(*m, in_);
      return;
    case 2:
      if (const auto t = i.table(field)) tables_.put(*t, in_);
      return;
    case 3:
      if (const auto g = i.global(field)) globals_.put(*g, in_);
      return;
    case 4:
      if (const auto t = i.tag(field)) tags_.put(*t, in_);
      return;
    case 5:
      if (const auto e = i.find(field)) keep(*e);
      return;
    default:
      for (const NamedExtern& e : i.exports()) keep(e.item);
  }
}

void World::call() {
  const Func f = funcs_.pick(in_);
  Store* const s = store();
  const std::vector<Value> args = values(f.type().params, *s);
  try {
    Result<List<Value>> r = f.call(args);
    if (!good(r)) {
      if (r.error().kind == ErrorKind::exception && stores_[0])
        keep(Value(caught_exception(*stores_[0])));
      return;
    }
    for (const Value& v : *r) keep(v);
  } catch (const std::runtime_error&) {}
}

template <class Signature, class... A>
void World::try_typed(const Func& f, const A&... args) {
  auto typed = f.typed<Signature>();
  if (!good(typed)) return;
  try {
    auto r = (*typed)(args...);
    if (!good(r)) return;
    using Out = typename decltype(r)::value_type;
    if constexpr (!std::is_void_v<Out> && std::is_constructible_v<Value, Out>) keep(Value(*r));
  } catch (const std::runtime_error&) {}
}

void World::call_typed() {
  const Func f = funcs_.pick(in_);
  const Value a = values_.pick(in_), b = values_.pick(in_), c = values_.pick(in_);
  const auto n = static_cast<int32_t>(in_.number());
  switch (in_.below(10)) {
    case 0:
      return try_typed<void()>(f);
    case 1:
      return try_typed<int32_t(int32_t)>(f, n);
    case 2:
      return try_typed<uint32_t(int32_t, uint32_t)>(f, n, a.u32());
    case 3:
      return try_typed<AnyRef(ExternRef, Func)>(f, ExternRef(a.ref()), b.func());
    case 4:
      return try_typed<AnyRef(int32_t, AnyRef, ExternRef)>(f, n, AnyRef(a.ref()),
                                                           ExternRef(b.ref()));
    case 5:
      return try_typed<ExternRef(int64_t, AnyRef)>(f, n, AnyRef(a.ref()));
    case 6:
      return try_typed<std::tuple<ExnRef, Func, ExternRef, AnyRef>(
          AnyRef, ExternRef, Func, ExnRef)>(f, AnyRef(a.ref()), ExternRef(b.ref()), c.func(),
                                            ExnRef(c.ref()));
    case 7:
      return try_typed<void(AnyRef, AnyRef)>(f, AnyRef(a.ref()), AnyRef(b.ref()));
    case 8:
      return try_typed<std::tuple<V128, double, float, int64_t, int32_t>(
          int32_t, int64_t, float, double, V128)>(f, n, n, 1.5F, 2.5, V128{});
    default:
      return try_typed<Func(int32_t)>(f, n);
  }
}

void World::use_memory() {
  const Memory m = memories_.pick(in_);
  const uint64_t at = in_.number();
  switch (in_.below(10)) {
    case 0: {
      MemoryType t;
      t.min = in_.number();
      t.max = in_.number();
      t.has_max = in_.flip();
      t.is64 = in_.flip();
      t.shared = in_.flip();
      t.page_size = in_.flip() ? 65536 : 1;
      Result<Memory> made = Memory::create(*store(), t);
      if (good(made)) keep(Extern(*made));
      return;
    }
    case 1: {
      Result<Memory> made = Memory::attach(*store(), shared_.pick(in_));
      if (good(made)) keep(Extern(*made));
      return;
    }
    case 2:
      if (const SharedMemory s = m.share(); !s.empty()) shared_.put(s, in_);
      return;
    case 3:
      if (const auto old = m.grow(in_.number()); good(old) && *old > m.pages()) std::abort();
      return;
    case 4:
      (void)m.read<uint64_t>(at);
      (void)m.read<bool>(at);
      return;
    case 5:
      if (m.write(at, 1.25) && m.read<double>(at) != 1.25) std::abort();
      return;
    case 6:
      (void)m.string(at, in_.number());
      (void)m.c_string(at, in_.number());
      return;
    case 7:
      (void)to_string(m.type());
      if (m.contains(at, 1) != m.range(at, 1).has_value()) std::abort();
      return;
    case 8: {
      const Span<uint8_t> all = m.bytes();
      if (!all.empty()) all[all.size() - 1] = all[0];
      return;
    }
    default:
      m.write_string(at, "some text");
  }
}

void World::use_table() {
  const Table t = tables_.pick(in_);
  Store* const s = store();
  const ValType elem = t ? t.type().elem : type();
  const Value init = value(elem, *s);
  const uint64_t at = in_.number();
  switch (in_.below(5)) {
    case 0: {
      TableType wanted;
      wanted.elem = type();
      wanted.min = at;
      wanted.max = in_.number();
      wanted.has_max = in_.flip();
      wanted.is64 = in_.flip();
      Result<Table> made = in_.flip() ? Table::create(*s, wanted)
                                      : Table::create(*s, wanted, value(wanted.elem, *s));
      if (good(made)) keep(Extern(*made));
      return;
    }
    case 1:
      if (const auto v = t.get(at); good(v)) keep(*v);
      return;
    case 2:
      (void)good(t.set(at, init));
      return;
    case 3:
      (void)good(t.grow(at, init));
      return;
    default:
      (void)to_string(t.type());
      (void)t.size();
  }
}

void World::use_global() {
  const Global g = globals_.pick(in_);
  Store* const s = store();
  switch (in_.below(3)) {
    case 0: {
      const GlobalType wanted{type(), in_.flip()};
      Result<Global> made = Global::create(*s, wanted, value(wanted.type, *s));
      if (good(made)) keep(Extern(*made));
      return;
    }
    case 1:
      keep(g.get());
      (void)to_string(g.type());
      return;
    default:
      (void)good(g.set(value(g.type().type, *s)));
  }
}

void World::use_tag() {
  const Tag t = tags_.pick(in_);
  Store* const s = store();
  switch (in_.below(4)) {
    case 0: {
      Result<Tag> made = Tag::create(*s, func_type().params);
      if (good(made)) keep(Extern(*made));
      return;
    }
    case 1:
      look_at(throw_exception(*s, t, values(t.params(), *s)));
      return;
    case 2:
      look_at(throw_exception(*s, ExnRef(values_.pick(in_).ref())));
      return;
    default:
      keep(Value(caught_exception(*s)));
  }
}

void World::use_ref() {
  const Value v = values_.pick(in_);
  const Ref r = v.ref();
  Store* const s = store();
  switch (in_.below(9)) {
    case 0: {
      Result<Ref> made = Ref::host(*s, in_.number(), static_cast<RefKind>(in_.below(4)));
      if (good(made)) keep(Value(*made));
      return;
    }
    case 1:
      return keep(Value(r.converted(static_cast<RefKind>(in_.below(4)))));
    case 2:
      (void)r.shape();
      if (!r.same(r)) std::abort();
      (void)r.same(values_.pick(in_).ref());
      return;
    case 3:
      (void)r.host_value();
      (void)r.i31_signed();
      (void)r.concrete_type();
      return;
    case 4:
      if (const Func f = r.func()) funcs_.put(f, in_);
      if (const Tag t = r.exception_tag()) tags_.put(t, in_);
      return;
    case 5: {
      const uint32_t n = r.length();
      if (n > 0 && !r.get(n - 1)) std::abort();
      if (n < 0xffffffff && r.get(n)) std::abort();
      return;
    }
    case 6:
      if (const auto field = r.get(in_.byte()); good(field)) keep(*field);
      return;
    case 7: {
      const uint32_t i = in_.byte();
      const auto field = r.get(i);
      if (field && field->is_ref()) (void)good(r.set(i, values_.pick(in_)));
      else (void)good(r.set(i, in_.flip() && field ? *field : values_.pick(in_)));
      return;
    }
    default: {
      Ref a = r, b = std::move(a);
      a = b;
      b = values_.pick(in_).ref();
      a = std::move(b);
      Value moved(std::move(a));
      keep(moved);
    }
  }
}

void World::use_store() {
  Store* const s = store();
  switch (in_.below(9)) {
    case 0:
      s->collect_garbage();
      return;
    case 1:
      (void)s->gc_heap_used();
      (void)s->gc_collections();
      return;
    case 2:
      s->set_fuel(in_.number());
      (void)s->fuel();
      return;
    case 3:
      s->set_timeout_ms(in_.rarely() ? 0 : 1'000'000 + in_.number());
      return;
    case 4:
      s->clear_timeout();
      return;
    case 5:
      handles_.put(s->interrupt_handle(), in_);
      return;
    case 6:
      if (const auto h = handles_.pick(in_)) h->interrupt();
      return;
    case 7:
      if (const auto h = handles_.pick(in_)) h->clear();
      return;
    default:
      s->set_user_data(this);
      if (s->user_data() != this && s->user_data() != nullptr) std::abort();
  }
}

void World::introspect() {
  const Extern e = externs_.pick(in_);
  const auto m = modules_.pick(in_);
  switch (in_.below(6)) {
    case 0:
      (void)to_string(e.type());
      return;
    case 1: {
      const Func f = funcs_.pick(in_);
      (void)to_string(f.type());
      (void)f.is_host();
      (void)f.index();
      return;
    }
    case 2:
      if (m) {
        (void)m->exports();
        (void)m->export_type(name());
        (void)m->custom_sections();
        (void)m->func_name(in_.byte());
      }
      return;
    case 3:
      if (const auto error = errors_.pick(in_)) {
        (void)describe(*error, {true, true, ""});
        for (const Frame& frame : error->backtrace) (void)source_locations(frame);
      }
      return;
    case 4:
      if (m && in_.rarely()) (void)m->features_needed();
      return;
    default:
      if (m && !(m->same(*m) && m->engine().check())) std::abort();
  }
}

void World::drop() {
  switch (in_.below(11)) {
    case 0:
      return instances_.drop(in_);
    case 1:
      return funcs_.drop(in_);
    case 2:
      return memories_.drop(in_);
    case 3:
      return tables_.drop(in_);
    case 4:
      return globals_.drop(in_);
    case 5:
      return tags_.drop(in_);
    case 6:
      return externs_.drop(in_);
    case 7:
      return values_.drop(in_);
    case 8:
      return modules_.drop(in_);
    case 9:
      return shared_.drop(in_);
    default:
      return handles_.drop(in_);
  }
}

void World::step() {
  static constexpr void (World::*steps[])() = {
      &World::new_engine,   &World::new_module,    &World::new_module,    &World::new_store,
      &World::change_store, &World::change_linker, &World::change_linker, &World::change_linker,
      &World::instantiate,  &World::instantiate,   &World::instantiate,   &World::use_instance,
      &World::new_func,     &World::call,          &World::call,          &World::call,
      &World::call,         &World::call_typed,    &World::call_typed,    &World::use_memory,
      &World::use_table,    &World::use_global,    &World::use_tag,       &World::use_ref,
      &World::use_ref,      &World::use_store,     &World::introspect,    &World::drop,
      &World::drop};
  (this->*steps[in_.below(std::size(steps))])();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  World(Choices(data, size)).run();
  return 0;
}
