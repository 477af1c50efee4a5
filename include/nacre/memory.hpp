// SPDX-License-Identifier: Apache-2.0
//
// Memory: a linear memory of a store.
//
//   nacre::Memory memory = instance.memory("memory").value();
//   memory.write<uint32_t>(16, 0xcafe);
//   std::optional<uint32_t> x = memory.read<uint32_t>(16);
//   std::optional<std::string_view> text = memory.string(address, length);
//
// Addresses and sizes are in bytes. Every access is checked against the current length; what does
// not fit changes nothing. Numbers are little-endian on every host.
//
// A shared memory may be written by other threads at any time; reading it here is as atomic as
// memcpy is.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <type_traits>

#include "nacre/detail/handle.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/result.hpp"
#include "nacre/span.hpp"
#include "nacre/store.hpp"
#include "nacre/string.hpp"
#include "nacre/types.hpp"

namespace NACRE_PUBLIC nacre {

// A shared memory apart from any store, to be attached to the stores of other threads. A
// reference-counted handle; any thread may use it.
class SharedMemory {
 public:
  SharedMemory() = default;
  // Whether it names nothing: default-constructed.
  bool empty() const { return !data_; }

  // Internal.
  explicit SharedMemory(detail::Handle<detail::SharedMemoryData> data)
      : data_(static_cast<detail::Handle<detail::SharedMemoryData>&&>(data)) {}
  detail::SharedMemoryData* data() const { return data_.get(); }

 private:
  detail::Handle<detail::SharedMemoryData> data_;
};

// A view; see Store for threads and lifetime.
class Memory : public detail::View<runtime::Memory> {
 public:
  using View::View;

  // A new memory of zeros, owned by the store. Errors: limit (the store's, or refused by its growth
  // callback), invalid_argument (bad type, or a bad block of Config::memory_allocator's).
  static Result<Memory> create(StoreContext store, const MemoryType& type);
  // A shared memory, made visible in another store. Error: invalid_argument.
  static Result<Memory> attach(StoreContext store, const SharedMemory& memory);
  // The handle to attach elsewhere; empty when the memory is not shared.
  SharedMemory share() const;

  // All bytes. The span is valid until the memory grows or the store ends; empty for an empty view.
  Span<uint8_t> bytes() const;
  // Its length in bytes.
  uint64_t size() const { return bytes().size(); }
  // Its length in pages of its type's page size.
  uint64_t pages() const;
  // The type, with the size at the moment as its minimum.
  MemoryType type() const;
  // Grows by `delta` pages of zeros and returns the size before in pages. Error: limit, also when
  // the growth callback refuses.
  Result<uint64_t> grow(uint64_t delta) const;

  // Whether [address, address + length) lies in the memory.
  bool contains(uint64_t address, uint64_t length) const {
    const uint64_t n = size();
    return address <= n && length <= n - address;
  }
  // The bytes [address, address + length).
  std::optional<Span<uint8_t>> range(uint64_t address, uint64_t length) const {
    const Span<uint8_t> all = bytes();
    if (address > all.size() || length > all.size() - address) return std::nullopt;
    return all.subspan(static_cast<size_t>(address), static_cast<size_t>(length));
  }
  // Text of known length; not checked to be UTF-8. The view is valid as bytes() is.
  std::optional<StringView> string(uint64_t address, uint64_t length) const {
    const auto r = range(address, length);
    if (!r) return std::nullopt;
    return StringView(reinterpret_cast<const char*>(r->data()), r->size());
  }
  // Text up to a zero byte, which must come within the memory, after at most `max_length` bytes of
  // text: the zero itself does not count.
  std::optional<StringView> c_string(uint64_t address, uint64_t max_length = ~uint64_t{0}) const;

  // A number, enumeration or bool stored at `address`.
  template <class T>
  std::optional<T> read(uint64_t address) const {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>,
                  "read bytes with read_bytes() instead");
    const auto r = range(address, sizeof(T));
    if (!r) return std::nullopt;
    uint8_t raw[sizeof(T)];
    std::memcpy(raw, r->data(), sizeof raw);
    if constexpr (std::is_same_v<T, bool>) return raw[0] != 0;
    swap_on_big_endian(raw, sizeof raw);
    T value;
    std::memcpy(&value, raw, sizeof raw);
    return value;
  }
  // Stores one. False, and nothing written, when it does not fit.
  template <class T>
  bool write(uint64_t address, T value) const {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>,
                  "write bytes with write_bytes() instead");
    uint8_t raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof raw);
    swap_on_big_endian(raw, sizeof raw);
    return write_bytes(address, raw);
  }
  // Copies `out.size()` bytes from there. False, and `out` as it was, when not all are in the
  // memory.
  bool read_bytes(uint64_t address, Span<uint8_t> out) const {
    const auto r = range(address, out.size());
    if (!r) return false;
    if (!out.empty()) std::memmove(out.data(), r->data(), out.size());
    return true;
  }
  // Copies bytes there. False, and nothing written, when they do not fit.
  bool write_bytes(uint64_t address, Span<const uint8_t> data) const {
    const auto r = range(address, data.size());
    if (!r) return false;
    if (!data.empty()) std::memmove(r->data(), data.data(), data.size());
    return true;
  }
  // Copies text there, without a terminating zero. False when it does not fit.
  bool write_string(uint64_t address, StringView text) const {
    return write_bytes(address, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  }

 private:
  static void swap_on_big_endian(uint8_t* p, size_t n) {
    if constexpr (std::endian::native == std::endian::big)
      for (size_t i = 0; i < n / 2; ++i) {
        const uint8_t b = p[i];
        p[i] = p[n - 1 - i];
        p[n - 1 - i] = b;
      }
  }
};

}  // namespace nacre
