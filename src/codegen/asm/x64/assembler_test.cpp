// SPDX-License-Identifier: Apache-2.0
//
// Every form of every instruction, over registers and addresses that need their own encoding,
// against the system's assembler. Each instruction is written twice, by us and as text; both
// are padded to the same boundary so that one difference does not shift the rest. Without
// binutils these tests are skipped; the byte goldens at the end always run.
#include "codegen/asm/x64/assembler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "codegen/asm/x64/effects.hpp"

namespace nacre::codegen::x64 {
namespace {

constexpr const char* names64[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                   "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
constexpr const char* names32[] = {"eax", "ecx", "edx",  "ebx",  "esp",  "ebp",  "esi",  "edi",
                                   "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d"};
constexpr const char* names16[] = {"ax",  "cx",  "dx",   "bx",   "sp",   "bp",   "si",   "di",
                                   "r8w", "r9w", "r10w", "r11w", "r12w", "r13w", "r14w", "r15w"};
constexpr const char* names8[] = {"al",  "cl",  "dl",   "bl",   "spl",  "bpl",  "sil",  "dil",
                                  "r8b", "r9b", "r10b", "r11b", "r12b", "r13b", "r14b", "r15b"};
constexpr const char* cond_names[] = {"o", "no", "b", "ae", "e", "ne", "be", "a",
                                      "s", "ns", "p", "np", "l", "ge", "le", "g"};

std::string text(Gpr r) {
  switch (r.size) {
    case Size::b:
      return names8[r.code];
    case Size::w:
      return names16[r.code];
    case Size::d:
      return names32[r.code];
    default:
      return names64[r.code];
  }
}
std::string text(Xmm r) { return "xmm" + std::to_string(r.code); }
std::string text(const Mem& m) {
  std::string s = "[";
  if (m.base != no_reg) s += names64[m.base];
  if (m.index != no_reg)
    s += (m.base != no_reg ? "+" : "") + std::string(names64[m.index]) + "*" +
         std::to_string(1 << m.scale);
  return s + (m.disp < 0 ? "-" : "+") + std::to_string(m.disp < 0 ? -int64_t{m.disp} : m.disp) +
         "]";
}
std::string text(Size s) {
  return s == Size::b   ? "byte ptr "
         : s == Size::w ? "word ptr "
         : s == Size::d ? "dword ptr "
                        : "qword ptr ";
}
std::string text(int i) { return std::to_string(i); }

template <class T, class... More>
std::string list(const T& first, const More&... more) {
  std::string s = text(first);
  ((s += ", " + text(more)), ...);
  return s;
}

std::string mnemonic(const char* name) {
  std::string s = name;
  if (s.back() == '_') s.pop_back();
  return s + " ";
}

const std::vector<Size> int_sizes{Size::d, Size::q};
const std::vector<Size> all_sizes{Size::b, Size::w, Size::d, Size::q};

std::vector<Mem> addresses() {
  return {mem(rax),
          mem(rsp),
          mem(rbp),
          mem(r12),
          mem(r13),
          mem(rdi, 127),
          mem(r15, -128),
          mem(rcx, 128),
          mem(rsp, 8),
          mem(r12, -129),
          mem(r13, 1 << 30),
          mem(rax, rcx),
          mem(rbp, r12, 3),
          mem(r13, rbp, 2, 4),
          mem(r8, r15, 1, 4096),
          mem(rsp, r13, 0, -8),
          mem_index(r9, 3, 16),
          mem_index(rdx, 1, -4),
          mem(rbx, INT32_MIN)};
}

// Pairs that reach every register in both places.
template <class F>
void each_pair(F f) {
  for (uint8_t i = 0; i < 16; ++i) {
    f(i, static_cast<uint8_t>((i * 5 + 3) & 15));
    f(static_cast<uint8_t>((i * 3 + 9) & 15), i);
    f(i, i);
  }
}

// Without the padding at the end.
std::string hex(const std::vector<uint8_t>& bytes) {
  std::string s;
  size_t n = bytes.size();
  while (n > 0 && bytes[n - 1] == 0xCC) --n;
  for (size_t i = 0; i < n; ++i) {
    s += "0123456789abcdef"[bytes[i] >> 4];
    s += "0123456789abcdef"[bytes[i] & 15];
  }
  return s;
}

// The registers that an instruction writes, by its text: usually its first operand.
Effects effects_by_text(std::string source) {
  const auto is = [&](const std::string& word, std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](const char* w) { return word == w || word == "v" + std::string(w); });
  };
  for (const char* prefix : {"lock; ", "rep "})
    if (source.rfind(prefix, 0) == 0) source.erase(0, std::strlen(prefix));
  const std::string name = source.substr(0, source.find(' '));
  std::vector<std::string> operands;
  for (size_t at = name.size(); at < source.size();) {
    size_t end = std::min(source.find(',', at + 1), source.size());
    operands.push_back(source.substr(at + 1, end - at - 1));
    if (operands.back().rfind(" ", 0) == 0) operands.back().erase(0, 1);
    at = end;
  }
  Effects e;
  const auto writes = [&](size_t i) {
    if (i >= operands.size()) return;
    for (uint8_t r = 0; r < 16; ++r) {
      for (const auto& names : {names64, names32, names16, names8})
        if (operands[i] == names[r]) e.gprs |= static_cast<uint16_t>(1u << r);
      if (operands[i] == text(Xmm{r})) e.xmms |= static_cast<uint16_t>(1u << r);
    }
  };
  constexpr uint16_t rax_bit = 1, rcx_bit = 2, rdx_bit = 4, rsi_bit = 64, rdi_bit = 128;
  if (is(name, {"cmp", "test", "ucomiss", "ucomisd", "ptest", "bt", "push", "jmp", "call", "nop"}))
    return e;
  if (is(name, {"mul", "div", "idiv"}) || (name == "imul" && operands.size() == 1)) {
    e.gprs = rax_bit | rdx_bit;
    return e;
  }
  if (is(name, {"cdq", "cqo"})) e.gprs = rdx_bit;
  if (name == "movsb") e.gprs = rcx_bit | rsi_bit | rdi_bit;
  if (name == "stosb") e.gprs = rcx_bit | rdi_bit;
  if (name == "cmpxchg") e.gprs = rax_bit;
  if (is(name, {"xchg", "xadd", "mulx"})) writes(1);
  writes(0);
  return e;
}

class Script {
 public:
  Script() : a(code, {}) {}

