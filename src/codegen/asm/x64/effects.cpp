// SPDX-License-Identifier: Apache-2.0
#include "codegen/asm/x64/effects.hpp"

#include "base/bytes.hpp"

namespace nacre::codegen::x64 {
namespace {

enum Kind : uint8_t {
  unknown,
  none,     // writes nothing: cmp, test, jcc, nop
  reg_gpr,  // the register of ModRM
  reg_xmm,
  rm_gpr,  // register or memory of ModRM
  rm_xmm,
  vvvv_gpr,  // VEX's third operand
  vvvv_xmm,
  both_gpr,  // reg and rm: xchg, xadd
  reg_vvvv,  // mulx
};

struct Shape {
  Kind kind = unknown;
  uint8_t imm = 0;  // bytes that follow
  bool modrm = true;
  uint8_t width = 0;     // of the memory operand; 0: the operand size
  uint16_t implied = 0;  // general registers besides
};

constexpr uint16_t rax_bit = 1, rcx_bit = 2, rdx_bit = 4, rsi_bit = 64, rdi_bit = 128;

class Decoder {
 public:
  explicit Decoder(std::span<const uint8_t> code) : code_(code) {}

  Effects run() {
    if (!prefixes()) return {};
    const uint8_t op = next();
    const Shape s = map_ == 0   ? one_byte(op)
                    : map_ == 1 ? two_bytes(op)
                    : map_ == 2 ? map38(op)
                                : map3a(op);
    if (s.kind == unknown) return {};
    if (s.modrm && !operand()) return {};
    apply(s);
    at_ += s.imm;
    if (at_ > code_.size()) return {};
    e_.size = at_;
    return e_;
  }

 private:
  uint8_t peek() const { return at_ < code_.size() ? code_[at_] : 0; }
  uint8_t next() {
    const uint8_t b = peek();
    ++at_;
    return b;
  }

  bool prefixes() {
    for (;; ++at_) {
      const uint8_t b = peek();
      if (b == 0x66) operand16_ = true;
      else if (b == 0xF2 || b == 0xF3) repeat_ = b;
      else if (b != 0xF0) break;
    }
    const uint8_t b = peek();
    if (b == 0xC5 || b == 0xC4) return vex();
    if ((b & 0xF0) == 0x40) {
      rex_ = b;
      ++at_;
    }
    if (peek() != 0x0F) return true;
    ++at_;
    map_ = 1;
    if (peek() == 0x38) map_ = 2, ++at_;
    else if (peek() == 0x3A) map_ = 3, ++at_;
    return true;
  }

  bool vex() {
    vex_ = true;
    const bool two = next() == 0xC5;
    const uint8_t first = next();
    uint8_t tail = first;
    rex_ = (first & 0x80) == 0 ? 4 : 0;
    map_ = 1;
    if (!two) {
      rex_ |= static_cast<uint8_t>(((first & 0x40) == 0 ? 2 : 0) | ((first & 0x20) == 0 ? 1 : 0));
      map_ = first & 31;
      tail = next();
      if ((tail & 0x80) != 0) rex_ |= 8;
    }
    vvvv_ = static_cast<uint8_t>(~(tail >> 3) & 15);
    static constexpr uint8_t repeats[] = {0, 0, 0xF3, 0xF2};
    repeat_ = repeats[tail & 3];
    operand16_ = (tail & 3) == 1;
    return map_ >= 1 && map_ <= 3;
  }

  bool operand() {
    const uint8_t m = next();
    const uint8_t mod = m >> 6, low = m & 7;
    reg_ = static_cast<uint8_t>((m >> 3 & 7) | (rex_ & 4) << 1);
    rm_ = static_cast<uint8_t>(low | (rex_ & 1) << 3);
    memory_ = mod != 3;
    if (!memory_) return true;
    base_ = rm_;
    if (low == 4) {
      const uint8_t sib = next();
      base_ = static_cast<uint8_t>((sib & 7) | (rex_ & 1) << 3);
      indexed_ = (sib >> 3 & 7) != 4 || (rex_ & 2) != 0;
      if ((sib & 7) == 5 && mod == 0) base_ = 0xff;
    } else if (low == 5 && mod == 0) {
      base_ = 0xff;
    }
    const unsigned bytes = mod == 1 ? 1 : mod == 2 || base_ == 0xff ? 4 : 0;
    if (at_ + bytes > code_.size()) return false;
    if (bytes == 1) disp_ = static_cast<int8_t>(code_[at_]);
    if (bytes == 4) disp_ = static_cast<int32_t>(load_le<uint32_t>(code_.data() + at_));
    at_ += bytes;
    return true;
  }

  uint8_t operand_bytes(bool byte_sized) const {
    return byte_sized ? 1 : (rex_ & 8) != 0 ? 8 : operand16_ ? 2 : 4;
  }

  // --- opcodes

