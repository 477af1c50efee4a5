// SPDX-License-Identifier: Apache-2.0
//
// StringView and String: how text travels through the API without <string>, which alone is three
// times as much to parse as this whole library.
//
//   std::string s = error.message;                      // both convert from and to std::string,
//   std::string_view v = error.message;                 // std::string_view and character pointers
//   if (error.message.starts_with("no export")) std::cout << error.message;
//
// Text is bytes, normally UTF-8; neither type checks that.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "nacre/detail/public.hpp"

namespace NACRE_PUBLIC nacre {

class String;
class StringView;

namespace detail {

// Text with data() and size(): std::string, std::string_view, String, StringView.
template <class S>
concept TextLike = std::is_class_v<S> &&
    requires(const S& s, void (&chars)(const char*), size_t& n) {
  chars(s.data());
  n = s.size();
};
// Such a type of somebody else's, to be made from a StringView.
template <class S>
concept ForeignText = TextLike<S> && !std::is_same_v<S, String> && !std::is_same_v<S, StringView> &&
                      std::is_constructible_v<S, const char*, size_t> && requires {
  S::npos;
};
template <class A>
inline constexpr bool is_own_text = std::is_same_v<A, String> || std::is_same_v<A, StringView>;
template <class A>
inline constexpr bool is_text = TextLike<A> || std::is_convertible_v<const A&, const char*>;
// Operands of a comparison or concatenation, one of them ours.
template <class A, class B>
concept TextPair = (is_own_text<A> && is_text<B>) || (is_own_text<B> && is_text<A>);

}  // namespace detail

// Text somebody else owns: valid as long as its owner leaves it alone. A plain value.
class StringView {
 public:
  static constexpr size_t npos = ~size_t{0};  // no place; to the end
  // Types, as std::string_view's:
  using value_type = char;
  using const_iterator = const char*;
  using iterator = const char*;

  // No text.
  constexpr StringView() = default;
  // Up to the terminating zero.
  constexpr StringView(const char* text) : data_(text), size_(length_of(text)) {}
  // `size` bytes from `text` on.
  constexpr StringView(const char* text, size_t size) : data_(text), size_(size) {}
  // A std::string, a std::string_view, a String.
  template <detail::TextLike S>
  constexpr StringView(const S& text) : data_(text.data()), size_(text.size()) {}
  // To std::string_view, std::string and their like.
  template <detail::ForeignText S>
  constexpr operator S() const {
    return S(data_, size_);
  }

  // The bytes, as std::string_view's: not terminated by a zero; an index must lie within, and front
  // and back need a byte:
  constexpr const char* data() const { return data_; }
  constexpr size_t size() const { return size_; }
  constexpr size_t length() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr const char* begin() const { return data_; }
  constexpr const char* end() const { return data_ + size_; }
  constexpr char operator[](size_t i) const { return data_[i]; }
  constexpr char front() const { return data_[0]; }
  constexpr char back() const { return data_[size_ - 1]; }

  // At most `count` characters from `from`, which is cut to the length.
  constexpr StringView substr(size_t from, size_t count = npos) const {
    from = from < size_ ? from : size_;
    return {data_ + from, count < size_ - from ? count : size_ - from};
  }
  // Whether the text begins, ends with `text`:
  constexpr bool starts_with(StringView text) const { return substr(0, text.size_).equals(text); }
  constexpr bool ends_with(StringView text) const {
    return text.size_ <= size_ && substr(size_ - text.size_).equals(text);
  }

  // The first place at or after `from`; npos when there is none:
  size_t find(StringView text, size_t from = 0) const;
  size_t find(char c, size_t from = 0) const { return find(StringView(&c, 1), from); }

  // The last place at or before `from`; npos when there is none:
  size_t rfind(StringView text, size_t from = npos) const;
  size_t rfind(char c, size_t from = npos) const { return rfind(StringView(&c, 1), from); }

  // Whether both are the same bytes.
  constexpr bool equals(StringView o) const {
    if (size_ != o.size_) return false;
    for (size_t i = 0; i < size_; ++i)
      if (data_[i] != o.data_[i]) return false;
    return true;
  }
  // Below, at or above zero: the order of the bytes as unsigned numbers.
  int compare(StringView o) const;

