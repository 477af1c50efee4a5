// SPDX-License-Identifier: Apache-2.0
//
// nacre.h: what nacre offers to C beyond the standard wasm.h.
//
//   wasm_config_t* config = wasm_config_new();
//   nacre_config_set_fuel(config, true);
//   wasm_engine_t* engine = wasm_engine_new_with_config(config);
//   wasm_store_t* store = wasm_store_new(engine);
//   nacre_store_set_fuel(store, 1000000);
//
//   nacre_linker_t* linker = nacre_linker_new(engine);
//   nacre_wasi_config_t* wasi = nacre_wasi_config_new();
//   nacre_wasi_config_inherit(wasi);
//   nacre_error_t* error = nacre_linker_define_wasi(linker, wasi);
//   wasm_instance_t* instance = NULL;
//   if (!error) error = nacre_linker_instantiate(linker, store, module, &instance);
//   if (error) { puts(nacre_error_message(error)); nacre_error_delete(error); }
//
// Ownership, threads and NULL are as wasm.h says: NULL may be given only where a declaration says
// so, and to every ..._delete. Beyond that:
//   - A function that can fail returns an owned nacre_error_t, NULL when it succeeded. Its `out`
//     parameters are then set; after an error they are NULL, empty or zero. They may be NULL where
//     it says "if given".
//   - Functions that run guest code return traps, as wasm_func_call does; nacre_trap_error reads
//     one as an error.
//   - Strings given to the library end with a zero and are copied. Strings it returns end with a
//     zero and belong to the object they were read from.
//   - Sizes, addresses and offsets are bytes, times milliseconds, unless something else is said.
//   - "Any thread" means any number of threads at any time; what says nothing is for the one
//     thread that uses the store, or for one thread at a time.
//
// C++ exceptions never leave these functions: one thrown by a host function becomes a trap. When
// the process is out of memory for small objects it ends, as C++ programs do.
#ifndef NACRE_H
#define NACRE_H

#include "wasm.h"

