// SPDX-License-Identifier: Apache-2.0
//
// The calling convention on x86-64: roles of registers, frames, and the sequences that every
// function contains. codegen/abi.hpp says how values are assigned.
//
// A frame, higher addresses first:
//
//     result area           made by the caller, removed by the caller
//     parameter area        made by the caller, removed by the callee (ret n)
//     return address        rbp + 8
//     caller's rbp          rbp
//     vm context            rbp - 8; absent in leaf frames
//     locals and spills     rbp - FrameInfo::bytes and up
//     outgoing areas        rsp and up, while a call is prepared
//
// rsp is a multiple of 8, not of 16; the stubs that call C++ align it.
#pragma once

#include "base/platform.hpp"
#include "codegen/asm/x64/assembler.hpp"
#include "codegen/tables.hpp"

namespace nacre::codegen::x64 {

// --- roles
inline constexpr Gpr vm_reg = r15;       // VmContext*, always
inline constexpr Gpr frame_reg = rbp;    // always
inline constexpr Gpr callee_reg = r10;   // the Func* in calls through a Func; else free
inline constexpr Gpr scratch_reg = r11;  // never holds a parameter or result
inline constexpr Xmm scratch_xmm = xmm15;
// Parameters and results, in order. r10 to r14 and xmm8 to xmm15 never hold any.
inline constexpr uint8_t argument_gprs[] = {0, 2, 1, 3,
                                            6, 7, 8, 9};  // rax rdx rcx rbx rsi rdi r8 r9
inline constexpr uint8_t argument_xmms[] = {0, 1, 2, 3, 4, 5, 6, 7};
// Where a frame keeps its vm context.
inline constexpr Mem frame_vm = mem(rbp, -8);
// Parameter areas start here; result areas after them.
inline constexpr int32_t first_param = 16;

// --- sequences
// Where calls through a Func enter: takes the vm context from the Func. Directly before the
// prologue, where direct calls enter.
void emit_func_entry(Assembler& a);
// Makes the frame; `frame.bytes` counts everything below the saved rbp, the vm context included. A
// frame that is not a leaf jumps to `overflow` (a cold trap stub) when it would not fit.
void emit_prologue(Assembler& a, const FrameInfo& frame, Label overflow, Reach reach = Reach::far);
// Leaves the frame and returns. rsp may be anywhere.
void emit_return(Assembler& a, uint32_t param_bytes);
// Replaces the frame for a tail call: the new parameters are in their registers and at
// [rsp, rsp + callee_bytes). Afterwards a jump to the callee is all that is missing. Destroys
// r11 to r14; r10, r15 and parameter registers stay.
void emit_leave_for_tail_call(Assembler& a, uint32_t own_bytes, uint32_t callee_bytes);

// Calls and jumps whose target is another function of the image; returns the field's offset, for
// a Relocation.
uint32_t emit_call_function(Assembler& a);
uint32_t emit_jump_function(Assembler& a);
uint32_t emit_function_address(Assembler& a, Gpr d);
// Through the Func in callee_reg, which must not be null.
void emit_call_func(Assembler& a);
void emit_jump_func(Assembler& a);
// After every call through a Func; after direct calls too in modules that tail-call through one.
void emit_reload_vm(Assembler& a);

// The body of a cold trap stub. Returns the offset for its Site.
uint32_t emit_trap(Assembler& a);
// A trap that costs two bytes and a signal; only with signals. Returns the offset for its Site.
uint32_t emit_trap_instruction(Assembler& a);
// Calls builtins[index], arguments where the host's C++ passes them (host_arguments), at most
// four, integers. The result is in rax. Returns the offset for its Site.
uint32_t emit_call_builtin(Assembler& a, uint32_t index);
// The offset for the Site of a call just written: lies within the call, so it is no other site's.
inline uint32_t call_site(Assembler& a) { return a.code().size() - 1; }

// Windows gives a stack its pages one by one: an access further than a page below the last page
// touched ends the process.
inline constexpr uint32_t stack_step = 4096;
// Frames of at least this size are checked against the limit before they are made, leaf or not:
// the limit leaves that much and more.
inline constexpr uint32_t big_frame = host_is_windows ? stack_step : 2 * stack_step;
// The stack pointer goes down by `bytes`; nothing else changes but the flags.
void emit_make_room(Assembler& a, int32_t bytes);

// --- the host's C++ convention
struct HostAbi {
  uint8_t arguments[4];
  uint32_t shadow;      // bytes that a caller leaves free
  bool more_preserved;  // rdi, rsi and xmm6 to xmm15 belong to the caller
};
const HostAbi& host_abi();

}  // namespace nacre::codegen::x64