  Shape one_byte(uint8_t op) {
    const bool byte_sized = (op & 1) == 0;
    if (op < 0x40 && (op & 7) < 6) {
      const bool compares = op >> 3 == 7;
      const uint8_t form = op & 7;
      if (form >= 4) {
        const uint8_t imm = form == 4 ? 1 : operand16_ ? 2 : 4;
        return {none, imm, false, 0, static_cast<uint16_t>(compares ? 0 : rax_bit)};
      }
      return {compares ? none : form < 2 ? rm_gpr : reg_gpr, 0, true, width(byte_sized)};
    }
    if (op >= 0x50 && op <= 0x57) return {none, 0, false};
    if (op >= 0x58 && op <= 0x5F)
      return {none, 0, false, 0, static_cast<uint16_t>(1u << ((op & 7) | (rex_ & 1) << 3))};
    if (op >= 0x70 && op <= 0x7F) return {none, 1, false};
    if (op >= 0xB8 && op <= 0xBF)
      return {none, static_cast<uint8_t>((rex_ & 8) != 0 ? 8 : 4), false, 0,
              static_cast<uint16_t>(1u << ((op & 7) | (rex_ & 1) << 3))};
    const uint8_t imm_size = operand16_ ? 2 : 4;
    switch (op) {
      case 0x63:
        return {reg_gpr};
      case 0x69:
        return {reg_gpr, imm_size};
      case 0x6B:
        return {reg_gpr, 1};
      case 0x80:
      case 0x83:
        return {group() == 7 ? none : rm_gpr, 1, true, width(op == 0x80)};
      case 0x81:
        return {group() == 7 ? none : rm_gpr, imm_size, true, width(false)};
      case 0x84:
      case 0x85:
        return {none};
      case 0x86:
      case 0x87:
        return {both_gpr, 0, true, width(byte_sized)};
      case 0x88:
      case 0x89:
        return {rm_gpr, 0, true, width(byte_sized)};
      case 0x8A:
      case 0x8B:
      case 0x8D:
        return {reg_gpr};
      case 0x8F:
        return {rm_gpr, 0, true, 8};
      case 0x90:
        return {none, 0, false};
      case 0x99:
        return {none, 0, false, 0, rdx_bit};
      case 0xA4:
        return {none, 0, false, 0, rsi_bit | rdi_bit | rcx_bit};
      case 0xAA:
        return {none, 0, false, 0, rdi_bit | rcx_bit};
      case 0xA8:
        return {none, 1, false};
      case 0xA9:
        return {none, imm_size, false};
      case 0xC0:
      case 0xC1:
        return {rm_gpr, 1, true, width(byte_sized)};
      case 0xD0:
      case 0xD1:
      case 0xD2:
      case 0xD3:
        return {rm_gpr, 0, true, width(byte_sized)};
      case 0xC2:
      case 0xC3:
        e_.leaves = true;
        return {none, static_cast<uint8_t>(op == 0xC2 ? 2 : 0), false};
      case 0xC9:
        return {none, 0, false, 0, 1 << 4 | 1 << 5};
      case 0xC6:
        return {rm_gpr, 1, true, 1};
      case 0xC7:
        return {rm_gpr, imm_size, true, width(false)};
      case 0xCC:
        return {none, 0, false};
      case 0xE8:
        e_.calls = true;
        return {none, 4, false};
      case 0xE9:
      case 0xEB:
        e_.leaves = true;
        return {none, static_cast<uint8_t>(op == 0xE9 ? 4 : 1), false};
      case 0xF6:
      case 0xF7:
        switch (group()) {
          case 0:
            return {none, byte_sized ? uint8_t{1} : imm_size};
          case 2:
          case 3:
            return {rm_gpr, 0, true, width(byte_sized)};
          default:
            return {none, 0, true, 0, rax_bit | rdx_bit};
        }
      case 0xFE:
      case 0xFF:
        switch (group()) {
          case 0:
          case 1:
            return {rm_gpr, 0, true, width(byte_sized)};
          case 2:
            e_.calls = true;
            return {none};
          case 4:
            e_.leaves = true;
            return {none};
          default:
            return {none};
        }
      default:
        return {};
    }
  }

