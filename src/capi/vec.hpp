// SPDX-License-Identifier: Apache-2.0
//
// The vectors of wasm.h. Their arrays come from calloc, so that running out of memory gives an
// empty vector, and an uninitialized one holds null pointers and zeros, which are safe to delete.
#pragma once

#include <cstdlib>
#include <cstring>

#include "capi/headers.hpp"

namespace nacre::capi {

template <class Vec>
void vec_allocate(Vec* out, size_t size) {
  using Element = std::remove_pointer_t<decltype(out->data)>;
  // NOLINTNEXTLINE(bugprone-sizeof-expression): the elements are pointers.
  void* data = size == 0 ? nullptr : std::calloc(size, sizeof(Element));
  out->data = static_cast<Element*>(data);
  out->size = data ? size : 0;
}

template <class Vec, class Element>
void vec_assign(Vec* out, size_t size, const Element* data) {
  vec_allocate(out, size);
  // NOLINTNEXTLINE(bugprone-sizeof-expression): the elements are pointers.
  if (out->size != 0) std::memcpy(out->data, data, size * sizeof(Element));
}

template <class Vec, class Delete>
void vec_destroy(Vec* vec, Delete delete_element) {
  if (vec == nullptr) return;
  for (size_t i = 0; i < vec->size; ++i) delete_element(vec->data[i]);
  std::free(vec->data);
  vec->data = nullptr;
  vec->size = 0;
}

// A byte vector with these characters.
template <class Text>
void bytes_assign(wasm_byte_vec_t* out, const Text& text) {
  vec_assign(out, text.size(), reinterpret_cast<const byte_t*>(text.data()));
}

}  // namespace nacre::capi

// The five functions of a vector of pointers to `name`.
#define NACRE_POINTER_VEC(name)                                                              \
  void wasm_##name##_vec_new_empty(wasm_##name##_vec_t* out) {                               \
    nacre::capi::vec_allocate(out, 0);                                                       \
  }                                                                                          \
  void wasm_##name##_vec_new_uninitialized(wasm_##name##_vec_t* out, size_t size) {          \
    nacre::capi::vec_allocate(out, size);                                                    \
  }                                                                                          \
  void wasm_##name##_vec_new(wasm_##name##_vec_t* out, size_t size,                          \
                             wasm_##name##_t* const data[]) {                                \
    nacre::capi::vec_assign(out, size, data);                                                \
  }                                                                                          \
  void wasm_##name##_vec_copy(wasm_##name##_vec_t* out, const wasm_##name##_vec_t* from) {   \
    nacre::capi::vec_allocate(out, from->size);                                              \
    for (size_t i = 0; i < out->size; ++i) out->data[i] = wasm_##name##_copy(from->data[i]); \
  }                                                                                          \
  void wasm_##name##_vec_delete(wasm_##name##_vec_t* vec) {                                  \
    nacre::capi::vec_destroy(vec, wasm_##name##_delete);                                     \
  }
