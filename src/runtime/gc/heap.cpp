// SPDX-License-Identifier: Apache-2.0
//
// The two semi-spaces are the halves of one reservation. `start` of the first half skips the
// offset 0, which means null. A collection copies what the roots reach to the other half and
// scans it there, object by object: the scan pointer chasing the allocation pointer is the
// whole to-do list, so depth costs nothing. A moved object's old header holds type id 0
// and, as its length, where it went.
//
// The budget (how much may be allocated before the next collection) is as much again as survived
// the last one, and at least min_budget, so collecting costs a constant factor of allocating.
// When the heap is so close to its limit that collections would follow each other closely,
// allocation fails instead.
#include "runtime/gc/heap.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "os/pages.hpp"
#include "runtime/engine.hpp"
#include "runtime/store.hpp"

namespace nacre::runtime::gc {
namespace {

constexpr uint64_t min_budget = uint64_t{1} << 20;
constexpr uint64_t max_half = (uint64_t{1} << 31) - (uint64_t{1} << 16);
constexpr uint64_t smallest_half = uint64_t{1} << 18;
constexpr uint32_t first_offset = 64;
constexpr uint32_t forwarded = 0;  // as type id
constexpr uint8_t poison = 0xdb;
constexpr uint32_t exception_payload = header_bytes + 8;

constexpr bool is_host(const Header& h) {
  return h.type_id == host_box_type_id || h.type_id == host_object_type_id;
}

constexpr uint64_t round8(uint64_t n) { return (n + 7) & ~uint64_t{7}; }

uint64_t array_bytes(const RuntimeType* type, uint32_t length) {
  return round8(header_bytes + uint64_t{length} * type->fields[0].size);
}

}  // namespace

struct Heap::Impl {
  Impl(Heap& h, Store& s, uint64_t max, bool stress_mode)
      : heap(h), store(s), max_bytes(max), stress(stress_mode) {}

  Heap& heap;
  Store& store;
  uint64_t max_bytes;
  bool stress;
  uint64_t half = 0;               // bytes of a semi-space; 0: nothing reserved yet
  unsigned current = 0;            // the semi-space in use
  uint64_t committed[2] = {0, 0};  // from the semi-space's beginning
  uint64_t dirty[2] = {0, 0};      // bytes that may not be zero, likewise
  uint64_t collections = 0;
  uint64_t live = 0;

  struct HostObject {
    GcRef ref;
    void* object;
    void (*destroy)(void*);
  };
  std::vector<HostObject> host_objects;

  uint64_t origin(unsigned space) const { return space * half; }
  uint64_t start(unsigned space) const { return space == 0 ? first_offset : half; }
  uint64_t used() const { return half == 0 ? 0 : heap.bump_.top - start(current); }

  bool reserve() {
    const uint64_t wish =
        os::round_up_to_page(static_cast<size_t>(std::min(max_bytes, max_half))) + os::page_size();
    for (half = std::max(std::min(wish, max_half), smallest_half); half >= smallest_half;
         half = os::round_up_to_page(static_cast<size_t>(half / 2))) {
      heap.base_ = static_cast<uint8_t*>(os::reserve_pages(static_cast<size_t>(half * 2)));
      if (heap.base_ == nullptr) continue;
      heap.bump_.top = first_offset;
      heap.bump_.clean = first_offset;
      return set_budget(0);
    }
    half = 0;
    return false;
  }
  bool commit(unsigned space, uint64_t bytes) {
    bytes = std::min<uint64_t>(half, os::round_up_to_page(static_cast<size_t>(bytes)));
    if (bytes <= committed[space]) return true;
    uint8_t* const at = heap.base_ + origin(space) + committed[space];
    if (!os::commit_pages(at, static_cast<size_t>(bytes - committed[space]))) return false;
    committed[space] = bytes;
    return true;
  }
  // Gives back what lies beyond `keep` bytes of a semi-space.
  void trim(unsigned space, uint64_t keep) {
    keep = os::round_up_to_page(static_cast<size_t>(keep));
    if (committed[space] <= keep) return;
    os::decommit_pages(heap.base_ + origin(space) + keep,
                       static_cast<size_t>(committed[space] - keep));
    committed[space] = keep;
    dirty[space] = std::min(dirty[space], keep);
  }
  // The objects' bytes a semi-space may hold.
  uint64_t capacity() const { return std::min(max_bytes, half - first_offset); }