#ifdef __cplusplus
extern "C" {
#endif

#define own

// The library's version, "1.2.3". Any thread.
WASM_API_EXTERN const char* nacre_version(void);

// -------------------------------------------------------------------------------------- errors

// Why something failed. Immutable; any thread may read it, one deletes it.
typedef struct nacre_error_t nacre_error_t;

// By class.
typedef uint8_t nacre_error_kind_t;
enum nacre_error_kind_enum {
  NACRE_ERROR_MALFORMED,         // not a WebAssembly binary or text
  NACRE_ERROR_INVALID,           // well-formed, but does not validate
  NACRE_ERROR_UNLINKABLE,        // imports are missing or of the wrong type
  NACRE_ERROR_UNSUPPORTED,       // needs a feature that is switched off or not there
  NACRE_ERROR_LIMIT,             // a limit was hit
  NACRE_ERROR_TRAP,              // running code trapped
  NACRE_ERROR_EXCEPTION,         // a WebAssembly exception was not caught
  NACRE_ERROR_EXIT,              // the guest ended itself: see nacre_error_exit_status
  NACRE_ERROR_INVALID_ARGUMENT,  // the call does not fit: wrong store, wrong types ...
  NACRE_ERROR_IO,                // a file could not be read or written
  NACRE_ERROR_INTERRUPTED,       // compiling was stopped: nacre_compile_options_set_stop
};

// Why running code stopped. Numbers may be added at the end.
typedef uint8_t nacre_trap_code_t;
enum nacre_trap_code_enum {
  NACRE_TRAP_NONE,
  NACRE_TRAP_UNREACHABLE,
  NACRE_TRAP_INTEGER_DIVIDE_BY_ZERO,
  NACRE_TRAP_INTEGER_OVERFLOW,
  NACRE_TRAP_INVALID_CONVERSION,
  NACRE_TRAP_MEMORY_OUT_OF_BOUNDS,
  NACRE_TRAP_TABLE_OUT_OF_BOUNDS,
  NACRE_TRAP_UNDEFINED_ELEMENT,
  NACRE_TRAP_UNINITIALIZED_ELEMENT,
  NACRE_TRAP_INDIRECT_CALL_TYPE_MISMATCH,
  NACRE_TRAP_STACK_EXHAUSTED,
  NACRE_TRAP_NULL_REFERENCE,
  NACRE_TRAP_NULL_FUNCTION,
  NACRE_TRAP_NULL_STRUCTURE,
  NACRE_TRAP_NULL_ARRAY,
  NACRE_TRAP_NULL_I31,
  NACRE_TRAP_NULL_EXCEPTION,
  NACRE_TRAP_CAST_FAILURE,
  NACRE_TRAP_ARRAY_OUT_OF_BOUNDS,
  NACRE_TRAP_UNALIGNED_ATOMIC,
  NACRE_TRAP_EXPECTED_SHARED_MEMORY,
  NACRE_TRAP_UNCAUGHT_EXCEPTION,
  NACRE_TRAP_OUT_OF_FUEL,
  NACRE_TRAP_INTERRUPTED,
  NACRE_TRAP_DEADLINE,
  NACRE_TRAP_OUT_OF_MEMORY,
  NACRE_TRAP_HOST,  // a host function returned a trap or failed
  NACRE_TRAP_EXIT,  // the guest ended itself
};

// nacre_error_offset of an error that is not about a byte of the input.
#define NACRE_NO_OFFSET UINT64_MAX

// Deletes the error; NULL is fine.
WASM_API_EXTERN void nacre_error_delete(own nacre_error_t*);
// What class of failure it is.
WASM_API_EXTERN nacre_error_kind_t nacre_error_kind(const nacre_error_t*);
// One line, without a newline at its end.
WASM_API_EXTERN const char* nacre_error_message(const nacre_error_t*);
// Of the byte in the input it is about; NACRE_NO_OFFSET when there is none.
WASM_API_EXTERN uint64_t nacre_error_offset(const nacre_error_t*);
// NACRE_TRAP_NONE unless its kind is trap, exception or exit.
WASM_API_EXTERN nacre_trap_code_t nacre_error_trap_code(const nacre_error_t*);
// Whether the guest ended itself (WASI's proc_exit); `*status`, if given, is its status then.
WASM_API_EXTERN bool nacre_error_exit_status(const nacre_error_t*, int* status);
// The frames of a trap or exception, innermost first; empty otherwise. Only the innermost ones
// when there are very many: nacre_error_frames_total counts all.
WASM_API_EXTERN void nacre_error_trace(const nacre_error_t*, own wasm_frame_vec_t* out);
// How many frames there were, dropped ones included.
WASM_API_EXTERN uint64_t nacre_error_frames_total(const nacre_error_t*);

#define NACRE_TEXT_NOTES \
  1u  // nacre_error_text ends with what to do when names or lines are missing
#define NACRE_TEXT_SOURCE 2u  // nacre_error_text quotes the innermost line, from the file it names
// The error as lines for people: what happened, and the frames with names, files and lines where
// the module tells them. `flags`: an or of NACRE_TEXT_... Fills in `out`, which ends with a zero
// that the size counts and which the caller deletes.
WASM_API_EXTERN void nacre_error_text(const nacre_error_t*, uint32_t flags,
                                      own wasm_message_t* out);

// A trap as an error: valid as long as the trap.
WASM_API_EXTERN const nacre_error_t* nacre_trap_error(const wasm_trap_t*);
// Short for nacre_error_trap_code and nacre_error_exit_status of it.
WASM_API_EXTERN nacre_trap_code_t nacre_trap_code(const wasm_trap_t*);
// Whether the guest ended itself, and with what status.
WASM_API_EXTERN bool nacre_trap_exit_status(const wasm_trap_t*, int* status);
// The code in words, "integer divide by zero". Any thread.
WASM_API_EXTERN const char* nacre_trap_code_message(nacre_trap_code_t);

// A trap for a host function to return, with this message.
WASM_API_EXTERN own wasm_trap_t* nacre_trap_new(wasm_store_t*, const char* message);
// One that ends the program with `status`, as WASI's proc_exit.
WASM_API_EXTERN own wasm_trap_t* nacre_trap_new_exit(wasm_store_t*, int status);
// One with the message, kind, code and frames of an error, which is taken over; of a caught
// exception it throws no new one.
WASM_API_EXTERN own wasm_trap_t* nacre_trap_new_error(wasm_store_t*, own nacre_error_t*);

// From the module's name section, or of a host function; empty without a name.
WASM_API_EXTERN const char* nacre_frame_func_name(const wasm_frame_t*);
// Likewise the module's.
WASM_API_EXTERN const char* nacre_frame_module_name(const wasm_frame_t*);

// A place in a guest's source, from the module's debug information (DWARF). Its strings belong to
// the frame, which is used by one thread at a time.
typedef struct nacre_source_location_t {
  const char* function;  // demangled; empty if unknown
  const char* file;      // its path where it was compiled; empty if unknown
  uint32_t line;         // from 1; 0 if unknown
  uint32_t column;       // likewise
} nacre_source_location_t;
// How many places a frame stands for: of functions inlined, the innermost first, and of its own
// function, the last. 0 without debug information.
WASM_API_EXTERN size_t nacre_frame_source_count(const wasm_frame_t*);
// One of them; false when there is none of this number.
WASM_API_EXTERN bool nacre_frame_source(const wasm_frame_t*, size_t index,
                                        nacre_source_location_t* out);
// The name a C++ or Rust compiler made this one of, or the name itself. Ends with a zero, which the
// size counts. Any thread.
WASM_API_EXTERN void nacre_demangle(const char* name, own wasm_message_t* out);

// Writes what a store held when its code trapped to a file in the wasm-coredump format: the
// error's frames, and memories and globals as they are now, so before anything else runs.
// `program` is its name there, or NULL. Errors: invalid_argument, limit (4 GiB), io.
WASM_API_EXTERN own nacre_error_t* nacre_write_coredump(wasm_store_t*, const nacre_error_t*,
                                                        const char* path, const char* program);

// -------------------------------------------------------------------------------------- config

// Parts of the language. All are on by default.
typedef uint8_t nacre_feature_t;
enum nacre_feature_enum {
  NACRE_FEATURE_MVP,
  NACRE_FEATURE_MUTABLE_GLOBALS,
  NACRE_FEATURE_SIGN_EXT,
  NACRE_FEATURE_SAT_FLOAT,
  NACRE_FEATURE_MULTI_VALUE,
  NACRE_FEATURE_BULK,
  NACRE_FEATURE_REF_TYPES,
  NACRE_FEATURE_SIMD,
  NACRE_FEATURE_RELAXED_SIMD,
  NACRE_FEATURE_TAIL_CALL,
  NACRE_FEATURE_EXTENDED_CONST,
  NACRE_FEATURE_FREF,
  NACRE_FEATURE_GC,
  NACRE_FEATURE_EXCEPTIONS,
  NACRE_FEATURE_MEMORY64,
  NACRE_FEATURE_MULTI_MEMORY,
  NACRE_FEATURE_THREADS,
  NACRE_FEATURE_LEGACY_EXCEPTIONS,
  NACRE_FEATURE_WIDE_ARITH,
  NACRE_FEATURE_CUSTOM_PAGE_SIZES,
  NACRE_FEATURE_COUNT,
};

// Sets of features for nacre_config_set_features: bit NACRE_FEATURE_x each.
#define NACRE_FEATURE_BIT(feature) (UINT32_C(1) << (feature))
// Those of WebAssembly 1.0, 2.0, 3.0, and all.
WASM_API_EXTERN uint32_t nacre_features_wasm1(void);
// WebAssembly 2.0. Any thread.
WASM_API_EXTERN uint32_t nacre_features_wasm2(void);
// WebAssembly 3.0. Any thread.
WASM_API_EXTERN uint32_t nacre_features_wasm3(void);
// Everything this library knows. Any thread.
WASM_API_EXTERN uint32_t nacre_features_all(void);
// "simd"; NULL for a number that is none. Any thread.
WASM_API_EXTERN const char* nacre_feature_name(nacre_feature_t);
// False when nothing has this name.
WASM_API_EXTERN bool nacre_feature_parse(const char* name, nacre_feature_t* out);

// Exactly these features; unknown bits are ignored.
WASM_API_EXTERN void nacre_config_set_features(wasm_config_t*, uint32_t bits);
// One feature on or off; an unknown one is ignored.
WASM_API_EXTERN void nacre_config_set_feature(wasm_config_t*, nacre_feature_t, bool on);

// How code is run.
typedef uint8_t nacre_engine_kind_t;
enum nacre_engine_kind_enum {
  NACRE_ENGINE_AUTOMATIC,    // the fastest for this machine
  NACRE_ENGINE_INTERPRETER,  // portable, everywhere
  NACRE_ENGINE_BASELINE,     // machine code from a single pass, where nacre_engine_check says so
};
// False, and nothing changed, for a kind there is not.
WASM_API_EXTERN bool nacre_config_set_engine(wasm_config_t*, nacre_engine_kind_t);
// Guarded memories by signal handler, where an engine has them (on by default).
WASM_API_EXTERN void nacre_config_set_signals(wasm_config_t*, bool on);
// Make all code when a module is made, none on first call (off by default).
WASM_API_EXTERN void nacre_config_set_eager(wasm_config_t*, bool on);
// Threads that compile one module; 0, the default: as many as the machine runs.
WASM_API_EXTERN void nacre_config_set_compile_threads(wasm_config_t*, uint32_t);
// Names of compiled code for Linux's perf (none by default).
typedef uint8_t nacre_profile_t;
enum nacre_profile_enum {
  NACRE_PROFILE_NONE,
  NACRE_PROFILE_PERF_MAP,  // /tmp/perf-PID.map
  NACRE_PROFILE_JITDUMP,   // ./jit-PID.dump, for `perf inject --jit`
};
// False, and nothing changed, for a profile there is not.
WASM_API_EXTERN bool nacre_config_set_profile(wasm_config_t*, nacre_profile_t);
// Loops notice interrupts and timeouts (off by default; costs a few percent).
WASM_API_EXTERN void nacre_config_set_interruptible(wasm_config_t*, bool on);
// Loops and calls consume the store's fuel (off by default).
WASM_API_EXTERN void nacre_config_set_fuel(wasm_config_t*, bool on);

// Bounds. Those of modules can only be lowered; a higher number leaves them.
typedef uint8_t nacre_limit_t;
enum nacre_limit_enum {
  // of a store
  NACRE_LIMIT_MEMORY,         // bytes of one memory
  NACRE_LIMIT_TABLE_ENTRIES,  // of one table
  NACRE_LIMIT_MEMORIES,       // in one store
  NACRE_LIMIT_TABLES,
  NACRE_LIMIT_INSTANCES,
  NACRE_LIMIT_STACK,       // bytes of WebAssembly frames, all nested calls together
  NACRE_LIMIT_HOST_DEPTH,  // host -> guest -> host nesting, which uses the host's stack
  NACRE_LIMIT_GC_HEAP,     // bytes of garbage-collected objects
  // of a module
  NACRE_LIMIT_MODULE_BYTES = 64,
  NACRE_LIMIT_MODULE_TYPES,
  NACRE_LIMIT_MODULE_FUNCTIONS,
  NACRE_LIMIT_MODULE_IMPORTS,
  NACRE_LIMIT_MODULE_EXPORTS,
  NACRE_LIMIT_MODULE_GLOBALS,
  NACRE_LIMIT_MODULE_TAGS,
  NACRE_LIMIT_MODULE_DATA_SEGMENTS,
  NACRE_LIMIT_MODULE_ELEM_SEGMENTS,
  NACRE_LIMIT_MODULE_TABLES,
  NACRE_LIMIT_MODULE_MEMORIES,
  NACRE_LIMIT_MODULE_TABLE_ENTRIES,  // initial size of a table, entries of one segment
  NACRE_LIMIT_MODULE_PARAMS,
  NACRE_LIMIT_MODULE_RESULTS,
  NACRE_LIMIT_MODULE_BODY_BYTES,
  NACRE_LIMIT_MODULE_LOCALS,
  NACRE_LIMIT_MODULE_STRUCT_FIELDS,
  NACRE_LIMIT_MODULE_ARRAY_NEW_FIXED,
  NACRE_LIMIT_MODULE_SUBTYPE_DEPTH,
};
// False for a limit there is not.
WASM_API_EXTERN bool nacre_config_set_limit(wasm_config_t*, nacre_limit_t, uint64_t value);

// The embedder's own storage for linear memories. A memory is one block at a time: it grows in
// place as far as the block reaches, then nacre asks for a larger one, copies, and releases the
// old. Blocks of shared memories have room for their maximum and never move. All in bytes.
typedef struct nacre_memory_request_t {
  uint64_t bytes;    // that must be usable at once
  uint64_t maximum;  // the memory will never be longer
  uint64_t reserve;  // that must lie at the block's base, usable or not
  bool guarded;      // what lies between `usable` and `reserved` must fault
  bool shared;       // other threads will use it
} nacre_memory_request_t;
// What an allocator gives for it.
typedef struct nacre_memory_block_t {
  void* base;         // aligned to 8 bytes, to a page with `guarded`; NULL only for no bytes
  uint64_t usable;    // bytes that may be read and written
  uint64_t reserved;  // bytes that are the block's; at least `usable`
  bool zeroed;        // usable bytes the guest has not seen are zero; else nacre clears them
  void* user;         // the allocator's own
} nacre_memory_block_t;
// An allocator.
typedef struct nacre_memory_allocator_t {
  void* env;  // the embedder's, for its functions
  // Fills in a block of zeros. False when there is none to be had.
  bool (*allocate)(void* env, const nacre_memory_request_t*, nacre_memory_block_t*);
  // Makes at least the first `bytes`, at most `reserved`, usable in place, and returns how many
  // are; 0 when it cannot be. NULL when it never can.
  uint64_t (*extend)(void* env, const nacre_memory_block_t*, uint64_t bytes);
  // Takes a block back.
  void (*release)(void* env, const nacre_memory_block_t*);
  // Whether it makes guarded blocks: memories with 32-bit addresses are then accessed without
  // bounds checks, and guests get at the host's memory where that promise is not kept.
  bool guards;
  // NULL, or called with `env` when the engine and everything made with it is gone.
  void (*finalizer)(void* env);
} nacre_memory_allocator_t;
// The struct is copied. Its functions are called by all threads that use the engine's stores, and
// must not use nacre. NULL: nacre's own storage again.
WASM_API_EXTERN void nacre_config_set_memory_allocator(wasm_config_t*,
                                                       const nacre_memory_allocator_t*);

// Whether the kind of engine asked for can run here; otherwise it makes no modules. Error:
// unsupported. Any thread.
WASM_API_EXTERN own nacre_error_t* nacre_engine_check(const wasm_engine_t*);
// The execution engine in use, "interpreter" ...; valid as long as the engine. Any thread.
WASM_API_EXTERN const char* nacre_engine_name(const wasm_engine_t*);
// Another handle of the same engine. Any thread.
WASM_API_EXTERN own wasm_engine_t* nacre_engine_copy(const wasm_engine_t*);

// ------------------------------------------------------------------------------- types, values

// More kinds of values. As an element of a wasm_val_t, a v128 is an owned box: see below. Whether a
// reference fits a type is a matter of what it refers to: a wasm_val_t may say any of the kinds of
// references, and NULL is the null of every type. An externref takes every wasm_ref_t of the store
// (functions, memories, foreign objects ...), which comes back as what it was; an anyref likewise,
// but for functions and exceptions of guests; a funcref takes functions. Kinds there are not are
// refused.
enum nacre_valkind_enum {
  NACRE_V128 = 4,
  NACRE_ANYREF = 130,  // any, eq, i31, struct, array, none and types of structs and arrays
  NACRE_EXNREF = 131,
};
// More kinds of externals.
enum nacre_externkind_enum {
  NACRE_EXTERN_TAG = 4,
};

// The heap types of references.
typedef uint8_t nacre_heap_t;
enum nacre_heap_enum {
  NACRE_HEAP_FUNC,
  NACRE_HEAP_NOFUNC,
  NACRE_HEAP_EXTERN,
  NACRE_HEAP_NOEXTERN,
  NACRE_HEAP_ANY,
  NACRE_HEAP_EQ,
  NACRE_HEAP_I31,
  NACRE_HEAP_STRUCT,
  NACRE_HEAP_ARRAY,
  NACRE_HEAP_NONE,
  NACRE_HEAP_EXN,
  NACRE_HEAP_NOEXN,
  NACRE_HEAP_CONCRETE,  // a type that a module defined: nacre_valtype_type_id tells which
};
// A reference type of one of the abstract heap types; NULL for NACRE_HEAP_CONCRETE.
WASM_API_EXTERN own wasm_valtype_t* nacre_valtype_new_ref(nacre_heap_t, bool nullable);
// Meaningful for references only.
WASM_API_EXTERN nacre_heap_t nacre_valtype_heap(const wasm_valtype_t*);
// Whether null is among the values.
WASM_API_EXTERN bool nacre_valtype_nullable(const wasm_valtype_t*);
// The engine's number of a concrete type: means something while a module that defines it lives.
WASM_API_EXTERN uint32_t nacre_valtype_type_id(const wasm_valtype_t*);
// Whether both are the same type.
WASM_API_EXTERN bool nacre_valtype_same(const wasm_valtype_t*, const wasm_valtype_t*);
// Types in WebAssembly's text format, "(func (param i32) (result i64))". End with a zero, which
// the size counts.
WASM_API_EXTERN void nacre_valtype_text(const wasm_valtype_t*, own wasm_message_t* out);
// The same for the type of an external.
WASM_API_EXTERN void nacre_externtype_text(const wasm_externtype_t*, own wasm_message_t* out);

#define NACRE_NO_MAX UINT64_MAX  // a `max` that means none
#define NACRE_TYPE_64 1u         // 64-bit addresses or indices
#define NACRE_TYPE_SHARED 2u     // memories: between threads
// A memory type with the full range of sizes, which are in pages of `page_size` bytes: 65536 or 1.
// `max`: NACRE_NO_MAX for none. `flags`: an or of NACRE_TYPE_..., NULL for other bits. Whether they
// make sense together is checked where the type is used.
WASM_API_EXTERN own wasm_memorytype_t* nacre_memorytype_new(uint64_t min, uint64_t max,
                                                            uint32_t flags, uint32_t page_size);
// The initial size in pages.
WASM_API_EXTERN uint64_t nacre_memorytype_min(const wasm_memorytype_t*);
// The largest size in pages, or NACRE_NO_MAX.
WASM_API_EXTERN uint64_t nacre_memorytype_max(const wasm_memorytype_t*);
// An or of NACRE_TYPE_64 and NACRE_TYPE_SHARED.
WASM_API_EXTERN uint32_t nacre_memorytype_flags(const wasm_memorytype_t*);
// Bytes of a page.
WASM_API_EXTERN uint32_t nacre_memorytype_page_size(const wasm_memorytype_t*);
// A table type with the full range of sizes, which are in entries; as nacre_memorytype_new, but
// that of the flags only NACRE_TYPE_64 is one. NULL without an element type.
WASM_API_EXTERN own wasm_tabletype_t* nacre_tabletype_new(own wasm_valtype_t* element, uint64_t min,
                                                          uint64_t max, uint32_t flags);
// The initial size in entries.
WASM_API_EXTERN uint64_t nacre_tabletype_min(const wasm_tabletype_t*);
// The largest size in entries, or NACRE_NO_MAX.
WASM_API_EXTERN uint64_t nacre_tabletype_max(const wasm_tabletype_t*);
// NACRE_TYPE_64 or 0.
WASM_API_EXTERN uint32_t nacre_tabletype_flags(const wasm_tabletype_t*);

// The type of tags: what their exceptions carry. As the types of wasm.h in every respect.
typedef struct nacre_tagtype_t nacre_tagtype_t;
// A tag type; the vector, which may be NULL for none, is empty afterwards. NULL when one of them
// is.
WASM_API_EXTERN own nacre_tagtype_t* nacre_tagtype_new(own wasm_valtype_vec_t* params);
// Deletes the type; NULL is fine.
WASM_API_EXTERN void nacre_tagtype_delete(own nacre_tagtype_t*);
// A copy, owned by the caller.
WASM_API_EXTERN own nacre_tagtype_t* nacre_tagtype_copy(const nacre_tagtype_t*);
// Types of the payload; valid as long as the type.
WASM_API_EXTERN const wasm_valtype_vec_t* nacre_tagtype_params(const nacre_tagtype_t*);
// The same object as the type of an external.
WASM_API_EXTERN wasm_externtype_t* nacre_tagtype_as_externtype(nacre_tagtype_t*);
// The same object as a tag type; NULL when it is another.
WASM_API_EXTERN nacre_tagtype_t* nacre_externtype_as_tagtype(wasm_externtype_t*);
// As nacre_tagtype_as_externtype.
WASM_API_EXTERN const wasm_externtype_t* nacre_tagtype_as_externtype_const(const nacre_tagtype_t*);
// As nacre_externtype_as_tagtype.
WASM_API_EXTERN const nacre_tagtype_t* nacre_externtype_as_tagtype_const(const wasm_externtype_t*);

// A 128-bit vector as a value: 16 bytes in WebAssembly's memory order (lane 0 first, lanes
// little-endian). wasm_val_t has no room for it, so `of.ref` points to a box that wasm_val_delete
// frees and wasm_val_copy copies. A NULL box counts as zero.
WASM_API_EXTERN void nacre_val_new_v128(own wasm_val_t* out, const uint8_t bytes[16]);
// False, and zeros, when the value is no v128.
WASM_API_EXTERN bool nacre_val_v128(const wasm_val_t*, uint8_t bytes[16]);

// ------------------------------------------------------------------------------------- modules

// As wasm_module_new, but for every store of the engine, and with an error. The module may be used
// and its handles copied by any threads. The bytes are copied. Errors: malformed, invalid,
// unsupported, limit.
WASM_API_EXTERN own nacre_error_t* nacre_module_new(wasm_engine_t*, const void* bytes, size_t size,
                                                    own wasm_module_t** out);
// The same from a file, which is mapped where the system can: it must not change meanwhile. Also
// the error io.
WASM_API_EXTERN own nacre_error_t* nacre_module_new_from_file(wasm_engine_t*, const char* path,
                                                              own wasm_module_t** out);
// Decodes and checks without making code.
WASM_API_EXTERN own nacre_error_t* nacre_module_validate(wasm_engine_t*, const void* bytes,
                                                         size_t size);
// From the text format to the binary format. Checks grammar and names; whether the module is valid
// is found out by making it. The error malformed says line and column. Any thread.
WASM_API_EXTERN own nacre_error_t* nacre_wat2wasm(const char* text, size_t size,
                                                  own wasm_byte_vec_t* out);

// What is decided for one module when it is made. Owned by the caller; used by one thread.
typedef struct nacre_compile_options_t nacre_compile_options_t;
// Nothing special.
WASM_API_EXTERN own nacre_compile_options_t* nacre_compile_options_new(void);
// Drops the options; modules made with them keep what they need. NULL is fine.
WASM_API_EXTERN void nacre_compile_options_delete(own nacre_compile_options_t*);
// As nacre_module_new; NULL options are those of nacre_compile_options_new.
WASM_API_EXTERN own nacre_error_t* nacre_module_new_with_options(wasm_engine_t*, const void* bytes,
                                                                 size_t size,
                                                                 const nacre_compile_options_t*,
                                                                 own wasm_module_t** out);
// As nacre_module_new_from_file.
WASM_API_EXTERN own nacre_error_t* nacre_module_new_from_file_with_options(
    wasm_engine_t*, const char* path, const nacre_compile_options_t*, own wasm_module_t** out);

// From the name section; empty without one. Function indices count imports first.
WASM_API_EXTERN void nacre_module_name(const wasm_module_t*, own wasm_name_t* out);
// The name of one function.
WASM_API_EXTERN void nacre_module_func_name(const wasm_module_t*, uint32_t func_index,
                                            own wasm_name_t* out);
// What has names, beside functions' locals and structs' fields.
typedef uint8_t nacre_name_kind_t;
enum nacre_name_kind_enum {
  NACRE_NAME_FUNCTION,
  NACRE_NAME_TYPE,
  NACRE_NAME_TABLE,
  NACRE_NAME_MEMORY,
  NACRE_NAME_GLOBAL,
  NACRE_NAME_ELEM,
  NACRE_NAME_DATA,
  NACRE_NAME_TAG,
};
// The name of anything with an index; empty for a kind there is not.
WASM_API_EXTERN void nacre_module_item_name(const wasm_module_t*, nacre_name_kind_t, uint32_t index,
                                            own wasm_name_t* out);
// The name of a function's parameter or local.
WASM_API_EXTERN void nacre_module_local_name(const wasm_module_t*, uint32_t func_index,
                                             uint32_t local_index, own wasm_name_t* out);
// The name of a struct type's field.
WASM_API_EXTERN void nacre_module_field_name(const wasm_module_t*, uint32_t type_index,
                                             uint32_t field_index, own wasm_name_t* out);

// What a module has several of.
typedef uint8_t nacre_module_part_t;
enum nacre_module_part_enum {
  NACRE_PART_TYPES,
  NACRE_PART_FUNCTIONS,  // this and the following: imports included
  NACRE_PART_TABLES,
  NACRE_PART_MEMORIES,
  NACRE_PART_GLOBALS,
  NACRE_PART_TAGS,
  NACRE_PART_CUSTOM_SECTIONS,
};
// How many the module has of something.
WASM_API_EXTERN size_t nacre_module_count(const wasm_module_t*, nacre_module_part_t);
// Whether instantiating it runs a start function.
WASM_API_EXTERN bool nacre_module_has_start(const wasm_module_t*);
// The features it cannot do without, as bits. Costs up to twenty validations.
WASM_API_EXTERN uint32_t nacre_module_features(const wasm_module_t*);
// Its binary, and custom section number `index` of it: valid as long as the module. The name does
// not end with a zero. False when there is no such section.
WASM_API_EXTERN const uint8_t* nacre_module_bytes(const wasm_module_t*, size_t* size);
// Sets all four results.
WASM_API_EXTERN bool nacre_module_custom_section(const wasm_module_t*, size_t index,
                                                 const char** name, size_t* name_size,
                                                 const uint8_t** bytes, size_t* size);
// The module of an instance. NULL when its store is gone.
WASM_API_EXTERN own wasm_module_t* nacre_instance_module(const wasm_instance_t*);

// -------------------------------------------------------------------------------------- stores

// A store with limits of its own, which lower the engine's: `count` pairs of NACRE_LIMIT_... of a
// store and a number. NULL when one is no limit of a store.
typedef struct nacre_store_limit_t {
  nacre_limit_t limit;  // of a store
  uint64_t value;       // as with nacre_config_set_limit
} nacre_store_limit_t;
// Owned by the caller.
WASM_API_EXTERN own wasm_store_t* nacre_store_new(wasm_engine_t*,
                                                  const nacre_store_limit_t limits[], size_t count);

// Why the last function of wasm.h that had no better way to say it failed in this store (a module
// or global not made, a table not grown ...); NULL when none has. Valid until the next failure.
WASM_API_EXTERN const nacre_error_t* nacre_store_last_error(const wasm_store_t*);

// A pointer of the embedder's, NULL at first.
WASM_API_EXTERN void nacre_store_set_user_data(wasm_store_t*, void*);
// The pointer that was set.
WASM_API_EXTERN void* nacre_store_user_data(const wasm_store_t*);

// With nacre_config_set_fuel every loop iteration and call takes some fuel; code stops with
// NACRE_TRAP_OUT_OF_FUEL when none is left. A store starts with none. More than 2^63 - 1 counts as
// that.
WASM_API_EXTERN void nacre_store_set_fuel(wasm_store_t*, uint64_t fuel);
// What is left.
WASM_API_EXTERN uint64_t nacre_store_fuel(const wasm_store_t*);

// Code running after `ms` milliseconds from now stops with NACRE_TRAP_DEADLINE, waits included;
// loops need nacre_config_set_interruptible. Replaces an earlier timeout.
WASM_API_EXTERN void nacre_store_set_timeout(wasm_store_t*, uint64_t ms);
// Lets code run as long as it likes again.
WASM_API_EXTERN void nacre_store_clear_timeout(wasm_store_t*);

// What grows.
typedef uint8_t nacre_growth_kind_t;
enum nacre_growth_kind_enum {
  NACRE_GROWTH_MEMORY,  // sizes are bytes
  NACRE_GROWTH_TABLE,   // sizes are entries
};
// A memory or table that wants to grow, or to be made.
typedef struct nacre_growth_t {
  nacre_growth_kind_t kind;  // what it is
  bool creation;             // it is being made
  uint64_t current;          // 0 when it is being made
  uint64_t desired;          // what it wants to be
  uint64_t maximum;          // the most its type and the store's limits allow
} nacre_growth_t;
// True lets it grow. It runs in the middle of guest code and must leave the store alone.
typedef bool (*nacre_growth_callback_t)(void* env, const nacre_growth_t*);
// Asks before memories and tables of the store grow or are made, by guests, by the host, by
// instantiation. False makes memory.grow and table.grow give -1, and what the host asked for the
// error limit. Replaces an earlier callback; NULL removes it. `finalizer`, which may be NULL, is
// called with `env` when the callback is replaced or the store is deleted.
WASM_API_EXTERN void nacre_store_set_growth_callback(wasm_store_t*, nacre_growth_callback_t,
                                                     void* env, void (*finalizer)(void*));

// Stops a store's code from another thread. A handle may be used by any threads, also after the
// store is gone; the store's thread makes it.
typedef struct nacre_interrupt_t nacre_interrupt_t;
// A handle for this store, owned by the caller.
WASM_API_EXTERN own nacre_interrupt_t* nacre_interrupt_new(wasm_store_t*);
// Drops the handle; a request stays. NULL is fine.
WASM_API_EXTERN void nacre_interrupt_delete(own nacre_interrupt_t*);
// Running code stops with NACRE_TRAP_INTERRUPTED, at the latest at its next loop iteration or call;
// needs nacre_config_set_interruptible. Code started later stops at once, until `clear`.
WASM_API_EXTERN void nacre_interrupt_request(const nacre_interrupt_t*);
// Takes a request back. Any thread.
WASM_API_EXTERN void nacre_interrupt_clear(const nacre_interrupt_t*);

// The garbage-collected heap: collect now, bytes in use, collections so far.
WASM_API_EXTERN void nacre_store_gc(wasm_store_t*);
// Bytes in use.
WASM_API_EXTERN uint64_t nacre_store_gc_used(const wasm_store_t*);
// Collections so far.
WASM_API_EXTERN uint64_t nacre_store_gc_collections(const wasm_store_t*);

// ----------------------------------------------------------------------------------- instances

// An export by name; NULL when there is none of this name, or (the others) of this kind.
WASM_API_EXTERN own wasm_extern_t* nacre_instance_export(const wasm_instance_t*, const char* name);
// The function exported as `name`.
WASM_API_EXTERN own wasm_func_t* nacre_instance_func(const wasm_instance_t*, const char* name);
// The memory exported as `name`.
WASM_API_EXTERN own wasm_memory_t* nacre_instance_memory(const wasm_instance_t*, const char* name);
// The table exported as `name`.
WASM_API_EXTERN own wasm_table_t* nacre_instance_table(const wasm_instance_t*, const char* name);
// The global exported as `name`.
WASM_API_EXTERN own wasm_global_t* nacre_instance_global(const wasm_instance_t*, const char* name);

// ----------------------------------------------------------------------- functions without cost

// Arguments and results in 64-bit slots: an i32 zero-extended, an i64 as it is, f32 and f64 as
// their bits (f32 zero-extended), a v128 in two slots in memory order, a reference as
// nacre_ref_to_raw gives it. There must be room for nacre_func_slots(func) slots, the larger of
// what arguments and results take; results overwrite arguments.

// How many slots a call needs; 0 when the store is gone.
WASM_API_EXTERN size_t nacre_func_slots(const wasm_func_t*);
// Calls without checking or converting anything: the slots must hold what the type says, or the
// behaviour is undefined. NULL, or the trap.
WASM_API_EXTERN own wasm_trap_t* nacre_func_call_unchecked(const wasm_func_t*, uint64_t slots[]);

// Slots of numbers, and numbers of slots.
static inline uint64_t nacre_slot_i32(int32_t v) { return WASM_API_CAST(static, uint32_t, v); }
// An i64.
static inline uint64_t nacre_slot_i64(int64_t v) { return WASM_API_CAST(static, uint64_t, v); }
// An f32; the bits of a NaN are kept.
static inline uint64_t nacre_slot_f32(float v) {
  uint32_t bits;
  memcpy(&bits, &v, sizeof bits);
  return bits;
}
// An f64; the bits of a NaN are kept.
static inline uint64_t nacre_slot_f64(double v) {
  uint64_t bits;
  memcpy(&bits, &v, sizeof bits);
  return bits;
}
// The i32 in a slot.
static inline int32_t nacre_slot_to_i32(uint64_t s) {
  return WASM_API_CAST(static, int32_t, WASM_API_CAST(static, uint32_t, s));
}
// The i64 in a slot.
static inline int64_t nacre_slot_to_i64(uint64_t s) { return WASM_API_CAST(static, int64_t, s); }
// The f32 in a slot.
static inline float nacre_slot_to_f32(uint64_t s) {
  const uint32_t bits = WASM_API_CAST(static, uint32_t, s);
  float v;
  memcpy(&v, &bits, sizeof v);
  return v;
}
// The f64 in a slot.
static inline double nacre_slot_to_f64(uint64_t s) {
  double v;
  memcpy(&v, &s, sizeof v);
  return v;
}

// A reference as a slot, valid until the next call into the store or creation of an object: the
// garbage collector moves objects. NULL is 0. 0 also for what guests cannot hold.
WASM_API_EXTERN uint64_t nacre_ref_to_raw(wasm_store_t*, const wasm_ref_t*);
// `kind`: WASM_FUNCREF, WASM_EXTERNREF, NACRE_ANYREF or NACRE_EXNREF. NULL for 0.
WASM_API_EXTERN own wasm_ref_t* nacre_ref_from_raw(wasm_store_t*, wasm_valkind_t kind,
                                                   uint64_t slot);

// ------------------------------------------------------------------------------ host functions

// Who called a host function. Valid during that call.
typedef struct nacre_caller_t nacre_caller_t;
// The store of the call; borrowed.
WASM_API_EXTERN wasm_store_t* nacre_caller_store(nacre_caller_t*);
// The bytes of the calling instance's first memory, valid until it grows; NULL and 0 without one.
WASM_API_EXTERN uint8_t* nacre_caller_memory(nacre_caller_t*, size_t* size);
// `size` bytes at `address` of that memory; NULL when they do not lie in it.
WASM_API_EXTERN uint8_t* nacre_caller_bytes(nacre_caller_t*, uint64_t address, uint64_t size);
// An export of the calling instance; NULL when there is none.
WASM_API_EXTERN own wasm_extern_t* nacre_caller_export(nacre_caller_t*, const char* name);
// The calling instance; NULL when the embedder called the function itself.
WASM_API_EXTERN own wasm_instance_t* nacre_caller_instance(nacre_caller_t*);
// The frames below, innermost first, at most `max`.
WASM_API_EXTERN void nacre_caller_trace(nacre_caller_t*, size_t max, own wasm_frame_vec_t* out);
// Whether the store was interrupted or is past its timeout: long functions should return then.
WASM_API_EXTERN bool nacre_caller_should_stop(nacre_caller_t*);

// A host function that knows its caller; otherwise as wasm_func_callback_with_env_t ...
typedef own wasm_trap_t* (*nacre_callback_t)(void* env, nacre_caller_t* caller,
                                             const wasm_val_vec_t* args, wasm_val_vec_t* results);
// ... and one with slots, which nothing is converted for. It replaces arguments by results of the
// right types.
typedef own wasm_trap_t* (*nacre_unchecked_callback_t)(void* env, nacre_caller_t* caller,
                                                       uint64_t slots[]);
// Functions of a store. `finalizer`, which may be NULL, is called with `env` when the store is
// deleted. NULL when the type names something not alive.
WASM_API_EXTERN own wasm_func_t* nacre_func_new(wasm_store_t*, const wasm_functype_t*,
                                                nacre_callback_t, void* env,
                                                void (*finalizer)(void*));
// The same for a callback with slots.
WASM_API_EXTERN own wasm_func_t* nacre_func_new_unchecked(wasm_store_t*, const wasm_functype_t*,
                                                          nacre_unchecked_callback_t, void* env,
                                                          void (*finalizer)(void*));
// `stop` is asked while a module compiles, by all threads that do, with `env`: true ends it with
// NACRE_ERROR_INTERRUPTED. NULL: nothing stops it. Replaces an earlier one.
WASM_API_EXTERN void nacre_compile_options_set_stop(nacre_compile_options_t*,
                                                    bool (*stop)(void* env), void* env);

// --------------------------------------------------------------------------- function listeners

// A function of a module, as its binary describes it.
typedef struct nacre_function_info_t nacre_function_info_t;
// In the module's index space; imports come first.
WASM_API_EXTERN uint32_t nacre_function_info_index(const nacre_function_info_t*);
// From the name section; empty without one.
WASM_API_EXTERN const char* nacre_function_info_name(const nacre_function_info_t*);
// What to call it in front of people: never empty ("func[7]").
WASM_API_EXTERN const char* nacre_function_info_label(const nacre_function_info_t*);
// Owned by the caller.
WASM_API_EXTERN own wasm_functype_t* nacre_function_info_type(const nacre_function_info_t*);
// Whether it is imported; `*module` and `*name`, if given, are its import's or empty.
WASM_API_EXTERN bool nacre_function_info_import(const nacre_function_info_t*, const char** module,
                                                const char** name);
// Export number `index` of it: the name, or NULL when there are not so many.
WASM_API_EXTERN const char* nacre_function_info_export(const nacre_function_info_t*, size_t index);

// One call of a function, while a listener is told about it.
typedef struct nacre_listener_call_t nacre_listener_call_t;
// Valid as long as the module.
WASM_API_EXTERN const nacre_function_info_t* nacre_listener_call_function(
    const nacre_listener_call_t*);
// As a host function that this function called would be given; valid during the callback.
WASM_API_EXTERN nacre_caller_t* nacre_listener_call_caller(nacre_listener_call_t*);
// Frames on the store's stack, this one included: 1 for a function the embedder called. Takes time
// in proportion to it.
WASM_API_EXTERN uint64_t nacre_listener_call_depth(const nacre_listener_call_t*);
// In `after`: whether the function ends with a tail call, and has no results.
WASM_API_EXTERN bool nacre_listener_call_is_tail_call(const nacre_listener_call_t*);

// Who hears of a function's calls. Each callback may be NULL and is given `env`. They are called by
// the thread that runs the function, so by several at once when a module runs in several stores.
// Every `before` is followed by one `after` or `trap` of the same function.
typedef struct nacre_listener_t {
  void* env;  // the embedder's, for its functions
  // It is about to run. A trap ends the embedder's call with it; the function does not run, and no
  // more is heard of this call.
  own wasm_trap_t* (*before)(void* env, nacre_listener_call_t*, const wasm_val_vec_t* params);
  // It returns these results, or makes a tail call. A trap ends the embedder's call with it.
  own wasm_trap_t* (*after)(void* env, nacre_listener_call_t*, const wasm_val_vec_t* results);
  // It ends without results: it or what it called trapped, threw, ended the program, was stopped.
  // The error belongs to the library.
  void (*trap)(void* env, nacre_listener_call_t*, const nacre_error_t*);
} nacre_listener_t;

// Asked once for every function of a module, in order, by the thread that makes the module: true,
// and the listener copied to `*out`, when somebody is to hear its calls.
typedef bool (*nacre_choose_listener_t)(void* env, const nacre_function_info_t*,
                                        nacre_listener_t* out);
// Functions nobody listens to run as without this. `finalizer`, which may be NULL, is called with
// `env` when the options and all modules made with them, their instances and stores included, are
// gone. Replaces an earlier choice.
WASM_API_EXTERN void nacre_compile_options_set_listeners(nacre_compile_options_t*,
                                                         nacre_choose_listener_t, void* env,
                                                         void (*finalizer)(void*));

// -------------------------------------------------------------------- memories, tables, globals

// Copies between host and guest, checked: false, and nothing copied, when [address, address +
// size) does not lie in the memory.
WASM_API_EXTERN bool nacre_memory_read(const wasm_memory_t*, uint64_t address, void* to,
                                       size_t size);
// From the host to the guest.
WASM_API_EXTERN bool nacre_memory_write(wasm_memory_t*, uint64_t address, const void* from,
                                        size_t size);
// Grows by `delta` pages of the memory's own page size; `*old`, if given, is the size before.
// Error: limit.
WASM_API_EXTERN own nacre_error_t* nacre_memory_grow(wasm_memory_t*, uint64_t delta, uint64_t* old);

// A shared memory apart from any store, to be attached in the stores of other threads of the same
// engine. Any thread.
typedef struct nacre_shared_memory_t nacre_shared_memory_t;
// NULL when the memory is not of a shared type.
WASM_API_EXTERN own nacre_shared_memory_t* nacre_memory_share(const wasm_memory_t*);
// Drops the handle; the memory lives as long as a store uses it. NULL is fine.
WASM_API_EXTERN void nacre_shared_memory_delete(own nacre_shared_memory_t*);
// NULL for a store of another engine.
WASM_API_EXTERN own wasm_memory_t* nacre_memory_attach(wasm_store_t*, const nacre_shared_memory_t*);

// The full range of indices, and errors: invalid_argument outside the table or for a reference of
// another type, limit when growing.
WASM_API_EXTERN uint64_t nacre_table_size(const wasm_table_t*);
// The entry at `index`; a reference in it is owned by the caller.
WASM_API_EXTERN own nacre_error_t* nacre_table_get(const wasm_table_t*, uint64_t index,
                                                   own wasm_val_t* out);
// Sets the entry at `index`; the value stays the caller's.
WASM_API_EXTERN own nacre_error_t* nacre_table_set(wasm_table_t*, uint64_t index,
                                                   const wasm_val_t*);
// Grows by `delta` entries of `init`, NULL for null; `*old`, if given, is the size before.
WASM_API_EXTERN own nacre_error_t* nacre_table_grow(wasm_table_t*, uint64_t delta,
                                                    const wasm_val_t* init, uint64_t* old);

// Error: invalid_argument when immutable or for a value of another type.
WASM_API_EXTERN own nacre_error_t* nacre_global_set(wasm_global_t*, const wasm_val_t*);

// ------------------------------------------------------------------------- tags and exceptions

// What kind of exception is thrown. A reference like those of wasm.h.
typedef struct nacre_tag_t nacre_tag_t;
// NULL when the type names something not alive.
WASM_API_EXTERN own nacre_tag_t* nacre_tag_new(wasm_store_t*, const nacre_tagtype_t*);
// Drops the handle; NULL is fine.
WASM_API_EXTERN void nacre_tag_delete(own nacre_tag_t*);
// Another handle of the same tag.
WASM_API_EXTERN own nacre_tag_t* nacre_tag_copy(const nacre_tag_t*);
// Whether both are of the same tag.
WASM_API_EXTERN bool nacre_tag_same(const nacre_tag_t*, const nacre_tag_t*);
// Owned by the caller.
WASM_API_EXTERN own nacre_tagtype_t* nacre_tag_type(const nacre_tag_t*);
// The same handle as an external.
WASM_API_EXTERN wasm_extern_t* nacre_tag_as_extern(nacre_tag_t*);
// The same handle as a tag; NULL when it is of another kind.
WASM_API_EXTERN nacre_tag_t* nacre_extern_as_tag(wasm_extern_t*);
// As nacre_tag_as_extern.
WASM_API_EXTERN const wasm_extern_t* nacre_tag_as_extern_const(const nacre_tag_t*);
// As nacre_extern_as_tag.
WASM_API_EXTERN const nacre_tag_t* nacre_extern_as_tag_const(const wasm_extern_t*);

// A trap that a host function returns to throw: its caller sees an exception with this tag and
// payload, which the guest may catch. When the payload does not fit, a trap that says so.
WASM_API_EXTERN own wasm_trap_t* nacre_exception_new(wasm_store_t*, const nacre_tag_t*,
                                                     const wasm_val_vec_t* payload);
// The exception of a trap of kind NACRE_ERROR_EXCEPTION; NULL for others. Returning the trap from a
// host function throws the exception again.
WASM_API_EXTERN own wasm_ref_t* nacre_trap_exception(const wasm_trap_t*);
// Its tag; NULL when the reference is no exception.
WASM_API_EXTERN own nacre_tag_t* nacre_exception_tag(const wasm_ref_t*);

// ---------------------------------------------------------------------------------- references

// What a reference points to.
typedef uint8_t nacre_shape_t;
enum nacre_shape_enum {
  NACRE_SHAPE_NULL,
  NACRE_SHAPE_FUNC,
  NACRE_SHAPE_I31,
  NACRE_SHAPE_STRUCT,
  NACRE_SHAPE_ARRAY,
  NACRE_SHAPE_HOST,  // a foreign object or another handle of the host's
  NACRE_SHAPE_EXN,
};
// NULL is NACRE_SHAPE_NULL.
WASM_API_EXTERN nacre_shape_t nacre_ref_shape(const wasm_ref_t*);
// A 31-bit integer; the top bit of `value` is lost. Reading another reference gives false.
WASM_API_EXTERN own wasm_ref_t* nacre_ref_new_i31(wasm_store_t*, uint32_t value);
// Reads one, sign-extended.
WASM_API_EXTERN bool nacre_ref_i31(const wasm_ref_t*, int32_t* value);
// Fields of a struct, elements of an array, payload values of an exception; 0 for others.
WASM_API_EXTERN uint32_t nacre_ref_length(const wasm_ref_t*);
// One of them. Packed fields are zero-extended when read and truncated when written. Error:
// invalid_argument.
WASM_API_EXTERN own nacre_error_t* nacre_ref_get(const wasm_ref_t*, uint32_t index,
                                                 own wasm_val_t* out);
// The same with packed fields sign-extended.
WASM_API_EXTERN own nacre_error_t* nacre_ref_get_signed(const wasm_ref_t*, uint32_t index,
                                                        own wasm_val_t* out);
// Sets a mutable one; the value stays the caller's.
WASM_API_EXTERN own nacre_error_t* nacre_ref_set(wasm_ref_t*, uint32_t index, const wasm_val_t*);
// Elements of an array of numbers or vectors from `index` on, as bytes, little-endian; `size` is a
// multiple of an element's. Error: invalid_argument, and nothing copied.
WASM_API_EXTERN own nacre_error_t* nacre_ref_read_bytes(const wasm_ref_t*, uint32_t index, void* to,
                                                        size_t size);
// From the host to the array, whose elements must be mutable.
WASM_API_EXTERN own nacre_error_t* nacre_ref_write_bytes(wasm_ref_t*, uint32_t index,
                                                         const void* from, size_t size);
// Whether it is a value of this type (ref.test); NULL is one of every nullable type. Foreign
// objects and the host's own handles are externrefs.
WASM_API_EXTERN bool nacre_ref_matches(const wasm_ref_t*, const wasm_valtype_t*);

// A type of functions, structs or arrays that a module defined or the host made. Equal types of
// an engine are one. The handle keeps the type alive; immutable, for any thread.
typedef struct nacre_deftype_t nacre_deftype_t;
// What a defined type is a type of.
typedef uint8_t nacre_typekind_t;
enum nacre_typekind_enum {
  NACRE_TYPEKIND_FUNC,
  NACRE_TYPEKIND_STRUCT,
  NACRE_TYPEKIND_ARRAY,
};
// A field of a struct, or the elements of an array.
typedef struct nacre_field_t {
  const wasm_valtype_t* type;  // NULL for a packed one
  uint8_t packed_bits;         // 8 or 16; 0 for others
  bool is_mutable;             // else only its creation sets it
} nacre_field_t;
// A type of structs, final and without supertype. The fields' types stay the caller's. Errors:
// invalid_argument, limit.
WASM_API_EXTERN own nacre_error_t* nacre_deftype_new_struct(wasm_engine_t*,
                                                            const nacre_field_t fields[],
                                                            size_t count,
                                                            own nacre_deftype_t** out);
// The same for arrays.
WASM_API_EXTERN own nacre_error_t* nacre_deftype_new_array(wasm_engine_t*,
                                                           const nacre_field_t* element,
                                                           own nacre_deftype_t** out);
// One of several types that may refer to one another and have supertypes.
typedef struct nacre_typedef_t {
  nacre_typekind_t kind;             // which of the following count
  bool is_final;                     // no type may have it as its supertype
  const nacre_field_t* fields;       // of a struct; of an array one
  size_t field_count;                // how many
  const wasm_functype_t* func;       // of functions
  const nacre_deftype_t* supertype;  // or NULL
  // Without `supertype`: the one in the group that is its supertype, by its number plus one, and
  // before it; 0 for none.
  uint32_t supertype_member;
} nacre_typedef_t;
// A recursion group. `out` has room for `count` types, which are NULL after an error. Errors:
// invalid_argument, also for a supertype that is final or does not fit; limit.
WASM_API_EXTERN own nacre_error_t* nacre_deftype_new_group(wasm_engine_t*,
                                                           const nacre_typedef_t types[],
                                                           size_t count,
                                                           own nacre_deftype_t* out[]);
// The type of references to number `member` of a group, for the definitions of that group.
WASM_API_EXTERN own wasm_valtype_t* nacre_valtype_new_member(uint32_t member, bool nullable);
// A module's type by its index in the type section; NULL when there is none.
WASM_API_EXTERN own nacre_deftype_t* nacre_module_type(const wasm_module_t*, uint32_t index);
// The type of a struct, array or function; NULL for others.
WASM_API_EXTERN own nacre_deftype_t* nacre_ref_deftype(const wasm_ref_t*);
// The type a concrete reference type names; NULL when it is not concrete, or not alive.
WASM_API_EXTERN own nacre_deftype_t* nacre_valtype_deftype(wasm_engine_t*, const wasm_valtype_t*);
// Drops the handle; NULL is fine.
WASM_API_EXTERN void nacre_deftype_delete(own nacre_deftype_t*);
// Another handle of the same type.
WASM_API_EXTERN own nacre_deftype_t* nacre_deftype_copy(const nacre_deftype_t*);
// Whether both are the same type.
WASM_API_EXTERN bool nacre_deftype_same(const nacre_deftype_t*, const nacre_deftype_t*);
// Whether the first is the second or declared below it.
WASM_API_EXTERN bool nacre_deftype_is_subtype(const nacre_deftype_t*, const nacre_deftype_t*);
// Owned by the caller; NULL without one.
WASM_API_EXTERN own nacre_deftype_t* nacre_deftype_supertype(const nacre_deftype_t*);
// Of functions, structs or arrays.
WASM_API_EXTERN nacre_typekind_t nacre_deftype_kind(const nacre_deftype_t*);
// Fields of a struct; 1 for an array, 0 for a function.
WASM_API_EXTERN size_t nacre_deftype_field_count(const nacre_deftype_t*);
// One of them; its type belongs to the handle. False when there is none of this number.
WASM_API_EXTERN bool nacre_deftype_field(const nacre_deftype_t*, size_t index, nacre_field_t* out);
// The type of references to it.
WASM_API_EXTERN own wasm_valtype_t* nacre_deftype_valtype(const nacre_deftype_t*, bool nullable);
// In the text format. Ends with a zero, which the size counts.
WASM_API_EXTERN void nacre_deftype_text(const nacre_deftype_t*, own wasm_message_t* out);

// Objects, which the handle keeps alive. Values stay the caller's; packed fields take an i32.
// Errors: limit, when the store's heap is full; invalid_argument, for a type of another kind or
// engine and for values that do not fit.
// A struct of these fields; of zeros and nulls with NULL.
WASM_API_EXTERN own nacre_error_t* nacre_ref_new_struct(wasm_store_t*, const nacre_deftype_t*,
                                                        const wasm_val_vec_t* fields,
                                                        own wasm_ref_t** out);
// An array of `length` times `init`; of zeros or nulls with NULL.
WASM_API_EXTERN own nacre_error_t* nacre_ref_new_array(wasm_store_t*, const nacre_deftype_t*,
                                                       uint32_t length, const wasm_val_t* init,
                                                       own wasm_ref_t** out);
// An array of these elements.
WASM_API_EXTERN own nacre_error_t* nacre_ref_new_array_of(wasm_store_t*, const nacre_deftype_t*,
                                                          const wasm_val_vec_t* elements,
                                                          own wasm_ref_t** out);
// An array of numbers or vectors, from their bytes, little-endian.
WASM_API_EXTERN own nacre_error_t* nacre_ref_new_array_bytes(wasm_store_t*, const nacre_deftype_t*,
                                                             const void* bytes, size_t size,
                                                             own wasm_ref_t** out);

// -------------------------------------------------------------------------------------- linker

// What modules may import, by name. A later definition of a name replaces an earlier one. Defining
// is for one thread; instantiating with it may be done by several, in different stores.
typedef struct nacre_linker_t nacre_linker_t;
// An empty linker, owned by the caller.
WASM_API_EXTERN own nacre_linker_t* nacre_linker_new(wasm_engine_t*);
// Forgets the definitions; instances made with them live on. NULL is fine.
WASM_API_EXTERN void nacre_linker_delete(own nacre_linker_t*);

// Host functions that belong to no store: they serve any number of them, and are called from each
// store's thread. `finalizer`, which may be NULL, is called with `env` when the linker and all
// stores that used the function are gone. Error: invalid_argument for a type that is not alive;
// limit for one with more parameters or results than modules may have.
WASM_API_EXTERN own nacre_error_t* nacre_linker_define_func(nacre_linker_t*, const char* module,
                                                            const char* name,
                                                            const wasm_functype_t*,
                                                            nacre_callback_t, void* env,
                                                            void (*finalizer)(void*));
// The same for a callback with slots.
WASM_API_EXTERN own nacre_error_t* nacre_linker_define_func_unchecked(
    nacre_linker_t*, const char* module, const char* name, const wasm_functype_t*,
    nacre_unchecked_callback_t, void* env, void (*finalizer)(void*));
// An object of a store, for modules instantiated in that store. One whose store is gone defines
// nothing: whoever imports the name is told why.
WASM_API_EXTERN void nacre_linker_define(nacre_linker_t*, const char* module, const char* name,
                                         const wasm_extern_t*);
// All exports of an instance, as the module `module`; none when its store is gone.
WASM_API_EXTERN void nacre_linker_define_instance(nacre_linker_t*, const char* module,
                                                  const wasm_instance_t*);
// Makes everything defined in `module` so far importable from `alias` too.
WASM_API_EXTERN void nacre_linker_alias(nacre_linker_t*, const char* module, const char* alias);
// Forgets one name of `module`.
WASM_API_EXTERN void nacre_linker_remove_name(nacre_linker_t*, const char* module,
                                              const char* name);
// Forgets what is defined in `module`.
WASM_API_EXTERN void nacre_linker_remove(nacre_linker_t*, const char* module);
// Whether something of this name is defined. Any thread, while nobody defines.
WASM_API_EXTERN bool nacre_linker_has(const nacre_linker_t*, const char* module, const char* name);
// The imports of a module nothing is defined for.
WASM_API_EXTERN void nacre_linker_missing(const nacre_linker_t*, const wasm_module_t*,
                                          own wasm_importtype_vec_t* out);
// Instantiates. Errors: unlinkable, which lists every import that is missing or of another type, at
// most 100 of either sort; limit; invalid_argument (another engine, or an import that is of another
// store or was refused: it is named); and what the start function ends with.
WASM_API_EXTERN own nacre_error_t* nacre_linker_instantiate(const nacre_linker_t*, wasm_store_t*,
                                                            const wasm_module_t*,
                                                            own wasm_instance_t** out);

// ---------------------------------------------------------------------------------------- WASI

// What a WASI program may see and touch. A new one is sealed and deterministic: no directories, no
// environment, empty input, output dropped, clocks that step by a fixed amount per read, seeded
// random numbers, sleeps that take no time. The setters below open it up.
typedef struct nacre_wasi_config_t nacre_wasi_config_t;
// A sealed configuration, owned by the caller.
WASM_API_EXTERN own nacre_wasi_config_t* nacre_wasi_config_new(void);
// Only for one that was not given to nacre_linker_define_wasi. NULL is fine.
WASM_API_EXTERN void nacre_wasi_config_delete(own nacre_wasi_config_t*);

// This process's standard streams, the real clocks and the system's random numbers.
WASM_API_EXTERN void nacre_wasi_config_inherit(nacre_wasi_config_t*);
// The real clocks alone.
WASM_API_EXTERN void nacre_wasi_config_inherit_clock(nacre_wasi_config_t*);
// The system's random numbers alone.
WASM_API_EXTERN void nacre_wasi_config_inherit_random(nacre_wasi_config_t*);
// Reproducible random numbers of another seed than 0.
WASM_API_EXTERN void nacre_wasi_config_set_random_seed(nacre_wasi_config_t*, uint64_t seed);
// Deterministic clocks: nanoseconds since 1970 at the start, and per read.
WASM_API_EXTERN void nacre_wasi_config_set_clock(nacre_wasi_config_t*, uint64_t start,
                                                 uint64_t step);

// Clocks and random numbers by calls, on the threads that run guests: by several at once when the
// guest has threads. `env` must live as long as guests may call.
typedef uint32_t nacre_wasi_clock_t;
enum nacre_wasi_clock_enum {
  NACRE_WASI_CLOCK_REALTIME,         // nanoseconds since 1970
  NACRE_WASI_CLOCK_MONOTONIC,        // since some moment, and never less than before
  NACRE_WASI_CLOCK_PROCESS_CPUTIME,  // likewise
  NACRE_WASI_CLOCK_THREAD_CPUTIME,   // likewise
};
// The time of a clock in nanoseconds; false for a clock there is not.
typedef bool (*nacre_wasi_now_t)(void* env, nacre_wasi_clock_t clock, uint64_t* ns);
// Sleeping: true when the clock has moved ahead by `ns`, so that nobody need wait.
typedef bool (*nacre_wasi_advance_t)(void* env, uint64_t ns);
// Fills in `size` random bytes; false when there are none to be had, which the guest sees as an
// error.
typedef bool (*nacre_wasi_fill_t)(void* env, uint8_t* data, size_t size);
// `advance` may be NULL: guests that sleep then wait.
WASM_API_EXTERN void nacre_wasi_config_clock(nacre_wasi_config_t*, nacre_wasi_now_t,
                                             nacre_wasi_advance_t advance, void* env);
// Replaces a seed and the system's random numbers.
WASM_API_EXTERN void nacre_wasi_config_random(nacre_wasi_config_t*, nacre_wasi_fill_t, void* env);

// The first argument is the program's name. Environment variables replace earlier ones.
WASM_API_EXTERN void nacre_wasi_config_arg(nacre_wasi_config_t*, const char* arg);
// Both are copied. False, and nothing set, when the name is empty or has "=" in it.
WASM_API_EXTERN bool nacre_wasi_config_env(nacre_wasi_config_t*, const char* name,
                                           const char* value);

// A directory of the host, as `guest` ("/", "/data"); nothing outside it can be reached. It is
// opened when the WASI is defined: io is the error then.
WASM_API_EXTERN void nacre_wasi_config_preopen(nacre_wasi_config_t*, const char* host,
                                               const char* guest, bool read_only);
// A directory in memory, which may grow to `max_bytes`: of every file and directory its contents,
// the bytes of its name and 256 more count.
WASM_API_EXTERN void nacre_wasi_config_preopen_memory(nacre_wasi_config_t*, const char* guest,
                                                      uint64_t max_bytes);
// A directory of the host whose changes stay in memory: what is written, made or removed is so for
// the guest alone. `max_bytes`, and errors, as of the two above.
WASM_API_EXTERN void nacre_wasi_config_preopen_overlay(nacre_wasi_config_t*, const char* host,
                                                       const char* guest, uint64_t max_bytes);
// Puts a file into the directory in memory `guest`, or into what an overlay has in memory. `path`
// is relative to it; its parents are made, the bytes are copied. Error: io, which says why.
WASM_API_EXTERN own nacre_error_t* nacre_wasi_config_add_file(nacre_wasi_config_t*,
                                                              const char* guest, const char* path,
                                                              const void* bytes, size_t size);

// Standard streams: 0 input, 1 output, 2 errors. Other numbers do nothing. An inherited one is this
// process's; for a terminal, set_neutral_terminal says how.
WASM_API_EXTERN void nacre_wasi_config_inherit_stream(nacre_wasi_config_t*, int stream);
// Whether guests' control sequences are shown by an inherited terminal as text, and not obeyed. So
// it is without this call.
WASM_API_EXTERN void nacre_wasi_config_set_neutral_terminal(nacre_wasi_config_t*, bool on);
// An open descriptor or handle of the process; borrowed until the guest is gone.
WASM_API_EXTERN void nacre_wasi_config_descriptor(nacre_wasi_config_t*, int stream, int64_t native);
// Input from these bytes, which are copied.
WASM_API_EXTERN void nacre_wasi_config_input(nacre_wasi_config_t*, const void* bytes, size_t size);
// Input by calls: fills in up to `size` bytes and returns how many, 0 at the end.
typedef size_t (*nacre_wasi_read_t)(void* env, uint8_t* data, size_t size);
// The function is called from threads that run guests.
WASM_API_EXTERN void nacre_wasi_config_reader(nacre_wasi_config_t*, nacre_wasi_read_t, void* env);
// Output by calls; false makes the guest's write fail.
typedef bool (*nacre_wasi_write_t)(void* env, const uint8_t* data, size_t size);
// The function is called from threads that run guests.
WASM_API_EXTERN void nacre_wasi_config_writer(nacre_wasi_config_t*, int stream, nacre_wasi_write_t,
                                              void* env);

// Collects output. Counted: one handle may serve several streams and programs; it is read between
// calls of the guest.
typedef struct nacre_wasi_output_t nacre_wasi_output_t;
// Beyond `max_bytes` the guest's writes fail.
WASM_API_EXTERN own nacre_wasi_output_t* nacre_wasi_output_new(size_t max_bytes);
// Drops the handle; guests that write to it keep it. NULL is fine.
WASM_API_EXTERN void nacre_wasi_output_delete(own nacre_wasi_output_t*);
// What was written so far; valid until more is written. Not terminated by a zero.
WASM_API_EXTERN const char* nacre_wasi_output_data(const nacre_wasi_output_t*, size_t* size);
// Forgets what was written.
WASM_API_EXTERN void nacre_wasi_output_clear(nacre_wasi_output_t*);
// Lets the stream (1 or 2) write there; the handle stays the caller's.
WASM_API_EXTERN void nacre_wasi_config_capture(nacre_wasi_config_t*, int stream,
                                               const nacre_wasi_output_t*);

// Listens on "HOST:PORT"; the descriptors follow the directories'.
WASM_API_EXTERN void nacre_wasi_config_listen(nacre_wasi_config_t*, const char* address);
// Called with every finished call, as "fd_close(3) = 0"; `line` is not terminated by a zero.
typedef void (*nacre_wasi_trace_t)(void* env, const char* line, size_t size);
// `env` must live as long as guests may call.
WASM_API_EXTERN void nacre_wasi_config_trace(nacre_wasi_config_t*, nacre_wasi_trace_t, void* env);
// At most this many descriptors (1024) and random bytes per call (64 MiB).
WASM_API_EXTERN void nacre_wasi_config_set_max_descriptors(nacre_wasi_config_t*, uint32_t);
// Bytes of one random_get.
WASM_API_EXTERN void nacre_wasi_config_set_max_random_bytes(nacre_wasi_config_t*, uint64_t);
// The guest has threads: see below. Callbacks above are called by one thread at a time; the trace
// by several at once.
WASM_API_EXTERN void nacre_wasi_config_set_threads(nacre_wasi_config_t*, bool on);

// Defines wasi_snapshot_preview1 and wasi_unstable. One definition is one program: its descriptors
// are shared by all instances that import it. Error: io.
WASM_API_EXTERN own nacre_error_t* nacre_linker_define_wasi(nacre_linker_t*,
                                                            own nacre_wasi_config_t*);

// Runs a program: calls its `_start`. `*status` is 0 when it returns and what it gave to proc_exit
// otherwise. Error: what else it ended with, or invalid_argument without `_start`.
WASM_API_EXTERN own nacre_error_t* nacre_wasi_run(const wasm_instance_t*, int* status);

// Threads of WASI programs: the function "thread-spawn" of module "wasi", for modules that import a
// shared memory. Each is a thread of the host with a store of its own; host functions of the linker
// are called from all of them.
typedef struct nacre_wasi_threads_t nacre_wasi_threads_t;
// Whether the module wants them. Any thread.
WASM_API_EXTERN bool nacre_wasi_uses_threads(const wasm_module_t*);
// At most `max_threads` at a time, beside the first. It does not outlive the linker.
WASM_API_EXTERN own nacre_wasi_threads_t* nacre_wasi_threads_new(nacre_linker_t*,
                                                                 const wasm_module_t*,
                                                                 uint32_t max_threads);
// What each later thread's store starts with: fuel (none), and a timeout in milliseconds (0, the
// default, for none).
WASM_API_EXTERN void nacre_wasi_threads_set_fuel(nacre_wasi_threads_t*, uint64_t fuel);
// Each later thread's store asks this callback before its memories and tables grow: several
// threads at once. The first thread's store is asked with nacre_store_set_growth_callback. NULL for
// none.
WASM_API_EXTERN void nacre_wasi_threads_set_growth_callback(nacre_wasi_threads_t*,
                                                            nacre_growth_callback_t, void* env);
// The timeout counts from the thread's start.
WASM_API_EXTERN void nacre_wasi_threads_set_timeout(nacre_wasi_threads_t*, uint64_t ms);
// Ends all threads.
WASM_API_EXTERN void nacre_wasi_threads_delete(own nacre_wasi_threads_t*);
// The program's first instance, with new memories for the shared ones it imports. Once. Errors: as
// nacre_linker_instantiate; invalid_argument unless the engine is interruptible.
WASM_API_EXTERN own nacre_error_t* nacre_wasi_threads_instantiate(nacre_wasi_threads_t*,
                                                                  wasm_store_t*,
                                                                  own wasm_instance_t** out);
// Calls `_start`, then stops and joins the other threads; the program ends when its first thread
// returns, any thread calls proc_exit, or one traps. As nacre_wasi_run.
WASM_API_EXTERN own nacre_error_t* nacre_wasi_threads_run(nacre_wasi_threads_t*,
                                                          const wasm_instance_t*, int* status);

#undef own

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // NACRE_H
