// SPDX-License-Identifier: Apache-2.0
//
// The public API's own text, span and list types: they behave as the standard's and convert from
// and to them wherever one is written for the other.
#include <gtest/gtest.h>
#include <nacre/list.hpp>
#include <nacre/result.hpp>
#include <nacre/span.hpp>
#include <nacre/string.hpp>

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace nacre {
namespace {

std::string as_std(const String& s) { return s; }
std::string view_as_std(StringView s) { return s; }

TEST(String, ConvertsBothWays) {
  String s = "abc";
  EXPECT_EQ(std::string(s), "abc");
  EXPECT_EQ(std::string{s}, "abc");
  EXPECT_EQ(as_std(s), "abc");
  EXPECT_EQ(view_as_std(s), "abc");
  const std::string_view v = s;
  EXPECT_EQ(v, "abc");
  s = v.substr(1);
  EXPECT_EQ(s, "bc");
  s = std::string("x");
  std::string t = "1";
  t += s;
  t.append(s);
  t = t + s + "!" + String("?");
  EXPECT_EQ(t, "1xxx!?");
  EXPECT_EQ("a" + s, std::string("ax"));
  EXPECT_EQ(String(std::string("zero\0inside", 11)).size(), 11u);
  std::map<std::string, int> numbers;
  numbers[s] = 7;
  EXPECT_EQ(numbers.at(s), 7);
  std::vector<std::string> list = {s, StringView("v"), "c"};
  list.push_back(s);
  list.emplace_back(StringView("w"));
  EXPECT_EQ(list, (std::vector<std::string>{"x", "v", "c", "x", "w"}));
  const std::optional<StringView> maybe = "text";
  const std::optional<std::string_view> converted = maybe;
  EXPECT_EQ(converted, "text");
}

TEST(String, ComparesWithEveryText) {
  const String s = "b";
  const StringView v = s;
  const std::string t = "b";
  const std::string_view w = t;
  EXPECT_TRUE(s == "b" && "b" == s && s == v && v == s && s == t && t == s && s == w && w == s);
  EXPECT_TRUE(v == t && t == v && v == w && w == v && v == "b" && s != "c" && t != String("c"));
  EXPECT_TRUE(s < "c" && "a" < s && !(s < t));
  EXPECT_LT(String("a").compare("\x80"), 0);  // bytes are unsigned
}

TEST(String, Grows) {
  String s;
  std::string model;
  for (int i = 0; i < 300; ++i) {
    s.push_back(static_cast<char>('a' + i % 26));
    model.push_back(static_cast<char>('a' + i % 26));
    s += "--";
    model += "--";
    ASSERT_EQ(s, model);
    ASSERT_EQ(s.c_str()[s.size()], 0);
  }
  s.append(s);  // from itself, into a new block
  model.append(model);
  EXPECT_EQ(s, model);
  s = StringView(s).substr(10, 20);  // and within its own
  EXPECT_EQ(s, model.substr(10, 20));
  String moved = std::move(s);
  EXPECT_EQ(moved.size(), 20u);
  moved = moved.substr(2);
  EXPECT_EQ(moved.size(), 18u);
  moved.clear();
  EXPECT_EQ(moved, "");
  EXPECT_STREQ(String().c_str(), "");
}

TEST(String, Searches) {
  const String s = "one two one";
  EXPECT_EQ(s.find("one"), 0u);
  EXPECT_EQ(s.find("one", 1), 8u);
  EXPECT_EQ(s.rfind("one"), 8u);
  EXPECT_EQ(s.rfind("one", 0), 0u);
  EXPECT_EQ(s.find('x'), String::npos);
  EXPECT_TRUE(s.starts_with("one") && s.ends_with(" one") && !s.ends_with("a longer text than it"));
  EXPECT_EQ(s.substr(4, 3), "two");
  EXPECT_EQ(s.substr(99), "");
  std::ostringstream out;
  out << s << StringView("!");
  EXPECT_EQ(out.str(), "one two one!");
}

TEST(Span, ConvertsBothWays) {
  std::vector<uint8_t> bytes = {1, 2, 3};
  const auto sum = [](Span<const uint8_t> s) {
    int n = 0;
    for (const uint8_t b : s) n += b;
    return n;
  };
  const std::array<uint8_t, 2> two = {4, 5};
  const uint8_t raw[] = {6};
  EXPECT_EQ(sum(bytes) + sum(two) + sum(raw) + sum(std::span<uint8_t>(bytes)) + sum({raw, 1}), 33);
  const auto writable = [&] { return Span<uint8_t>(bytes); };
  std::span<uint8_t> a = writable();
  const std::span<const uint8_t> b = writable();
  const Span<uint8_t> kept = writable();
  const std::span<uint8_t> c = kept;
  a[0] = 9;
  EXPECT_EQ(b[0] + c[0] + kept.first(1)[0], 27);
  EXPECT_EQ(kept.subspan(1).size() + kept.subspan(1, 1).size() + kept.last(1)[0], 6u);
  const std::optional<Span<uint8_t>> maybe = kept;
  const std::optional<std::span<uint8_t>> converted = maybe;
  EXPECT_EQ(converted->size(), 3u);
}

TEST(Span, TakesBytesByAnyName) {
  const auto last = [](Span<const uint8_t> s) { return s.back(); };
  const std::string text = "a\xff";
  const std::vector<std::byte> bytes = {std::byte{1}, std::byte{0x80}};
  EXPECT_EQ(last(text), 0xff);
  EXPECT_EQ(last(String(text)), 0xff);
  EXPECT_EQ(last(std::string_view(text)), 0xff);
  EXPECT_EQ(last(bytes), 0x80);
  EXPECT_EQ(last(std::span<const std::byte>(bytes)), 0x80);
  EXPECT_EQ(last(std::vector<signed char>{-1}), 0xff);
  // Nothing else becomes bytes, and bytes nothing else; a literal's final zero is not meant.
  static_assert(!std::is_convertible_v<std::vector<int>, Span<const uint8_t>>);
  static_assert(!std::is_convertible_v<std::vector<bool>, Span<const uint8_t>>);
  static_assert(!std::is_convertible_v<std::string, Span<const int>>);
  static_assert(!std::is_convertible_v<std::string&, Span<uint8_t>>);
  static_assert(!std::is_convertible_v<const char(&)[3], Span<const uint8_t>>);
}

TEST(Result, ChainsAsExpectedDoes) {
  using Text = Result<std::string>;
  const auto half = [](int n) -> Result<int> {
    if (n % 2 != 0) return make_error(ErrorKind::invalid_argument, "odd");
    return n / 2;
  };
  const auto digits = [](int n) { return std::to_string(n); };
  const Result<int> four = 4, odd = half(3);
  EXPECT_EQ(four.and_then(half).transform(digits).value(), "2");
  EXPECT_EQ(odd.transform(digits).error().message, "odd");
  EXPECT_EQ(half(2).and_then(half).error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(odd.or_else([](const Error& e) { return Result<int>(int(e.message.size())); }).value(),
            3);
  EXPECT_EQ(half(8).or_else([](Error) { return Result<int>(0); }).value(), 4);
  EXPECT_EQ(Text("x").transform([](std::string&& s) { return s + "y"; }).value(), "xy");

  int ran = 0;
  const Result<void> done = four.transform([&](int) { ++ran; });
  EXPECT_TRUE(done && done.and_then([&] { return Result<void>(); }));
  EXPECT_EQ(done.transform([] { return 7; }).value(), 7);
  const Result<void> failed = odd.transform([&](int) { ++ran; });
  EXPECT_EQ(failed.transform([&] { return ++ran; }).error().message, "odd");
  EXPECT_TRUE(failed.or_else([](const Error&) { return Result<void>(); }).has_value());
  EXPECT_EQ(ran, 1);

  Result<std::unique_ptr<int>> owner = std::make_unique<int>(5);
  EXPECT_EQ(*std::move(owner).value_or(nullptr), 5);  // moved: it cannot be copied
  Result<std::unique_ptr<int>> other = std::make_unique<int>(6);
  EXPECT_EQ(std::move(other).transform([](std::unique_ptr<int> p) { return *p; }).value(), 6);
}

TEST(Error, KindsHaveNames) {
  EXPECT_STREQ(to_string(ErrorKind::malformed), "malformed");
  EXPECT_STREQ(to_string(ErrorKind::invalid_argument), "invalid_argument");
  EXPECT_STREQ(to_string(ErrorKind::interrupted), "interrupted");
}

TEST(List, BehavesAsVector) {
  List<String> names = {"a", "b"};
  for (int i = 0; i < 100; ++i) names.push_back(names[0]);  // an element of its own, moving blocks
  EXPECT_EQ(names.size(), 102u);
  EXPECT_EQ(names.back(), "a");
  const std::vector<String> standard = names;
  EXPECT_EQ(List<String>(standard), names);
  List<String> other = std::move(names);
  other.resize(1);
  other.emplace_back("z");
  EXPECT_EQ(other, (List<String>{"a", "z"}));
  EXPECT_FALSE(other == List<String>({"a"}));
  const std::vector<std::string> texts = other;  // elements convert too
  other = std::vector<std::string>{"x"};
  EXPECT_EQ(texts, (std::vector<std::string>{"a", "z"}));
  EXPECT_EQ(other, List<String>{"x"});
  const Result<List<int>> numbers = List<int>{1, 2};
  Result<std::vector<int>> wanted = Result<List<int>>(numbers);
  EXPECT_EQ(wanted.value(), (std::vector<int>{1, 2}));
  Result<std::vector<int>> failed = Result<List<int>>(make_error(ErrorKind::io, "no"));
  EXPECT_EQ(failed.error().message, "no");
}

}  // namespace
}  // namespace nacre