  // Allows as much again as is in use, and at least `need`, before the next collection.
  bool set_budget(uint64_t need) {
    const uint64_t in_use = used();
    const uint64_t budget = std::max(min_budget, in_use) + need;
    const uint64_t allowed = std::min(in_use + budget, capacity());
    if (allowed < in_use + need) return false;
    const uint64_t end = start(current) + allowed - origin(current);
    if (!commit(current, end)) return false;
    heap.bump_.limit = static_cast<uint32_t>(start(current) + allowed) & ~uint32_t{7};
    return true;
  }
  bool collect();  // precondition: something was reserved; false: no room to copy to
  std::vector<HostObject> take_unreachable();
  void destroy(const std::vector<HostObject>& objects);
  GcRef allocate(uint64_t bytes, uint32_t type_id, uint32_t length);
};

namespace {

class Copier final : public RootVisitor {
 public:
  Copier(uint8_t* base, uint32_t top, const TypeRegistry& types)
      : base_(base), top_(top), types_(types) {}

  void visit(Slot& ref) override { ref = copy(static_cast<GcRef>(ref)); }

  uint32_t top() const { return top_; }

  void scan(uint32_t from) {
    while (from < top_) from += scan_object(from);
  }

 private:
  GcRef copy(GcRef r) {
    if (r == 0 || is_i31(r)) return r;
    Header h;
    std::memcpy(&h, base_ + r, sizeof h);
    if (h.type_id == forwarded) return h.length;
    const uint32_t bytes = size(h);
    std::memcpy(base_ + top_, base_ + r, bytes);
    const Header moved{forwarded, top_};
    std::memcpy(base_ + r, &moved, sizeof moved);
    return std::exchange(top_, top_ + bytes);
  }
  // A program's objects are of few types; remembering them spares the registry's two loads.
  const RuntimeType* type(uint32_t id) {
    Known& known = known_[id % known_types];
    if (NACRE_UNLIKELY(known.id != id)) known = {id, types_.by_id(id)};
    return known.type;
  }
  uint32_t size(const Header& h) {
    if (is_host(h)) return header_bytes + 8;
    if (h.type_id == exception_type_id) return exception_payload + h.length * 8;
    const RuntimeType* t = type(h.type_id);
    return t->kind == wasm::CompositeKind::struct_
               ? t->struct_size
               : static_cast<uint32_t>(array_bytes(t, h.length));
  }
  void update(uint8_t* field) {
    GcRef r;
    std::memcpy(&r, field, sizeof r);
    if (r == 0 || is_i31(r)) return;
    r = copy(r);
    std::memcpy(field, &r, sizeof r);
  }
  uint32_t scan_object(uint32_t at) {
    Header h;
    std::memcpy(&h, base_ + at, sizeof h);
    if (is_host(h)) return header_bytes + 8;
    if (h.type_id == exception_type_id) {
      scan_exception(base_ + at);
      return exception_payload + h.length * 8;
    }
    const RuntimeType* t = type(h.type_id);
    if (t->kind == wasm::CompositeKind::struct_) {
      for (uint32_t i = 0; i < t->num_gc_fields; ++i) update(base_ + at + t->gc_fields[i]);
      return t->struct_size;
    }
    if (t->has_gc_refs)
      for (uint32_t i = 0; i < h.length; ++i)
        update(base_ + at + header_bytes + uint64_t{i} * sizeof(GcRef));
    return static_cast<uint32_t>(array_bytes(t, h.length));
  }
  void scan_exception(uint8_t* object) {
    uint64_t tag_bits;
    std::memcpy(&tag_bits, object + header_bytes, sizeof tag_bits);
    const Tag* tag = reinterpret_cast<const Tag*>(static_cast<uintptr_t>(tag_bits));
    auto* slots = reinterpret_cast<Slot*>(object + exception_payload);
    for (wasm::ValType t : tag->type->params) {
      if (types_.is_gc_ref(t)) visit(*slots);
      slots += slots_of(t);
    }
  }