  void line(const std::string& source) {
    const auto at = static_cast<uint32_t>(source_.size() * 32);
    const Effects got = effects_of(code.bytes().subspan(at)), want = effects_by_text(source);
    EXPECT_EQ(got.size, code.size() - at) << source;
    EXPECT_EQ(got.gprs, want.gprs) << source;
    EXPECT_EQ(got.xmms, want.xmms) << source;
    code.align(32, 0xCC);
    source_.push_back(source);
  }

  static bool have_binutils() {
    return std::system("as --version > /dev/null 2>&1 && objcopy --version > /dev/null 2>&1") == 0;
  }

  void check(const char* what) {
    ASSERT_FALSE(code.failed());
    ASSERT_EQ(code.size(), source_.size() * 32);
    const std::string base = (std::filesystem::temp_directory_path() / "nacre_asm_").string() +
                             what + std::to_string(reinterpret_cast<uintptr_t>(this));
    {
      std::ofstream out(base + ".s");
      out << ".intel_syntax noprefix\n";
      for (const std::string& s : source_) out << s << "\n.p2align 5, 0xCC\n";
    }
    const std::string command = "as --64 -o " + base + ".o " + base + ".s && objcopy -O binary " +
                                "--only-section=.text " + base + ".o " + base + ".bin";
    const int status = std::system(command.c_str());
    std::ifstream in(base + ".bin", std::ios::binary);
    const std::vector<uint8_t> expected((std::istreambuf_iterator<char>(in)), {});
    for (const char* suffix : {".s", ".o", ".bin"}) std::remove((base + suffix).c_str());
    ASSERT_EQ(status, 0);
    ASSERT_EQ(expected.size(), code.size());
    int shown = 0;
    for (size_t i = 0; i < source_.size() && shown < 10; ++i) {
      const std::vector<uint8_t> want(expected.begin() + i * 32, expected.begin() + i * 32 + 32);
      const std::vector<uint8_t> got(code.data() + i * 32, code.data() + i * 32 + 32);
      if (want == got) continue;
      ++shown;
      ADD_FAILURE() << source_[i] << "\n   got " << hex(got) << "\n  want " << hex(want);
    }
    RecordProperty("instructions", static_cast<int>(source_.size()));
  }
  static void RecordProperty(const char* key, int value) {
    ::testing::Test::RecordProperty(key, value);
  }