 private:
  static constexpr size_t length_of(const char* text) {
    size_t n = 0;
    while (text[n] != 0) ++n;
    return n;
  }
  const char* data_ = "";
  size_t size_ = 0;
};

// Text of its own: a plain value that copies, moves, compares and grows as std::string does.
class String {
 public:
  static constexpr size_t npos = StringView::npos;  // no place; to the end
  // Types, as std::string's:
  using value_type = char;
  using const_iterator = const char*;
  using iterator = char*;

  // No text.
  String() = default;
  // A copy of a text; of characters up to the terminating zero, or `size` of them:
  String(const char* text) : String(StringView(text)) {}
  String(const char* text, size_t size) : String(StringView(text, size)) {}
  String(StringView text) { append(text); }
  template <detail::TextLike S>
  requires(!detail::is_own_text<S>) String(const S& text) : String(StringView(text)) {}
  String(const String& o) { append(o); }
  String(String&& o) noexcept : data_(o.data_), size_(o.size_), capacity_(o.capacity_) {
    o.forget();
  }
  String& operator=(const String& o) {
    if (this != &o) assign(o);
    return *this;
  }
  String& operator=(String&& o) noexcept;
  // A copy of another text instead:
  String& operator=(const char* text) { return assign(text); }
  template <detail::TextLike S>
  requires(!std::is_same_v<S, String>) String& operator=(const S& text) { return assign(text); }
  ~String();
  // To std::string, std::string_view and their like; a view is valid until this text changes.
  template <detail::ForeignText S>
  operator S() const {
    return S(data(), size_);
  }

  // The bytes, as std::string's: c_str and data end in a zero that is not part of the text; an
  // index must lie within, and front and back need a byte. Valid until the text changes:
  const char* c_str() const { return data_ ? data_ : ""; }
  const char* data() const { return c_str(); }
  size_t size() const { return size_; }
  size_t length() const { return size_; }
  bool empty() const { return size_ == 0; }
  const char* begin() const { return data(); }
  const char* end() const { return data() + size_; }
  char operator[](size_t i) const { return data()[i]; }
  char front() const { return data_[0]; }
  char back() const { return data_[size_ - 1]; }

  // Changes, as std::string's; `text` may be part of this text:
  void clear() { assign({}); }
  void push_back(char c) { append(StringView(&c, 1)); }
  String& append(StringView text);
  String& assign(StringView text);
  String& operator+=(StringView text) { return append(text); }
  String& operator+=(char c) { return append(StringView(&c, 1)); }

  // As the functions of StringView with these names:
  String substr(size_t from, size_t count = npos) const { return view().substr(from, count); }
  bool starts_with(StringView text) const { return view().starts_with(text); }
  bool ends_with(StringView text) const { return view().ends_with(text); }
  size_t find(StringView text, size_t from = 0) const { return view().find(text, from); }
  size_t find(char c, size_t from = 0) const { return view().find(c, from); }
  size_t rfind(StringView text, size_t from = npos) const { return view().rfind(text, from); }
  size_t rfind(char c, size_t from = npos) const { return view().rfind(c, from); }
  int compare(StringView o) const { return view().compare(o); }

 private:
  StringView view() const { return {data(), size_}; }
  void forget() { data_ = nullptr, size_ = capacity_ = 0; }
  char* data_ = nullptr;  // with a zero after the text; null while empty
  size_t size_ = 0, capacity_ = 0;
};

// Whether both are the same bytes: our text and any other.
template <class A, class B>
requires detail::TextPair<A, B>
constexpr bool operator==(const A& a, const B& b) { return StringView(a).equals(StringView(b)); }
// The order of the bytes as unsigned numbers: our text and any other.
template <class A, class B>
requires detail::TextPair<A, B>
bool operator<(const A& a, const B& b) { return StringView(a).compare(StringView(b)) < 0; }
// Both texts, one after the other: our text and any other.
template <class A, class B>
requires detail::TextPair<A, B> String operator+(const A& a, const B& b) {
  String s(StringView{a});
  s.append(StringView(b));
  return s;
}
// Output to a std::ostream or anything alike.
template <class Stream, class Text>
requires(detail::is_own_text<Text>) auto operator<<(Stream& stream, const Text& text)
    -> decltype(stream.write(text.data(), 0), stream) {
  stream.write(text.data(), static_cast<std::ptrdiff_t>(text.size()));
  return stream;
}

}  // namespace nacre
