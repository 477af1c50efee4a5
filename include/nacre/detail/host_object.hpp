// SPDX-License-Identifier: Apache-2.0
//
// What Ref::own keeps: an object with its destructor and, for there may be no RTTI, something to
// know its type by. Nothing here is for embedders to name.
#pragma once

#include "nacre/detail/public.hpp"

namespace nacre {
namespace NACRE_PUBLIC detail {

struct HostObject {
  const char* type;
  void (*destroy)(HostObject*);
};

// Its address stands for the type. Not const: equal constants may share an address.
template <class T>
inline char type_of_object = 0;

template <class T>
struct OwnedObject : HostObject {
  T object;
  explicit OwnedObject(T&& o)
      : HostObject{&type_of_object<T>,
                   [](HostObject* self) { delete static_cast<OwnedObject*>(self); }},
        object(static_cast<T&&>(o)) {}
};

}  // namespace detail
}  // namespace nacre
