// SPDX-License-Identifier: Apache-2.0
//
// The steps that use what there is: calls, and every method of memories, tables, globals, tags,
// references and stores.
#include "api_world.hpp"

namespace nacre::fuzz {

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

Burden World::burden() {
  Burden b;
  b.held = values_.pick(in_);
  if (in_.flip()) b.to_call = funcs_.pick(in_);
  if (in_.flip()) b.to_grow = memories_.pick(in_);
  if (in_.rarely()) {  // a new one: stores that own each other would never go
    b.store = std::make_unique<Store>(engine());
    (void)Ref::own(*b.store, Burden());
  }
  return b;
}

void World::use_ref() {
  const Value v = values_.pick(in_);
  const Ref r = v.ref();
  Store* const s = store();
  switch (in_.below(9)) {
    case 0: {
      const auto kind = static_cast<RefKind>(in_.below(4));
      Result<Ref> made =
          in_.flip() ? Ref::host(*s, in_.number(), kind) : Ref::own(*s, burden(), kind);
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
      if (r.host_value() && r.object<Burden>()) std::abort();
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

}  // namespace nacre::fuzz
