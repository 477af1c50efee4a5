// SPDX-License-Identifier: Apache-2.0
#include "debug/itanium.hpp"

namespace nacre::debug::itanium {
namespace {

std::string parenthesized(const std::string& e) { return "(" + e + ")"; }

}  // namespace

bool Parser::expression_list(std::string& out, char end) {
  while (!take(end)) {
    std::string e;
    if (!expression(e)) return false;
    if (!out.empty()) out += ", ";
    out += e;
    if (!pay(out.size())) return false;
  }
  return true;
}

bool Parser::operand(std::string& out) {
  bool primary = false;
  if (!expression(out, &primary)) return false;
  if (!primary) out = parenthesized(out);
  return true;
}

bool Parser::expression(std::string& out, bool* primary) {
  Guard guard(*this);
  if (!pay()) return false;
  const bool global = take("gs");
  bool known = true;
  const char first = peek(), second = peek(1);
  if (primary != nullptr) *primary = true;
  if (!named_expression(out, known)) return false;
  if (!known) {
    if (!operator_expression(out)) return false;
    const Operator* o = find_operator(first, second);
    if (primary != nullptr)
      *primary = o != nullptr && (o->kind == Operator::member || first == 'c');
  }
  if (global) out.insert(0, "::");
  return pay(out.size());
}

// Expressions that are no operator applied to something; `known` becomes false for the others.
bool Parser::named_expression(std::string& out, bool& known) {
  Text t;
  switch (peek()) {
    case 'L':
      return expr_primary(out);
    case 'T':
      if (!template_param(t)) return false;
      out = t.is_pack && t.items.size() == 1 ? t.items[0].str() : t.str();
      return true;
    case 'f':
      if (peek(1) == 'p' || (peek(1) == 'L' && peek(2) >= '0' && peek(2) <= '9'))
        return function_param(out);
      return fold_expression(out);
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return base_unresolved_name(out);
    case 'o':
      if (peek(1) == 'n') return base_unresolved_name(out);
      break;
    case 's':
      if (peek(1) == 'r') return unresolved_name(out);
      if (take("sp")) {
        Text e;
        const bool outer = expanding_;
        expanding_ = true;
        const bool ok = expression(e.left);
        expanding_ = outer;
        out = e.left;
        return ok;
      }
      if (take("sZ")) {
        std::string e;
        if (peek() == 'T') {
          if (!template_param(t)) return false;
          out = t.is_pack ? std::to_string(t.items.size()) : "sizeof...(" + t.str() + ")";
          return true;
        }
        if (!function_param(e)) return false;
        out = "sizeof...(" + e + ")";
        return true;
      }
      break;
    case 't':
      if (take("tl")) {
        if (!type(t)) return false;
        std::string list;
        if (!expression_list(list, 'E')) return false;
        out = t.str() + "{" + list + "}";
        return true;
      }
      if (take("tw")) {
        std::string e;
        if (!expression(e)) return false;
        out = "throw " + e;
        return true;
      }
      if (take("tr")) {
        out = "throw";
        return true;
      }
      break;
    case 'i':
      if (take("il")) {
        std::string list;
        if (!expression_list(list, 'E')) return false;
        out = "{" + list + "}";
        return true;
      }
      break;
    case 'u': {
      ++at_;
      std::string_view s;
      std::string list;
      if (!source_name(s)) return false;
      while (!take('E')) {
        Text arg;
        if (!template_arg(arg)) return false;
        list += (list.empty() ? "" : ", ") + arg.str();
        if (!pay(list.size())) return false;
      }
      out = std::string(s) + "(" + list + ")";
      return true;
    }
    default:
      break;
  }
  known = false;
  return true;
}

bool Parser::operator_expression(std::string& out) {
  const char a = peek(), b = peek(1);
  std::string x, y, z;
  Text t;
  if (take("nw") || take("na")) return new_expression(out, b == 'a');
  if (take("nx")) {
    if (!expression(x)) return false;
    out = "noexcept (" + x + ")";
    return true;
  }
  if (a == 'c' && b == 'v') {
    at_ += 2;
    if (!type(t)) return false;
    if (take('_')) {
      if (!expression_list(x, 'E')) return false;
    } else if (!expression(x)) {
      return false;
    }
    out = "(" + t.str() + ")(" + x + ")";
    return true;
  }
  const Operator* o = find_operator(a, b);
  if (o == nullptr) return fail();
  at_ += 2;
  switch (o->kind) {
    case Operator::prefix:
      if (!operand(x)) return false;
      out = o->text + x;
      return true;
    case Operator::postfix: {
      const bool before = take('_');
      if (!operand(x)) return false;
      out = before ? o->text + x : x + o->text;
      return true;
    }
    case Operator::binary:
      if (!operand(x) || !operand(y)) return false;
      out = x + (o->text[0] == ',' ? "" : " ") + o->text + " " + y;
      return true;
    case Operator::member:
      if (!expression(x) || !(peek() == 's' && peek(1) == 'r' ? unresolved_name(y) : expression(y)))
        return false;
      out = x + o->text + y;
      return true;
    case Operator::other:
      break;
  }
  if (a == 'i' && b == 'x') {
    if (!operand(x) || !expression(y)) return false;
    out = x + "[" + y + "]";
    return true;
  }
  if (a == 'q') {
    if (!operand(x) || !operand(y) || !operand(z)) return false;
    out = x + " ? " + y + " : " + z;
    return true;
  }
  if (a == 'c' && b == 'l') {
    if (!expression(x) || !expression_list(y, 'E')) return false;
    out = x + "(" + y + ")";
    return true;
  }
  if (a == 'd' && (b == 'l' || b == 'a')) {
    if (!expression(x)) return false;
    out = std::string(o->text) + " " + x;
    return true;
  }
  const bool of_type = b == 't' || (a == 't' && b == 'i');
  if ((a == 's' && (b == 't' || b == 'z')) || (a == 'a' && (b == 't' || b == 'z')) || a == 't') {
    if (of_type ? !type(t) : !expression(x)) return false;
    out = o->text + parenthesized(of_type ? t.str() : x);
    return true;
  }
  if (b == 'c') {  // the casts
    if (!type(t) || !expression(x)) return false;
    out = std::string(o->text) + "<" + t.str() + ">(" + x + ")";
    return true;
  }
  return fail();
}

bool Parser::new_expression(std::string& out, bool array) {
  std::string placement, initial;
  Text t;
  if (!expression_list(placement, '_') || !type(t)) return false;
  out = array ? "new[]" : "new";
  if (!placement.empty()) out += " (" + placement + ")";
  out += " " + t.str();
  if (take("pi")) {
    if (!expression_list(initial, 'E')) return false;
    out += "(" + initial + ")";
    return true;
  }
  return take('E') || fail();
}

bool Parser::fold_expression(std::string& out) {
  if (!take('f')) return fail();
  const char kind = peek();
  if (kind != 'l' && kind != 'r' && kind != 'L' && kind != 'R') return fail();
  ++at_;
  const Operator* o = find_operator(peek(), peek(1));
  if (o == nullptr || (o->kind != Operator::binary && o->kind != Operator::member)) return fail();
  at_ += 2;
  std::string x, y;
  if (!operand(x)) return false;
  const std::string sign = std::string(" ") + o->text + " ";
  if (kind == 'l') out = "(..." + sign + x + ")";
  if (kind == 'r') out = "(" + x + sign + "...)";
  if (kind == 'L' || kind == 'R') {
    if (!operand(y)) return false;
    out = "(" + x + sign + "..." + sign + y + ")";
  }
  return true;
}

bool Parser::function_param(std::string& out) {
  if (take("fpT")) {
    out = "this";
    return true;
  }
  if (take("fL")) {
    digits();
    if (!take('p')) return fail();
  } else if (!take("fp")) {
    return fail();
  }
  while (peek() == 'r' || peek() == 'V' || peek() == 'K') ++at_;
  const std::string_view n = digits();
  if (!take('_')) return fail();
  out = "fp" + std::string(n);
  return true;
}

bool Parser::base_unresolved_name(std::string& out) {
  std::string args;
  if (take("dn")) {
    if (peek() >= '0' && peek() <= '9') {
      std::string_view s;
      if (!source_name(s)) return false;
      out = "~" + std::string(s);
    } else {
      Text t;
      if (!type(t)) return false;
      out = "~" + t.str();
    }
  } else {
    take("on");
    Name n;
    if (!unqualified_name(n)) return false;
    out = n.text.str();
  }
  if (peek() == 'I' && !template_args(args, false)) return false;
  out += args;
  return true;
}

bool Parser::unresolved_name(std::string& out) {
  if (!take("sr")) return fail();
  const bool many = take('N');
  Text t;
  std::string part;
  if (!many && peek() >= '0' && peek() <= '9') {
    if (!base_unresolved_name(out)) return false;
    while (!take('E')) {
      part.clear();
      if (!base_unresolved_name(part)) return false;
      out += "::" + part;
      if (!pay(out.size())) return false;
    }
  } else {
    if (!type(t)) return false;
    out = t.str();
    while (many && !take('E')) {
      part.clear();
      if (!base_unresolved_name(part)) return false;
      out += "::" + part;
      if (!pay(out.size())) return false;
    }
  }
  part.clear();
  if (!base_unresolved_name(part)) return false;
  out += "::" + part;
  return true;
}

bool Parser::expr_primary(std::string& out) {
  if (!take('L')) return fail();
  if (take("_Z")) {
    Text t;
    if (!encoding(t) || !take('E')) return fail();
    out = t.str();
    return true;
  }
  if (take("DnE") || take("Dn0E")) {
    out = "nullptr";
    return true;
  }
  const char code = peek();
  const bool simple =
      peek(1) == 'n' || (peek(1) >= '0' && peek(1) <= '9') || (peek(1) >= 'a' && peek(1) <= 'f');
  Text t;
  if (code == 'A') {  // a string literal
    if (!type(t) || !take('E')) return fail();
    out = "\"<" + t.str() + ">\"";
    return true;
  }
  if (!type(t)) return false;
  return literal(t, simple ? std::string_view(&code, 1) : std::string_view(), out);
}

bool Parser::literal(const Text& t, std::string_view code, std::string& out) {
  const size_t start = at_;
  while (at_ < in_.size() && peek() != 'E') ++at_;
  std::string value(in_.substr(start, at_ - start));
  if (!take('E') || !pay(value.size())) return fail();
  if (value.starts_with('n')) value[0] = '-';
  const char c = code.empty() ? '\0' : code[0];
  switch (c) {
    case 'b':
      out = value == "0" ? "false" : value == "1" ? "true" : "(bool)" + value;
      return true;
    case 'i':
      out = value;
      return true;
    case 'j':
      out = value + "u";
      return true;
    case 'l':
      out = value + "l";
      return true;
    case 'm':
      out = value + "ul";
      return true;
    case 'x':
      out = value + "ll";
      return true;
    case 'y':
      out = value + "ull";
      return true;
    case 'f':
    case 'd':
    case 'e':
      out = "(" + t.str() + ")[" + value + "]";
      return true;
    default:
      out = "(" + t.str() + ")" + value;
      return !value.empty() || !t.str().empty() || fail();
  }
}

}  // namespace nacre::debug::itanium
