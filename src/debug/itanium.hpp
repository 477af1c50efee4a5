// SPDX-License-Identifier: Apache-2.0
//
// The reader of C++ names of the Itanium ABI (https://itanium-cxx-abi.github.io/cxx-abi/abi.html).
//
// A declaration's text grows around its name, "int (*f(char))[3]", so every part read is a `Text`
// with a left and a right half, and pointers, arrays and functions add to either. Substitutions
// and template arguments are lists of such texts. A pattern of a parameter pack (Dp) is read once
// for each argument of the pack, so T_ always stands for one argument; what such a reading adds
// to the substitutions becomes a pack too. Everything read or copied is paid for in steps, and
// the depth of recursion is limited: neither can be made to explode.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nacre::debug::itanium {

struct Text {
  enum class Shape : uint8_t { plain, function, array };
  std::string left, right;
  Shape shape = Shape::plain;
  uint8_t reference = 0;  // 1: &, 2: &&
  bool is_pack = false;
  std::vector<Text> items;  // of a pack

  Text() = default;
  Text(std::string_view s) : left(s) {}
  Text(const char* s) : left(s) {}
  std::string str() const { return left + (shape == Shape::array ? " " : "") + right; }
};

// What a function's encoding has to know about its name.
struct Name {
  Text text;
  std::string base;             // the last simple name, for constructors
  std::string qualifiers;       // " const &" of a member function
  bool ends_with_args = false;  // a template's: its encoding begins with the return type
  bool no_return_type = false;  // a constructor, destructor or conversion
};

class Parser {
 public:
  explicit Parser(std::string_view in) : in_(in) {}
  // <encoding> and an optional suffix of the compiler's; false when it is not understood.
  bool mangled_name(std::string& out);

 private:
  struct Guard {
    explicit Guard(Parser& parser) : p(parser) { ++p.depth_; }
    ~Guard() { --p.depth_; }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    Parser& p;
  };
  friend struct Guard;

  // --- input
  char peek(size_t ahead = 0) const { return at_ + ahead < in_.size() ? in_[at_ + ahead] : '\0'; }
  bool take(char c);
  bool take(std::string_view s);
  bool fail() {
    failed_ = true;
    return false;
  }
  // Pays for `n` bytes or steps; fails when there was too much work or depth.
  bool pay(size_t n = 1);
  bool number(uint64_t& out);       // decimal digits
  std::string_view digits();        // [n] digits, as text
  bool seq_id(uint64_t& out);       // [<base 36>] _ : 0 for "_", else its value + 1
  bool param_index(uint64_t& out);  // [<decimal>] _ : likewise

  // --- names
  bool encoding(Text& out);
  bool special_name(Text& out);
  bool name(Name& out, bool tag);
  bool nested_name(Name& out, bool tag);
  bool local_name(Name& out, bool tag);
  bool unscoped_name(Name& out);
  bool unqualified_name(Name& out);
  bool source_name(std::string_view& out);
  bool operator_name(Name& out);
  // Puts the template's arguments where a conversion's type named them before they were known.
  void resolve_conversion(std::string& name) const;
  bool constructor_name(Name& out);
  bool unnamed_type(Name& out);
  bool abi_tags(std::string& out);
  void discriminator();
  bool substitution(Text& out, std::string& base);
  bool call_offset();

  // --- types
  bool type(Text& out);
  bool type_of(Text& out, bool& add);
  bool builtin_type(Text& out);
  bool d_type(Text& out, bool& add);
  bool qualified_type(Text& out);
  bool function_type(Text& out);
  bool array_type(Text& out);
  bool member_pointer(Text& out);
  bool vector_type(Text& out);
  bool template_param(Text& out);
  bool template_args(std::string& out, bool tag);
  bool template_arg(Text& out);
  bool template_param_decl();
  bool pack_expansion(Text& out);
  bool parameters(std::string& out, bool (Parser::*stop)() const);
  bool at_end_of_encoding() const;
  bool at_end_of_function() const { return peek() == 'E'; }
  bool at_end_of_signature() const;
  // The current argument, when inside an expansion.
  Text pick(const Text& t) const;
  static void add_pointer(Text& t, std::string_view sign, uint8_t reference);
  bool remember(const Text& t);

  // --- expressions
  // `primary` tells whether it needs no parentheses as an operand.
  bool expression(std::string& out, bool* primary = nullptr);
  // An expression, in parentheses where it needs them.
  bool operand(std::string& out);
  bool expression_list(std::string& out, char end);
  bool expr_primary(std::string& out);
  bool literal(const Text& type, std::string_view code, std::string& out);
  bool fold_expression(std::string& out);
  bool function_param(std::string& out);
  bool unresolved_name(std::string& out);
  bool base_unresolved_name(std::string& out);
  bool named_expression(std::string& out, bool& known);
  bool operator_expression(std::string& out);
  bool new_expression(std::string& out, bool array);

  std::string_view in_;
  size_t at_ = 0;
  int depth_ = 0;
  uint64_t steps_ = 0;
  bool failed_ = false;
  std::vector<Text> substitutions_, template_params_;
  int lambda_depth_ = 0;     // inside a lambda's parameters T_ is `auto`
  bool converting_ = false;  // in a conversion's type, whose T_ are arguments that follow it
  size_t pack_index_ = 0;    // inside an expansion: which argument
  bool expanding_ = false;
  size_t pack_size_ = 0;  // of the packs met in this expansion
  bool pack_met_ = false;
};

// Around the index of an argument that is not known yet. No name may contain it.
inline constexpr char forward_mark = '\x01';

struct Operator {
  char code[3];
  enum Kind : uint8_t { prefix, postfix, binary, member, other } kind;
  const char* text;
};
// The operator of this two-letter code, or null.
const Operator* find_operator(char a, char b);

}  // namespace nacre::debug::itanium
