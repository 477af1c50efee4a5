// SPDX-License-Identifier: Apache-2.0
//
// Extern: any of the five things a module can import and export.
//
//   for (const auto& [name, item] : instance.exports())
//     if (nacre::Func f = item.func()) std::printf("%s\n", name.c_str());
#pragma once

#include "nacre/detail/handle.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/func.hpp"
#include "nacre/global.hpp"
#include "nacre/memory.hpp"
#include "nacre/table.hpp"
#include "nacre/tag.hpp"
#include "nacre/types.hpp"

namespace NACRE_PUBLIC nacre {

// A view; see Store for threads and lifetime.
class Extern {
 public:
  // An empty one.
  Extern() = default;
  // The same object as any of the five, by a conversion:
  Extern(const Func& f) : Extern(ExternKind::func, f.anchor(), f.object()) {}
  Extern(const Table& t) : Extern(ExternKind::table, t.anchor(), t.object()) {}
  Extern(const Memory& m) : Extern(ExternKind::memory, m.anchor(), m.object()) {}
  Extern(const Global& g) : Extern(ExternKind::global, g.anchor(), g.object()) {}
  Extern(const Tag& t) : Extern(ExternKind::tag, t.anchor(), t.object()) {}

  Extern(const Extern&) = default;
  // Leaves `other` empty.
  Extern(Extern&& other) noexcept : Extern() { *this = static_cast<Extern&&>(other); }
  Extern& operator=(const Extern&) = default;
  Extern& operator=(Extern&& other) noexcept {
    anchor_ = static_cast<detail::Handle<detail::StoreAnchor>&&>(other.anchor_);
    kind_ = other.kind_;
    void* const object = other.object_;
    other.object_ = nullptr;
    object_ = object;
    return *this;
  }

  // Whether it names nothing: default-constructed, made from an empty view, or moved from.
  bool empty() const { return object_ == nullptr; }
  // Which of the five it is; func when it is empty.
  ExternKind kind() const { return kind_; }
  // The object's type, of memories and tables with the size at the moment as their minimum. An
  // empty type when the view is empty or the store gone.
  ExternType type() const;

  // As the view of its kind; an empty view when it is of another kind:
  Func func() const { return view<Func, runtime::Func>(ExternKind::func); }
  Table table() const { return view<Table, runtime::Table>(ExternKind::table); }
  Memory memory() const { return view<Memory, runtime::Memory>(ExternKind::memory); }
  Global global() const { return view<Global, runtime::Global>(ExternKind::global); }
  Tag tag() const { return view<Tag, runtime::Tag>(ExternKind::tag); }

  // Internal.
  Extern(ExternKind kind, detail::StoreAnchor* anchor, void* object)
      : kind_(kind), anchor_(detail::Handle<detail::StoreAnchor>::share(anchor)), object_(object) {}
  detail::StoreAnchor* anchor() const { return anchor_.get(); }
  void* object() const { return object_; }

 private:
  template <class V, class Object>
  V view(ExternKind kind) const {
    return kind == kind_ && object_ ? V(anchor_, static_cast<Object*>(object_)) : V();
  }
  ExternKind kind_ = ExternKind::func;
  detail::Handle<detail::StoreAnchor> anchor_;
  void* object_ = nullptr;
};

}  // namespace nacre
