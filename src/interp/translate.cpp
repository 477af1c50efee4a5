// SPDX-License-Identifier: Apache-2.0
//
// The translator's foundation: functions, the stack image, accumulators, locals.
#include "interp/translate.hpp"

#include <algorithm>
#include <new>

#include "interp/translator.hpp"
#include "runtime/listener.hpp"
#include "validate/function_validator.hpp"

namespace nacre::interp {

struct Translation::Impl {
  Impl(ModuleImage& image, const runtime::CodeOptions& options,
       const validate::DeclaredFuncs& declared)
      : translator(image, options), validator(image.module().module, translator, {}, &declared) {}
  Translator translator;
  validate::FunctionValidator<Translator> validator;
};

Translation::Translation(ModuleImage& image, const runtime::CodeOptions& options,
                         const validate::DeclaredFuncs& declared)
    : impl_(std::make_unique<Impl>(image, options, declared)) {}
Translation::~Translation() = default;

std::unique_ptr<Body> Translation::run(FunctionCode& function) {
  impl_->translator.select_function(function);
  if (!impl_->validator.run(function.defined_index)) return nullptr;
  return impl_->translator.take_body();
}

// --- functions

bool Translator::is_gc(ValType t) const {
  if (!t.is_ref()) return false;
  return module_.module.type_table.top(t.heap()) != wasm::Heap::func;
}

char Translator::letter_of(ValType t) {
  switch (t.kind()) {
    case wasm::Kind::i32:
      return 'i';
    case wasm::Kind::i64:
      return 'l';
    case wasm::Kind::f32:
      return 'f';
    case wasm::Kind::f64:
      return 'd';
    case wasm::Kind::v128:
      return 'v';
    default:
      return 'r';
  }
}

void Translator::begin(const validate::FuncStart& f) {
  body_ = std::make_unique<Body>();
  body_->code_offset = f.code_offset;
  offset_ = marked_offset_ = f.code_offset;
  code_.clear();
  code_.resize(2);
  truncate(0);  // what a body given up half-way left, with its links
  refs_.clear();
  nodes_.clear();
  runs_.clear();
  settled_ = depth_ = 0;
  marked_word_ = 0;
  for (Acc& a : accs_) a = {};
  forget_last();
  if (local_entries_.size() < f.num_locals) local_entries_.resize(f.num_locals);

  uint32_t local = 0, slot = 0;
  wide_locals_ = false;
  const auto add = [&](uint32_t count, ValType t) {
    const uint32_t each = slots_of(letter_of(t));
    wide_locals_ |= each != 1;
    runs_.push_back({local, slot, each});
    if (is_gc(t)) body_->ref_locals.push_back({bytes(slot), count});
    local += count;
    slot += count * each;
  };
  for (ValType t : f.params) add(1, t);
  const uint32_t first_declared = slot;
  for (const validate::LocalRun& run : f.locals) add(run.count, run.type);
  link_slot_ = std::max(slot, module_.types[f.type]->result_slots);
  first_temp_ = max_slot_ = link_slot_ + 1;
  if (slot != first_declared) {
    instruction(control_handlers().zero_locals);
    word(bytes(first_declared));
    word(slot - first_declared);
  }
  listened_ = module_.listeners != nullptr && module_.listeners->listens(f.func_index);
  if (listened_) begin_listened();
  else loop_polls();
  forget_last();
}

std::unique_ptr<Body> Translator::take_body() {
  truncate(0);
  code_[0] = bytes(max_slot_);
  code_[1] = bytes(link_slot_);
  Body& b = *body_;
  b.words.reset(new (std::nothrow) Word[code_.size()]);
  if (b.words == nullptr) return nullptr;
  std::copy(code_.begin(), code_.end(), b.words.get());
  b.num_words = here();
  b.link_offset = bytes(link_slot_);
  b.positions.shrink_to_fit();
  if (code_.capacity() > (size_t{1} << 20)) std::vector<Word>().swap(code_);
  return std::move(body_);
}

// --- code

void Translator::pointer(const void* p) {
  Word words[ptr_words];
  std::memcpy(words, &p, sizeof words);
  code_.insert(code_.end(), words, words + ptr_words);
}

void Translator::put_handler(uint32_t at, Handler h) { std::memcpy(&code_[at], &h, sizeof h); }

uint32_t Translator::instruction(Handler h) {
  const uint32_t at = here();
  code_.resize(at + ptr_words);
  put_handler(at, h);
  last_begin_ = at;
  slot_result_ = 0;
  return at;
}

// The same, remembering where in the binary it comes from.
uint32_t Translator::trapping(Handler h) {
  const auto leb = [&](uint64_t v) {
    for (; v >= 0x80; v >>= 7) body_->positions.push_back(static_cast<uint8_t>(v | 0x80));
    body_->positions.push_back(static_cast<uint8_t>(v));
  };
  if (offset_ != marked_offset_ || marked_word_ == 0) {
    leb(here() - marked_word_);
    leb(offset_ - marked_offset_);
    marked_word_ = here();
    marked_offset_ = offset_;
  }
  return instruction(h);
}

void Translator::operand_words(const Operand& o) {
  if (o.cls == Cls::S) word(o.offset);
  if (o.cls != Cls::K) return;
  word(static_cast<uint32_t>(o.bits));
  if (o.letter == 'l' || o.letter == 'd') word(static_cast<uint32_t>(o.bits >> 32));
}

// --- stack

int Translator::acc_index(char letter) {
  switch (letter) {
    case 'i':
    case 'l':
      return 0;
    case 'f':
      return 1;
    case 'd':
      return 2;
    case 'v':
      return 3;
    default:
      return -1;
  }
}

namespace {
// i32 and i64 move alike.
char move_letter(char letter) { return letter == 'i' ? 'l' : letter; }
}  // namespace

Translator::Entry& Translator::push(Where where, char letter, bool gc) {
  const uint32_t slot = next_slot();
  reserve_slots(slot + slots_of(letter));
  if (gc) refs_.push_back(size());
  stack_.push_back({where, letter, gc, false, slot, 0, 0, 0});
  return stack_.back();
}

void Translator::push_types(std::span<const ValType> types) {
  for (ValType t : types) push(Where::place, letter_of(t), is_gc(t));
}

void Translator::pop() {
  const Entry& e = stack_.back();
  const uint32_t i = size() - 1;
  if (e.linked) local_entries_[e.local] = e.next;
  if (e.gc) {
    refs_.pop_back();
    if (nodes_.size() > refs_.size()) nodes_.pop_back();
  }
  const int a = acc_index(e.letter);
  if (a >= 0 && accs_[a].held == Held::entry && accs_[a].id == i) accs_[a] = {};
  stack_.pop_back();
  if (settled_ > i) settled_ = i;
}

// Puts an entry where its height says.
void Translator::settle(uint32_t i) {
  Entry& e = stack_[i];
  const int a = acc_index(e.letter);
  switch (e.where) {
    case Where::place:
      return;
    case Where::acc:
      store_acc(a);
      return;
    case Where::constant:
      instruction(copy_const(e.letter));
      word(bytes(e.slot));
      word64(e.bits);
      break;
    case Where::local:
      if (a >= 0 && accs_[a].held == Held::local && accs_[a].id == e.local) {
        instruction(copy_acc(move_letter(e.letter)));
        word(bytes(e.slot));
      } else {
        instruction(copy_slot(e.letter));
        word(bytes(e.slot));
        word(local_offset(e.local));
      }
      break;
  }
  e.where = Where::place;
}

void Translator::settle_range(uint32_t first, uint32_t n) {
  for (uint32_t i = first; i < first + n; ++i) settle(i);
}

void Translator::settle_top(uint32_t n) { settle_range(size() - n, n); }

// Everything but constants, which no one can change. Null references are settled: a safepoint
// inside the block wants them in their places, and only some paths may come by it.
void Translator::settle_all() {
  for (; settled_ < size(); ++settled_) {
    const Entry& e = stack_[settled_];
    if (e.where != Where::constant || e.gc) settle(settled_);
  }
}

Translator::Operand Translator::operand(uint32_t i) const {
  const Entry& e = stack_[i];
  const int a = acc_index(e.letter);
  const Acc held = a >= 0 ? accs_[a] : Acc{};
  switch (e.where) {
    case Where::constant:
      return {Cls::K, e.letter, 0, e.bits};
    case Where::acc:
      return {Cls::A, e.letter, 0, 0};
    case Where::place:
      if (held.held == Held::entry && held.id == i) return {Cls::A, e.letter, 0, 0};
      return {Cls::S, e.letter, bytes(e.slot), 0};
    case Where::local:
      if (held.held == Held::local && held.id == e.local) return {Cls::A, e.letter, 0, 0};
      return {Cls::S, e.letter, local_offset(e.local), 0};
  }
  return {};
}

// The entry as a slot: its own place, or the local's.
Translator::Operand Translator::slot_operand(uint32_t i) {
  const Entry& e = stack_[i];
  if (e.where == Where::local) return {Cls::S, e.letter, local_offset(e.local), 0};
  settle(i);
  return {Cls::S, e.letter, bytes(e.slot), 0};
}

// --- accumulators

// If the accumulator's content is nowhere else, makes its instruction store it as well.
void Translator::store_acc(int a) {
  Acc& acc = accs_[a];
  if (!acc.unstored) return;
  Entry& e = stack_[acc.id];
  put_handler(acc.at, acc.store);
  code_[acc.at + ptr_words] = bytes(e.slot);
  e.where = Where::place;
  acc.unstored = false;
}

void Translator::release_accs() {
  for (int a = 0; a < 4; ++a) {
    store_acc(a);
    accs_[a] = {};
  }
}

void Translator::forget_accs() {
  for (Acc& a : accs_) a = {};
}

// Begins an instruction with a result in an accumulator: handler and destination. Its operands have
// been taken off the stack.
void Translator::result(const Pair& pair, char letter, bool traps) {
  const int a = acc_index(letter);
  store_acc(a);
  const uint32_t at = traps ? trapping(pair.acc) : instruction(pair.acc);
  word(0);
  push(Where::acc, letter);
  accs_[a] = {Held::entry, true, size() - 1, at, pair.slot};
}

// The same with a result that only goes to a slot.
void Translator::slot_result(Handler h, char letter, bool gc, bool traps) {
  if (traps) trapping(h);
  else instruction(h);
  const Entry& e = push(Where::place, letter, gc);
  slot_result_ = here();
  slot_result_entry_ = size() - 1;
  word(bytes(e.slot));
}

// --- locals

uint32_t Translator::local_offset(uint32_t x) const {
  if (!wide_locals_) return bytes(x);
  const auto after =
      std::upper_bound(runs_.begin(), runs_.end(), x,
                       [](uint32_t v, const LocalRun& r) { return v < r.first_local; });
  const LocalRun& r = after[-1];
  return bytes(r.first_slot + (x - r.first_local) * r.slots_each);
}

// Copies every entry that still stands for local x.
void Translator::settle_local(uint32_t x) {
  for (uint32_t i = local_entries_[x]; i != 0;) {
    Entry& e = stack_[i - 1];
    if (e.where == Where::local) settle(i - 1);
    e.linked = false;
    i = e.next;
  }
  local_entries_[x] = 0;
}

void Translator::push_local(uint32_t x, char letter, bool gc) {
  Entry& e = push(Where::local, letter, gc);
  e.local = x;
  e.next = local_entries_[x];
  e.linked = true;
  local_entries_[x] = size();
}

// Pops the top entry into local x.
void Translator::assign(uint32_t x) {
  const uint32_t i = size() - 1;
  const Entry e = stack_[i];
  if (e.where == Where::local && e.local == x) {
    pop();
    return;
  }
  const int a = acc_index(e.letter);
  const Acc held = a >= 0 ? accs_[a] : Acc{};
  const Operand source = operand(i);
  bool retarget = e.where == Where::acc && just_emitted(held.at);
  bool retarget_slot = e.where == Where::place && slot_result_ != 0 && slot_result_entry_ == i;
  pop();
  if (local_entries_[x] != 0) {
    const uint32_t before = here();
    settle_local(x);
    if (here() != before) retarget = retarget_slot = false;
  }
  const uint32_t to = local_offset(x);
  bool held_now = source.cls == Cls::A;
  if (retarget) {
    put_handler(held.at, held.store);
    code_[held.at + ptr_words] = to;
  } else if (retarget_slot) {
    code_[slot_result_] = to;
  } else if (source.cls == Cls::A) {
    instruction(copy_acc(move_letter(e.letter)));
    word(to);
  } else if (source.cls == Cls::K) {
    instruction(copy_const(e.letter));
    word(to);
    word64(source.bits);
  } else {
    instruction(copy_slot(e.letter));
    word(to);
    word(source.offset);
  }
  if (a < 0) return;
  if (held_now) accs_[a] = {Held::local, false, x, 0, nullptr};
  else if (accs_[a].held == Held::local && accs_[a].id == x) accs_[a] = {};
}

Translator::Value Translator::local_get(uint32_t x, ValType t) {
  push_local(x, letter_of(t), is_gc(t));
  return {};
}

void Translator::local_set(uint32_t x, ValType, Value) { assign(x); }

Translator::Value Translator::local_tee(uint32_t x, ValType t, Value) {
  const Entry e = stack_.back();
  assign(x);
  if (e.where == Where::constant) push(Where::constant, letter_of(t), e.gc).bits = e.bits;
  else push_local(x, letter_of(t), is_gc(t));
  return {};
}

// --- references at safepoints

// Notes which references lie on the operand stack, for an instruction that comes now and
// during which the collector may run.
void Translator::safepoint() {
  while (nodes_.size() < refs_.size()) {
    const uint32_t i = refs_[nodes_.size()];
    settle(i);
    const uint32_t parent = nodes_.empty() ? no_node : nodes_.back();
    nodes_.push_back(static_cast<uint32_t>(body_->ref_nodes.size()));
    body_->ref_nodes.push_back({bytes(stack_[i].slot), parent});
  }
  const uint32_t node = nodes_.empty() ? no_node : nodes_.back();
  const uint32_t previous = body_->safepoints.empty() ? no_node : body_->safepoints.back().node;
  if (node != previous) body_->safepoints.push_back({here(), node});
}

}  // namespace nacre::interp
