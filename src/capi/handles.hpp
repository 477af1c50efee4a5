// SPDX-License-Identifier: Apache-2.0
//
// What the opaque types of wasm.h and nacre.h are.
//
// Three families:
//   - configs, engines and types are plain values;
//   - everything derived from wasm_ref_t is a handle: its class, a counted pointer to its store,
//     and a view of the C++ API. Two handles of one object are two of these;
//   - wasm_store_t is the store and what C needs beside it: host information by object, the
//     records of foreign objects, the last error. It is counted, because handles may outlive it,
//     and only its own thread uses it, apart from the count.
//
// From the runtime's store, which host functions are given, the way back is StoreData::user_data.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/data.hpp"
#include "nacre/nacre.hpp"

#include "capi/headers.hpp"

namespace nacre::capi {

// The embedder's pointer on an object.
struct HostInfo {
  void* data = nullptr;
  void (*finalizer)(void*) = nullptr;

  HostInfo() = default;
  HostInfo(const HostInfo&) = delete;
  HostInfo& operator=(const HostInfo&) = delete;
  ~HostInfo() { finish(); }
  void set(void* d, void (*f)(void*)) {
    data = d;
    finalizer = f;
  }
  void finish() {
    void (*const f)(void*) = finalizer;
    finalizer = nullptr;
    if (f) f(data);
  }
};

// What a foreign object is to the store's collector (Ref::own): its information goes with it.
using ForeignInfo = std::unique_ptr<HostInfo>;

// Another of the host's handles that was passed as an externref: a host reference whose number is
// the index here, plus one.
struct BoxedHandle {
  Ref ref{RefKind::extern_};
  std::unique_ptr<wasm_ref_t> handle;
};

// A counted pointer to a store.
class StoreRef {
 public:
  StoreRef() = default;
  explicit StoreRef(wasm_store_t* s);
  StoreRef(const StoreRef& o) : StoreRef(o.store_) {}
  StoreRef& operator=(const StoreRef&) = delete;
  ~StoreRef();
  wasm_store_t* get() const { return store_; }
  wasm_store_t* operator->() const { return store_; }

 private:
  wasm_store_t* store_ = nullptr;
};

enum class RefClass : uint8_t {
  func,
  global,
  table,
  memory,
  tag,
  instance,
  module,
  trap,
  foreign,
  object,  // a garbage-collected object, an i31 or an exception
  vector,  // a v128, boxed because wasm_val_t has no room for it
};

}  // namespace nacre::capi

struct wasm_config_t {
  nacre::Config config;
  std::shared_ptr<nacre::MemoryAllocator> allocator;  // the one config names, or null
};

struct wasm_engine_t {
  nacre::Engine engine;
};

struct nacre_compile_options_t {
  nacre::CompileOptions options;
};

struct wasm_store_t {
  std::atomic<uint32_t> refs{1};
  std::optional<nacre::Store> owned;  // none: a store of a WASI thread
  nacre::detail::Handle<nacre::detail::StoreAnchor> anchor;
  uint32_t depth = 0;  // calls in progress
  bool deleted = false;
  bool ended = false;  // and its own reference given up
  void* user_data = nullptr;
  std::unordered_map<const void*, nacre::capi::HostInfo> infos;  // by object
  std::deque<nacre::capi::BoxedHandle> boxed;
  std::unordered_map<const void*, size_t> boxes;  // indices of those, by object
  std::unique_ptr<nacre_error_t> last_error;
  std::shared_ptr<struct nacre_trap_record> passing;  // the trap a host function returned last

  nacre::detail::StoreData* live() const { return nacre::detail::live(anchor.get()); }
  // Ends the store: objects, then finalizers.
  void finish();
};

// Why something failed; immutable once it is handed out.
struct nacre_error_t {
  // What nacre::Frame does not say. Instances are those of the store the error came from.
  struct Place {
    const nacre::runtime::Instance* instance = nullptr;
    size_t func_offset = 0;
  };
  nacre::Error error;
  std::vector<Place> places;  // by frame; may be shorter
};

struct wasm_ref_t {
  const nacre::capi::RefClass ref_class;
  nacre::capi::StoreRef store;

  wasm_ref_t(nacre::capi::RefClass c, wasm_store_t* s) : ref_class(c), store(s) {}
  wasm_ref_t(const wasm_ref_t&) = default;
  wasm_ref_t& operator=(const wasm_ref_t&) = delete;
  virtual ~wasm_ref_t() = default;
  virtual wasm_ref_t* clone() const = 0;
  // What tells objects apart; null where comparing needs more (RefClass::object, vector).
  virtual const void* identity() const = 0;
  virtual bool same(const wasm_ref_t& other) const {
    return ref_class == other.ref_class && identity() != nullptr && identity() == other.identity();
  }
  // Where its host information is kept; with `create` made when there is none.
  virtual nacre::capi::HostInfo* info(bool create) const;
};

struct wasm_extern_t : wasm_ref_t {
  nacre::Extern item;

  wasm_extern_t(nacre::capi::RefClass c, wasm_store_t* s, const nacre::Extern& e)
      : wasm_ref_t(c, s), item(e) {}
  const void* identity() const override { return item.object(); }
};

// The five kinds differ in their type alone.
#define NACRE_EXTERN_HANDLE(type, cls)                               \
  struct type : wasm_extern_t {                                      \
    static constexpr auto handle_class = nacre::capi::RefClass::cls; \
    type(wasm_store_t* s, const nacre::Extern& e)                    \
        : wasm_extern_t(nacre::capi::RefClass::cls, s, e) {}         \
    wasm_ref_t* clone() const override { return new type(*this); }   \
  }