  Shape two_bytes(uint8_t op) {
    if (op >= 0x40 && op <= 0x4F) return {reg_gpr};
    if (op >= 0x80 && op <= 0x8F) return {none, 4, false};
    if (op >= 0x90 && op <= 0x9F) return {rm_gpr, 0, true, 1};
    if (op >= 0xC8 && op <= 0xCF)
      return {none, 0, false, 0, static_cast<uint16_t>(1u << ((op & 7) | (rex_ & 1) << 3))};
    const uint8_t scalar = repeat_ == 0xF3 ? 4 : repeat_ == 0xF2 ? 8 : 16;
    switch (op) {
      case 0x0B:
        e_.leaves = true;
        return {none, 0, false};
      case 0x1F:
        return {none};
      case 0x11:
        return {rm_xmm, 0, true, scalar};
      case 0x13:
      case 0x17:
      case 0xD6:
        return {rm_xmm, 0, true, 8};
      case 0x29:
      case 0x7F:
        return {rm_xmm, 0, true, 16};
      case 0x2C:
      case 0x2D:
      case 0x50:
      case 0xD7:
        return {reg_gpr};
      case 0x2E:
      case 0x2F:
        return {none};
      case 0x7E:
        return repeat_ == 0xF3 ? Shape{reg_xmm} : Shape{rm_gpr, 0, true, width(false)};
      case 0x70:
      case 0xC2:
      case 0xC4:
      case 0xC6:
        return {reg_xmm, 1};
      case 0xC5:
        return {reg_gpr, 1};
      case 0x71:
      case 0x72:
      case 0x73:
        return {vex_ ? vvvv_xmm : rm_xmm, 1, true, 16};
      case 0xA3:
        return {none};
      case 0xAB:
      case 0xB3:
      case 0xBB:
      case 0xA5:
      case 0xAD:
        return {rm_gpr, 0, true, width(false)};
      case 0xA4:
      case 0xAC:
        return {rm_gpr, 1, true, width(false)};
      case 0xBA:
        return {group() == 4 ? none : rm_gpr, 1, true, width(false)};
      case 0xAE:
        return {none};
      case 0xAF:
      case 0xB6:
      case 0xB7:
      case 0xB8:
      case 0xBC:
      case 0xBD:
      case 0xBE:
      case 0xBF:
        return {reg_gpr};
      case 0xB0:
      case 0xB1:
        return {rm_gpr, 0, true, width((op & 1) == 0), rax_bit};
      case 0xC0:
      case 0xC1:
        return {both_gpr, 0, true, width((op & 1) == 0)};
      default:
        // What is left in these ranges writes its first operand, a vector.
        if ((op >= 0x10 && op <= 0x16) || op == 0x28 || op == 0x2A || (op >= 0x51 && op <= 0x6F) ||
            (op >= 0x74 && op <= 0x76) || op >= 0xD0)
          return {reg_xmm};
        return {};
    }
  }

  Shape map38(uint8_t op) {
    switch (op) {
      case 0x17:
        return {none};
      case 0xF0:
        return {reg_gpr};
      case 0xF1:
        return {rm_gpr, 0, true, width(false)};
      case 0xF2:
      case 0xF5:
      case 0xF7:
        return {reg_gpr};
      case 0xF3:
        return {vvvv_gpr};
      case 0xF6:
        return {reg_vvvv};
      default:
        return {reg_xmm};
    }
  }

  Shape map3a(uint8_t op) {
    switch (op) {
      case 0x14:
        return {rm_gpr, 1, true, 1};
      case 0x15:
        return {rm_gpr, 1, true, 2};
      case 0x16:
      case 0x17:
        return {rm_gpr, 1, true, width(false)};
      case 0xF0:
        return {reg_gpr, 1};
      default:
        return {reg_xmm, 1};
    }
  }

  uint8_t width(bool byte_sized) const { return operand_bytes(byte_sized); }
  // The extension of the opcode in ModRM, which comes next.
  uint8_t group() const { return peek() >> 3 & 7; }

  void apply(const Shape& s) {
    e_.gprs |= s.implied;
    const auto reg = static_cast<uint16_t>(1u << (reg_ & 15)),
               rm = static_cast<uint16_t>(1u << (rm_ & 15)),
               third = static_cast<uint16_t>(1u << (vvvv_ & 15));
    const bool writes_rm = s.kind == rm_gpr || s.kind == rm_xmm || s.kind == both_gpr;
    if (writes_rm && memory_) {
      if (indexed_) base_ = 0xff;
      e_.stored_bytes = s.width;
      e_.base = base_;
      e_.disp = disp_;
    } else if (s.kind == rm_xmm) {
      e_.xmms |= rm;
    } else if (writes_rm) {
      e_.gprs |= rm;
    }
    switch (s.kind) {
      case reg_gpr:
      case both_gpr:
        e_.gprs |= reg;
        break;
      case reg_xmm:
        e_.xmms |= reg;
        break;
      case vvvv_gpr:
        e_.gprs |= third;
        break;
      case vvvv_xmm:
        e_.xmms |= third;
        break;
      case reg_vvvv:
        e_.gprs |= reg | third;
        break;
      default:
        break;
    }
  }

  std::span<const uint8_t> code_;
  Effects e_;
  uint32_t at_ = 0;
  bool operand16_ = false, vex_ = false, memory_ = false, indexed_ = false;
  uint8_t repeat_ = 0, rex_ = 0, map_ = 0, vvvv_ = 0;
  uint8_t reg_ = 0, rm_ = 0, base_ = 0xff;
  int32_t disp_ = 0;
};

}  // namespace

Effects effects_of(std::span<const uint8_t> code) { return Decoder(code).run(); }

}  // namespace nacre::codegen::x64
