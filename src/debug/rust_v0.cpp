// SPDX-License-Identifier: Apache-2.0
//
// Rust's v0 scheme (RFC 2603): a grammar of its own, read straight into the output. Crate
// disambiguators are left out, as in Rust's own backtraces.
#include "base/utf8.hpp"
#include "debug/demangle.hpp"
#include "debug/rust_text.hpp"

namespace nacre::debug {
namespace {

constexpr int max_depth = 96;
constexpr uint64_t max_steps = 1 << 18;

class V0 {
 public:
  explicit V0(std::string_view in) : in_(in) {}

  bool run(std::string& out) {
    if (is_digit(peek())) return false;  // a version of the scheme yet to come
    if (!path(true)) return false;
    if (peek() >= 'A' && peek() <= 'Z') {  // the crate that instantiated it
      silent_ = true;
      if (!path(false)) return false;
      silent_ = false;
    }
    if (at_ != in_.size() && in_[at_] != '.' && in_[at_] != '$') return false;
    out = std::move(out_);
    return true;
  }

 private:
  struct Identifier {
    std::string text;
    uint64_t disambiguator = 0;
  };

  char peek() const { return at_ < in_.size() ? in_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ >= in_.size()) return false;
    ++at_;
    return true;
  }
  bool pay() { return ++steps_ <= max_steps && out_.size() <= max_demangled; }
  void print(std::string_view s) {
    if (!silent_) out_ += s;
  }

  bool base62(uint64_t& out) {
    out = 0;
    if (take('_')) return true;
    while (!take('_')) {
      const char c = peek();
      int digit;
      if (is_digit(c)) digit = c - '0';
      else if (c >= 'a' && c <= 'z') digit = c - 'a' + 10;
      else if (c >= 'A' && c <= 'Z') digit = c - 'A' + 36;
      else return false;
      ++at_;
      if (out > (~uint64_t{0} - 62) / 62) return false;
      out = out * 62 + static_cast<uint64_t>(digit);
    }
    if (out == ~uint64_t{0}) return false;
    ++out;
    return true;
  }
  // [<tag> <base 62>]: 0 without, else its value + 1.
  bool optional_base62(char tag, uint64_t& out) {
    out = 0;
    if (!take(tag)) return true;
    if (!base62(out)) return false;
    ++out;
    return true;
  }

  bool identifier(Identifier& out) {
    return optional_base62('s', out.disambiguator) && plain_identifier(out.text);
  }
  bool plain_identifier(std::string& out) {
    const bool punycode = take('u');
    if (!is_digit(peek())) return false;
    size_t n = 0;
    if (!take('0'))
      while (is_digit(peek()) && n <= in_.size())
        n = n * 10 + static_cast<size_t>(in_[at_++] - '0');
    take('_');
    if (n > in_.size() - at_) return false;
    const std::string_view s = in_.substr(at_, n);
    at_ += n;
    if (!punycode) {
      out = std::string(s);
      return true;
    }
    return decode_punycode(s, out);
  }
  static bool decode_punycode(std::string_view s, std::string& out);

  // Reads what stands at an earlier place.
  template <class F>
  bool back_reference(F&& read) {
    const size_t tag = at_ - 1;
    uint64_t to;
    if (!base62(to) || to >= tag) return false;
    if (silent_) return true;
    const size_t back = at_;
    at_ = static_cast<size_t>(to);
    const bool ok = read();
    at_ = back;
    return ok;
  }

  bool path(bool in_value);
  bool nested(bool in_value);
  bool impl_path();
  bool generic_arg();
  bool type();
  bool basic_type(char c);
  bool function_type();
  bool dyn_type();
  bool dyn_trait();
  bool constant(bool in_value);
  bool constant_number(char type);
  bool constant_text();
  bool constant_fields();
  bool path_with_open_args(bool& open);
  template <class F>
  bool separated(F&& item, size_t* count = nullptr) {
    size_t n = 0;
    for (; !take('E'); ++n) {
      if (at_ >= in_.size() || !pay()) return false;
      if (n != 0) print(", ");
      if (!item()) return false;
    }
    if (count != nullptr) *count = n;
    return true;
  }
  bool binder(uint64_t& count);
  bool lifetime();
  void print_lifetime(uint64_t depth_from_outside);
  bool hex(std::string_view& out);

