// SPDX-License-Identifier: Apache-2.0
//
// Choices of types and values, and the steps that make things: engines, modules, stores, host
// functions, linkers, instances.
#include "api_world.hpp"

namespace nacre::fuzz {

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
  const std::vector<uint8_t> bytes = module_bytes();
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

}  // namespace nacre::fuzz