  struct Known {
    uint32_t id = 0;
    const RuntimeType* type = nullptr;
  };
  static constexpr size_t known_types = 64;

  uint8_t* base_;
  uint32_t top_;
  const TypeRegistry& types_;
  Known known_[known_types];
};

}  // namespace

bool Heap::Impl::collect() {
  if (store.in_callback()) return false;
  const unsigned from = current, to = 1 - current;
  const uint64_t in_use = used();
  if (!commit(to, start(to) - origin(to) + in_use)) return false;
  dirty[from] = std::max(dirty[from], heap.bump_.top - origin(from));

  const auto begin = static_cast<uint32_t>(start(to));
  Copier copier(heap.base_, begin, store.registry());
  store.visit_roots(copier);
  for (RootSource* s = heap.sources_; s != nullptr; s = s->previous_) s->visit_roots(copier);
  copier.scan(begin);
  const std::vector<HostObject> unreachable = take_unreachable();

  current = to;
  live = copier.top() - begin;
  ++collections;
  heap.bump_.top = copier.top();
  heap.bump_.limit = copier.top();
  heap.bump_.clean =
      static_cast<uint32_t>(origin(to) + std::max(dirty[to], copier.top() - origin(to)));
  if (stress) std::memset(heap.base_ + start(from), poison, static_cast<size_t>(in_use));
  trim(from, 2 * std::max(min_budget, live) + min_budget);
  destroy(unreachable);
  return true;
}

// Of the host's objects: follows those that were moved, and gives the others away. To be called
// between the copying and any use of the space it has left.
std::vector<Heap::Impl::HostObject> Heap::Impl::take_unreachable() {
  std::vector<HostObject> unreachable;
  size_t kept = 0;
  for (HostObject& h : host_objects) {
    const Header& header = heap.header(h.ref);
    if (header.type_id != forwarded) {
      unreachable.push_back(h);
      continue;
    }
    h.ref = header.length;
    host_objects[kept++] = h;
  }
  host_objects.resize(kept);
  return unreachable;
}

// Last of all, because destructors are the host's code: what they find is a heap in order, if one
// that neither collects nor grows meanwhile.
void Heap::Impl::destroy(const std::vector<HostObject>& objects) {
  if (objects.empty()) return;
  const CallbackScope scope(store);
  for (const HostObject& h : objects) h.destroy(h.object);
}

GcRef Heap::Impl::allocate(uint64_t bytes, uint32_t type_id, uint32_t length) {
  if (bytes > max_bytes || bytes > max_half) return 0;
  if (half == 0 && !reserve()) return 0;
  Bump& bump = heap.bump_;
  if (stress || bytes > bump.limit - bump.top) {
    if (!collect() || !set_budget(bytes)) return 0;
    const uint64_t left = capacity() - std::min(capacity(), used() + bytes);
    if (left < capacity() / 64 && used() > capacity() / 2 && !stress) return 0;
  }
  const GcRef r = heap.place(static_cast<uint32_t>(bytes), type_id, length);
  if (stress) bump.limit = bump.top;
  return r;
}

RootSource::RootSource(Heap& heap) : source_heap_(heap), previous_(heap.sources_) {
  heap.sources_ = this;
}
RootSource::~RootSource() { source_heap_.sources_ = previous_; }

void Local::visit_roots(RootVisitor& v) { v.visit(slot_); }

Heap::Heap(Store& store, uint64_t max_bytes, bool stress)
    : impl_(std::make_unique<Impl>(*this, store, max_bytes, stress)) {}

Heap::~Heap() {
  // They may own what refers to each other, so none is looked for here any more.
  const auto objects = std::move(impl_->host_objects);
  for (const Impl::HostObject& h : objects) h.destroy(h.object);
  if (impl_->half != 0) os::release_pages(base_, static_cast<size_t>(impl_->half * 2));
}

GcRef Heap::allocate_slow(uint64_t bytes, uint32_t type_id, uint32_t length) {
  return impl_->allocate(bytes, type_id, length);
}

GcRef Heap::new_array(const RuntimeType* type, uint32_t length) {
  return allocate(array_bytes(type, length), type->id, length);
}

GcRef Heap::new_exception(Tag* tag, uint32_t num_slots) {
  const GcRef r =
      allocate(exception_payload + uint64_t{num_slots} * 8, exception_type_id, num_slots);
  if (r == 0) return 0;
  const uint64_t bits = reinterpret_cast<uintptr_t>(tag);
  std::memcpy(base_ + r + header_bytes, &bits, sizeof bits);
  return r;
}

GcRef Heap::new_host_box(uint64_t value) {
  const GcRef r = allocate(header_bytes + 8, host_box_type_id, 0);
  if (r != 0) std::memcpy(base_ + r + header_bytes, &value, sizeof value);
  return r;
}

GcRef Heap::new_host_object(void* object, void (*destroy)(void*)) {
  const GcRef r = allocate(header_bytes + 8, host_object_type_id, 0);
  if (r == 0) return 0;
  const uint64_t bits = reinterpret_cast<uintptr_t>(object);
  std::memcpy(base_ + r + header_bytes, &bits, sizeof bits);
  impl_->host_objects.push_back({r, object, destroy});
  return r;
}

void* Heap::host_object(GcRef r) const {
  if (is_i31(r) || header(r).type_id != host_object_type_id) return nullptr;
  return reinterpret_cast<void*>(static_cast<uintptr_t>(host_value(r)));
}

const RuntimeType* Heap::type(GcRef r) const {
  return impl_->store.registry().by_id(header(r).type_id);
}

uint64_t Heap::host_value(GcRef r) const {
  uint64_t value;
  std::memcpy(&value, base_ + r + header_bytes, sizeof value);
  return value;
}

Tag* Heap::exception_tag(GcRef r) const {
  return reinterpret_cast<Tag*>(static_cast<uintptr_t>(host_value(r)));
}

namespace {

template <class T>
T read(const uint8_t* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

}  // namespace

void Heap::load_field(GcRef obj, uint32_t offset, const FieldLayout& f, bool sign_extend,
                      Slot* out) const {
  const uint8_t* p = base_ + obj + offset;
  switch (f.size) {
    case 1:
      *out = sign_extend ? static_cast<uint32_t>(static_cast<int32_t>(read<int8_t>(p)))
                         : read<uint8_t>(p);
      break;
    case 2:
      *out = sign_extend ? static_cast<uint32_t>(static_cast<int32_t>(read<int16_t>(p)))
                         : read<uint16_t>(p);
      break;
    case 4:
      *out = read<uint32_t>(p);
      break;
    case 8:
      *out = read<uint64_t>(p);
      break;
    default:
      std::memcpy(out, p, 16);
      break;
  }
}

void Heap::store_field(GcRef obj, uint32_t offset, const FieldLayout& f, const Slot* in) {
  uint8_t* p = base_ + obj + offset;
  const auto write = [p](auto v) { std::memcpy(p, &v, sizeof v); };
  switch (f.size) {
    case 1:
      write(static_cast<uint8_t>(*in));
      break;
    case 2:
      write(static_cast<uint16_t>(*in));
      break;
    case 4:
      write(static_cast<uint32_t>(*in));
      break;
    case 8:
      write(*in);
      break;
    default:
      std::memcpy(p, in, 16);
      break;
  }
}

void Heap::collect() {
  if (impl_->half != 0 && impl_->collect() && !impl_->stress) impl_->set_budget(0);
}

uint64_t Heap::used_bytes() const { return impl_->used(); }
uint64_t Heap::collections() const { return impl_->collections; }
uint64_t Heap::live_bytes() const { return impl_->live; }

}  // namespace nacre::runtime::gc
