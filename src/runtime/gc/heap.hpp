// SPDX-License-Identifier: Apache-2.0
//
// The garbage-collected heap of a store: structs, arrays, exceptions and boxed host references.
//
// A GcRef is a 32-bit offset into the heap (a multiple of 8, > 0), or an i31 with bit 0 set. The
// collector is precise and moves objects (semi-space copying, Cheney, "A nonrecursive list
// compacting algorithm", 1970), so a GcRef kept across an allocation must be a visited root:
// a frame slot, a global, a table entry, a handle, or a gc::Local.
//
// Both semi-spaces lie in one reservation whose base never changes once the first object exists,
// so an object's address is base + reference. Allocation bumps `bump().top`; when it would pass
// `bump().limit`, memory grows or a collection runs. A store that never allocates reserves nothing.
//
// Object layout: 8-byte header {u32 type_id; u32 length_or_mark}, then fields (struct), elements
// (array, length in the header) or payload. Special type ids: exception objects and host boxes
// (below).
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>

#include "base/platform.hpp"
#include "runtime/objects.hpp"

namespace nacre::runtime {
class RootVisitor;
}

namespace nacre::runtime::gc {

inline constexpr uint32_t header_bytes = 8;
// Type ids below RuntimeType's first (registry ids start at first_type_id).
inline constexpr uint32_t host_box_type_id = 1;  // payload: u64 host value
inline constexpr uint32_t exception_type_id =
    2;  // payload: Tag* (8 bytes), then slots of the tag's params
inline constexpr uint32_t host_object_type_id = 3;  // payload: u64 address of the host's object
inline constexpr uint32_t first_type_id = 16;

constexpr bool is_i31(GcRef r) { return (r & 1) != 0; }
constexpr GcRef make_i31(uint32_t v) { return (v << 1) | 1; }
constexpr int32_t i31_signed(GcRef r) { return static_cast<int32_t>(r) >> 1; }
constexpr uint32_t i31_unsigned(GcRef r) { return r >> 1; }

struct Header {
  uint32_t type_id;
  uint32_t length;  // elements of an array; payload slots of an exception
};

// What running code needs to allocate by itself: if size <= limit - top, the object is at top.
// Memory above `top` is zero only from `clean` on.
struct Bump {
  uint32_t top = 0, limit = 0;
  uint32_t clean = 0;
};

// Roots held by code of the host: the heap visits every registered source. Strictly nested.
class RootSource {
 public:
  virtual void visit_roots(RootVisitor& v) = 0;

 protected:
  explicit RootSource(class Heap& heap);
  ~RootSource();
  RootSource(const RootSource&) = delete;
  RootSource& operator=(const RootSource&) = delete;

 private:
  friend class Heap;
  class Heap& source_heap_;
  RootSource* previous_;
};

class Heap {
 public:
  Heap(Store& store, uint64_t max_bytes, bool stress);
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // Allocate zeroed objects. 0 when the heap's limit is reached even after a collection
  // (Trap::out_of_memory). May collect: roots must be visible before the call.
  GcRef new_struct(const RuntimeType* type) { return allocate(type->struct_size, type->id, 0); }
  GcRef new_array(const RuntimeType* type, uint32_t length);
  GcRef new_exception(Tag* tag, uint32_t num_slots);
  GcRef new_host_box(uint64_t value);
  // A reference to an object of the host's, which `destroy` is called with once: by the collection
  // that finds nothing referring to it, in a CallbackScope of the store, or with the heap. When
  // this gives 0 the object stays the caller's.
  GcRef new_host_object(void* object, void (*destroy)(void*));

  uint8_t* at(GcRef r) { return base_ + r; }
  const uint8_t* at(GcRef r) const { return base_ + r; }
  const Header& header(GcRef r) const { return *reinterpret_cast<const Header*>(base_ + r); }
  const RuntimeType* type(GcRef r) const;  // struct or array
  uint32_t array_length(GcRef r) const { return header(r).length; }
  uint8_t* array_data(GcRef r) {
    return base_ + r + header_bytes;
  }  // elements, packed by FieldLayout::size; v128 unaligned ok
  // Whether it is one of the last two.
  bool is_host(GcRef r) const {
    if (is_i31(r)) return false;
    const uint32_t id = header(r).type_id;
    return id == host_box_type_id || id == host_object_type_id;
  }
  uint64_t host_value(GcRef r) const;
  // What new_host_object was given; null for any other reference.
  void* host_object(GcRef r) const;
  Tag* exception_tag(GcRef r) const;
  Slot* exception_slots(GcRef r) { return reinterpret_cast<Slot*>(base_ + r + header_bytes + 8); }

  // Field access with the spec's packing rules: v is a slot pair (v128 uses both).
  void load_field(GcRef obj, uint32_t offset, const FieldLayout& f, bool sign_extend,
                  Slot* out) const;
  void store_field(GcRef obj, uint32_t offset, const FieldLayout& f, const Slot* in);

  void collect();
  uint64_t used_bytes() const;
  uint64_t collections() const;
  // Objects' bytes that survived the last collection.
  uint64_t live_bytes() const;

  // For machine code: where the heap is and how to allocate in it.
  Bump& bump() { return bump_; }
  uint8_t* const* base_address() const { return &base_; }

 private:
  friend class RootSource;
  struct Impl;
  // `bytes` a multiple of 8, header included.
  GcRef allocate(uint64_t bytes, uint32_t type_id, uint32_t length) {
    if (NACRE_UNLIKELY(bytes > bump_.limit - bump_.top))
      return allocate_slow(bytes, type_id, length);
    return place(static_cast<uint32_t>(bytes), type_id, length);
  }
  GcRef allocate_slow(uint64_t bytes, uint32_t type_id, uint32_t length);
  GcRef place(uint32_t bytes, uint32_t type_id, uint32_t length) {
    const uint32_t r = bump_.top;
    bump_.top += bytes;
    uint8_t* p = base_ + r;
    if (r < bump_.clean) clear(r, bytes);
    const Header h{type_id, length};
    std::memcpy(p, &h, sizeof h);
    return r;
  }
  void clear(uint32_t at, uint32_t bytes) {
    const uint32_t dirty = bump_.clean - at;
    std::memset(base_ + at, 0, bytes < dirty ? bytes : dirty);
  }

  uint8_t* base_ = nullptr;  // ref 0 is never an object
  Bump bump_;
  RootSource* sources_ = nullptr;
  std::unique_ptr<Impl> impl_;
};

// A root for host code that holds a reference across allocations; strictly nested.
class Local final : private RootSource {
 public:
  Local(Heap& heap, GcRef ref) : RootSource(heap), slot_(ref) {}
  GcRef get() const { return static_cast<GcRef>(slot_); }
  void set(GcRef ref) { slot_ = ref; }

 private:
  void visit_roots(RootVisitor& v) override;
  Slot slot_;
};

}  // namespace nacre::runtime::gc
