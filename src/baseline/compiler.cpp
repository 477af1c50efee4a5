// SPDX-License-Identifier: Apache-2.0
//
// A function from its first to its last byte: frame, parameters, cold code, side tables.
#include "baseline/compiler.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

#include "runtime/listener.hpp"
#include "runtime/memory_storage.hpp"
#include "validate/function_validator.hpp"

namespace nacre::baseline {

using codegen::Site;
using codegen::ValuePlace;
using codegen::x64::scratch_reg;

namespace {

// Room for the entry of calls through a Func and the prologue, which is known last: the longest,
// and those of small frames.
constexpr uint32_t most_room = host_is_windows ? 56 : 32, small_room = 24, leaf_room = 16;
constexpr uint32_t small_homes = 64, small_frame = 120;
constexpr uint32_t func_entry_bytes = 4;
// Functions up to a size are packed more densely: some modules have half a million of them.
constexpr uint32_t small_function = 72, small_alignment = 8;
// rax, rcx, rdx, r10, r13 and pins; all but the scratch register.
constexpr uint32_t general_registers = 0b0111'0111'1100'1111;
constexpr uint32_t vector_registers = 0x7fff;

}  // namespace

Compiler::Compiler(const runtime::CompiledModule& module, const CompileOptions& options)
    : compiled_(module),
      module_(module.module),
      options_(options),
      rows_(x64::rows(), options.features),
      a(code_, options.features) {
  for (const wasm::MemoryType& type : module_.memories)
    guarded_.push_back(options.guarded && runtime::MemoryStorage::can_guard(type));
  layouts_.reserve(module_.type_table.size());
}

// --- the start

void Compiler::begin(const validate::FuncStart& start) {
  reset();
  code_offset_ = start.code_offset;
  type_ = start.type;
  own_layout_ = &layout_of(start.type);
  const auto class_of = [&](uint32_t index) { return codegen::class_of(type_of(start, index)); };
  uint64_t num_locals = start.params.size();
  for (const validate::LocalRun& r : start.locals) num_locals += r.count;
  scan_.run(module_, start.code, static_cast<uint32_t>(start.params.size()), num_locals, class_of);
  func_index_ = start.func_index;
  listened_ = compiled_.listeners != nullptr && compiled_.listeners->listens(func_index_);
  if (listened_) keep_all_params(start);
  leaf_ = !scan_.has_call && !listened_ && !(options_.interruptible && !scan_.loops.empty());
  place_homes(start);
  room_ = wants_room_ || homes_end_ > small_homes ? most_room : leaf_ ? leaf_room : small_room;
  for (uint32_t i = 0; i < room_; ++i) code_.put8(0xCC);
  set_pins(0);
  receive_params(start);
  clear_locals();
  audit_.begin();
  joined();
  if (listened_) tell_before(start);
  if (options_.fuel) use_fuel();
}

void Compiler::reset() {
  code_.clear();
  nodes_.clear();
  vectors_.clear();
  pending_loads_.clear();
  pins_.clear();
  outer_pins_.clear();
  cold_traps_.clear();
  cold_edges_.clear();
  cold_polls_.clear();
  fix_moves_.clear();
  sites_.clear();
  relocations_.clear();
  handler_clauses_.clear();
  handler_sites_.clear();
  local_refs_.clear();
  ref_sites_.clear();
  refs_.clear();
  ref_slots_.clear();
  ref_marks_.clear();
  refs_unchanged_ = 0;
  for (unsigned f = 0; f < 2; ++f) locked_[f] = temps_[f] = 0;
  free_[0] = allocatable_[0] = general_registers;
  free_[1] = allocatable_[1] = vector_registers;
  flushed_ = settled_ = 0;
  max_slots_ = 0;
  region_ = regions_seen_ = loops_seen_ = 0;
  state_ = {};
  handlers_ = UINT32_MAX;
  return_label_ = {};
  wasm_at_ = 0;
  callee_held_ = false;
  reloaded_at_ = 0;
}

// The type of a local by the runs of its declaration.
ValType Compiler::type_of(const validate::FuncStart& start, uint32_t index) {
  if (index < start.params.size()) return start.params[index];
  if (run_ends_for_ != start.locals.data() || run_ends_.size() != start.locals.size() ||
      run_ends_epoch_ != code_offset_) {
    run_ends_.clear();
    uint64_t end = start.params.size();
    for (const validate::LocalRun& r : start.locals) run_ends_.push_back(end += r.count);
    run_ends_for_ = start.locals.data();
    run_ends_epoch_ = code_offset_;
  }
  const auto run = std::upper_bound(run_ends_.begin(), run_ends_.end(), index);
  return start.locals[static_cast<size_t>(run - run_ends_.begin())].type;
}

// Homes of all locals that are used, the hottest nearest to the frame pointer.
void Compiler::place_homes(const validate::FuncStart& start) {
  uint32_t most = 0;
  for (const TouchedLocal& t : scan_.locals) most = std::max(most, t.index + 1);
  if (locals_.size() < most) locals_.resize(most);
  for (TouchedLocal& t : scan_.locals) {
    locals_[t.index] = {};
    locals_[t.index].cls = t.cls;
    t.is_gc_ref = is_gc_ref(type_of(start, t.index));
  }
  std::stable_sort(
      scan_.locals.begin(), scan_.locals.end(),
      [](const TouchedLocal& x, const TouchedLocal& y) { return x.weight > y.weight; });
  uint32_t end = leaf_ ? 0 : 8;
  for (const TouchedLocal& t : scan_.locals) {
    Local& l = locals_[t.index];
    if (t.index < start.params.size() && own_layout_->params[t.index].reg == no_reg) {
      l.home = x64::first_param + static_cast<int32_t>(own_layout_->params[t.index].stack);
    } else {
      end += 8 * slots_of(t.cls);
      l.home = -static_cast<int32_t>(end);
    }
    if (t.is_gc_ref) local_refs_.push_back(l.home);
  }
  homes_end_ = end;
}

// From the registers of the convention into pins and homes.
void Compiler::receive_params(const validate::FuncStart& start) {
  reg_moves_.clear();
  for (const TouchedLocal& t : scan_.locals) {
    if (t.index >= start.params.size()) continue;
    const ValuePlace& place = own_layout_->params[t.index];
    const Local& l = locals_[t.index];
    if (place.reg == no_reg) continue;
    if (l.pin == no_reg || t.is_gc_ref) x64::store_value(a, t.cls, home(t.index), place.reg);
    if (l.pin == no_reg) continue;
    reg_moves_.push_back({t.cls, pins_[l.pin].reg, place.reg});
    state_.in_reg |= 1u << l.pin;
    if (!t.is_gc_ref) state_.in_mem &= ~(1u << l.pin);
  }
  parallel_move();
}

// Declared locals are zero. References are cleared in memory in any case, where the collector
// looks.
void Compiler::clear_locals() {
  bool have_zero = false;
  for (const TouchedLocal& t : scan_.locals) {
    const Local& l = locals_[t.index];
    if (t.index < own_layout_->params.size()) continue;
    const bool in_pin = l.pin != no_reg && t.needs_zero;
    const bool in_home = t.is_gc_ref || (l.pin == no_reg && t.needs_zero);
    if (in_pin) {
      const uint32_t bit = 1u << l.pin;
      const uint8_t reg = pins_[l.pin].reg;
      if (file_of(t.cls) == 0) a.xor_(r32(reg), r32(reg));
      else codegen::x64::Simd(a).zero(xmm(reg));
      state_.in_reg |= bit;
      if (!in_home) state_.in_mem &= ~bit;
    }
    if (!in_home) continue;
    if (!have_zero) a.xor_(scratch_reg.r32(), scratch_reg.r32());
    have_zero = true;
    a.mov(home(t.index), scratch_reg);
    if (t.cls == ValueClass::v128) a.mov(mem(x64::rbp, l.home + 8), scratch_reg);
  }
}

// --- sites

void Compiler::add_site(uint32_t offset, Site::Kind kind, Trap trap, uint32_t wasm) {
  sites_.push_back({offset, static_cast<uint32_t>(code_offset_ + wasm), kind, trap});
}

void Compiler::add_call_site(uint32_t offset) {
  add_site(offset, Site::Kind::call, Trap::none, wasm_at_);
  if (handlers_ != UINT32_MAX) handler_sites_.push_back({offset, handlers_});
  if (ref_slots_.empty()) return;
  const RefRange refs = ref_snapshot();
  ref_sites_.push_back({offset, refs.begin, refs.end});
}

codegen::Label Compiler::dynamic_trap_label() {
  return cold_trap(Trap::none, Site::Kind::dynamic, wasm_at_);
}

codegen::Label Compiler::cold_trap(Trap trap, Site::Kind kind, uint32_t wasm,
                                   const TrapIndex& index) {
  // Several checks of one instruction share a stub.
  for (size_t i = cold_traps_.size(); i-- > 0 && i + 4 > cold_traps_.size();) {
    const ColdTrap& t = cold_traps_[i];
    if (t.wasm == wasm && t.trap == trap && t.kind == kind && t.index == index) return t.label;
  }
  cold_traps_.push_back({code_.label(), wasm, trap, kind, index});
  return cold_traps_.back().label;
}

// --- the end

void Compiler::emit_cold() {
  emit_cold_calls();
  for (const ColdEdge& e : cold_edges_) {
    code_.bind(e.label);
    for (uint32_t i = e.begin; i < e.end; ++i) apply(fix_moves_[i]);
    a.jmp(e.target);
  }
  for (const ColdPoll& p : cold_polls_) emit_poll(p);
  for (const ColdTrap& t : cold_traps_) {
    code_.bind(t.label);
    store_trap_index(t.index);
    add_site(x64::emit_trap(a), t.kind, t.trap, t.wasm);
  }
}

void Compiler::store_trap_index(const TrapIndex& index) {
  const Mem operand = vm_field(offsetof(runtime::VmContext, trap_operand));
  if (index.of_array) {
    // Before the scratch register is needed for a constant.
    a.mov(scratch_reg.r32(), mem(scratch_reg, array_length_at));
    a.mov(vm_field(offsetof(runtime::VmContext, trap_bound)), scratch_reg);
  }
  if (index.is_constant) a.mov_imm(scratch_reg, index.constant);
  if (index.is_constant) a.mov(operand, scratch_reg);
  else if (index.reg != no_reg) a.mov(operand, r64(index.reg));
}

void Compiler::emit_poll(const ColdPoll& p) {
  code_.bind(p.label);
  for (uint32_t i = p.begin; i < p.loads; ++i) apply(fix_moves_[i]);
  const x64::HostAbi& abi = x64::host_abi();
  a.mov(r64(abi.arguments[0]), x64::vm_reg);
  a.lea(r64(abi.arguments[1]), slot_mem(0, ValueClass::i64));
  const uint32_t at = x64::emit_call_builtin(a, static_cast<uint32_t>(codegen::BuiltinId::poll));
  add_site(at, Site::Kind::call, Trap::none, p.wasm);
  if (p.refs.begin != p.refs.end) ref_sites_.push_back({at, p.refs.begin, p.refs.end});
  a.test(r32(0), r32(0));
  a.j(Cond::ne, cold_trap(Trap::none, Site::Kind::dynamic, p.wasm));
  for (uint32_t i = p.loads; i < p.end; ++i) apply(fix_moves_[i]);
  a.jmp(p.back);
}

// Where the references among the operands are now. What has not changed since an earlier snapshot
// is taken from there, so that a deep stack is not listed again and again.
RefRange Compiler::ref_snapshot() {
  const auto count = static_cast<uint32_t>(ref_slots_.size());
  while (!ref_marks_.empty() && ref_marks_.back().count > refs_unchanged_) ref_marks_.pop_back();
  refs_unchanged_ = count;
  if (count == 0) return {0, 0};
  if (!ref_marks_.empty() && ref_marks_.back().count == count) return ref_marks_.back().range;
  const auto begin = static_cast<uint32_t>(refs_.size());
  uint32_t from = 0;
  if (!ref_marks_.empty() && ref_marks_.back().count > 2) {
    from = ref_marks_.back().count;
    link_refs(ref_marks_.back().range);
  }
  for (; from < count; ++from)
    refs_.push_back(slot_mem(nodes_[ref_slots_[from]].slot, ValueClass::i64).disp);
  const RefRange range{begin, static_cast<uint32_t>(refs_.size())};
  ref_marks_.push_back({count, range});
  return range;
}

// Begins a list in refs_ with an earlier one.
void Compiler::link_refs(RefRange range) {
  const auto here = static_cast<uint32_t>(refs_.size());
  refs_.push_back(codegen::link_back(here - range.begin));
  refs_.push_back(codegen::link_size(range.end - range.begin));
}

// Where in ref_slots_ the nodes from `node` on begin.
size_t Compiler::ref_position(uint32_t node) const {
  return static_cast<size_t>(std::lower_bound(ref_slots_.begin(), ref_slots_.end(), node) -
                             ref_slots_.begin());
}

// ref_slots_ is not what it was from this position on.
void Compiler::refs_change(size_t position) {
  if (position < refs_unchanged_) refs_unchanged_ = static_cast<uint32_t>(position);
}

void Compiler::finish() {}

Compiler::Outcome Compiler::take(uint32_t defined_index, codegen::FunctionBatch& out) {
  emit_cold();
  resolve_forwards();
  codegen::FrameInfo frame;
  frame.bytes = homes_end_ + 8 * max_slots_;
  frame.leaf = leaf_;
  frame.listened = listened_;
  // With a frame that turned out large, the prologue needs more than it was given: once more.
  wants_room_ = room_ != most_room && frame.bytes > small_frame;
  if (wants_room_) return Outcome::again;
  const bool checked = !leaf_ || frame.bytes >= x64::big_frame;
  const uint32_t overflow_at = code_.size();
  if (checked) add_site(x64::emit_trap(a), Site::Kind::trap, Trap::stack_exhausted, 0);
  const uint32_t code_end = code_.size();
  if (!code_.finish(0xCC)) return Outcome::failed;
  frame.constants = static_cast<uint16_t>(std::min<uint32_t>(code_.size() - code_end, UINT16_MAX));
  const uint32_t direct = write_prologue(frame, overflow_at);
  const bool is_small = code_.size() <= small_function && code_.alignment() <= small_alignment;
  out.add({.index = defined_index,
           .bytes = code_.bytes(),
           .skip = direct - func_entry_bytes,
           .alignment = is_small ? small_alignment : codegen::CodeImage::alignment,
           .direct = direct,
           .uses_floats = scan_.uses_floats,
           .frame = frame,
           .sites = sites_,
           .relocations = relocations_,
           .handlers = handler_clauses_,
           .handler_sites = handler_sites_,
           .local_refs = local_refs_,
           .ref_sites = ref_sites_,
           .refs = refs_});
  return Outcome::done;
}

// What of the room at the start is not needed, the entry for calls through a Func, the prologue
// directly before the body: direct calls enter there. Returns its offset.
uint32_t Compiler::write_prologue(const codegen::FrameInfo& frame, uint32_t overflow_at) {
  prologue_.clear();
  x64::Assembler p(prologue_, options_.features);
  const codegen::Label overflow = prologue_.label();
  const bool is_near = overflow_at - room_ <= INT8_MAX - 4;  // the jump is not quite the end
  x64::emit_prologue(p, frame, overflow, is_near ? Reach::near : Reach::far);
  const uint32_t size = prologue_.size();
  assert(size + func_entry_bytes <= room_);
  const uint32_t direct = room_ - size;
  prologue_.bind_at(overflow, overflow_at - direct);
  std::copy_n(prologue_.data(), size, code_.patch(direct));
  prologue_.clear();
  x64::emit_func_entry(p);
  assert(prologue_.size() == func_entry_bytes);
  std::copy_n(prologue_.data(), func_entry_bytes, code_.patch(direct - func_entry_bytes));
  return direct;
}

// --- the driver

struct FunctionCompiler::Impl {
  Compiler compiler;
  validate::FunctionValidator<Compiler> driver;

  Impl(const runtime::CompiledModule& module, const CompileOptions& options,
       const validate::DeclaredFuncs& declared)
      : compiler(module, options), driver(module.module, compiler, module.limits, &declared) {}
};

FunctionCompiler::FunctionCompiler(const runtime::CompiledModule& module,
                                   const CompileOptions& options,
                                   const validate::DeclaredFuncs& declared)
    : impl_(std::make_unique<Impl>(module, options, declared)) {}

FunctionCompiler::~FunctionCompiler() = default;

FunctionCompiler::Outcome FunctionCompiler::compile(uint32_t defined_index,
                                                    codegen::FunctionBatch& out) {
  for (;;) {
    if (!impl_->driver.run(defined_index)) return Outcome::invalid;
    const Compiler::Outcome outcome = impl_->compiler.take(defined_index, out);
    if (outcome == Compiler::Outcome::done) return Outcome::done;
    if (outcome == Compiler::Outcome::failed) return Outcome::failed;
  }
}

}  // namespace nacre::baseline
