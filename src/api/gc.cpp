// SPDX-License-Identifier: Apache-2.0
//
// Types and objects the host makes. Objects are filled after they are allocated: allocating may
// move what the values refer to, and values know where their objects went.
#include "nacre/gc.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "api/convert.hpp"
#include "api/gc.hpp"
#include "base/bytes.hpp"
#include "runtime/gc/heap.hpp"

namespace nacre {

using detail::live;
using detail::StoreData;
using runtime::RuntimeType;
using runtime::TypeRegistry;

static_assert(static_cast<int>(TypeKind::func) == static_cast<int>(wasm::CompositeKind::func));
static_assert(static_cast<int>(TypeKind::array) == static_cast<int>(wasm::CompositeKind::array));

namespace {

Error bad(const char* message) { return make_error(ErrorKind::invalid_argument, message); }

DefinedType adopt(const Engine& engine, const RuntimeType* type) {
  return DefinedType(
      detail::Handle<detail::DefinedTypeData>::adopt(new detail::DefinedTypeData(engine, type)));
}

DefinedType share(const Engine& engine, const RuntimeType* type) {
  engine.data()->registry->retain(type);
  return adopt(engine, type);
}

// Public definitions of one group as the registry's. Types outside that they mention are kept alive
// as long as the reader, so that nobody frees them before the group is interned.
class GroupReader {
 public:
  GroupReader(const Engine& engine, Span<const TypeDefinition> group)
      : registry_(*engine.data()->registry), limits_(engine.config().limits), group_(group) {}
  ~GroupReader() {
    for (const RuntimeType* t : held_) registry_.release({&t, 1});
  }
  GroupReader(const GroupReader&) = delete;
  GroupReader& operator=(const GroupReader&) = delete;

  Result<std::vector<wasm::SubTypeDef>> read() {
    std::vector<wasm::SubTypeDef> defs;
    if (group_.size() > limits_.max_types) return make_error(ErrorKind::limit, "too many types");
    defs.reserve(group_.size());
    for (const TypeDefinition& d : group_) {
      wasm::SubTypeDef& def = defs.emplace_back();
      def.kind = static_cast<wasm::CompositeKind>(d.kind);
      def.is_final = d.is_final;
      Result<void> ok = supertype(d, def);
      if (ok) ok = d.kind == TypeKind::func ? func(d.func, def) : fields(d, def);
      if (!ok) return std::move(ok.error());
    }
    return defs;
  }

 private:
  Result<void> supertype(const TypeDefinition& d, wasm::SubTypeDef& def) {
    const auto k = static_cast<uint32_t>(depths_.size());
    uint32_t depth = 0;
    if (d.supertype != TypeDefinition::no_supertype) {
      const uint32_t member = d.supertype - DefinedType::member(0);
      if (is_member(d.supertype)) {
        if (member >= k) return bad("a supertype must come before its subtypes");
        def.super = TypeRegistry::group_member(member);
        depth = depths_[member] + 1;
      } else {
        const RuntimeType* const super = hold(d.supertype);
        if (super == nullptr) return bad("a supertype that is not alive");
        def.super = d.supertype;
        depth = super->depth + 1;
      }
    }
    if (depth > limits_.max_subtype_depth)
      return make_error(ErrorKind::limit, "too deep a chain of supertypes");
    depths_.push_back(depth);
    return {};
  }

  Result<void> func(const FuncType& type, wasm::SubTypeDef& def) {
    if (type.params.size() > limits_.max_params || type.results.size() > limits_.max_results)
      return make_error(ErrorKind::limit, "too many parameters or results");
    Result<void> ok = values(type.params, def.params);
    return ok ? values(type.results, def.results) : ok;
  }

  Result<void> fields(const TypeDefinition& d, wasm::SubTypeDef& def) {
    if (d.kind != TypeKind::struct_ && d.kind != TypeKind::array) return bad("no kind of types");
    if (d.kind == TypeKind::array && d.fields.size() != 1)
      return bad("an array has one type of elements");
    if (d.fields.size() > limits_.max_struct_fields)
      return make_error(ErrorKind::limit, "too many fields");
    for (const FieldType& f : d.fields) {
      Result<wasm::ValType> t = field(f.type);
      if (!t) return std::move(t.error());
      def.fields.emplace_back(*t, f.is_mutable);
    }
    return {};
  }

  Result<void> values(const List<ValType>& from, std::vector<wasm::ValType>& to) {
    for (const ValType v : from) {
      Result<wasm::ValType> t = value(v);
      if (!t) return std::move(t.error());
      to.push_back(*t);
    }
    return {};
  }

