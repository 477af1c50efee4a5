// SPDX-License-Identifier: Apache-2.0
#include "debug/itanium.hpp"

namespace nacre::debug::itanium {
namespace {

struct Builtin {
  char code;
  std::string_view text;
};
constexpr Builtin builtins[] = {{'v', "void"},        {'w', "wchar_t"},
                                {'b', "bool"},        {'c', "char"},
                                {'a', "signed char"}, {'h', "unsigned char"},
                                {'s', "short"},       {'t', "unsigned short"},
                                {'i', "int"},         {'j', "unsigned int"},
                                {'l', "long"},        {'m', "unsigned long"},
                                {'x', "long long"},   {'y', "unsigned long long"},
                                {'n', "__int128"},    {'o', "unsigned __int128"},
                                {'f', "float"},       {'d', "double"},
                                {'e', "long double"}, {'g', "__float128"},
                                {'z', "..."}};
constexpr Builtin d_builtins[] = {
    {'d', "decimal64"},      {'e', "decimal128"},    {'f', "decimal32"}, {'h', "half"},
    {'i', "char32_t"},       {'s', "char16_t"},      {'u', "char8_t"},   {'a', "auto"},
    {'c', "decltype(auto)"}, {'n', "std::nullptr_t"}};

void append_item(std::string& list, std::string_view item) {
  if (item.empty()) return;
  if (!list.empty()) list += ", ";
  list += item;
}

std::string joined(const Text& t) {
  if (!t.is_pack) return t.str();
  std::string list;
  for (const Text& item : t.items) append_item(list, item.str());
  return list;
}

void qualify(Text& t, std::string_view qualifiers) {
  if (t.shape == Text::Shape::function) t.right += qualifiers;
  else t.left += qualifiers;
}

}  // namespace

bool Parser::remember(const Text& t) {
  if (!pay(t.left.size() + t.right.size() + t.items.size())) return false;
  substitutions_.push_back(t);
  return true;
}

Text Parser::pick(const Text& t) const {
  if (!t.is_pack) return t;
  if (!expanding_) {
    Text whole(joined(t));
    return whole;
  }
  return pack_index_ < t.items.size() ? t.items[pack_index_] : Text();
}

void Parser::add_pointer(Text& t, std::string_view sign, uint8_t reference) {
  if (reference != 0 && t.reference != 0) {  // T& && is T&
    if (reference == 1 && t.reference == 2) t.left.pop_back();
    if (reference == 1) t.reference = 1;
    return;
  }
  if (t.shape != Text::Shape::plain) {
    t.left += t.shape == Text::Shape::array ? " (" : "(";
    t.right.insert(0, t.shape == Text::Shape::array ? ") " : ")");
    t.shape = Text::Shape::plain;
  }
  t.left += sign;
  t.reference = reference;
}

bool Parser::type(Text& out) {
  Guard guard(*this);
  if (!pay()) return false;
  bool add = true;
  if (!type_of(out, add) || failed_) return false;
  return !add || remember(out);
}

// Reads a type; `add` becomes false when it is not to be remembered as a substitution.
bool Parser::type_of(Text& out, bool& add) {
  switch (peek()) {
    case 'r':
    case 'V':
    case 'K':
      return qualified_type(out);
    case 'P':
      ++at_;
      if (!type(out)) return false;
      add_pointer(out, "*", 0);
      return true;
    case 'R':
      ++at_;
      if (!type(out)) return false;
      add_pointer(out, "&", 1);
      return true;
    case 'O':
      ++at_;
      if (!type(out)) return false;
      add_pointer(out, "&&", 2);
      return true;
    case 'C':
    case 'G':
      ++at_;
      if (!type(out)) return false;
      out.left += in_[at_ - 1] == 'C' ? " complex" : " imaginary";
      return true;
    case 'F':
      return function_type(out);
    case 'A':
      return array_type(out);
    case 'M':
      return member_pointer(out);
    case 'U': {
      if (peek(1) == 'l' || peek(1) == 't') break;  // a lambda or unnamed type
      ++at_;
      std::string_view qualifier;
      std::string args;
      if (!source_name(qualifier) || (peek() == 'I' && !template_args(args, false)) || !type(out))
        return false;
      out.left += " " + std::string(qualifier) + args;
      return true;
    }
    case 'T': {
      if (peek(1) == 's' || peek(1) == 'u' || peek(1) == 'e') {  // struct, union, enum
        at_ += 2;
        break;
      }
      if (!template_param(out)) return false;
      if (peek() == 'I' && lambda_depth_ == 0 && !converting_) {  // a template template parameter
        std::string args;
        if (!remember(out) || !template_args(args, false)) return false;
        out.left += args;
      }
      return true;
    }
    case 'D':
      if (peek(1) == 'C') return fail();
      return d_type(out, add);
    case 'u': {
      ++at_;
      std::string_view s;
      if (!source_name(s)) return false;
      out = Text(s);
      if (peek() == 'I') {
        std::string args;
        if (!template_args(args, false)) return false;
        out.left += args;
      }
      return true;
    }
    case 'S':
      if (peek(1) != 't') {
        std::string base;
        if (!substitution(out, base)) return false;
        add = false;
        if (peek() == 'I') {
          std::string args;
          if (!template_args(args, false)) return false;
          out.left += args;
          add = true;
        }
        return true;
      }
      break;
    default:
      if (builtin_type(out)) {
        add = false;
        return true;
      }
      break;
  }
  Name n;
  if (!name(n, false)) return false;
  out = std::move(n.text);
  return true;
}

bool Parser::builtin_type(Text& out) {
  for (const Builtin& b : builtins) {
    if (peek() != b.code) continue;
    ++at_;
    out = Text(b.text);
    return true;
  }
  return false;
}

bool Parser::d_type(Text& out, bool& add) {
  const char c = peek(1);
  for (const Builtin& b : d_builtins) {
    if (c != b.code) continue;
    at_ += 2;
    out = Text(b.text);
    add = false;
    return true;
  }
  switch (c) {
    case 'p':
      at_ += 2;
      return pack_expansion(out);
    case 't':
    case 'T': {
      at_ += 2;
      std::string e;
      if (!expression(e) || !take('E')) return fail();
      out = Text("decltype(" + e + ")");
      return true;
    }
    case 'v':
      at_ += 2;
      return vector_type(out);
    case 'o':
    case 'O':
    case 'w':
    case 'x':
      return function_type(out);
    case 'F': {  // _Float16, std::bfloat16_t
      at_ += 2;
      uint64_t bits;
      if (!number(bits)) return false;
      const bool brain = take('b');
      const bool extended = !brain && take('x');
      if (!brain && !extended && !take('_')) return fail();
      out = Text(brain ? "std::bfloat" + std::to_string(bits) + "_t"
                       : "_Float" + std::to_string(bits) + (extended ? "x" : ""));
      add = false;
      return true;
    }
    case 'B':
    case 'U': {  // _BitInt(n)
      at_ += 2;
      std::string n;
      if (peek() >= '0' && peek() <= '9') {
        n = std::string(digits());
      } else if (!expression(n)) {
        return false;
      }
      if (!take('_')) return fail();
      out = Text((c == 'U' ? "unsigned _BitInt(" : "_BitInt(") + n + ")");
      return true;
    }
    default:
      return fail();
  }
}

bool Parser::qualified_type(Text& out) {
  std::string qualifiers;
  bool is_const = false, is_volatile = false, is_restrict = false;
  if (take('r')) is_restrict = true;
  if (take('V')) is_volatile = true;
  if (take('K')) is_const = true;
  if (is_const) qualifiers += " const";
  if (is_volatile) qualifiers += " volatile";
  if (is_restrict) qualifiers += " restrict";
  // Of a function, the qualifiers belong to it and no type without them is remembered.
  if (peek() == 'F') {
    if (!function_type(out)) return false;
  } else if (!type(out)) {
    return false;
  }
  qualify(out, qualifiers);
  return true;
}

bool Parser::parameters(std::string& out, bool (Parser::*stop)() const) {
  if (peek() == 'v') {
    ++at_;
    if ((this->*stop)() || peek() == 'R' || peek() == 'O') return true;
    --at_;
  }
  while (!(this->*stop)()) {
    if ((peek() == 'R' || peek() == 'O') && peek(1) == 'E') break;  // of a function type
    Text t;
    if (at_ >= in_.size() || !type(t)) return fail();
    append_item(out, joined(t));
    if (!pay(t.left.size())) return false;
  }
  return true;
}

bool Parser::function_type(Text& out) {
  std::string exception;
  if (take("Do")) {
    exception = " noexcept";
  } else if (take("DO")) {
    std::string e;
    if (!expression(e) || !take('E')) return fail();
    exception = " noexcept(" + e + ")";
  } else if (take("Dw")) {
    std::string list;
    while (!take('E')) {
      Text t;
      if (!type(t)) return false;
      append_item(list, t.str());
    }
    exception = " throw(" + list + ")";
  }
  take("Dx");  // transaction-safe
  if (!take('F')) return fail();
  take('Y');  // extern "C"
  Text result;
  std::string params;
  if (!type(result) || !parameters(params, &Parser::at_end_of_function)) return false;
  std::string reference;
  if (take('R')) reference = " &";
  else if (take('O')) reference = " &&";
  if (!take('E')) return fail();
  out = Text();
  out.left = result.left;
  if (result.right.empty()) out.left += ' ';
  out.right = "(" + params + ")" + reference + exception + result.right;
  out.shape = Text::Shape::function;
  return pay(out.left.size() + out.right.size());
}

bool Parser::array_type(Text& out) {
  if (!take('A')) return fail();
  std::string dimension;
  if (peek() >= '0' && peek() <= '9') dimension = std::string(digits());
  else if (peek() != '_' && !expression(dimension)) return false;
  if (!take('_') || !type(out)) return fail();
  out.right.insert(0, "[" + dimension + "]");
  out.shape = Text::Shape::array;
  out.reference = 0;
  return pay(out.left.size() + out.right.size());
}

bool Parser::member_pointer(Text& out) {
  Text owner;
  if (!take('M') || !type(owner) || !type(out)) return fail();
  if (out.shape == Text::Shape::plain) {
    out.left += ' ';
  } else {
    out.left += out.shape == Text::Shape::array ? " (" : "(";
    out.right.insert(0, out.shape == Text::Shape::array ? ") " : ")");
    out.shape = Text::Shape::plain;
  }
  out.left += owner.str() + "::*";
  out.reference = 0;
  return pay(out.left.size());
}

bool Parser::vector_type(Text& out) {
  std::string dimension;
  if (peek() >= '0' && peek() <= '9') dimension = std::string(digits());
  else if (peek() != '_' && !expression(dimension)) return false;
  if (!take('_')) return fail();
  if (take('p')) {
    out = Text("pixel");
  } else if (!type(out)) {
    return false;
  }
  out = Text(out.str() + " vector[" + dimension + "]");
  return true;
}

bool Parser::template_param(Text& out) {
  uint64_t index, level;
  if (!take('T')) return fail();
  if (take('L') && (!param_index(level))) return false;
  if (!param_index(index)) return false;
  if (lambda_depth_ > 0) {
    out = Text("auto");
    return true;
  }
  if (converting_) {
    out = Text(forward_mark + std::to_string(index) + forward_mark);
    return true;
  }
  if (index >= template_params_.size()) return fail();
  const Text& param = template_params_[static_cast<size_t>(index)];
  if (param.is_pack && expanding_) {
    pack_met_ = true;
    pack_size_ = param.items.size();
  }
  out = param.is_pack && !expanding_ ? param : pick(param);
  return pay(out.left.size() + out.right.size() + out.items.size());
}

bool Parser::template_args(std::string& out, bool tag) {
  Guard guard(*this);
  if (!take('I') || !pay()) return fail();
  if (tag) template_params_.clear();
  std::string list;
  while (!take('E')) {
    if (take('Q')) {  // a constraint
      std::string e;
      if (!expression(e)) return false;
      continue;
    }
    Text t;
    if (!template_arg(t)) return false;
    append_item(list, joined(t));
    if (!pay(list.size())) return false;
    if (tag) template_params_.push_back(std::move(t));
  }
  out = "<" + list + ">";
  return true;
}

// How a parameter was declared, where an argument does not tell: "Tn <type>" and the like. Says
// nothing to a reader.
bool Parser::template_param_decl() {
  Guard guard(*this);
  if (!pay() || !take('T')) return fail();
  Text t;
  if (take('y')) return true;
  if (take('n')) return type(t);
  if (take('p')) return template_param_decl();
  if (!take('t')) return fail();
  while (!take('E'))
    if (!template_param_decl()) return false;
  return true;
}

bool Parser::template_arg(Text& out) {
  Guard guard(*this);
  if (!pay()) return false;
  switch (peek()) {
    case 'T':
      if (std::string_view("ntpy").find(peek(1)) == std::string_view::npos || peek(1) == '\0')
        return type(out);
      return template_param_decl() && template_arg(out);
    case 'X': {
      ++at_;
      std::string e;
      if (!expression(e) || !take('E')) return fail();
      out = Text(e);
      return true;
    }
    case 'L': {
      std::string e;
      if (!expr_primary(e)) return false;
      out = Text(e);
      return true;
    }
    case 'J':
    case 'I': {
      ++at_;
      out = Text();
      out.is_pack = true;
      while (!take('E')) {
        Text t;
        if (!template_arg(t)) return false;
        if (t.is_pack)
          for (Text& item : t.items) out.items.push_back(std::move(item));
        else out.items.push_back(std::move(t));
        if (!pay(1 + out.items.size())) return false;
      }
      return true;
    }
    default:
      return type(out);
  }
}

bool Parser::pack_expansion(Text& out) {
  // The pattern is read once for each argument of the pack in it, which reading it first tells.
  const bool outer_expanding = expanding_, outer_met = pack_met_;
  const size_t outer_index = pack_index_, outer_size = pack_size_;
  const size_t start = at_, first_new = substitutions_.size();
  out = Text();
  out.is_pack = true;
  expanding_ = true;
  pack_met_ = false;
  bool ok = true;
  size_t end = at_, size = 1;
  std::vector<Text> added;
  for (size_t i = 0; ok && (i == 0 || i < size); ++i) {
    at_ = start;
    pack_index_ = i;
    Text t;
    ok = type(t);
    end = at_;
    if (i == 0) size = pack_met_ ? pack_size_ : 1;
    if (!pack_met_) t.left += "...";  // of a pack that is not known
    const size_t count = substitutions_.size() - first_new;
    if (added.size() < count) added.resize(count);
    for (size_t k = 0; k < count; ++k) {
      added[k].is_pack = true;
      if (size > 0) added[k].items.push_back(std::move(substitutions_[first_new + k]));
    }
    substitutions_.resize(first_new);
    if (size > 0) out.items.push_back(std::move(t));
    ok = ok && pay(out.items.empty() ? 1 : 1 + out.items.back().left.size());
    if (size == 0) break;
  }
  at_ = end;
  for (Text& t : added) substitutions_.push_back(std::move(t));
  expanding_ = outer_expanding;
  pack_index_ = outer_index;
  pack_met_ = outer_met;
  pack_size_ = outer_size;
  return ok;
}

}  // namespace nacre::debug::itanium