NACRE_EXTERN_HANDLE(wasm_func_t, func);
NACRE_EXTERN_HANDLE(wasm_global_t, global);
NACRE_EXTERN_HANDLE(wasm_table_t, table);
NACRE_EXTERN_HANDLE(wasm_memory_t, memory);
NACRE_EXTERN_HANDLE(nacre_tag_t, tag);
#undef NACRE_EXTERN_HANDLE

struct wasm_instance_t : wasm_ref_t {
  static constexpr auto handle_class = nacre::capi::RefClass::instance;
  nacre::Instance instance;

  wasm_instance_t(wasm_store_t* s, const nacre::Instance& i)
      : wasm_ref_t(handle_class, s), instance(i) {}
  wasm_ref_t* clone() const override { return new wasm_instance_t(*this); }
  const void* identity() const override { return instance.object(); }
};

struct wasm_module_t : wasm_ref_t {
  static constexpr auto handle_class = nacre::capi::RefClass::module;
  nacre::Module module;
  std::shared_ptr<nacre::capi::HostInfo> shared_info;

  wasm_module_t(wasm_store_t* s, const nacre::Module& m)
      : wasm_ref_t(handle_class, s),
        module(m),
        shared_info(std::make_shared<nacre::capi::HostInfo>()) {}
  wasm_ref_t* clone() const override { return new wasm_module_t(*this); }
  const void* identity() const override { return module.data()->compiled.get(); }
  nacre::capi::HostInfo* info(bool) const override { return shared_info.get(); }
};

struct wasm_shared_module_t {
  nacre::Module module;
};

struct nacre_trap_record {
  nacre_error_t error;
  nacre::ExnRef exception;  // with ErrorKind::exception
  nacre::capi::HostInfo info;
};

struct wasm_trap_t : wasm_ref_t {
  static constexpr auto handle_class = nacre::capi::RefClass::trap;
  std::shared_ptr<nacre_trap_record> record;

  wasm_trap_t(wasm_store_t* s, std::shared_ptr<nacre_trap_record> r)
      : wasm_ref_t(handle_class, s), record(std::move(r)) {}
  wasm_ref_t* clone() const override { return new wasm_trap_t(*this); }
  const void* identity() const override { return record.get(); }
  nacre::capi::HostInfo* info(bool) const override { return &record->info; }
};

struct wasm_foreign_t : wasm_ref_t {
  static constexpr auto handle_class = nacre::capi::RefClass::foreign;
  nacre::Ref ref;                    // a root, so that
  nacre::capi::HostInfo* host_info;  // lives as long as this and the store

  wasm_foreign_t(wasm_store_t* s, const nacre::Ref& r, nacre::capi::HostInfo* i)
      : wasm_ref_t(handle_class, s), ref(r), host_info(i) {}
  wasm_ref_t* clone() const override { return new wasm_foreign_t(*this); }
  const void* identity() const override { return host_info; }
  nacre::capi::HostInfo* info(bool) const override;
};

namespace nacre::capi {

struct ObjectHandle : wasm_ref_t {
  Ref ref;

  ObjectHandle(wasm_store_t* s, const Ref& r) : wasm_ref_t(RefClass::object, s), ref(r) {}
  wasm_ref_t* clone() const override { return new ObjectHandle(*this); }
  const void* identity() const override { return nullptr; }
  bool same(const wasm_ref_t& o) const override {
    return o.ref_class == ref_class && ref.same(static_cast<const ObjectHandle&>(o).ref);
  }
  HostInfo* info(bool) const override { return nullptr; }
};

struct VectorHandle : wasm_ref_t {
  V128 value;

  explicit VectorHandle(const V128& v) : wasm_ref_t(RefClass::vector, nullptr), value(v) {}
  wasm_ref_t* clone() const override { return new VectorHandle(*this); }
  const void* identity() const override { return nullptr; }
  bool same(const wasm_ref_t& o) const override {
    return o.ref_class == ref_class && value == static_cast<const VectorHandle&>(o).value;
  }
  HostInfo* info(bool) const override { return nullptr; }
};

// The handle as a type; null when it is of another.
template <class T>
T* as(wasm_ref_t* r) {
  return r && r->ref_class == T::handle_class ? static_cast<T*>(r) : nullptr;
}
template <class T>
const T* as(const wasm_ref_t* r) {
  return r && r->ref_class == T::handle_class ? static_cast<const T*>(r) : nullptr;
}

// The store named for the length of one C++ call. Precondition: store.live().
inline StoreContext context(wasm_store_t& store) {
  return StoreContext(Caller(*store.live(), nullptr));
}

// The C store behind a runtime store; null when it was not made through this API.
inline wasm_store_t* store_of(runtime::Store& store) {
  return static_cast<wasm_store_t*>(detail::data_of(store).user_data);
}

// Makes a store's C side; `owned` is empty for stores others own.
wasm_store_t* adopt_store(detail::StoreAnchor* anchor);

// A growth callback of C as the C++ API's; it owns `env` where there is a finalizer.
Function<bool(const GrowthRequest&)> growth_callback(nacre_growth_callback_t callback, void* env,
                                                     void (*finalizer)(void*));

// Held while a store's code runs: a store deleted meanwhile ends with the outermost call.
class CallGuard {
 public:
  explicit CallGuard(wasm_store_t& store) : store_(store) { ++store.depth; }
  ~CallGuard();
  CallGuard(const CallGuard&) = delete;
  CallGuard& operator=(const CallGuard&) = delete;

 private:
  wasm_store_t& store_;
};

// A handle of its kind for an external.
wasm_extern_t* wrap(wasm_store_t* store, const Extern& item);

}  // namespace nacre::capi
