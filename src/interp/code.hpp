// SPDX-License-Identifier: Apache-2.0
//
// What the translator makes of a function, and of a module.
//
// Code is a stream of 32-bit words. An instruction is the address of its handler (one or two words)
// and its operands: byte offsets of slots from the frame pointer, immediates, and branch
// distances in words from the word that holds them. Two words precede the first instruction:
//
//     frame_bytes | link_offset | instruction ...          entry points at the instruction
//
// Frame:  params | other locals | link | temporaries       link_offset is where the link lies
//
// The link is the return address, one slot. Before every return address lie, in the calling
// instruction, the caller's FunctionCode and the distance between the two frames, so that a return
// and a stack walk need nothing else:
//
//     ... | FunctionCode* of the caller | frame distance | <- return address
//
// The operand stack's entries have fixed places among the temporaries, so a callee's frame starts
// at its first argument in the caller's frame and its results replace them.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "interp/dispatch.hpp"
#include "runtime/compiled_module.hpp"
#include "runtime/engine.hpp"
#include "validate/declared_funcs.hpp"

namespace nacre::interp {

class ModuleImage;
class Translation;

inline constexpr uint32_t all_tags = 0xffffffff;
inline constexpr uint32_t no_node = 0xffffffff;
inline constexpr uint32_t not_listened = 0xffffffff;

// Where a caught exception goes. `offset` of the handler in words.
struct CatchClause {
  uint32_t tag;                                        // or all_tags
  enum class Ref : uint8_t { none, last, first } ref;  // where the exnref goes
  uint32_t slot;                                       // byte offset of the first slot written
  uint32_t offset;
};

// A protected stretch of code. Inner ranges come before outer ones. A delegating range has no
// clauses: the search goes on with ranges of depth at most `delegate_depth`.
struct TryRange {
  uint32_t begin, end;  // word offsets
  uint32_t depth;       // of the control frame
  uint32_t first_clause, num_clauses;
  uint32_t delegate_depth;  // no_delegate: an ordinary try
};
inline constexpr uint32_t no_delegate = 0xffffffff;

// References on the operand stack at a safepoint: a list, innermost operand first, that
// shares its tails with other safepoints' lists.
struct RefNode {
  uint32_t slot;    // byte offset
  uint32_t parent;  // or no_node
};
struct Safepoint {
  uint32_t offset;  // word offset of the instruction
  uint32_t node;
};

struct RefRun {
  uint32_t slot;  // byte offset of the first
  uint32_t count;
};

struct Body {
  std::unique_ptr<Word[]> words;
  uint32_t num_words = 0;
  uint32_t link_offset = 0;
  uint32_t listened_from = not_listened;  // word offset from where its listener knows of the call
  uint64_t code_offset = 0;               // of the function's first instruction in the binary
  std::vector<uint8_t> positions;         // pairs of LEB128 deltas: words, bytes of the binary
  std::vector<TryRange> tries;
  std::vector<CatchClause> clauses;
  std::vector<RefNode> ref_nodes;
  std::vector<Safepoint>
      safepoints;                  // by offset; instructions without live references are left out
  std::vector<RefRun> ref_locals;  // locals the collector must see

  uint32_t offset_of(const Word* pc) const { return static_cast<uint32_t>(pc - words.get()); }
  // The binary offset of the last recorded instruction at or before this word.
  uint64_t position(uint32_t word) const;
};

// One function. Its address is in code streams. Before it is translated, `entry` points at
// `stub`, whose handler translates it; link and frame size there fit any body.
struct FunctionCode {
  std::atomic<const Word*> entry{nullptr};
  Word stub_header[2] = {0, 0};
  Word stub[2 * ptr_words] = {};
  uint32_t defined_index = 0;
  ModuleImage* image = nullptr;
  std::unique_ptr<Body> body;

  // The stub's handler is followed by the function's own address.
  static FunctionCode* of_stub(const Word* pc) { return load_ptr<FunctionCode*>(pc + ptr_words); }
};

inline constexpr int link_word = -1, frame_word = -2;  // from an entry
inline constexpr int distance_word = -1;               // from a return address
inline constexpr int caller_word = -1 - static_cast<int>(ptr_words);

// A module's code. Shared by threads; translation is serialised.
class ModuleImage final : public runtime::ModuleCode {
 public:
  ModuleImage(const runtime::CompiledModule& module, const runtime::CodeOptions& options);
  ~ModuleImage() override;

  FunctionCode& function(uint32_t defined_index) { return functions_[defined_index]; }
  // The body, made now if need be. Null when memory for it cannot be had.
  const Body* translate(FunctionCode& function);
  // The translated function this address lies in, or null.
  const FunctionCode* find(const Word* pc);
  const runtime::CompiledModule& module() const { return module_; }

 private:
  const runtime::CompiledModule& module_;
  runtime::CodeOptions options_;
  std::unique_ptr<FunctionCode[]> functions_;
  std::mutex mutex_;
  std::map<const Word*, const FunctionCode*> by_address_;
  validate::DeclaredFuncs declared_;
  std::unique_ptr<Translation> translation_;  // kept for its buffers
};

}  // namespace nacre::interp
