// SPDX-License-Identifier: Apache-2.0
#include "wasm/type_names.hpp"

namespace nacre::wasm {
namespace {

void by_number(std::string& out, TypeId id) { out += std::to_string(id); }

}  // namespace

const char* heap_name(Heap h) {
  switch (h) {
    case Heap::func:
      return "func";
    case Heap::nofunc:
      return "nofunc";
    case Heap::extern_:
      return "extern";
    case Heap::noextern:
      return "noextern";
    case Heap::any:
      return "any";
    case Heap::eq:
      return "eq";
    case Heap::i31:
      return "i31";
    case Heap::struct_:
      return "struct";
    case Heap::array:
      return "array";
    case Heap::none:
      return "none";
    case Heap::exn:
      return "exn";
    case Heap::noexn:
      return "noexn";
    case Heap::bot:
    case Heap::count:
      break;
  }
  return "bot";
}

const char* short_ref_name(Heap h) {
  switch (h) {
    case Heap::func:
      return "funcref";
    case Heap::nofunc:
      return "nullfuncref";
    case Heap::extern_:
      return "externref";
    case Heap::noextern:
      return "nullexternref";
    case Heap::any:
      return "anyref";
    case Heap::eq:
      return "eqref";
    case Heap::i31:
      return "i31ref";
    case Heap::struct_:
      return "structref";
    case Heap::array:
      return "arrayref";
    case Heap::none:
      return "nullref";
    case Heap::exn:
      return "exnref";
    case Heap::noexn:
      return "nullexnref";
    case Heap::bot:
    case Heap::count:
      break;
  }
  return "botref";
}

const char* kind_name(Kind k) {
  switch (k) {
    case Kind::i32:
      return "i32";
    case Kind::i64:
      return "i64";
    case Kind::f32:
      return "f32";
    case Kind::f64:
      return "f64";
    case Kind::v128:
      return "v128";
    case Kind::ref:
      return "ref";
    case Kind::i8:
      return "i8";
    case Kind::i16:
      return "i16";
    case Kind::bot:
      break;
  }
  return "bot";
}

std::string type_text(HeapType h) {
  std::string out;
  append_heap_type(out, h, by_number);
  return out;
}

std::string type_text(ValType t) {
  std::string out;
  append_val_type(out, t, by_number);
  return out;
}

std::string types_text(std::span<const ValType> types) {
  std::string out = "[";
  for (size_t i = 0; i < types.size(); ++i) {
    if (i != 0) out += ' ';
    append_val_type(out, types[i], by_number);
  }
  return out + "]";
}

std::string func_type_text(std::span<const ValType> params, std::span<const ValType> results) {
  return types_text(params) + " -> " + types_text(results);
}

}  // namespace nacre::wasm