  struct Guard {
    explicit Guard(V0& v) : p(v) { ++p.depth_; }
    ~Guard() { --p.depth_; }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    bool ok() const { return p.depth_ <= max_depth && p.pay(); }
    V0& p;
  };

  std::string_view in_;
  size_t at_ = 0;
  int depth_ = 0;
  uint64_t steps_ = 0, bound_lifetimes_ = 0;
  bool silent_ = false;
  std::string out_;
};

bool V0::decode_punycode(std::string_view s, std::string& out) {
  constexpr size_t max_chars = 512;
  std::u32string chars;
  const size_t dash = s.rfind('_');
  if (dash != std::string_view::npos) {
    for (char c : s.substr(0, dash)) chars += static_cast<unsigned char>(c);
    s.remove_prefix(dash + 1);
  }
  if (chars.size() > max_chars || s.size() > max_chars) return false;
  uint64_t n = 128, i = 0, bias = 72;
  bool first = true;
  for (size_t at = 0; at < s.size();) {
    const uint64_t old = i;
    uint64_t weight = 1;
    for (uint64_t k = 36;; k += 36) {
      if (at >= s.size()) return false;
      const char c = s[at++];
      uint64_t digit;
      if (c >= 'a' && c <= 'z') digit = static_cast<uint64_t>(c - 'a');
      else if (is_digit(c)) digit = static_cast<uint64_t>(c - '0') + 26;
      else return false;
      i += digit * weight;
      if (i > 0xffffffffu) return false;
      const uint64_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
      if (digit < t) break;
      weight *= 36 - t;
      if (weight > 0xffffffffu) return false;
    }
    const uint64_t count = chars.size() + 1;
    uint64_t delta = first ? (i - old) / 700 : (i - old) / 2;
    first = false;
    delta += delta / count;
    uint64_t k = 0;
    for (; delta > 455; k += 36) delta /= 35;
    bias = k + 36 * delta / (delta + 38);
    n += i / count;
    i %= count;
    if (!is_scalar(static_cast<uint32_t>(n)) || n > 0x10ffff) return false;
    chars.insert(chars.begin() + static_cast<std::ptrdiff_t>(i), static_cast<char32_t>(n));
    ++i;
  }
  for (char32_t c : chars) utf8_append(out, c);
  return true;
}

bool V0::path(bool in_value) {
  const Guard guard(*this);
  if (!guard.ok() || at_ >= in_.size()) return false;
  switch (in_[at_++]) {
    case 'C': {
      Identifier crate;
      if (!identifier(crate)) return false;
      print(crate.text);
      return true;
    }
    case 'N':
      return nested(in_value);
    case 'M':
    case 'X': {
      --at_;
      const bool of_trait = peek() == 'X';
      ++at_;
      if (!impl_path()) return false;
      print("<");
      if (!type()) return false;
      if (of_trait) {
        print(" as ");
        if (!path(false)) return false;
      }
      print(">");
      return true;
    }
    case 'Y':
      print("<");
      if (!type()) return false;
      print(" as ");
      if (!path(false)) return false;
      print(">");
      return true;
    case 'I':
      if (!path(in_value)) return false;
      print(in_value ? "::<" : "<");
      if (!separated([this] { return generic_arg(); })) return false;
      print(">");
      return true;
    case 'B':
      return back_reference([this, in_value] { return path(in_value); });
    default:
      return false;
  }
}

bool V0::nested(bool in_value) {
  const char space = peek();
  if (!((space >= 'a' && space <= 'z') || (space >= 'A' && space <= 'Z'))) return false;
  ++at_;
  Identifier id;
  if (!path(in_value) || !identifier(id)) return false;
  if (space >= 'a') {  // what has no name of its own kind: values, types ...
    if (!id.text.empty()) print("::" + id.text);
    return true;
  }
  print("::{");
  print(space == 'C'   ? std::string_view("closure")
        : space == 'S' ? std::string_view("shim")
                       : std::string_view(&space, 1));
  if (!id.text.empty()) print(":" + id.text);
  print("#" + std::to_string(id.disambiguator) + "}");
  return true;
}

// Where an impl stands says nothing to a reader.
bool V0::impl_path() {
  uint64_t disambiguator;
  if (!optional_base62('s', disambiguator)) return false;
  const bool was = silent_;
  silent_ = true;
  const bool ok = path(false);
  silent_ = was;
  return ok;
}

void V0::print_lifetime(uint64_t index) {
  if (index == 0) {
    print("'_");
    return;
  }
  const uint64_t n = bound_lifetimes_ - index;
  if (n < 26) print(std::string("'") + static_cast<char>('a' + n));
  else print("'_" + std::to_string(n));
}

bool V0::lifetime() {
  uint64_t index;
  if (!base62(index) || index > bound_lifetimes_) return false;
  print_lifetime(index);
  return true;
}

bool V0::generic_arg() {
  if (take('L')) return lifetime();
  if (take('K')) return constant(false);
  return type();
}

bool V0::basic_type(char c) {
  static constexpr std::string_view names[26] = {
      "i8",    "bool", "char", "f64", "str",  "f32",  "",    "u8", "isize",
      "usize", "",     "i32",  "u32", "i128", "u128", "_",   "",   "",
      "i16",   "u16",  "()",   "...", "",     "i64",  "u64", "!"};
  if (c < 'a' || c > 'z' || names[c - 'a'].empty()) return false;
  print(names[c - 'a']);
  return true;
}

bool V0::type() {
  const Guard guard(*this);
  if (!guard.ok() || at_ >= in_.size()) return false;
  const char c = in_[at_++];
  if (basic_type(c)) return true;
  switch (c) {
    case 'R':
    case 'Q': {
      print("&");
      uint64_t index;
      if (take('L')) {
        if (!base62(index) || index > bound_lifetimes_) return false;
        if (index != 0) {
          print_lifetime(index);
          print(" ");
        }
      }
      if (c == 'Q') print("mut ");
      return type();
    }
    case 'P':
      print("*const ");
      return type();
    case 'O':
      print("*mut ");
      return type();
    case 'A':
      print("[");
      if (!type()) return false;
      print("; ");
      if (!constant(true)) return false;
      print("]");
      return true;
    case 'S':
      print("[");
      if (!type()) return false;
      print("]");
      return true;
    case 'T': {
      print("(");
      size_t n = 0;
      if (!separated([this] { return type(); }, &n)) return false;
      print(n == 1 ? ",)" : ")");
      return true;
    }
    case 'F':
      return function_type();
    case 'D':
      return dyn_type();
    case 'B':
      return back_reference([this] { return type(); });
    default:
      --at_;
      return path(false);
  }
}

bool V0::binder(uint64_t& count) {
  if (!optional_base62('G', count)) return false;
  if (count > 1024) return false;
  if (count == 0) return true;
  print("for<");
  for (uint64_t i = 0; i < count; ++i) {
    if (i != 0) print(", ");
    ++bound_lifetimes_;
    print_lifetime(1);
  }
  print("> ");
  return true;
}

bool V0::function_type() {
  uint64_t bound = 0;
  if (!binder(bound)) return false;
  if (take('U')) print("unsafe ");
  if (take('K')) {
    std::string abi = "C";
    if (!take('C') && !plain_identifier(abi)) return false;
    for (char& c : abi)
      if (c == '_') c = '-';
    print("extern \"" + abi + "\" ");
  }
  print("fn(");
  if (!separated([this] { return type(); })) return false;
  print(")");
  if (!take('u')) {
    print(" -> ");
    if (!type()) return false;
  }
  bound_lifetimes_ -= bound;
  return true;
}

bool V0::dyn_type() {
  print("dyn ");
  uint64_t bound = 0;
  if (!binder(bound)) return false;
  for (bool first = true; !take('E'); first = false) {
    if (at_ >= in_.size() || !pay()) return false;
    if (!first) print(" + ");
    if (!dyn_trait()) return false;
  }
  bound_lifetimes_ -= bound;
  uint64_t index;
  if (!take('L') || !base62(index) || index > bound_lifetimes_) return false;
  if (index != 0) {
    print(" + ");
    print_lifetime(index);
  }
  return true;
}

// A path whose "<...>" may be left open for the bindings that follow.
bool V0::path_with_open_args(bool& open) {
  const Guard guard(*this);
  if (!guard.ok()) return false;
  if (take('B')) return back_reference([this, &open] { return path_with_open_args(open); });
  if (!take('I')) return path(false);
  if (!path(false)) return false;
  print("<");
  open = true;
  return separated([this] { return generic_arg(); });
}

bool V0::dyn_trait() {
  bool open = false;
  if (!path_with_open_args(open)) return false;
  while (take('p')) {
    if (!pay()) return false;
    print(open ? ", " : "<");
    open = true;
    std::string name;
    if (!plain_identifier(name)) return false;
    print(name + " = ");
    if (!type()) return false;
  }
  if (open) print(">");
  return true;
}

bool V0::hex(std::string_view& out) {
  const size_t start = at_;
  while (is_hex(peek())) ++at_;
  out = in_.substr(start, at_ - start);
  return take('_');
}

bool V0::constant_number(char type) {
  if (take('n')) print("-");
  std::string_view digits;
  if (!hex(digits)) return false;
  while (digits.starts_with('0')) digits.remove_prefix(1);
  uint64_t v = 0;
  for (char c : digits) v = v << 4 | static_cast<uint64_t>(hex_value(c));
  if (type == 'b') {
    if (digits.size() > 1 || v > 1) return false;
    print(v != 0 ? "true" : "false");
  } else if (type == 'c') {
    if (digits.size() > 6 || !is_scalar(static_cast<uint32_t>(v))) return false;
    std::string text = "'";
    if (v == '\'' || v == '\\') text += '\\';
    if (v < 0x20) text += "\\u{" + std::string(digits.empty() ? "0" : digits) + "}";
    else utf8_append(text, static_cast<uint32_t>(v));
    print(text + "'");
  } else if (digits.size() > 16) {
    print("0x" + std::string(digits));
  } else {
    print(std::to_string(v));
  }
  return true;
}

bool V0::constant_text() {
  std::string_view digits;
  if (!hex(digits) || digits.size() % 2 != 0) return false;
  std::string text = "\"";
  for (size_t i = 0; i < digits.size(); i += 2) {
    const auto c = static_cast<char>(hex_value(digits[i]) * 16 + hex_value(digits[i + 1]));
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  if (!is_utf8(text)) return false;
  print(text + "\"");
  return true;
}

bool V0::constant_fields() {
  if (take('U')) return true;
  if (take('T')) {
    print("(");
    if (!separated([this] { return constant(true); })) return false;
    print(")");
    return true;
  }
  if (!take('S')) return false;
  print(" { ");
  const bool ok = separated([this] {
    Identifier field;
    if (!identifier(field)) return false;
    print(field.text + ": ");
    return constant(true);
  });
  if (!ok) return false;
  print(" }");
  return true;
}

bool V0::constant(bool in_value) {
  const Guard guard(*this);
  if (!guard.ok() || at_ >= in_.size()) return false;
  const char c = in_[at_++];
  switch (c) {
    case 'p':
      print("_");
      return true;
    case 'a':
    case 's':
    case 'l':
    case 'x':
    case 'n':
    case 'i':
    case 'h':
    case 't':
    case 'm':
    case 'y':
    case 'o':
    case 'j':
    case 'b':
    case 'c':
      return constant_number(c);
    case 'B':
      return back_reference([this, in_value] { return constant(in_value); });
    default:
      break;
  }
  // The rest stands in braces as a generic argument.
  if (!in_value) print("{");
  bool ok = false;
  size_t n = 0;
  switch (c) {
    case 'e':
      print("*");
      ok = constant_text();
      break;
    case 'R':
    case 'Q':
      if (c == 'R' && take('e')) {
        ok = constant_text();
        break;
      }
      print(c == 'R' ? "&" : "&mut ");
      ok = constant(true);
      break;
    case 'A':
      print("[");
      ok = separated([this] { return constant(true); });
      print("]");
      break;
    case 'T':
      print("(");
      ok = separated([this] { return constant(true); }, &n);
      print(n == 1 ? ",)" : ")");
      break;
    case 'V':
      ok = path(true) && constant_fields();
      break;
    default:
      break;
  }
  if (!in_value) print("}");
  return ok;
}

}  // namespace

std::optional<std::string> demangle_rust_v0(std::string_view mangled) {
  if (!mangled.starts_with("_R")) return std::nullopt;
  std::string out;
  V0 reader(mangled.substr(2));
  if (!reader.run(out) || out.size() > max_demangled) return std::nullopt;
  return out;
}

}  // namespace nacre::debug
