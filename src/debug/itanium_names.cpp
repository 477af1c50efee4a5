// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "debug/demangle.hpp"
#include "debug/itanium.hpp"

namespace nacre::debug {

std::optional<std::string> demangle_itanium(std::string_view mangled) {
  if (!mangled.starts_with("_Z") || mangled.find(itanium::forward_mark) != std::string_view::npos)
    return std::nullopt;
  std::string out;
  itanium::Parser parser(mangled.substr(2));
  if (!parser.mangled_name(out)) return std::nullopt;
  return out;
}

namespace itanium {
namespace {

constexpr int max_depth = 96;
constexpr uint64_t max_steps = 1 << 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

constexpr Operator operators[] = {
    {"aN", Operator::binary, "&="},
    {"aS", Operator::binary, "="},
    {"aa", Operator::binary, "&&"},
    {"ad", Operator::prefix, "&"},
    {"an", Operator::binary, "&"},
    {"at", Operator::other, "alignof "},
    {"aw", Operator::other, "co_await"},
    {"az", Operator::other, "alignof "},
    {"cc", Operator::other, "const_cast"},
    {"cl", Operator::other, "()"},
    {"cm", Operator::binary, ","},
    {"co", Operator::prefix, "~"},
    {"dV", Operator::binary, "/="},
    {"da", Operator::other, "delete[]"},
    {"dc", Operator::other, "dynamic_cast"},
    {"de", Operator::prefix, "*"},
    {"dl", Operator::other, "delete"},
    {"ds", Operator::member, ".*"},
    {"dt", Operator::member, "."},
    {"dv", Operator::binary, "/"},
    {"eO", Operator::binary, "^="},
    {"eo", Operator::binary, "^"},
    {"eq", Operator::binary, "=="},
    {"ge", Operator::binary, ">="},
    {"gt", Operator::binary, ">"},
    {"ix", Operator::other, "[]"},
    {"lS", Operator::binary, "<<="},
    {"le", Operator::binary, "<="},
    {"ls", Operator::binary, "<<"},
    {"lt", Operator::binary, "<"},
    {"mI", Operator::binary, "-="},
    {"mL", Operator::binary, "*="},
    {"mi", Operator::binary, "-"},
    {"ml", Operator::binary, "*"},
    {"mm", Operator::postfix, "--"},
    {"na", Operator::other, "new[]"},
    {"ne", Operator::binary, "!="},
    {"ng", Operator::prefix, "-"},
    {"nt", Operator::prefix, "!"},
    {"nw", Operator::other, "new"},
    {"oR", Operator::binary, "|="},
    {"oo", Operator::binary, "||"},
    {"or", Operator::binary, "|"},
    {"pL", Operator::binary, "+="},
    {"pl", Operator::binary, "+"},
    {"pm", Operator::member, "->*"},
    {"pp", Operator::postfix, "++"},
    {"ps", Operator::prefix, "+"},
    {"pt", Operator::member, "->"},
    {"qu", Operator::other, "?"},
    {"rM", Operator::binary, "%="},
    {"rS", Operator::binary, ">>="},
    {"rc", Operator::other, "reinterpret_cast"},
    {"rm", Operator::binary, "%"},
    {"rs", Operator::binary, ">>"},
    {"sc", Operator::other, "static_cast"},
    {"ss", Operator::binary, "<=>"},
    {"st", Operator::other, "sizeof "},
    {"sz", Operator::other, "sizeof "},
    {"te", Operator::other, "typeid "},
    {"ti", Operator::other, "typeid "},
};

// The last simple name of a qualified one: "a::b<c::d>" -> "b".
std::string last_name(std::string_view s) {
  size_t end = s.size();
  if (s.ends_with('>')) {
    size_t open = 0;
    while (end > 0) {
      const char c = s[--end];
      if (c == '>') ++open;
      if (c == '<' && --open == 0) break;
    }
  }
  const size_t colon = s.substr(0, end).rfind(':');
  const size_t start = colon == std::string_view::npos ? 0 : colon + 1;
  return std::string(s.substr(start, end - start));
}

}  // namespace

const Operator* find_operator(char a, char b) {
  const auto less = [](const Operator& o, const char* code) {
    return std::strncmp(o.code, code, 2) < 0;
  };
  const char code[3] = {a, b, 0};
  const auto* at = std::lower_bound(std::begin(operators), std::end(operators), code, less);
  return at != std::end(operators) && std::strncmp(at->code, code, 2) == 0 ? at : nullptr;
}

bool Parser::take(char c) {
  if (peek() != c || at_ >= in_.size()) return false;
  ++at_;
  return true;
}

bool Parser::take(std::string_view s) {
  if (in_.substr(at_, s.size()) != s) return false;
  at_ += s.size();
  return true;
}

bool Parser::pay(size_t n) {
  steps_ += n;
  return !failed_ && depth_ <= max_depth && steps_ <= max_steps && n <= max_demangled ? true
                                                                                      : fail();
}

bool Parser::number(uint64_t& out) {
  if (!is_digit(peek())) return fail();
  out = 0;
  while (is_digit(peek())) {
    out = out * 10 + static_cast<uint64_t>(in_[at_++] - '0');
    if (out > 0xffffffffu) return fail();
  }
  return true;
}

std::string_view Parser::digits() {
  const size_t start = at_;
  take('n');
  while (is_digit(peek())) ++at_;
  return in_.substr(start, at_ - start);
}

bool Parser::seq_id(uint64_t& out) {
  out = 0;
  if (take('_')) return true;
  for (; is_digit(peek()) || is_upper(peek()); ++at_) {
    const char c = peek();
    out = out * 36 + static_cast<uint64_t>(is_digit(c) ? c - '0' : c - 'A' + 10);
    if (out > 0xffffffffu) return fail();
  }
  ++out;
  return take('_') || fail();
}

bool Parser::param_index(uint64_t& out) {
  out = 0;
  if (take('_')) return true;
  if (!number(out)) return false;
  ++out;
  return take('_') || fail();
}

bool Parser::mangled_name(std::string& out) {
  Text t;
  if (!encoding(t) || failed_) return false;
  out = t.str();
  if (at_ < in_.size()) {
    // What compilers append to clones: ".cold", ".llvm.123", "$...".
    if (in_[at_] != '.' && in_[at_] != '$') return false;
    out += " (" + std::string(in_.substr(at_)) + ")";
  }
  return out.size() <= max_demangled && out.find(forward_mark) == std::string::npos;
}

bool Parser::at_end_of_encoding() const {
  const char c = peek();
  return c == '\0' || c == 'E' || c == '.' || c == '_' || c == '$' || c == 'Q';
}

bool Parser::encoding(Text& out) {
  Guard guard(*this);
  if (!pay()) return false;
  if (peek() == 'G' || (peek() == 'T' && peek(1) != '_' && !is_digit(peek(1))))
    return special_name(out);
  // What a name inside (of a local entity's function) calls T_ is its own.
  std::vector<Text> saved;
  saved.swap(template_params_);
  Name n;
  bool ok = name(n, true);
  if (ok && !at_end_of_encoding()) {
    Text result;
    const bool has_result = n.ends_with_args && !n.no_return_type;
    std::string params;
    ok = (!has_result || type(result)) && parameters(params, &Parser::at_end_of_encoding);
    if (ok) {
      if (has_result) {
        out.left = result.left;
        if (result.right.empty()) out.left += ' ';
      }
      out.left += n.text.str() + "(" + params + ")" + n.qualifiers + result.right;
      out.right.clear();
    }
  } else if (ok) {
    out = std::move(n.text);
  }
  template_params_.swap(saved);
  return ok && pay(out.left.size());
}

bool Parser::call_offset() {
  if (take('h')) {
    digits();
    return take('_') || fail();
  }
  if (!take('v')) return fail();
  digits();
  if (!take('_')) return fail();
  digits();
  return take('_') || fail();
}

bool Parser::special_name(Text& out) {
  struct Special {
    std::string_view code, text;
    bool of_type;
  };
  static constexpr Special specials[] = {
      {"TV", "vtable for ", true},
      {"TT", "VTT for ", true},
      {"TI", "typeinfo for ", true},
      {"TS", "typeinfo name for ", true},
      {"TW", "thread-local wrapper routine for ", false},
      {"TH", "thread-local initialization routine for ", false},
      {"GV", "guard variable for ", false},
  };
  for (const Special& s : specials) {
    if (!take(s.code)) continue;
    Text t;
    Name n;
    if (s.of_type ? !type(t) : !name(n, true)) return false;
    out = Text(std::string(s.text) + (s.of_type ? t.str() : n.text.str()));
    return true;
  }
  Text t;
  if (take("TA")) {
    if (!template_arg(t)) return false;
    out = Text("template parameter object for " + t.str());
    return true;
  }
  if (take("TC")) {
    Text base;
    if (!type(t)) return false;
    digits();
    if (!take('_') || !type(base)) return fail();
    out = Text("construction vtable for " + base.str() + "-in-" + t.str());
    return true;
  }
  if (take("GR")) {
    Name n;
    uint64_t index;
    if (!name(n, true)) return false;
    if (peek() == '_' || is_digit(peek()) || is_upper(peek()))
      if (!seq_id(index)) return false;
    out = Text("reference temporary for " + n.text.str());
    return true;
  }
  std::string_view what;
  if (take("Tc")) {
    if (!call_offset() || !call_offset()) return false;
    what = "covariant return thunk to ";
  } else if (peek() == 'T' && (peek(1) == 'h' || peek(1) == 'v')) {
    what = peek(1) == 'h' ? "non-virtual thunk to " : "virtual thunk to ";
    ++at_;
    if (!call_offset()) return false;
  } else {
    return fail();
  }
  if (!encoding(t)) return false;
  out = Text(std::string(what) + t.str());
  return true;
}

bool Parser::name(Name& out, bool tag) {
  Guard guard(*this);
  if (!pay()) return false;
  if (peek() == 'N') return nested_name(out, tag);
  if (peek() == 'Z') return local_name(out, tag);
  bool is_substitution = false;
  if (peek() == 'S' && peek(1) != 't') {
    is_substitution = true;
    if (!substitution(out.text, out.base)) return false;
    if (peek() != 'I') return fail();
  } else if (!unscoped_name(out)) {
    return false;
  }
  if (peek() != 'I') return true;
  if (!is_substitution && !remember(out.text)) return false;
  std::string args;
  if (!template_args(args, tag)) return false;
  out.text.left += args;
  out.ends_with_args = true;
  if (out.no_return_type) resolve_conversion(out.text.left);
  return pay(out.text.left.size());
}

bool Parser::unscoped_name(Name& out) {
  const bool in_std = take("St");
  take('L');
  if (!unqualified_name(out)) return false;
  if (in_std) out.text.left = "std::" + out.text.left;
  return true;
}

bool Parser::nested_name(Name& out, bool tag) {
  if (!take('N')) return fail();
  take('H');  // a member function with an explicit object parameter
  for (;; ++at_) {
    if (peek() == 'r') out.qualifiers += " restrict";
    else if (peek() == 'V') out.qualifiers += " volatile";
    else if (peek() == 'K') out.qualifiers += " const";
    else break;
  }
  if (take('R')) out.qualifiers += " &";
  else if (take('O')) out.qualifiers += " &&";

  std::string so_far;
  bool last_is_substitution = false;
  while (!take('E')) {
    if (!pay(1 + so_far.size())) return false;
    out.ends_with_args = false;
    last_is_substitution = false;
    take('L');
    Text t;
    if (peek() == 'T' && !so_far.size()) {
      if (!template_param(t)) return false;
      so_far = t.str();
    } else if (peek() == 'I') {
      if (so_far.empty()) return fail();
      std::string args;
      if (!template_args(args, tag)) return false;
      so_far += args;
      out.ends_with_args = true;
    } else if (peek() == 'D' && (peek(1) == 't' || peek(1) == 'T')) {
      bool add = false;
      if (!so_far.empty() || !d_type(t, add)) return fail();
      so_far = t.str();
    } else if (peek() == 'S' && peek(1) == 't') {
      if (!so_far.empty()) return fail();
      at_ += 2;
      so_far = "std";
      last_is_substitution = true;
      continue;
    } else if (peek() == 'S') {
      if (!so_far.empty() || !substitution(t, out.base)) return fail();
      so_far = t.str();
      last_is_substitution = true;
      continue;
    } else if (take('M')) {  // the variable whose initialiser has the lambda that follows
      if (so_far.empty()) return fail();
      continue;
    } else {
      Name part;
      part.base = out.base;
      part.text.left = so_far;  // what a constructor is a member of
      const bool ctor = peek() == 'C' || (peek() == 'D' && peek(1) != 'C');
      if (ctor && so_far.empty()) return fail();
      if (!(ctor ? constructor_name(part) : unqualified_name(part))) return false;
      so_far += so_far.empty() ? part.text.left : "::" + part.text.left;
      out.base = part.base;
      out.no_return_type = part.no_return_type;
    }
    if (!remember(Text(so_far))) return false;
  }
  if (so_far.empty() || last_is_substitution || substitutions_.empty()) return fail();
  substitutions_.pop_back();  // the whole is no prefix
  if (out.no_return_type) resolve_conversion(so_far);
  out.text = Text(so_far);
  return true;
}

void Parser::discriminator() {
  const size_t start = at_;
  if (!take('_')) return;
  const bool many = take('_');
  const size_t first = at_;
  while (is_digit(peek()) && (many || at_ == first)) ++at_;
  if (at_ == first || (many && !take('_'))) at_ = start;
}

bool Parser::local_name(Name& out, bool tag) {
  Text function;
  if (!take('Z') || !encoding(function) || !take('E')) return fail();
  const std::string prefix = function.str() + "::";
  if (take('s')) {
    discriminator();
    out.text = Text(prefix + "string literal");
    return true;
  }
  if (take('d')) {  // in the default argument of a parameter
    digits();
    if (!take('_')) return fail();
  }
  if (!name(out, tag)) return false;
  discriminator();
  out.text = Text(prefix + out.text.str());
  return pay(out.text.left.size());
}

bool Parser::abi_tags(std::string& out) {
  while (take('B')) {
    std::string_view tag;
    if (!source_name(tag)) return false;
    out += "[abi:" + std::string(tag) + "]";
  }
  return true;
}

bool Parser::unqualified_name(Name& out) {
  out.no_return_type = false;
  while (take('W')) {  // the module it is attached to
    take('P');
    std::string_view module;
    if (!source_name(module)) return false;
  }
  take('F');  // a constrained friend
  take('L');
  if (is_digit(peek())) {
    std::string_view s;
    if (!source_name(s)) return false;
    out.base = std::string(s);
    out.text = s.starts_with("_GLOBAL__N") ? Text("(anonymous namespace)") : Text(s);
  } else if (peek() == 'U') {
    if (!unnamed_type(out)) return false;
  } else if (take("DC")) {
    std::string list;
    while (!take('E')) {
      std::string_view s;
      if (!source_name(s)) return false;
      list += (list.empty() ? "" : ", ") + std::string(s);
    }
    out.text = Text("[" + list + "]");
  } else if (!operator_name(out)) {
    return false;
  }
  return abi_tags(out.text.left);
}

bool Parser::source_name(std::string_view& out) {
  uint64_t n;
  if (!number(n) || n == 0 || n > in_.size() - at_) return fail();
  out = in_.substr(at_, static_cast<size_t>(n));
  at_ += static_cast<size_t>(n);
  return pay(out.size());
}

bool Parser::operator_name(Name& out) {
  if (take("cv")) {
    Text t;
    const bool outer = converting_;
    converting_ = true;
    const bool ok = type(t);
    converting_ = outer;
    if (!ok) return false;
    out.text = Text("operator " + t.str());
    out.no_return_type = true;
    return true;
  }
  if (take("li")) {
    std::string_view s;
    if (!source_name(s)) return false;
    out.text = Text("operator\"\" " + std::string(s));
    return true;
  }
  const Operator* o = find_operator(peek(), peek(1));
  if (o == nullptr) return fail();
  const bool is_word = o->text[0] >= 'a' && o->text[0] <= 'z';
  if (is_word && o->kind == Operator::other &&
      std::string_view("aw da dl na nw").find(o->code) == std::string_view::npos)
    return fail();
  at_ += 2;
  out.text = Text(std::string(is_word ? "operator " : "operator") + o->text);
  return true;
}

void Parser::resolve_conversion(std::string& name) const {
  std::string out;
  size_t at = 0;
  for (size_t mark; (mark = name.find(forward_mark, at)) != std::string::npos;) {
    out += name.substr(at, mark - at);
    size_t index = 0;
    for (at = mark + 1; at < name.size() && is_digit(name[at]); ++at)
      index = std::min<size_t>(index * 10 + static_cast<size_t>(name[at] - '0'), max_steps);
    ++at;  // the mark that ends it
    out += index < template_params_.size() ? template_params_[index].str() : "auto";
    if (out.size() > max_demangled || at > name.size()) return;
  }
  name = out + name.substr(at);
}

bool Parser::constructor_name(Name& out) {
  std::string sign;
  if (take('C')) {
    const bool inherits = take('I');
    if (peek() < '1' || peek() > '5') return fail();
    ++at_;
    if (inherits) {
      Name base;
      if (!name(base, false)) return false;
    }
  } else if (take('D')) {
    if (peek() < '0' || peek() > '5') return fail();
    ++at_;
    sign = "~";
  } else {
    return fail();
  }
  if (out.base.empty()) out.base = last_name(out.text.left);
  if (out.base.empty()) return fail();
  out.no_return_type = true;
  out.text = Text(sign + out.base);
  return abi_tags(out.text.left);
}

bool Parser::at_end_of_signature() const { return peek() == 'E' || peek() == 'Q'; }

bool Parser::unnamed_type(Name& out) {
  std::string params;
  const bool lambda = take("Ul");
  if (lambda) {
    Guard guard(*this);
    ++lambda_depth_;
    const bool ok = pay() && parameters(params, &Parser::at_end_of_signature) && take('E');
    --lambda_depth_;
    if (!ok) return fail();
  } else if (!take("Ut")) {
    return fail();
  }
  const std::string_view n = digits();
  if (!take('_')) return fail();
  out.text = Text((lambda ? "'lambda" : "'unnamed") + std::string(n) + "'");
  if (lambda) out.text.left += "(" + params + ")";
  out.base.clear();
  return true;
}

bool Parser::substitution(Text& out, std::string& base) {
  if (!take('S')) return fail();
  struct Standard {
    char code;
    std::string_view text, base, whole;
  };
  static constexpr Standard standard[] = {
      {'a', "std::allocator", "allocator", ""},
      {'b', "std::basic_string", "basic_string", ""},
      {'s', "std::string", "basic_string",
       "std::basic_string<char, std::char_traits<char>, std::allocator<char>>"},
      {'i', "std::istream", "basic_istream", "std::basic_istream<char, std::char_traits<char>>"},
      {'o', "std::ostream", "basic_ostream", "std::basic_ostream<char, std::char_traits<char>>"},
      {'d', "std::iostream", "basic_iostream", "std::basic_iostream<char, std::char_traits<char>>"},
  };
  for (const Standard& s : standard) {
    if (!take(s.code)) continue;
    // A constructor is named after the template.
    const bool constructor = (peek() == 'C' || peek() == 'D') && !s.whole.empty();
    out = Text(constructor ? s.whole : s.text);
    base = s.base;
    return abi_tags(out.left);
  }
  uint64_t index;
  if (!seq_id(index) || index >= substitutions_.size()) return fail();
  const Text& known = substitutions_[static_cast<size_t>(index)];
  if (known.is_pack && expanding_) {
    pack_met_ = true;
    pack_size_ = known.items.size();
  }
  out = pick(known);
  base = last_name(out.left);
  return pay(out.left.size() + out.right.size());
}

}  // namespace itanium
}  // namespace nacre::debug
