// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "debug/demangle.hpp"

namespace nacre::debug {
namespace {

struct Example {
  const char* mangled;
  const char* name;
};

TEST(Demangle, Itanium) {
  const Example examples[] = {
      {"_Z3foov", "foo()"},
      {"_Z3fooiPKcRKd", "foo(int, char const*, double const&)"},
      {"_ZN3foo3barEv", "foo::bar()"},
      {"_ZNK3foo3barERKS_", "foo::bar(foo const&) const"},
      {"_ZN3fooC1Ei", "foo::foo(int)"},
      {"_ZN3fooD0Ev", "foo::~foo()"},
      {"_ZNSt6vectorIiSaIiEE9push_backERKi",
       "std::vector<int, std::allocator<int>>::push_back(int const&)"},
      {"_ZNSt6vectorIiSaIiEE9push_backEOi",
       "std::vector<int, std::allocator<int>>::push_back(int&&)"},
      {"_ZSt4moveIRiEONSt16remove_referenceIT_E4typeEOS2_",
       "std::remove_reference<int&>::type&& std::move<int&>(int&)"},
      {"_Z1fIJiPKcdEEvDpT_", "void f<int, char const*, double>(int, char const*, double)"},
      {"_Z1fIJEEvDpT_", "void f<>()"},
      {"_Z1fIJicEEvDpRKT_", "void f<int, char>(int const&, char const&)"},
      {"_ZN12_GLOBAL__N_14funcEv", "(anonymous namespace)::func()"},
      {"_ZZ4mainENKUliE_clEi", "main::'lambda'(int)::operator()(int) const"},
      {"_ZZ4mainE1x", "main::x"},
      {"_ZZ4mainE1x_0", "main::x"},
      {"_ZN1AcvbEv", "A::operator bool()"},
      {"_ZN1AcvT_IiEEv", "A::operator int<int>()"},
      {"_ZplRK1AS1_", "operator+(A const&, A const&)"},
      {"_ZN1AixEi", "A::operator[](int)"},
      {"_ZnwmPv", "operator new(unsigned long, void*)"},
      {"_ZdlPvm", "operator delete(void*, unsigned long)"},
      {"_Z3fooPFivE", "foo(int (*)())"},
      {"_Z3fooPFiPFvvEE", "foo(int (*)(void (*)()))"},
      {"_Z3barv.cold", "bar() (.cold)"},
      {"_Z1fRA10_KcPA3_i", "f(char const (&) [10], int (*) [3])"},
      {"_Z1fM1AFivEMS_i", "f(int (A::*)(), int A::*)"},
      {"_ZTV3foo", "vtable for foo"},
      {"_ZTI3foo", "typeinfo for foo"},
      {"_ZTS3foo", "typeinfo name for foo"},
      {"_ZGVZ4mainE1x", "guard variable for main::x"},
      {"_ZThn16_N1B1fEv", "non-virtual thunk to B::f()"},
      {"_ZTv0_n24_N1B1fEv", "virtual thunk to B::f()"},
      {"_Z1fILi5ELb1ELin3EEvv", "void f<5, true, -3>()"},
      {"_Z1fIXadL_Z1gvEEEvv", "void f<&g()>()"},
      {"_Z1fIiEDTcl1gfp_EET_", "decltype(g(fp)) f<int>(int)"},
      {"_Z3absILi3EEvPKcz", "void abs<3>(char const*, ...)"},
      {"_ZN5outer5inner8functionINS_4typeEEET_PS3_RKS3_",
       "outer::type outer::inner::function<outer::type>(outer::type*, outer::type const&)"},
      {"_ZNSsC1EPKcRKSaIcE",
       "std::basic_string<char, std::char_traits<char>, std::allocator<char>>::basic_string(char "
       "const*, std::allocator<char> const&)"},
      {"_ZNSolsEi", "std::ostream::operator<<(int)"},
      {"_Z1fu4blahDn", "f(blah, std::nullptr_t)"},
      {"_Z1fDv4_f", "f(float vector[4])"},
      {"_Z1fDF16_", "f(_Float16)"},
      {"_Z1fPU3AS1i", "f(int AS1*)"},
      {"_Z1fVKi", "f(int const volatile)"},
      {"_Z1fPVKi", "f(int const volatile*)"},
      {"_ZN3FooIL_Z3barvEE1gEv", "Foo<bar()>::g()"},
      {"_ZNK1AssERKS_", "A::operator<=>(A const&) const"},
      {"_ZN1AB5cxx111fB3abcEv", "A[abi:cxx11]::f[abi:abc]()"},
      {"_Z1fIiET_S0_S0_", "int f<int>(int, int)"},
      {"_ZN1CUt_1fEv", "C::'unnamed'::f()"},
      {"_ZZN1A1fEvENKUlT_E_clIiEEDaS0_",
       "auto A::f()::'lambda'(auto)::operator()<int>(auto) const"},
      {"_ZStplIcSt11char_traitsIcESaIcEENSt7__cxx1112basic_stringIT_T0_T1_EEPKS5_OS8_",
       "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char>> "
       "std::operator+<char, std::char_traits<char>, std::allocator<char>>(char const*, "
       "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char>>&&)"},
      {"_ZN4llvm10make_errorINS_11StringErrorEJNS_4errcERA30_KcEEENS_5ErrorEDpOT0_",
       "llvm::Error llvm::make_error<llvm::StringError, llvm::errc, char const (&) "
       "[30]>(llvm::errc&&, char const (&) [30])"},
      {"_ZN9__gnu_cxx13new_allocatorIiED2Ev", "__gnu_cxx::new_allocator<int>::~new_allocator()"},
      {"_ZNKSt8functionIFviEEclEi", "std::function<void (int)>::operator()(int) const"},
  };
  for (const Example& e : examples) EXPECT_EQ(demangle(e.mangled), e.name) << e.mangled;
}

TEST(Demangle, RustLegacy) {
  const Example examples[] = {
      {"_ZN4main4main17h0123456789abcdefE", "main::main"},
      {"_ZN4core3fmt3num52_$LT$impl$u20$core..fmt..Debug$u20$for$u20$usize$GT$"
       "3fmt17h0123456789abcdefE",
       "core::fmt::num::<impl core::fmt::Debug for usize>::fmt"},
      {"_ZN3std11collections4hash3map20HashMap$LT$K$C$V$GT$3new17h23e007d5899bbaf4E",
       "std::collections::hash::map::HashMap<K,V>::new"},
      {"_ZN3foo28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE", "foo::{{closure}}"},
      {"_ZN3foo17h0123456789abcdefE.llvm.123", "foo"},
      // What a linker's C++ demangler leaves of such a name.
      {"core::panicking::panic::h0123456789abcdef", "core::panicking::panic"},
      {"_$LT$alloc..string..String$u20$as$u20$core..fmt..Write$GT$::write_str::h0123456789abcdef",
       "<alloc::string::String as core::fmt::Write>::write_str"},
      // Not Rust: no hash.
      {"_ZN3foo3barE", "foo::bar"},
      {"main::h0123456789abcdeg", "main::h0123456789abcdeg"},
  };
  for (const Example& e : examples) EXPECT_EQ(demangle(e.mangled), e.name) << e.mangled;
}

TEST(Demangle, RustV0) {
  const Example examples[] = {
      {"_RNvC6_123foo3bar", "123foo::bar"},
      {"_RNvCs1234_7mycrate3foo", "mycrate::foo"},
      {"_RNvNtCs1234_7mycrate3mod3foo", "mycrate::mod::foo"},
      {"_RNCNvC4bin_4main0B3_", "bin_::main::{closure#0}"},
      {"_RINvNtC3std3mem8align_ofjE", "std::mem::align_of::<usize>"},
      {"_RINvC1a1fTaEE", "a::f::<(i8,)>"},
      {"_RINvC1a1fThmEE", "a::f::<(u8, u32)>"},
      {"_RINvC1a1fAhj4_E", "a::f::<[u8; 4]>"},
      {"_RINvC1a1fReE", "a::f::<&str>"},
      {"_RINvC1a1fQShE", "a::f::<&mut [u8]>"},
      {"_RINvC1a1fPhE", "a::f::<*const u8>"},
      {"_RINvC1a1fFhEuE", "a::f::<fn(u8)>"},
      {"_RINvC1a1fFUKChElE", "a::f::<unsafe extern \"C\" fn(u8) -> i32>"},
      {"_RINvC1a1fFG_RL0_hEuE", "a::f::<for<'a> fn(&'a u8)>"},
      {"_RINvC1a1fDNtC1b1TEL_E", "a::f::<dyn b::T>"},
      {"_RINvC1a1fDINtC1b1ThEp3OuthEL_E", "a::f::<dyn b::T<u8, Out = u8>>"},
      {"_RINvC1a1fKj2a_E", "a::f::<42>"},
      {"_RINvC1a1fKan5_E", "a::f::<-5>"},
      {"_RINvC1a1fKb1_E", "a::f::<true>"},
      {"_RINvC1a1fKc41_E", "a::f::<'A'>"},
      {"_RINvC1a1fKRe616263_E", "a::f::<{\"abc\"}>"},
      {"_RNvMC1aNtB2_1S3new", "<a::S>::new"},
      {"_RNvXC1aNtB2_1SNtB2_1T1f", "<a::S as a::T>::f"},
      {"_RNvYNtC1a1SNtB4_1T1f", "<a::S as a::T>::f"},
      {"_RNvCs6xxl1lAjzDf_1au11ncode_cta3g", "a::ünïcode"},
  };
  for (const Example& e : examples) EXPECT_EQ(demangle(e.mangled), e.name) << e.mangled;
}

TEST(Demangle, LeavesOthersAlone) {
  for (const char* name : {"", "main", "_", "_Z", "_R", "_Z3fo", "_ZN", "_ZN3fooE3",
                           "_Z9999999999a", "_ZNKSt", "func[3]", "_Znothing", "_Rnothing", "a::b"})
    EXPECT_EQ(demangle(name), name);
}

std::string repeat(std::string_view s, int n) {
  std::string out;
  while (n-- > 0) out += s;
  return out;
}

// Depth, work and output are bounded, so none of these takes long or much.
TEST(Demangle, Hostile) {
  const std::string names[] = {
      "_Z1f" + repeat("P", 1'000'000) + "i",
      "_Z1f" + repeat("1AI", 100'000) + "i" + repeat("E", 100'000),
      "_Z1fX" + repeat("ng", 100'000) + "Li1EE",
      "_ZN" + repeat("1a", 100'000) + "E",
      "_Z" + repeat("Z1fvE", 50'000) + "1x",
      "_Z1f" + repeat("K", 100'000) + "i",
      "_RINvC1a1f" + repeat("R", 1'000'000) + "hE",
      "_RINvC1a1f" + repeat("T", 100'000) + repeat("E", 100'000) + "E",
      // Each names the one before it twice.
      "_ZN1A1fI1BIiiES0_IS1_S1_ES0_IS2_S2_ES0_IS3_S3_ES0_IS4_S4_ES0_IS5_S5_ES0_IS6_S6_ES0_IS7_S7_"
      "ES0_IS8_S8_ES0_IS9_S9_ES0_ISA_SA_ES0_ISB_SB_ES0_ISC_SC_ES0_ISD_SD_ES0_ISE_SE_ES0_ISF_SF_"
      "EEEvv",
      // Packs in packs.
      "_Z1fIJ" + repeat("i", 1000) + "EEvDp" + repeat("DpT_", 12),
      "_Z1fIJ" + repeat("i", 3000) + "EEv" + repeat("DpT_", 3000),
  };
  for (const std::string& name : names)
    EXPECT_LE(demangle(name).size(), std::max(name.size(), max_demangled));
  std::string cycle = "_RINvC1a1f";
  for (int i = 0; i < 200; ++i) cycle += "TB9_B9_B9_";
  EXPECT_LE(demangle(cycle + "E").size(), max_demangled);
}

// Every prefix and every byte changed: no crash, no sanitizer report.
TEST(Demangle, Mutations) {
  const std::string_view seeds[] = {
      "_ZStplIcSt11char_traitsIcESaIcEENSt7__cxx1112basic_stringIT_T0_T1_EEPKS5_OS8_",
      "_ZN4llvm2cl5applyINS0_4listINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEJNS0_"
      "12OptionHiddenENS0_4descEEEEvPT_RKT0_DpRKT1_",
      "_ZZN1A1fEvENKUlT_DpOT0_E_clIiJcdEEEDTcldtptfpT3fooLi3Esr3stdE6is_ptrIS_EspfLplLi1ET0_EES1_"
      "S2_",
      "_RINvMs0_C1aINtB2_1SDINtC1b1ThEp3OuthEL_EFG_RL0_hKCEuTRShAhj4_EKRe616263_E",
      "_ZN71_$LT$alloc..vec$LT$T$C$A$GT$$u20$as$u20$core..Drop$GT$4drop17h0123456789abcdefE",
  };
  for (std::string_view seed : seeds) {
    for (size_t n = 0; n <= seed.size(); ++n) (void)demangle(seed.substr(0, n));
    for (size_t i = 2; i < seed.size(); ++i)
      for (int c = 32; c < 127; ++c) {
        std::string name(seed);
        name[i] = static_cast<char>(c);
        EXPECT_LE(demangle(name).size(), max_demangled);
      }
  }
}

}  // namespace
}  // namespace nacre::debug
