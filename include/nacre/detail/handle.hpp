// SPDX-License-Identifier: Apache-2.0
//
// How public objects hold internal ones. Nothing here is for embedders to name.
//
// Handle is an intrusive reference-counted pointer. A store's views (Func, Memory ...) hold a
// handle of the store's *anchor*, a small block that outlives the store and says whether it is
// still there, and the address of the object: two words, and use after the store's end is
// noticed instead of undefined.
#pragma once

#include <cstdint>

#include "nacre/detail/public.hpp"
#include "nacre/trap.hpp"

namespace nacre::runtime {
class Store;
struct Instance;
struct Func;
struct Memory;
struct Table;
struct Global;
struct Tag;
}  // namespace nacre::runtime

namespace nacre::detail {
struct EngineData;
struct ModuleData;
struct StoreData;
struct StoreAnchor;
struct LinkerData;
struct SharedMemoryData;
struct DefinedTypeData;
}  // namespace nacre::detail

namespace nacre {
namespace NACRE_PUBLIC detail {

void retain(EngineData*) noexcept;
void release(EngineData*) noexcept;
void retain(ModuleData*) noexcept;
void release(ModuleData*) noexcept;
void retain(StoreAnchor*) noexcept;
void release(StoreAnchor*) noexcept;
void retain(SharedMemoryData*) noexcept;
void release(SharedMemoryData*) noexcept;
void retain(DefinedTypeData*) noexcept;
void release(DefinedTypeData*) noexcept;

template <class T>
class Handle {
 public:
  Handle() = default;
  // Takes over one reference.
  static Handle adopt(T* p) {
    Handle h;
    h.p_ = p;
    return h;
  }
  // Adds a reference.
  static Handle share(T* p) {
    if (p) retain(p);
    return adopt(p);
  }
  Handle(const Handle& o) noexcept : p_(o.p_) {
    if (p_) retain(p_);
  }
  Handle(Handle&& o) noexcept : p_(o.p_) { o.p_ = nullptr; }
  Handle& operator=(Handle o) noexcept {
    T* old = p_;
    p_ = o.p_;
    o.p_ = old;
    return *this;
  }
  ~Handle() {
    if (p_) release(p_);
  }
  T* get() const { return p_; }
  explicit operator bool() const { return p_ != nullptr; }

 private:
  T* p_ = nullptr;
};

// A view of one object of a store: what Func, Memory, Table, Global, Tag and Instance have in
// common. Two words; copying copies the view. See Store for threads and lifetime.
template <class Object>
class View {
 public:
  // An empty view. Its functions fail with invalid_argument, or give nothing.
  View() = default;
  View(const View&) = default;
  // Leaves `other` empty.
  View(View&& other) noexcept
      : anchor_(static_cast<Handle<StoreAnchor>&&>(other.anchor_)), object_(other.object_) {
    other.object_ = nullptr;
  }
  View& operator=(const View&) = default;
  View& operator=(View&& other) noexcept {
    anchor_ = static_cast<Handle<StoreAnchor>&&>(other.anchor_);
    Object* const object = other.object_;
    other.object_ = nullptr;
    object_ = object;
    return *this;
  }
  // Whether it names nothing: default-constructed, or moved from.
  bool empty() const { return object_ == nullptr; }
  // Whether it names something. The store may be gone all the same.
  explicit operator bool() const { return object_ != nullptr; }
  // Whether both name the same object, or nothing.
  bool same(const View& other) const {
    return object_ == other.object_ && (object_ == nullptr || anchor() == other.anchor());
  }

  // Internal.
  View(Handle<StoreAnchor> anchor, Object* object)
      : anchor_(static_cast<Handle<StoreAnchor>&&>(anchor)), object_(object) {}
  StoreAnchor* anchor() const { return anchor_.get(); }
  Object* object() const { return object_; }

 protected:
  Handle<StoreAnchor> anchor_;
  Object* object_ = nullptr;
};

// A C++ exception on its way from a host function to the embedder's call.
struct PendingException {
  void* object = nullptr;
  void (*rethrow)(void* object) = nullptr;  // destroys the object and throws
  void (*drop)(void* object) = nullptr;     // destroys the object
};

// The anchor of the store a host function is called in (not retained).
StoreAnchor* anchor_of(runtime::Store& store);
void set_pending_exception(runtime::Store& store, PendingException pending);
// The exception a failed call left, if any; the store forgets it.
PendingException take_pending_exception(StoreAnchor* anchor);

// Throws the pending exception of a call that failed, if there is one.
inline void rethrow_pending(StoreAnchor* anchor) {
  const PendingException pending = take_pending_exception(anchor);
  if (pending.rethrow) pending.rethrow(pending.object);
}

}  // namespace detail
}  // namespace nacre
