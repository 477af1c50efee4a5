// SPDX-License-Identifier: Apache-2.0
//
// References: null, equality, functions, and what type an object has. An object of exactly the type
// asked for is recognised by the type id in its header; the types of others are looked up by a stub
// (codegen/x64/subtype.hpp), or by a builtin for kinds of types that casts seldom name.
#include "baseline/compiler.hpp"
#include "codegen/x64/subtype.hpp"
#include "runtime/gc/heap.hpp"

namespace nacre::baseline {
namespace {

namespace gc = runtime::gc;
using codegen::BuiltinId;
using runtime::Func;
using runtime::RuntimeType;
using runtime::VmContext;
using wasm::Heap;

constexpr uint8_t id_reg = 10, type_reg = 11;  // what the stub wants

}  // namespace

Value Compiler::ref_null(HeapType) { return push_constant(ValueClass::i64, 0); }

Value Compiler::ref_is_null(ValType, Value v) { return unary(Op::i64_eqz, v); }

Value Compiler::ref_eq(Value x, Value y) { return binary(Op::i64_eq, x, y); }

Value Compiler::ref_as_non_null(ValType, Value v) {
  flush_loads();
  const Mark mark = begin();
  const uint8_t ref = to_reg(v);
  a.test(r64(ref), r64(ref));
  a.j(Cond::e, trap_label(Trap::null_reference));
  close(mark);
  return v;
}

Value Compiler::convert_extern(Op, Value v) { return v; }

// Functions of the module get their Func when somebody asks for it first.
Value Compiler::ref_func(uint32_t func) {
  const Mark mark = begin();
  const uint8_t d = alloc(0);
  a.mov(r64(d), vm_field(offsetof(VmContext, imported_funcs)));
  a.mov(r64(d), mem(r64(d), static_cast<int32_t>(func * sizeof(Func*))));
  if (func >= module_.num_imported_funcs) {
    a.test(r64(d), r64(d));
    a.bind(cold_call(Cond::e, BuiltinId::ref_func, func, 0, 0, d));
  }
  close(mark);
  return push_reg(ValueClass::i64, d);
}

// --- types of objects

// How a reference of type `from` is tested against `to`.
Compiler::TypeTest Compiler::type_test(ValType from, ValType to) const {
  const auto& types = module_.type_table;
  if (types.matches(from.heap(), to.heap())) return TypeTest::always;
  if (to.heap().is_concrete())
    return types.is_func(to.heap().type()) ? TypeTest::function : TypeTest::object;
  switch (to.heap().abstract()) {
    case Heap::i31:
      return TypeTest::i31;
    case Heap::eq:
      return TypeTest::not_boxed;
    case Heap::struct_:
    case Heap::array:
      return TypeTest::builtin;
    case Heap::any:
    case Heap::func:
    case Heap::extern_:
    case Heap::exn:
      return TypeTest::always;
    default:
      return TypeTest::never;
  }
}

// Before operands are placed: what test_type will need besides.
void Compiler::prepare_type_test(ValType from, ValType to) {
  const TypeTest test = type_test(from, to);
  if (test == TypeTest::object || test == TypeTest::function) take_fixed(id_reg);
}

// Goes to `fail` unless the reference, of type `from`, is of type `to`. Destroys the scratch
// register; what it allocates comes first.
void Compiler::test_type(uint8_t ref, ValType from, ValType to, codegen::Label fail) {
  const TypeTest test = type_test(from, to);
  const codegen::Label match = a.label();
  if (from.nullable() || test == TypeTest::never) {
    a.test(r64(ref), r64(ref));
    if (test == TypeTest::never) {
      if (to.nullable()) a.j(Cond::ne, fail);
      else a.jmp(fail);
      return a.bind(match);
    }
    if (test == TypeTest::always) {
      if (!to.nullable()) a.j(Cond::e, fail);
      return a.bind(match);
    }
    a.j(Cond::e, to.nullable() ? match : fail);
  }
  switch (test) {
    case TypeTest::i31:
      a.test(r32(ref), 1);
      a.j(Cond::e, fail);
      break;
    case TypeTest::not_boxed:
      a.test(r32(ref), 1);
      a.j(Cond::ne, match);
      load_gc_base(x64::scratch_reg);
      a.cmp(Size::d, mem(x64::scratch_reg, r64(ref)), static_cast<int32_t>(gc::first_type_id));
      a.j(Cond::b, fail);
      break;
    case TypeTest::function:
      test_function_type(ref, to, match, fail);
      break;
    case TypeTest::object:
      test_object_type(ref, from, to, match, fail);
      break;
    default:
      break;
  }
  a.bind(match);
}

void Compiler::load_type(Gpr d, TypeId type) {
  a.mov(d, vm_field(offsetof(VmContext, types)));
  a.mov(d, mem(d, static_cast<int32_t>(type * sizeof(void*))));
}

void Compiler::test_object_type(uint8_t ref, ValType from, ValType to, codegen::Label match,
                                codegen::Label fail) {
  const TypeId type = to.heap().type();
  // Below `eq` there are i31s, and nothing but the type itself tells that there are none.
  const bool may_be_i31 = from.heap().is_abstract() && from.heap().abstract() != Heap::struct_ &&
                          from.heap().abstract() != Heap::array;
  if (may_be_i31) {
    a.test(r32(ref), 1);
    a.j(Cond::ne, fail);
  }
  load_gc_base(r64(id_reg));
  load_type(r64(type_reg), type);
  a.mov(r32(id_reg), mem(r64(id_reg), r64(ref)));
  a.cmp(r32(id_reg), mem(r64(type_reg), static_cast<int32_t>(offsetof(RuntimeType, id))));
  if (compiled_.types[type]->is_final) return a.j(Cond::ne, fail);
  a.j(Cond::e, match);
  const Audit::Mark here = audit_.mark();
  a.call(vm_field(offsetof(VmContext, is_subtype)));
  audit_.resume(here);  // it keeps all but its operands
  a.j(Cond::ne, fail);
}

void Compiler::test_function_type(uint8_t ref, ValType to, codegen::Label match,
                                  codegen::Label fail) {
  const RuntimeType& type = *compiled_.types[to.heap().type()];
  const Gpr wanted = x64::scratch_reg;
  const Mem found = mem(r64(ref), static_cast<int32_t>(offsetof(Func, type)));
  load_type(wanted, to.heap().type());
  a.cmp(wanted, found);
  if (type.is_final) return a.j(Cond::ne, fail);
  a.j(Cond::e, match);
  const Gpr actual = r64(id_reg);
  a.mov(actual, found);
  a.cmp(Size::d, mem(actual, static_cast<int32_t>(offsetof(RuntimeType, depth))),
        static_cast<int32_t>(type.depth));
  a.j(Cond::be, fail);
  a.mov(actual, mem(actual, x64::ancestors_offset()));
  a.cmp(wanted, mem(actual, static_cast<int32_t>(type.depth * sizeof(void*))));
  a.j(Cond::ne, fail);
}

Value Compiler::ref_test(ValType from, ValType to, Value v) {
  if (type_test(from, to) == TypeTest::builtin) {
    call_builtin(BuiltinId::ref_test, to.heap().code(), to.nullable() ? 1 : 0, first_of(v));
    return push_slot(ValueClass::i32);
  }
  const codegen::Label fail = a.label();
  if (!is_simple(v.node)) materialize(v.node);
  const Mark mark = begin();
  prepare_type_test(from, to);
  const uint8_t ref = to_reg(v), d = alloc(0);
  a.mov_zero(r32(d));
  test_type(ref, from, to, fail);
  a.mov_imm(r32(d), 1);
  a.bind(fail);
  return push_result(mark, v, ValueClass::i32, d);
}

Value Compiler::ref_cast(ValType from, ValType to, Value v) {
  if (type_test(from, to) == TypeTest::builtin) {
    const bool is_ref = node(v).is_ref;
    call_builtin(BuiltinId::ref_cast, to.heap().code(), to.nullable() ? 1 : 0, first_of(v));
    return push_slot(ValueClass::i64, is_ref);
  }
  flush_loads();
  if (!is_simple(v.node)) materialize(v.node);
  const Mark mark = begin();
  prepare_type_test(from, to);
  const uint8_t ref = to_reg(v);
  test_type(ref, from, to, trap_label(Trap::cast_failure));
  close(mark);
  return v;
}

// --- branches

Value Compiler::br_on_null(Frame& frame, ValType, Value ref, Ops values) {
  settle_values(values);
  test_null(ref);
  branch_on(frame, {static_cast<uint8_t>(Cond::e), codegen::Unordered::ignore}, values);
  return ref;
}

void Compiler::br_on_non_null(Frame& frame, ValType, Ops values) {
  settle_values(values);
  const Value ref = values.back().value;
  test_null(ref);
  branch_on(frame, {static_cast<uint8_t>(Cond::ne), codegen::Unordered::ignore}, values);
  pop_from(ref);
}

// Sets the flags: "equal" when null.
void Compiler::test_null(Value ref) {
  flush_loads();
  const Mark mark = begin();
  const uint8_t reg = to_reg(ref);
  a.test(r64(reg), r64(reg));
  close(mark);
}

Value Compiler::br_on_cast(Op op, Frame& frame, ValType from, ValType to, Ops values) {
  const bool on_failure = op == Op::br_on_cast_fail;
  settle_values(values);
  const Value ref = values.back().value;
  if (type_test(from, to) == TypeTest::builtin) {
    const Value matches = ref_test(from, to, copy_of(ref));
    const Condition c = to_flags(matches.node);
    pop_from(matches);
    branch_on(frame, on_failure ? codegen::negate(c) : c, values);
    return ref;
  }
  const codegen::Label fail = a.label(), match = a.label();
  const Mark mark = begin();
  prepare_type_test(from, to);
  test_type(to_reg(ref), from, to, fail);
  close(mark);
  const Audit::Mark here = audit_.mark();
  if (on_failure) {
    a.jmp(match);
    a.bind(fail);
    branch_always(frame, values);
    a.bind(match);
  } else {
    branch_always(frame, values);
    a.bind(fail);
  }
  audit_.resume(here);
  verify();
  return ref;
}

// Values in place or simple, then out of here.
void Compiler::branch_always(Frame& frame, Ops values) {
  if (frame.kind == validate::FrameKind::func) {
    move_results(values);
    return emit_epilogue();
  }
  move_values(frame, values);
  jump_to(frame);
}

// The value once more, in a register.
Value Compiler::copy_of(Value v) {
  const Mark mark = begin();
  const uint8_t reg = alloc(file_of(node(v).cls));
  load_simple(v.node, reg);
  close(mark);
  return push_reg(node(v).cls, reg, node(v).is_ref);
}

}  // namespace nacre::baseline
