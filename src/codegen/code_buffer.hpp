// SPDX-License-Identifier: Apache-2.0
//
// Growing machine code with labels. Instruction-set neutral: assemblers write bytes and ask for
// fixups; the buffer patches them when a label is bound. Code is position independent, offsets
// count from the start of the buffer, and the same calls give the same bytes.
//
//   Label skip = code.label();
//   ... jump written by an assembler, then code.fixup(skip, Fixup::rel32) ...
//   code.bind(skip);
//
// Errors are sticky: too much code, no memory, or a short jump that cannot reach set failed()
// and everything after is harmless. finish() also fails when a used label was never bound.
//
// Constants: literal() gives the label of a deduplicated constant; flush_literals() places those
// asked for since the last flush, aligned to their size, larger ones first. Alignment is
// relative to the start of the buffer, so the image must be placed at a multiple of 16.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nacre::codegen {

struct Label {
  uint32_t id = UINT32_MAX;
  constexpr bool valid() const { return id != UINT32_MAX; }
  friend constexpr bool operator==(Label a, Label b) { return a.id == b.id; }
};

// How the bytes just written refer to a label. `rel` counts from the end of the instruction.
enum class Fixup : uint8_t {
  rel8,
  rel32,
  table32,  // jump table entry: label - start of the table
};

class CodeBuffer {
 public:
  static constexpr size_t default_limit = size_t{1} << 30;
  static constexpr size_t slack = 64;  // bytes that reserve() guarantees

  explicit CodeBuffer(size_t limit = default_limit) : limit_(limit) {}
  ~CodeBuffer();
  CodeBuffer(const CodeBuffer&) = delete;
  CodeBuffer& operator=(const CodeBuffer&) = delete;

  // A place for up to `slack` bytes; commit() says where the next byte goes.
  uint8_t* reserve() {
    if (static_cast<size_t>(end_ - at_) < slack) grow();
    return at_;
  }
  void commit(uint8_t* at) { at_ = at; }

  void put8(uint8_t x);
  void put32(uint32_t x);
  void put64(uint64_t x);
  void put(std::span<const uint8_t> bytes);
  // Fills with `fill` up to a multiple of `alignment`, a power of two.
  void align(uint32_t alignment, uint8_t fill);
  // The largest multiple asked for: what the whole needs to be placed at.
  uint32_t alignment() const { return alignment_; }

  uint32_t size() const { return static_cast<uint32_t>(at_ - begin_); }
  const uint8_t* data() const { return begin_; }
  // To change bytes already written.
  uint8_t* patch(uint32_t offset) { return begin_ + offset; }
  std::span<const uint8_t> bytes() const { return {begin_, size()}; }
  bool failed() const { return failed_; }
  void fail() { failed_ = true; }
  // Forgets code, labels and constants but keeps the memory.
  void clear();

  Label label();
  void bind(Label label) { bind_at(label, size()); }
  void bind_at(Label label, uint32_t offset);
  // Whether something may jump to the end of what is written so far.
  bool is_target() const { return last_bound_ == size(); }
  // Takes back the last bytes, which contain no label and no use of one.
  void take_back(uint32_t bytes) { at_ -= bytes; }
  bool is_bound(Label label) const { return labels_[label.id].offset != unbound; }
  // Of a bound label.
  uint32_t offset(Label label) const { return labels_[label.id].offset; }

  // The field of `kind` just written refers to `label` + `addend`; `following` more bytes of the
  // instruction come after it.
  void fixup(Label label, Fixup kind, uint32_t following = 0, int32_t addend = 0);
  // A table of 32-bit distances from its own start, which `start` is bound to.
  void jump_table(Label start, std::span<const Label> targets);

  // `bytes` holds 4, 8 or 16.
  Label literal(std::span<const uint8_t> bytes);
  void flush_literals(uint8_t fill);

  // Places literals left over. True when the code is complete and every use resolved.
  bool finish(uint8_t fill);

 private:
  static constexpr uint32_t unbound = UINT32_MAX, none = UINT32_MAX;

  struct State {
    uint32_t offset = unbound;
    uint32_t uses = none;  // chain through Use::next
  };
  struct Use {
    int64_t base;  // what the distance counts from
    uint32_t at;   // of the field
    uint32_t next;
    Fixup kind;
  };
  struct Literal {
    uint8_t bytes[16];
    uint8_t size;
    Label label;
  };

  void grow();
  void patch(const Use& use, uint32_t target);
  void place_literals(uint8_t size, uint8_t fill);
  uint32_t literal_slot(const Literal& wanted) const;
  void rehash_literals();

  uint8_t* begin_ = nullptr;
  uint8_t* at_ = nullptr;
  uint8_t* end_ = nullptr;
  size_t limit_;
  bool failed_ = false;
  uint32_t alignment_ = 1;
  uint32_t last_bound_ = 0;
  uint32_t open_uses_ = 0;  // fixups whose label is not bound yet
  uint8_t spare_[slack];    // where writing goes when there never was any memory
  std::vector<State> labels_;
  std::vector<Use> uses_;
  std::vector<Literal> literals_;
  std::vector<uint32_t> literal_index_;  // open addressing, index + 1; a power of two long
};

}  // namespace nacre::codegen