  CodeBuffer code;
  Assembler a;

 private:
  std::vector<std::string> source_;
};

#define SKIP_WITHOUT_BINUTILS() \
  if (!Script::have_binutils()) GTEST_SKIP() << "needs binutils' as and objcopy"

#define EMIT(source, call) \
  do {                     \
    s.a.call;              \
    s.line(source);        \
  } while (0)

TEST(AssemblerX64, RegularIntegerInstructions) {
  SKIP_WITHOUT_BINUTILS();
  Script s;
  const std::vector<int32_t> imms{0, 1, -1, 127, -128, 128, 0x1234, INT32_MAX, INT32_MIN};
// clang-format off
#define ALU(name, n)                                                                       \
  for (Size z : all_sizes) {                                                               \
    each_pair([&](uint8_t x, uint8_t y) {                                                  \
      EMIT(mnemonic(#name) + list(gpr(x, z), gpr(y, z)), name(gpr(x, z), gpr(y, z)));      \
    });                                                                                    \
    uint8_t r = 0;                                                                         \
    for (const Mem& m : addresses()) {                                                     \
      const Gpr g = gpr(r = (r + 5) & 15, z);                                              \
      EMIT(mnemonic(#name) + list(g, m), name(g, m));                                      \
      EMIT(mnemonic(#name) + list(m, g), name(m, g));                                      \
      EMIT(mnemonic(#name) + text(z) + list(m, 5), name(z, m, 5));                         \
      if (z == Size::d || z == Size::q)                                                    \
        EMIT(mnemonic(#name) + text(z) + list(m, 500000), name(z, m, 500000));             \
    }                                                                                      \
    for (int32_t i : imms) {                                                               \
      if (z == Size::b && i != static_cast<int8_t>(i)) continue;                           \
      if (z == Size::w && i != static_cast<int16_t>(i)) continue;                          \
      for (uint8_t x = 0; x < 16; ++x)                                                     \
        EMIT(mnemonic(#name) + list(gpr(x, z), static_cast<int>(i)), name(gpr(x, z), i));  \
    }                                                                                      \
  }
#define SHIFT(name, n)                                                                     \
  for (Size z : all_sizes)                                                                 \
    for (uint8_t x = 0; x < 16; ++x) {                                                     \
      EMIT(#name " " + text(gpr(x, z)) + ", cl", name##_cl(gpr(x, z)));                    \
      EMIT(#name " " + text(gpr(x, z)) + ", 1", name(gpr(x, z), 1));                       \
      EMIT(#name " " + text(gpr(x, z)) + ", 7", name(gpr(x, z), 7));                       \
    }
#define UNARY(name, n)                                                                     \
  for (Size z : all_sizes) {                                                               \
    for (uint8_t x = 0; x < 16; ++x) EMIT(mnemonic(#name) + text(gpr(x, z)), name(gpr(x, z))); \
    for (const Mem& m : addresses()) EMIT(mnemonic(#name) + text(z) + text(m), name(z, m)); \
  }
#define GPR2(name, spelled, p, m, op)                                                      \
  for (Size z : int_sizes) {                                                               \
    each_pair([&](uint8_t x, uint8_t y) {                                                  \
      EMIT(std::string(spelled) + " " + list(gpr(x, z), gpr(y, z)), name(gpr(x, z), gpr(y, z))); \
    });                                                                                    \
    for (const Mem& at : addresses())                                                      \
      EMIT(std::string(spelled) + " " + list(gpr(9, z), at), name(gpr(9, z), at));         \
  }
#define BMI_RVM(name, p, m, op)                                                            \
  for (Size z : int_sizes) {                                                               \
    each_pair([&](uint8_t x, uint8_t y) {                                                  \
      const Gpr d = gpr((x + 6) & 15, z), u = gpr(x, z), v = gpr(y, z);                    \
      EMIT(#name " " + list(d, u, v), name(d, u, v));                                      \
    });                                                                                    \
    for (const Mem& at : addresses()) {                                                    \
      const Gpr d = gpr(8, z), u = gpr(3, z);                                              \
      EMIT(#name " " + list(d, u, at), name(d, u, at));                                    \
    }                                                                                      \
  }
#define BMI_RMV(name, p, m, op)                                                            \
  for (Size z : int_sizes) {                                                               \
    each_pair([&](uint8_t x, uint8_t y) {                                                  \
      const Gpr d = gpr((x + 6) & 15, z), u = gpr(x, z), v = gpr(y, z);                    \
      EMIT(#name " " + list(d, u, v), name(d, u, v));                                      \
    });                                                                                    \
    for (const Mem& at : addresses()) {                                                    \
      const Gpr d = gpr(8, z), u = gpr(3, z);                                              \
      EMIT(#name " " + list(d, at, u), name(d, at, u));                                    \
    }                                                                                      \
  }
#define BMI_VM(name, n)                                                                    \
  for (Size z : int_sizes) {                                                               \
    each_pair([&](uint8_t x, uint8_t y) {                                                  \
      EMIT(#name " " + list(gpr(x, z), gpr(y, z)), name(gpr(x, z), gpr(y, z)));            \
    });                                                                                    \
    for (const Mem& at : addresses()) EMIT(#name " " + list(gpr(11, z), at), name(gpr(11, z), at)); \
  }
#define BIT(name, n)                                                                       \
  for (Size z : int_sizes)                                                                 \
    each_pair([&](uint8_t x, uint8_t y) {                                                  \
      EMIT(#name " " + list(gpr(x, z), gpr(y, z)), name(gpr(x, z), gpr(y, z)));            \
      EMIT(#name " " + list(gpr(x, z), int{y}), name(gpr(x, z), y));                       \
    });
#include "codegen/asm/x64/instructions.def"
  // clang-format on
  s.check("int");
}

TEST(AssemblerX64, RegularVectorInstructions) {
  SKIP_WITHOUT_BINUTILS();
  Script s;
// clang-format off
#define THREE(f)                                                        \
  each_pair([&](uint8_t i, uint8_t j) {                                 \
    const Xmm d = xmm((i + 6) & 15), x = xmm(i), y = xmm(j);            \
    f                                                                   \
  });
#define WITH_MEM(f)                                                     \
  {                                                                     \
    uint8_t i = 0;                                                      \
    for (const Mem& m : addresses()) {                                  \
      const Xmm d = xmm((i + 6) & 15), x = xmm(i = (i + 5) & 15);       \
      f                                                                 \
    }                                                                   \
  }
#define SSE_3(name, p, m_, op)                                          \
  THREE(EMIT(#name " " + list(d, y), name(d, y)); EMIT("v" #name " " + list(d, x, y), v##name(d, x, y));) \
  WITH_MEM(EMIT(#name " " + list(d, m), name(d, m)); EMIT("v" #name " " + list(d, x, m), v##name(d, x, m));)
#define SSE_2(name, p, m_, op)                                          \
  THREE(static_cast<void>(x); EMIT(#name " " + list(d, y), name(d, y)); EMIT("v" #name " " + list(d, y), v##name(d, y));) \
  WITH_MEM(static_cast<void>(x); EMIT(#name " " + list(d, m), name(d, m)); EMIT(std::string("v" #name " ") + (std::string(#name) == "cvtpd2ps" || std::string(#name) == "cvttpd2dq" ? text(d) + ", xmmword ptr " + text(m) : list(d, m)), v##name(d, m));)
#define SSE_3I(name, p, m_, op)                                         \
  THREE(EMIT(#name " " + list(d, y, 3), name(d, y, 3)); EMIT("v" #name " " + list(d, x, y, 3), v##name(d, x, y, 3));) \
  WITH_MEM(EMIT(#name " " + list(d, m, 3), name(d, m, 3)); EMIT("v" #name " " + list(d, x, m, 3), v##name(d, x, m, 3));)
#define SSE_2I(name, p, m_, op)                                         \
  THREE(static_cast<void>(x); EMIT(#name " " + list(d, y, 3), name(d, y, 3)); EMIT("v" #name " " + list(d, y, 3), v##name(d, y, 3));) \
  WITH_MEM(static_cast<void>(x); EMIT(#name " " + list(d, m, 3), name(d, m, 3)); EMIT("v" #name " " + list(d, m, 3), v##name(d, m, 3));)
#define SSE_SHIFT(name, op, n)                                          \
  THREE(static_cast<void>(x); EMIT(#name " " + list(d, 5), name(d, 5)); EMIT("v" #name " " + list(d, y, 5), v##name(d, y, 5));)
#define SSE_BLEND(name, op, vop)                                        \
  THREE(EMIT(#name " " + list(d, y) + ", xmm0", name(d, y)); EMIT("v" #name " " + list(d, x, y, x), v##name(d, x, y, x));) \
  WITH_MEM(EMIT(#name " " + list(d, m) + ", xmm0", name(d, m)); EMIT("v" #name " " + list(d, x, m, x), v##name(d, x, m, x));)
#define AVX_2(name, m_, op)                                             \
  THREE(static_cast<void>(x); EMIT(#name " " + list(d, y), name(d, y));) \
  WITH_MEM(static_cast<void>(x); EMIT(#name " " + list(d, m), name(d, m));)
#define AVX_2I(name, m_, op)                                            \
  THREE(static_cast<void>(x); EMIT(#name " " + list(d, y, 9), name(d, y, 9));) \
  WITH_MEM(static_cast<void>(x); EMIT(#name " " + list(d, m, 9), name(d, m, 9));)
#define AVX_3(name, w, m_, op)                                          \
  THREE(EMIT(#name " " + list(d, x, y), name(d, x, y));)                \
  WITH_MEM(EMIT(#name " " + list(d, x, m), name(d, x, m));)
#define FMA(name, w, op) AVX_3(name, w, M38, op)
#define SSE_MOVE(name, p, load, store)                                  \
  THREE(static_cast<void>(x); EMIT(#name " " + list(d, y), name(d, y)); EMIT("v" #name " " + list(d, y), v##name(d, y));) \
  WITH_MEM(static_cast<void>(x); EMIT(#name " " + list(d, m), name(d, m)); EMIT("v" #name " " + list(d, m), v##name(d, m)); \
           EMIT(#name " " + list(m, d), name(m, d)); EMIT("v" #name " " + list(m, d), v##name(m, d));)
#define SSE_STORE(name, p, op)                                          \
  WITH_MEM(static_cast<void>(x); EMIT(#name " " + list(m, d), name(m, d)); EMIT("v" #name " " + list(m, d), v##name(m, d));)
#define SSE_LOAD_3(name, p, op)                                         \
  WITH_MEM(EMIT(#name " " + list(d, m), name(d, m)); EMIT("v" #name " " + list(d, x, m), v##name(d, x, m));)
#include "codegen/asm/x64/instructions.def"
  // clang-format on
  s.check("vec");
}

TEST(AssemblerX64, MovesAndOtherIntegerInstructions) {
  SKIP_WITHOUT_BINUTILS();
  Script s;
  for (Size z : all_sizes) {
    each_pair([&](uint8_t i, uint8_t j) {
      const Gpr x = gpr(i, z), y = gpr(j, z);
      EMIT("mov " + list(x, y), mov(x, y));
      EMIT("test " + list(x, y), test(x, y));
      if (i != 0 && j != 0) EMIT("xchg " + list(x, y), xchg(x, y));
      EMIT("inc " + text(x), inc(x));
      EMIT("dec " + text(x), dec(x));
      EMIT("test " + list(x, 100), test(x, 100));
    });
    for (const Mem& m : addresses()) {
      for (uint8_t i = 0; i < 16; i += 3) {
        const Gpr r = gpr(i, z);
        if (i != 0 || (m.base != no_reg || m.index != no_reg)) EMIT("mov " + list(r, m), mov(r, m));
        EMIT("mov " + list(m, r), mov(m, r));
        EMIT("test " + list(m, r), test(m, r));
        EMIT("xchg " + list(m, r), xchg(m, r));
        EMIT("lock; cmpxchg " + list(m, r), lock_cmpxchg(m, r));
        EMIT("lock; xadd " + list(m, r), lock_xadd(m, r));
        EMIT("lock; add " + list(m, r), lock_add(m, r));
        EMIT("lock; sub " + list(m, r), lock_sub(m, r));
        EMIT("lock; and " + list(m, r), lock_and(m, r));
        EMIT("lock; or " + list(m, r), lock_or(m, r));
        EMIT("lock; xor " + list(m, r), lock_xor(m, r));
      }
      EMIT("mov " + text(z) + list(m, 77), mov(z, m, 77));
      EMIT("mov " + text(z) + list(m, -1), mov(z, m, -1));
      EMIT("test " + text(z) + list(m, 77), test(z, m, 77));
      EMIT("lock; or " + text(z) + list(m, 0), lock_or(z, m, 0));
    }
  }
  for (Size z : int_sizes) {
    each_pair([&](uint8_t i, uint8_t j) {
      const Gpr x = gpr(i, z), y = gpr(j, z);
      EMIT("movzx " + list(x, y.r8()), movzx8(x, y));
      EMIT("movzx " + list(x, y.r16()), movzx16(x, y));
      EMIT("movsx " + list(x, y.r8()), movsx8(x, y));
      EMIT("movsx " + list(x, y.r16()), movsx16(x, y));
      EMIT("movsxd " + list(x.r64(), y.r32()), movsxd(x.r64(), y.r32()));
      EMIT("imul " + list(x, y, 100), imul(x, y, 100));
      EMIT("imul " + list(x, y, 1000), imul(x, y, 1000));
      EMIT("shld " + list(x, y, 9), shld(x, y, 9));
      EMIT("shrd " + list(x, y, 9), shrd(x, y, 9));
      EMIT("shld " + list(x, y) + ", cl", shld_cl(x, y));
      EMIT("shrd " + list(x, y) + ", cl", shrd_cl(x, y));
      EMIT("rorx " + list(x, y, 9), rorx(x, y, 9));
      EMIT("bswap " + text(x), bswap(x));
      EMIT("push " + text(x.r64()), push(x.r64()));
      EMIT("pop " + text(x.r64()), pop(x.r64()));
      EMIT("jmp " + text(x.r64()), jmp(x.r64()));
      EMIT("call " + text(x.r64()), call(x.r64()));
      const Cond c = static_cast<Cond>(i);
      EMIT("set" + std::string(cond_names[i]) + " " + text(y.r8()), set(c, y));
      EMIT("cmov" + std::string(cond_names[i]) + " " + list(x, y), cmov(c, x, y));
    });
    for (const Mem& m : addresses()) {
      const Gpr x = gpr(10, z);
      EMIT("movzx " + text(x) + ", byte ptr " + text(m), movzx8(x, m));
      EMIT("movzx " + text(x) + ", word ptr " + text(m), movzx16(x, m));
      EMIT("movsx " + text(x) + ", byte ptr " + text(m), movsx8(x, m));
      EMIT("movsx " + text(x) + ", word ptr " + text(m), movsx16(x, m));
      EMIT("movsxd " + text(x.r64()) + ", dword ptr " + text(m), movsxd(x.r64(), m));
      EMIT("lea " + list(x, m), lea(x, m));
      EMIT("movbe " + list(x, m), movbe(x, m));
      EMIT("movbe " + list(m, x), movbe(m, x));
      EMIT("imul " + list(x, m, 100), imul(x, m, 100));
      EMIT("imul " + list(x, m, 1000), imul(x, m, 1000));
      EMIT("rorx " + list(x, m, 9), rorx(x, m, 9));
      EMIT("cmovle " + list(x, m), cmov(Cond::le, x, m));
      EMIT("setle " + text(m), set(Cond::le, m));
      EMIT("push qword ptr " + text(m), push(m));
      EMIT("pop qword ptr " + text(m), pop(m));
      EMIT("jmp qword ptr " + text(m), jmp(m));
      EMIT("call qword ptr " + text(m), call(m));
    }
  }
  for (uint8_t i = 0; i < 16; ++i) {
    EMIT("mov " + text(r32(i)) + ", 0x80000001", mov_imm(r32(i), 0x80000001));
    EMIT("mov " + text(r32(i)) + ", 5", mov_imm(r64(i), 5));
    EMIT("mov " + text(r32(i)) + ", 0xffffffff", mov_imm(r64(i), 0xffffffff));
    EMIT("mov " + text(r64(i)) + ", -2", mov_imm(r64(i), static_cast<uint64_t>(-2)));
    EMIT("movabs " + text(r64(i)) + ", 0x123456789abc", mov_imm(r64(i), 0x123456789abc));
  }
  EMIT("cdq", cdq());
  EMIT("cqo", cqo());
  EMIT("ret", ret());
  EMIT("ud2", ud2());
  EMIT("int3", int3());
  EMIT("mfence", mfence());
  EMIT("pause", pause());
  EMIT("rep movsb", rep_movsb());
  EMIT("rep stosb", rep_stosb());
  s.check("move");
}

TEST(AssemblerX64, LanesAndConversions) {
  SKIP_WITHOUT_BINUTILS();
  Script s;
  for (Size z : int_sizes) {
    const std::string w = z == Size::q ? "q" : "d";
    each_pair([&](uint8_t i, uint8_t j) {
      const Xmm x = xmm(i), y = xmm((j + 6) & 15);
      const Gpr r = gpr(j, z);
      EMIT("mov" + w + " " + list(x, r), movd(x, r));
      EMIT("mov" + w + " " + list(r, x), movd(r, x));
      EMIT("vmov" + w + " " + list(x, r), vmovd(x, r));
      EMIT("vmov" + w + " " + list(r, x), vmovd(r, x));
      EMIT("cvtsi2ss " + list(x, r), cvtsi2ss(x, r));
      EMIT("cvtsi2sd " + list(x, r), cvtsi2sd(x, r));
      EMIT("vcvtsi2ss " + list(x, y, r), vcvtsi2ss(x, y, r));
      EMIT("vcvtsi2sd " + list(x, y, r), vcvtsi2sd(x, y, r));
      EMIT("cvttss2si " + list(r, x), cvttss2si(r, x));
      EMIT("cvttsd2si " + list(r, x), cvttsd2si(r, x));
      EMIT("vcvttss2si " + list(r, x), vcvttss2si(r, x));
      EMIT("vcvttsd2si " + list(r, x), vcvttsd2si(r, x));
      EMIT("pextr" + w + " " + list(r, x, 1), pextr(r, x, 1));
      EMIT("vpextr" + w + " " + list(r, x, 1), vpextr(r, x, 1));
      EMIT("pinsr" + w + " " + list(x, r, 1), pinsr(z, x, r, 1));
      EMIT("vpinsr" + w + " " + list(x, y, r, 1), vpinsr(z, x, y, r, 1));
      const Gpr e = r.r32();
      EMIT("pextrb " + list(e, x, 7), pextrb(e, x, 7));
      EMIT("pextrw " + list(e, x, 7), pextrw(e, x, 7));
      EMIT("vpextrb " + list(e, x, 7), vpextrb(e, x, 7));
      EMIT("vpextrw " + list(e, x, 7), vpextrw(e, x, 7));
      EMIT("pinsrb " + list(x, e, 7), pinsr(Size::b, x, e, 7));
      EMIT("pinsrw " + list(x, e, 7), pinsr(Size::w, x, e, 7));
      EMIT("vpinsrb " + list(x, y, e, 7), vpinsr(Size::b, x, y, e, 7));
      EMIT("vpinsrw " + list(x, y, e, 7), vpinsr(Size::w, x, y, e, 7));
      EMIT("movmskps " + list(e, x), movmskps(e, x));
      EMIT("movmskpd " + list(e, x), movmskpd(e, x));
      EMIT("pmovmskb " + list(e, x), pmovmskb(e, x));
      EMIT("vmovmskps " + list(e, x), vmovmskps(e, x));
      EMIT("vmovmskpd " + list(e, x), vmovmskpd(e, x));
      EMIT("vpmovmskb " + list(e, x), vpmovmskb(e, x));
      EMIT("movq " + list(x, y), movq(x, y));
      EMIT("vmovq " + list(x, y), vmovq(x, y));
      EMIT("movhlps " + list(x, y), movhlps(x, y));
      EMIT("vmovhlps " + list(x, y, x), vmovhlps(x, y, x));
    });
  }
  uint8_t i = 0;
  for (const Mem& m : addresses()) {
    const Xmm x = xmm(i = (i + 5) & 15), y = xmm(9);
    EMIT("movss " + list(x, m), movss(x, m));
    EMIT("movsd " + list(x, m), movsd(x, m));
    EMIT("vmovss " + list(x, m), vmovss(x, m));
    EMIT("vmovsd " + list(x, m), vmovsd(x, m));
    EMIT("cvtsi2ss " + text(x) + ", dword ptr " + text(m), cvtsi2ss(Size::d, x, m));
    EMIT("cvtsi2sd " + text(x) + ", qword ptr " + text(m), cvtsi2sd(Size::q, x, m));
    EMIT("vcvtsi2ss " + list(x, y) + ", qword ptr " + text(m), vcvtsi2ss(Size::q, x, y, m));
    EMIT("vcvtsi2sd " + list(x, y) + ", dword ptr " + text(m), vcvtsi2sd(Size::d, x, y, m));
    const char* const lanes[] = {"b", "w", "d", "q"};
    for (int k = 0; k < 4; ++k) {
      const Size z = all_sizes[k];
      const std::string l = lanes[k];
      EMIT("pinsr" + l + " " + list(x, m, 1), pinsr(z, x, m, 1));
      EMIT("vpinsr" + l + " " + list(x, y, m, 1), vpinsr(z, x, y, m, 1));
      EMIT("pextr" + l + " " + list(m, x, 1), pextr(z, m, x, 1));
      EMIT("vpextr" + l + " " + list(m, x, 1), vpextr(z, m, x, 1));
    }
  }
  s.check("lane");
}

std::vector<uint8_t> bytes(const CodeBuffer& code) {
  return {code.data(), code.data() + code.size()};
}

TEST(AssemblerX64, Goldens) {
  CodeBuffer code;
  Assembler a(code, {});
  a.add(rax, mem(rbp, 16));
  a.mov(eax, r32(9));
  a.vpaddd(xmm0, xmm1, xmm2);
  a.movzx8(esi, rsi);
  a.imul(rcx, rdx, 10);
  a.shlx(rax, rbx, rcx);
  a.paddb(xmm8, mem(r13));
  EXPECT_EQ(bytes(code), (std::vector<uint8_t>{
                             0x48, 0x03, 0x45, 0x10,              // add rax, [rbp+16]
                             0x44, 0x89, 0xC8,                    // mov eax, r9d
                             0xC5, 0xF1, 0xFE, 0xC2,              // vpaddd xmm0, xmm1, xmm2
                             0x40, 0x0F, 0xB6, 0xF6,              // movzx esi, sil
                             0x48, 0x6B, 0xCA, 0x0A,              // imul rcx, rdx, 10
                             0xC4, 0xE2, 0xF1, 0xF7, 0xC3,        // shlx rax, rbx, rcx
                             0x66, 0x45, 0x0F, 0xFC, 0x45, 0x00,  // paddb xmm8, [r13]
                         }));
}

TEST(AssemblerX64, JumpsChooseTheirLength) {
  CodeBuffer code;
  Assembler a(code, {});
  const Label top = a.label(), down = a.label(), near_by = a.label();
  a.bind(top);
  a.j(Cond::e, down);
  a.jmp(near_by, Reach::near);
  a.bind(near_by);
  a.j(Cond::ne, top);
  a.jmp(top);
  a.bind(down);
  a.call(top);
  ASSERT_TRUE(code.finish(0xCC));
  EXPECT_EQ(bytes(code), (std::vector<uint8_t>{0x0F, 0x84, 6, 0, 0, 0,           // je down
                                               0xEB, 0,                          // jmp near_by
                                               0x75, 0xF6,                       // jne top
                                               0xEB, 0xF4,                       // jmp top
                                               0xE8, 0xEF, 0xFF, 0xFF, 0xFF}));  // call top
}

TEST(AssemblerX64, ConstantsAreSharedAndFollowTheCode) {
  CodeBuffer code;
  Assembler a(code, {});
  a.addsd(xmm0, a.literal64(0x4010000000000000));
  a.cmpps(xmm1, a.literal128(1, 2), 4);
  a.addsd(xmm2, a.literal64(0x4010000000000000));
  ASSERT_TRUE(code.finish(0xCC));
  std::vector<uint8_t> expected{0xF2, 0x0F, 0x58, 0x05, 40, 0, 0, 0,   // to 48
                                0x0F, 0xC2, 0x0D, 15,   0,  0, 0, 4,   // to 32, past the immediate
                                0xF2, 0x0F, 0x58, 0x15, 24, 0, 0, 0};  // to 48
  expected.resize(32, 0xCC);
  expected[24] = 0xCC;
  for (int i = 0; i < 8; ++i) expected.push_back(i == 0 ? 1 : 0);
  for (int i = 0; i < 8; ++i) expected.push_back(i == 0 ? 2 : 0);
  for (uint8_t b : {0, 0, 0, 0, 0, 0, 0x10, 0x40}) expected.push_back(b);
  expected[11] = 16;
  EXPECT_EQ(bytes(code), expected);
}

TEST(AssemblerX64, NopsHaveTheLengthAskedFor) {
  CodeBuffer code;
  Assembler a(code, {});
  for (unsigned n = 0; n < 40; ++n) {
    const uint32_t before = code.size();
    a.nop(n);
    EXPECT_EQ(code.size() - before, n);
  }
}

}  // namespace
}  // namespace nacre::codegen::x64
