// SPDX-License-Identifier: Apache-2.0
#include <nacre/string.hpp>

#include <cstring>
#include <new>
#include <string_view>

namespace nacre {

size_t StringView::find(StringView text, size_t from) const {
  return std::string_view(*this).find(std::string_view(text), from);
}

size_t StringView::rfind(StringView text, size_t from) const {
  return std::string_view(*this).rfind(std::string_view(text), from);
}

int StringView::compare(StringView o) const {
  return std::string_view(*this).compare(std::string_view(o));
}

String::~String() { ::operator delete(data_); }

String& String::operator=(String&& o) noexcept {
  if (this == &o) return *this;
  ::operator delete(data_);
  data_ = o.data_, size_ = o.size_, capacity_ = o.capacity_;
  o.forget();
  return *this;
}

String& String::append(StringView text) {
  if (text.empty()) return *this;
  if (text.size() <= capacity_ - size_) {
    std::memmove(data_ + size_, text.data(), text.size());
    size_ += text.size();
    data_[size_] = 0;
    return *this;
  }
  // A new block before the old one goes: `text` may lie in it. Two lengths in memory cannot wrap.
  const size_t size = size_ + text.size();
  const size_t capacity = data_ && size < 2 * capacity_ ? 2 * capacity_ : size;
  char* const moved = static_cast<char*>(::operator new(capacity + 1));
  if (data_ != nullptr) std::memcpy(moved, data_, size_);
  std::memcpy(moved + size_, text.data(), text.size());
  moved[size] = 0;
  ::operator delete(data_);
  data_ = moved, size_ = size, capacity_ = capacity;
  return *this;
}

String& String::assign(StringView text) {
  if (text.size() > capacity_) {
    String fresh(text);
    return *this = static_cast<String&&>(fresh);
  }
  if (!data_) return *this;  // nothing to nothing
  std::memmove(data_, text.data(), text.size());
  size_ = text.size();
  data_[size_] = 0;
  return *this;
}

}  // namespace nacre
