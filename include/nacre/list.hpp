// SPDX-License-Identifier: Apache-2.0
//
// List: a growing array, as std::vector, at a fraction of its weight.
//
//   for (const nacre::ImportType& i : module.imports()) std::puts(i.name.c_str());
//   std::vector<nacre::Value> results = func.call({int32_t{40}, int32_t{2}}).value();
#pragma once

#include <cstddef>
#include <initializer_list>
#include <new>
#include <type_traits>
#include <utility>

#include "nacre/detail/public.hpp"

namespace NACRE_PUBLIC nacre {

// A plain value that owns its elements: copies, moves and compares as std::vector does, and
// converts from and to it.
template <class T>
class List {
 public:
  // Types, as std::vector's:
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  // No elements.
  List() = default;
  // `size` elements as T{} makes them.
  explicit List(size_t size) { resize(size); }
  // Copies of what is given, in its order:
  List(std::initializer_list<T> items) : List(items.begin(), items.end()) {}
  List(const T* first, const T* last) { append(first, last); }

  // Any container whose elements convert to T: std::vector, std::array, spans.
  template <class R>
  requires(!std::is_same_v<R, List> && std::is_class_v<R> &&
           requires(const R& r, void (&item)(T), size_t& n) {
             item(*r.begin());
             n = r.size();
           }) List(const R& items) {
    reserve(items.size());
    for (const auto& item : items) emplace_back(static_cast<T>(item));
  }
  List(const List& o) : List(o.begin(), o.end()) {}
  List(List&& o) noexcept : data_(o.data_), size_(o.size_), capacity_(o.capacity_) {
    o.data_ = nullptr;
    o.size_ = o.capacity_ = 0;
  }
  List& operator=(List o) noexcept {
    std::swap(data_, o.data_);
    std::swap(size_, o.size_);
    std::swap(capacity_, o.capacity_);
    return *this;
  }
  ~List() {
    clear();
    ::operator delete (data_, std::align_val_t{alignof(T)});
  }
  // To std::vector and its like, of T or of what T converts to.
  template <class V>
  requires(!std::is_same_v<V, List> && std::is_convertible_v<const T&, typename V::value_type> &&
           requires(V & v, typename V::value_type&& item) {
             v.reserve(size_t{});
             v.push_back(static_cast<typename V::value_type&&>(item));
             v.pop_back();
           })
  operator V() const {
    V v;
    v.reserve(size_);
    for (const T& item : *this) v.push_back(item);
    return v;
  }

  // The elements, as std::vector's; an index must lie within, and front and back need one element:
  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T& front() { return data_[0]; }
  const T& front() const { return data_[0]; }
  T& back() { return data_[size_ - 1]; }
  const T& back() const { return data_[size_ - 1]; }

  // Destroys all elements; keeps the memory.
  void clear() {
    while (size_ > 0) pop_back();
  }
  // Destroys the last element. Precondition: there is one.
  void pop_back() { data_[--size_].~T(); }
  // Makes room for `capacity` elements in all. Whatever needs more room moves the elements:
  // pointers to them end then. Without memory it does as operator new does.
  void reserve(size_t capacity) {
    if (capacity <= capacity_) return;
    // A count whose bytes do not fit asks for the impossible, which operator new refuses.
    const size_t bytes = capacity > ~size_t{0} / sizeof(T) ? ~size_t{0} : capacity * sizeof(T);
    T* const moved = static_cast<T*>(::operator new (bytes, std::align_val_t{alignof(T)}));
    for (size_t i = 0; i < size_; ++i) {
      new (&moved[i]) T(std::move(data_[i]));
      data_[i].~T();
    }
    ::operator delete (data_, std::align_val_t{alignof(T)});
    data_ = moved;
    capacity_ = capacity;
  }
  // Destroys what is beyond `size`, or adds elements as T{} makes them.
  void resize(size_t size) {
    reserve(size);
    while (size_ > size) pop_back();
    while (size_ < size) emplace_back();
  }
  // Adds an element made of the arguments, which may be elements of the list.
  template <class... A>
  T& emplace_back(A&&... args) {
    if (size_ == capacity_) {
      T item{std::forward<A>(args)...};
      reserve(size_ < 4 ? 4 : 2 * size_);
      return *new (&data_[size_++]) T(std::move(item));
    }
    return *new (&data_[size_++]) T{std::forward<A>(args)...};
  }
  // Adds a copy of the element, of any of the list too.
  void push_back(const T& item) { emplace_back(item); }
  // Adds the element by moving it.
  void push_back(T&& item) { emplace_back(std::move(item)); }
  // Adds copies of [first, last), which are not elements of this list.
  void append(const T* first, const T* last) {
    reserve(size_ + static_cast<size_t>(last - first));
    for (; first != last; ++first) new (&data_[size_++]) T(*first);
  }

  friend bool operator==(const List& a, const List& b) {
    if (a.size_ != b.size_) return false;
    for (size_t i = 0; i < a.size_; ++i)
      if (!(a.data_[i] == b.data_[i])) return false;
    return true;
  }

 private:
  T* data_ = nullptr;
  size_t size_ = 0, capacity_ = 0;
};

}  // namespace nacre