  Result<wasm::ValType> field(ValType type) {
    if (type.kind() == ValKind::i8 || type.kind() == ValKind::i16)
      return wasm::ValType(static_cast<wasm::Kind>(type.kind()));
    return value(type);
  }

  bool is_member(uint32_t id) const { return id - DefinedType::member(0) < group_.size(); }

  Result<wasm::ValType> value(ValType type) {
    const bool concrete = type.is_ref() && type.heap() == HeapKind::concrete;
    if (!concrete || !is_member(type.type_id())) {
      if (concrete) hold(type.type_id());
      return detail::to_wasm(registry_, type);
    }
    const uint32_t member = type.type_id() - DefinedType::member(0);
    return wasm::ValType::ref(wasm::HeapType::concrete(TypeRegistry::group_member(member)),
                              type.nullable());
  }

  // The living type of this id, or null.
  const RuntimeType* hold(uint32_t id) {
    const RuntimeType* const type = registry_.acquire(id);
    if (type != nullptr) held_.push_back(type);
    return type;
  }

  TypeRegistry& registry_;
  const Limits& limits_;
  Span<const TypeDefinition> group_;
  std::vector<uint32_t> depths_;
  std::vector<const RuntimeType*> held_;
};

Result<DefinedType> lone(const Engine& engine, const TypeDefinition& definition) {
  Result<List<DefinedType>> types =
      DefinedType::group(engine, Span<const TypeDefinition>(&definition, 1));
  if (!types) return std::move(types.error());
  return std::move((*types)[0]);
}

}  // namespace

Result<List<DefinedType>> DefinedType::group(const Engine& engine,
                                             Span<const TypeDefinition> definitions) {
  List<DefinedType> out;
  if (definitions.empty()) return out;
  GroupReader reader(engine, definitions);
  Result<std::vector<wasm::SubTypeDef>> defs = reader.read();
  if (!defs) return std::move(defs.error());
  TypeRegistry& registry = *engine.data()->registry;
  const RuntimeType* const first = registry.intern_group(*defs);
  if (first == nullptr) return make_error(ErrorKind::limit, "too many types in this engine");
  bool fits = true;
  for (size_t k = 0; k < definitions.size(); ++k) {
    fits = fits && registry.supertype_fits(first[k]);
    out.push_back(share(engine, &first[k]));
  }
  registry.release({&first, 1});
  if (!fits) return bad("a supertype that is final or does not fit");
  return out;
}

Result<DefinedType> DefinedType::structure(const Engine& engine, Span<const FieldType> fields) {
  TypeDefinition d;
  d.fields = List<FieldType>(fields.begin(), fields.end());
  return lone(engine, d);
}

Result<DefinedType> DefinedType::array(const Engine& engine, FieldType element) {
  TypeDefinition d;
  d.kind = TypeKind::array;
  d.fields.push_back(element);
  return lone(engine, d);
}

Result<DefinedType> DefinedType::func(const Engine& engine, const FuncType& type) {
  TypeDefinition d;
  d.kind = TypeKind::func;
  d.func = type;
  return lone(engine, d);
}

Result<DefinedType> DefinedType::of(const Engine& engine, ValType type) {
  if (!type.is_ref() || type.heap() != HeapKind::concrete) return bad("not a concrete type");
  const RuntimeType* const t = engine.data()->registry->acquire(type.type_id());
  if (t == nullptr) return bad("a type that is not alive");
  return adopt(engine, t);
}

DefinedType DefinedType::of(const Ref& ref) {
  const RefShape shape = ref.shape();
  StoreData* const s = live(ref.anchor());
  if (s == nullptr) return {};
  if (shape == RefShape::func) return share(s->engine, ref.func().object()->type);
  if (shape != RefShape::struct_ && shape != RefShape::array) return {};
  return share(s->engine, s->heap().type(static_cast<runtime::GcRef>(ref.raw_bits())));
}

TypeKind DefinedType::kind() const { return static_cast<TypeKind>(data()->type->kind); }

List<FieldType> DefinedType::fields() const {
  List<FieldType> out;
  for (const runtime::FieldLayout& f : data()->type->fields)
    out.push_back({detail::to_public(f.type.type()), f.type.is_mutable()});
  return out;
}

FuncType DefinedType::func() const {
  return detail::to_public_func(data()->type->params, data()->type->results);
}

bool DefinedType::is_final() const { return data()->type->is_final; }

DefinedType DefinedType::supertype() const {
  const RuntimeType* const super = data()->type->super();
  return super == nullptr ? DefinedType() : share(data()->engine, super);
}

bool DefinedType::is_subtype_of(const DefinedType& other) const {
  return data()->engine.same(other.data()->engine) &&
         data()->type->is_subtype_of(other.data()->type);
}

bool DefinedType::same(const DefinedType& other) const {
  if (empty() || other.empty()) return empty() && other.empty();
  return data()->type == other.data()->type;
}

uint32_t DefinedType::id() const { return data()->type->id; }
Engine DefinedType::engine() const { return data()->engine; }

String to_string(const DefinedType& type) {
  if (type.kind() == TypeKind::func) return to_string(type.func());
  const bool is_struct = type.kind() == TypeKind::struct_;
  std::string s = is_struct ? "(struct" : "(array";
  for (const FieldType& f : type.fields()) {
    s += is_struct ? " (field " : " ";
    s += f.is_mutable ? "(mut " : "";
    s += to_string(f.type);
    s += f.is_mutable ? ")" : "";
    s += is_struct ? ")" : "";
  }
  return s + ")";
}

// --- objects

namespace {

// The store to allocate in, once it is clear that it can have objects of the type.
Result<StoreData*> store_for(StoreContext context, const DefinedType& type, TypeKind kind) {
  StoreData* const s = live(context.anchor());
  if (s == nullptr) return detail::store_gone();
  if (type.empty()) return bad("no type");
  if (!type.engine().same(s->engine)) return bad("a type of another engine");
  if (type.kind() != kind)
    return bad(kind == TypeKind::struct_ ? "not a type of structs" : "not a type of arrays");
  s->keep_type(type.data()->type);
  return s;
}

Result<AnyRef> rooted(StoreData& s, runtime::GcRef ref) {
  if (ref == 0) return make_error(ErrorKind::limit, "the garbage-collected heap is full");
  return AnyRef(Ref::from_bits(s.anchor.get(), RefKind::any, ref));
}

Result<void> store_value(StoreData& s, runtime::GcRef object, uint32_t offset,
                         const runtime::FieldLayout& field, const Value& value) {
  runtime::Slot slots[2] = {0, 0};
  Result<void> fits = detail::encode_value(s, field.type.type().unpacked(), value, slots);
  if (fits) s.heap().store_field(object, offset, field, slots);
  return fits;
}

uint32_t element_offset(const runtime::FieldLayout& element, uint32_t index) {
  return runtime::gc::header_bytes + index * element.size;
}

bool all_defaultable(const RuntimeType& type) {
  for (const runtime::FieldLayout& f : type.fields)
    if (!f.type.type().defaultable()) return false;
  return true;
}

bool is_number(const runtime::FieldLayout& f) { return !f.is_gc_ref && !f.is_func_ref; }

// An array without contents yet, not a root.
Result<runtime::GcRef> bare_array(StoreData& s, const RuntimeType& type, size_t length) {
  const runtime::GcRef ref =
      length > 0xffffffffu ? 0 : s.heap().new_array(&type, static_cast<uint32_t>(length));
  if (ref == 0) return make_error(ErrorKind::limit, "the garbage-collected heap is full");
  return ref;
}

Error field_error(size_t index, const Error& why) {
  return make_error(ErrorKind::invalid_argument,
                    "field " + std::to_string(index) + ": " + why.message.c_str());
}

}  // namespace

Result<AnyRef> new_struct(StoreContext context, const DefinedType& type, Span<const Value> fields) {
  Result<StoreData*> store = store_for(context, type, TypeKind::struct_);
  if (!store) return std::move(store.error());
  StoreData& s = **store;
  const RuntimeType& t = *type.data()->type;
  if (fields.size() != t.fields.size()) return bad("another number of fields than the type has");
  const detail::CallScope scope(s);
  const runtime::GcRef ref = s.heap().new_struct(&t);
  if (ref == 0) return rooted(s, ref);
  for (size_t i = 0; i < fields.size(); ++i) {
    Result<void> fits = store_value(s, ref, t.fields[i].offset, t.fields[i], fields[i]);
    if (!fits) return field_error(i, fits.error());
  }
  return rooted(s, ref);
}

Result<AnyRef> new_struct_default(StoreContext context, const DefinedType& type) {
  Result<StoreData*> store = store_for(context, type, TypeKind::struct_);
  if (!store) return std::move(store.error());
  const RuntimeType& t = *type.data()->type;
  if (!all_defaultable(t)) return bad("a field without a default value");
  const detail::CallScope scope(**store);
  return rooted(**store, (*store)->heap().new_struct(&t));
}

Result<AnyRef> new_array(StoreContext context, const DefinedType& type, uint32_t length,
                         const Value& init) {
  Result<StoreData*> store = store_for(context, type, TypeKind::array);
  if (!store) return std::move(store.error());
  StoreData& s = **store;
  const RuntimeType& t = *type.data()->type;
  const runtime::FieldLayout& element = t.fields[0];
  const detail::CallScope scope(s);
  Result<runtime::GcRef> ref = bare_array(s, t, length);
  if (!ref) return std::move(ref.error());
  runtime::Slot slots[2] = {0, 0};
  Result<void> fits = detail::encode_value(s, element.type.type().unpacked(), init, slots);
  if (!fits) return std::move(fits.error());
  for (uint32_t i = 0; i < length; ++i)
    s.heap().store_field(*ref, element_offset(element, i), element, slots);
  return rooted(s, *ref);
}

Result<AnyRef> new_array_default(StoreContext context, const DefinedType& type, uint32_t length) {
  Result<StoreData*> store = store_for(context, type, TypeKind::array);
  if (!store) return std::move(store.error());
  const RuntimeType& t = *type.data()->type;
  if (!all_defaultable(t)) return bad("elements without a default value");
  const detail::CallScope scope(**store);
  Result<runtime::GcRef> ref = bare_array(**store, t, length);
  if (!ref) return std::move(ref.error());
  return rooted(**store, *ref);
}

Result<AnyRef> new_array_of(StoreContext context, const DefinedType& type,
                            Span<const Value> elements) {
  Result<StoreData*> store = store_for(context, type, TypeKind::array);
  if (!store) return std::move(store.error());
  StoreData& s = **store;
  const RuntimeType& t = *type.data()->type;
  const detail::CallScope scope(s);
  Result<runtime::GcRef> ref = bare_array(s, t, elements.size());
  if (!ref) return std::move(ref.error());
  for (size_t i = 0; i < elements.size(); ++i) {
    const uint32_t offset = element_offset(t.fields[0], static_cast<uint32_t>(i));
    Result<void> fits = store_value(s, *ref, offset, t.fields[0], elements[i]);
    if (!fits) return field_error(i, fits.error());
  }
  return rooted(s, *ref);
}

Result<AnyRef> new_array_bytes(StoreContext context, const DefinedType& type,
                               Span<const uint8_t> bytes) {
  Result<StoreData*> store = store_for(context, type, TypeKind::array);
  if (!store) return std::move(store.error());
  StoreData& s = **store;
  const RuntimeType& t = *type.data()->type;
  const runtime::FieldLayout& element = t.fields[0];
  if (!is_number(element)) return bad("elements that are references");
  if (bytes.size() % element.size != 0) return bad("a part of an element");
  const detail::CallScope scope(s);
  Result<runtime::GcRef> ref = bare_array(s, t, bytes.size() / element.size);
  if (!ref) return std::move(ref.error());
  detail::copy_elements(s.heap().array_data(*ref), bytes.data(), bytes.size(), element.size);
  return rooted(s, *ref);
}

namespace detail {

Result<Elements> elements(const Ref& ref, uint32_t index, size_t bytes) {
  if (store_ended(ref)) return store_gone();
  if (ref.shape() != RefShape::array) return bad("the reference is no array");
  runtime::gc::Heap& heap = live(ref.anchor())->heap();
  const auto object = static_cast<runtime::GcRef>(ref.raw_bits());
  const runtime::FieldLayout& element = heap.type(object)->fields[0];
  if (!is_number(element)) return bad("elements that are references");
  if (bytes % element.size != 0) return bad("a part of an element");
  const uint32_t length = heap.array_length(object);
  if (index > length || bytes / element.size > length - index)
    return bad("elements beyond the array's end");
  return Elements{heap.array_data(object) + size_t{index} * element.size, element.size,
                  element.type.is_mutable()};
}

// Vectors are in memory order on every host.
void copy_elements(uint8_t* to, const uint8_t* from, size_t bytes, uint32_t size) {
  if (bytes == 0) return;
  if (host_is_little_endian || size == 1 || size == 16) {
    std::memmove(to, from, bytes);
    return;
  }
  for (size_t i = 0; i < bytes; i += size)
    for (uint32_t k = 0; k < size; ++k) to[i + k] = from[i + size - 1 - k];
}

}  // namespace detail
}  // namespace nacre
