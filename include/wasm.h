// SPDX-License-Identifier: Apache-2.0
//
// wasm.h: the standard C API of WebAssembly, as the wasm-c-api proposal publishes it, implemented
// by nacre. Source and binary compatible with the published header; what nacre adds is in nacre.h.
//
//   wasm_engine_t* engine = wasm_engine_new();
//   wasm_store_t* store = wasm_store_new(engine);
//   wasm_module_t* module = wasm_module_new(store, &bytes);
//   wasm_extern_vec_t imports = WASM_EMPTY_VEC;
//   wasm_instance_t* instance = wasm_instance_new(store, module, &imports, NULL);
//
// Ownership. Three rules cover every function:
//   - What a function returns or puts into an `out` parameter marked `own` belongs to the caller,
//     who releases it with the wasm_..._delete of its type.
//   - An argument marked `own` is taken over by the function; the caller does not use it again.
//   - Everything else is borrowed: arguments during the call, results as long as the object they
//     were read from.
//
// An owned vector owns its elements too. Deleting NULL does nothing. Objects such as functions
// and memories belong to their store: a wasm_func_t is a handle, deleting it drops the handle.
// Handles may be deleted after their store; every other use of them then fails softly.
//
// NULL. Give it only where a declaration says that it may be NULL; elsewhere it is an error of the
// program, like any other bad pointer. It may be NULL for every wasm_..._delete, _copy, _same and
// cast, as a reference, where it is the null reference, and for an empty vector's data.
//
// Threads. An engine and a shared module may be used by any threads at any time. A store and
// everything made in it are used by one thread at a time.
//
// Errors. Functions that cannot do what is asked return NULL, false or zero and leave their `out`
// parameters empty; nacre_store_last_error (nacre.h) tells why. Running code reports traps.
// There is no global state.
#ifndef WASM_H
#define WASM_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef WASM_API_EXTERN
#if defined(_WIN32) && !defined(__MINGW32__) && !defined(LIBWASM_STATIC)
#define WASM_API_EXTERN __declspec(dllimport)
#elif defined(__GNUC__) && !defined(_WIN32)
#define WASM_API_EXTERN __attribute__((visibility("default")))
#else
#define WASM_API_EXTERN
#endif
#endif

#ifdef __cplusplus
// Internal: a cast as the language has it, which no compiler warns of.
#define WASM_API_CAST(kind, type, value) kind##_cast<type>(value)
#else
// Internal: see above.
#define WASM_API_CAST(kind, type, value) ((type)(value))
#endif

#ifdef __cplusplus
extern "C" {
#endif

// Types of the published header, by their usual names:
typedef char byte_t;
typedef float float32_t;
typedef double float64_t;

// Marks ownership, see above. Undefined again at the end.
#define own

// A type of objects that are created and deleted: wasm_name_t, wasm_name_delete. Deleting NULL does
// nothing.
#define WASM_DECLARE_OWN(name)                  \
  typedef struct wasm_##name##_t wasm_##name##_t; \
  WASM_API_EXTERN void wasm_##name##_delete(own wasm_##name##_t*);

// A vector of `size` elements at `data`. The functions:
//   new_empty          size 0, nothing to delete
//   new_uninitialized  `size` elements, all zero, to be filled in
//   new                copies the array; the elements' ownership passes to the vector
//   copy               a deep copy
//   delete             deletes the elements and the array; the vector is empty then
// Without memory the result is empty.
#define WASM_DECLARE_VEC(name, ptr_or_none)                                                      \
  typedef struct wasm_##name##_vec_t {                                                           \
    size_t size;                                                                                 \
    wasm_##name##_t ptr_or_none* data;                                                           \
  } wasm_##name##_vec_t;                                                                         \
  WASM_API_EXTERN void wasm_##name##_vec_new_empty(own wasm_##name##_vec_t* out);                \
  WASM_API_EXTERN void wasm_##name##_vec_new_uninitialized(own wasm_##name##_vec_t* out, size_t); \
  WASM_API_EXTERN void wasm_##name##_vec_new(own wasm_##name##_vec_t* out, size_t,               \
                                             own wasm_##name##_t ptr_or_none const[]);           \
  WASM_API_EXTERN void wasm_##name##_vec_copy(own wasm_##name##_vec_t* out,                      \
                                              const wasm_##name##_vec_t*);                       \
  WASM_API_EXTERN void wasm_##name##_vec_delete(own wasm_##name##_vec_t*);

// ---------------------------------------------------------------------------- bytes and names

// A byte, as an element of a vector.
typedef byte_t wasm_byte_t;
WASM_DECLARE_VEC(byte, )

// A name is UTF-8 of known length; not terminated unless that is said.
typedef wasm_byte_vec_t wasm_name_t;

// The functions of names are those of byte vectors:
#define wasm_name wasm_byte_vec
#define wasm_name_new wasm_byte_vec_new
#define wasm_name_new_empty wasm_byte_vec_new_empty
#define wasm_name_new_new_uninitialized wasm_byte_vec_new_uninitialized
#define wasm_name_new_uninitialized wasm_byte_vec_new_uninitialized
#define wasm_name_copy wasm_byte_vec_copy
#define wasm_name_delete wasm_byte_vec_delete

// A copy of the characters of `s` without its terminating zero; the caller deletes it.
static inline void wasm_name_new_from_string(own wasm_name_t* out, const char* s) {
  wasm_name_new(out, strlen(s), s);
}
// A copy of the characters of `s` with its terminating zero; the caller deletes it.
static inline void wasm_name_new_from_string_nt(own wasm_name_t* out, const char* s) {
  wasm_name_new(out, strlen(s) + 1, s);
}

// --------------------------------------------------------------------------- config and engine

// What an engine is to be. The setters are in nacre.h.
WASM_DECLARE_OWN(config)
// The defaults: every feature on, no limits beyond the implementation's. Any thread.
WASM_API_EXTERN own wasm_config_t* wasm_config_new(void);

// What modules and stores share. Lives until the last of them is gone.
WASM_DECLARE_OWN(engine)
// An engine with the defaults, owned by the caller. Any thread.
WASM_API_EXTERN own wasm_engine_t* wasm_engine_new(void);
// An engine with this configuration, which is taken over; NULL stands for the defaults. A configuration
// this machine cannot serve makes an engine that compiles nothing: nacre_engine_check tells. Any
// thread.
WASM_API_EXTERN own wasm_engine_t* wasm_engine_new_with_config(own wasm_config_t*);

// The owner of all run-time objects. Deleting it ends them and runs the finalizers; inside one of
// its own host functions that happens when the outermost call returns.
WASM_DECLARE_OWN(store)
// A store with the engine's limits, which keeps its engine. Any thread.
WASM_API_EXTERN own wasm_store_t* wasm_store_new(wasm_engine_t*);

// --------------------------------------------------------------------------------------- types

// Whether a global can be set: a value of the enumeration below.
typedef uint8_t wasm_mutability_t;
// Constant or variable.
enum wasm_mutability_enum {
  WASM_CONST,
  WASM_VAR,
};

// Sizes in pages or entries. Sizes beyond 32 bits are shown as 0xffffffff: see nacre.h.
typedef struct wasm_limits_t {
  uint32_t min;  // at the start
  uint32_t max;  // what it may grow to, or wasm_limits_max_default
} wasm_limits_t;

// The `max` that means none.
static const uint32_t wasm_limits_max_default = 0xffffffff;

// A type of types: WASM_DECLARE_OWN and WASM_DECLARE_VEC of it, and wasm_name_copy, which makes a copy
// that the caller owns. Types are independent values: they belong to no store, and are used by one
// thread at a time.
#define WASM_DECLARE_TYPE(name) \
  WASM_DECLARE_OWN(name)        \
  WASM_DECLARE_VEC(name, *)     \
  WASM_API_EXTERN own wasm_##name##_t* wasm_##name##_copy(const wasm_##name##_t*);

// The type of a value.
WASM_DECLARE_TYPE(valtype)

// What a value is: one of the enumeration below, to which nacre.h adds v128 and the other references.
typedef uint8_t wasm_valkind_t;
// Kinds of values.
enum wasm_valkind_enum {
  WASM_I32,
  WASM_I64,
  WASM_F32,
  WASM_F64,
  WASM_EXTERNREF = 128,
  WASM_FUNCREF,
};

// A type of this kind, owned by the caller; references are nullable. NULL for a kind there is not.
WASM_API_EXTERN own wasm_valtype_t* wasm_valtype_new(wasm_valkind_t);
// A reference type's kind is that of its hierarchy: a typed function reference is WASM_FUNCREF.
WASM_API_EXTERN wasm_valkind_t wasm_valtype_kind(const wasm_valtype_t*);

// Whether it is a number (nacre.h's v128 counts as one) or a reference; of a kind and of a type:
static inline bool wasm_valkind_is_num(wasm_valkind_t k) { return k < WASM_EXTERNREF; }
static inline bool wasm_valkind_is_ref(wasm_valkind_t k) { return k >= WASM_EXTERNREF; }
static inline bool wasm_valtype_is_num(const wasm_valtype_t* t) {
  return wasm_valkind_is_num(wasm_valtype_kind(t));
}
static inline bool wasm_valtype_is_ref(const wasm_valtype_t* t) {
  return wasm_valkind_is_ref(wasm_valtype_kind(t));
}

// The type of a function.
WASM_DECLARE_TYPE(functype)
// A function type, owned by the caller. Takes over the vectors, which are empty afterwards; NULL stands
// for an empty one.
WASM_API_EXTERN own wasm_functype_t* wasm_functype_new(own wasm_valtype_vec_t* params,
                                                       own wasm_valtype_vec_t* results);
// Its parameters; valid as long as the type.
WASM_API_EXTERN const wasm_valtype_vec_t* wasm_functype_params(const wasm_functype_t*);
// Its results; valid as long as the type.
WASM_API_EXTERN const wasm_valtype_vec_t* wasm_functype_results(const wasm_functype_t*);

// The type of a global.
WASM_DECLARE_TYPE(globaltype)
// A global type, owned by the caller. Takes over the type of the value; NULL without one.
WASM_API_EXTERN own wasm_globaltype_t* wasm_globaltype_new(own wasm_valtype_t*, wasm_mutability_t);
// The type of its value; valid as long as the type.
WASM_API_EXTERN const wasm_valtype_t* wasm_globaltype_content(const wasm_globaltype_t*);
// Whether it can be set.
WASM_API_EXTERN wasm_mutability_t wasm_globaltype_mutability(const wasm_globaltype_t*);

// The type of a table.
WASM_DECLARE_TYPE(tabletype)
// A table type, owned by the caller; sizes are entries. Takes over the type of the entries; NULL without
// one. nacre_tabletype_new has the full range of sizes.
WASM_API_EXTERN own wasm_tabletype_t* wasm_tabletype_new(own wasm_valtype_t*, const wasm_limits_t*);
// The type of its entries; valid as long as the type.
WASM_API_EXTERN const wasm_valtype_t* wasm_tabletype_element(const wasm_tabletype_t*);
// Its sizes in entries; valid as long as the type.
WASM_API_EXTERN const wasm_limits_t* wasm_tabletype_limits(const wasm_tabletype_t*);

// The type of a memory.
WASM_DECLARE_TYPE(memorytype)
// The type of memories with 32-bit addresses and pages of 64 KiB, owned by the caller; sizes are pages.
// nacre_memorytype_new makes the others.
WASM_API_EXTERN own wasm_memorytype_t* wasm_memorytype_new(const wasm_limits_t*);
// Its sizes in its own pages; valid as long as the type.
WASM_API_EXTERN const wasm_limits_t* wasm_memorytype_limits(const wasm_memorytype_t*);

// Any of the four types above: that of an import or export.
WASM_DECLARE_TYPE(externtype)

// What can be imported and exported: one of the enumeration below, to which nacre.h adds tags.
typedef uint8_t wasm_externkind_t;
// Kinds of externals.
enum wasm_externkind_enum {
  WASM_EXTERN_FUNC,
  WASM_EXTERN_GLOBAL,
  WASM_EXTERN_TABLE,
  WASM_EXTERN_MEMORY,
};

// Which of them it is.
WASM_API_EXTERN wasm_externkind_t wasm_externtype_kind(const wasm_externtype_t*);

// The same object as the type of an external: shares the object and its ownership:
WASM_API_EXTERN wasm_externtype_t* wasm_functype_as_externtype(wasm_functype_t*);
WASM_API_EXTERN wasm_externtype_t* wasm_globaltype_as_externtype(wasm_globaltype_t*);
WASM_API_EXTERN wasm_externtype_t* wasm_tabletype_as_externtype(wasm_tabletype_t*);
WASM_API_EXTERN wasm_externtype_t* wasm_memorytype_as_externtype(wasm_memorytype_t*);

// The same object as what it is; NULL when it is of another kind:
WASM_API_EXTERN wasm_functype_t* wasm_externtype_as_functype(wasm_externtype_t*);
WASM_API_EXTERN wasm_globaltype_t* wasm_externtype_as_globaltype(wasm_externtype_t*);
WASM_API_EXTERN wasm_tabletype_t* wasm_externtype_as_tabletype(wasm_externtype_t*);
WASM_API_EXTERN wasm_memorytype_t* wasm_externtype_as_memorytype(wasm_externtype_t*);

// As wasm_functype_as_externtype and its like:
WASM_API_EXTERN const wasm_externtype_t* wasm_functype_as_externtype_const(const wasm_functype_t*);
WASM_API_EXTERN const wasm_externtype_t* wasm_globaltype_as_externtype_const(
    const wasm_globaltype_t*);
WASM_API_EXTERN const wasm_externtype_t* wasm_tabletype_as_externtype_const(
    const wasm_tabletype_t*);
WASM_API_EXTERN const wasm_externtype_t* wasm_memorytype_as_externtype_const(
    const wasm_memorytype_t*);

// As wasm_externtype_as_functype and its like:
WASM_API_EXTERN const wasm_functype_t* wasm_externtype_as_functype_const(const wasm_externtype_t*);
WASM_API_EXTERN const wasm_globaltype_t* wasm_externtype_as_globaltype_const(
    const wasm_externtype_t*);
WASM_API_EXTERN const wasm_tabletype_t* wasm_externtype_as_tabletype_const(
    const wasm_externtype_t*);
WASM_API_EXTERN const wasm_memorytype_t* wasm_externtype_as_memorytype_const(
    const wasm_externtype_t*);

// An import's two names and type.
WASM_DECLARE_TYPE(importtype)
// An import type, owned by the caller. Takes over all three; the names are empty afterwards.
WASM_API_EXTERN own wasm_importtype_t* wasm_importtype_new(own wasm_name_t* module,
                                                           own wasm_name_t* name,
                                                           own wasm_externtype_t*);
// The first name, of a module; valid as long as the import type.
WASM_API_EXTERN const wasm_name_t* wasm_importtype_module(const wasm_importtype_t*);
// The second name, of something in it; valid as long as the import type.
WASM_API_EXTERN const wasm_name_t* wasm_importtype_name(const wasm_importtype_t*);
// The type of what fits; valid as long as the import type.
WASM_API_EXTERN const wasm_externtype_t* wasm_importtype_type(const wasm_importtype_t*);

// An export's name and type.
WASM_DECLARE_TYPE(exporttype)
// An export type, owned by the caller. Takes over both; the name is empty afterwards.
WASM_API_EXTERN own wasm_exporttype_t* wasm_exporttype_new(own wasm_name_t*,
                                                           own wasm_externtype_t*);
// Its name; valid as long as the export type.
WASM_API_EXTERN const wasm_name_t* wasm_exporttype_name(const wasm_exporttype_t*);
// Its type; valid as long as the export type.
WASM_API_EXTERN const wasm_externtype_t* wasm_exporttype_type(const wasm_exporttype_t*);

// -------------------------------------------------------------------------------------- values

struct wasm_ref_t;

// A value. A reference is owned by the value when the value is; NULL is the null reference. What
// references fit a type, nacre.h says (nacre_valkind_enum).
typedef struct wasm_val_t {
  wasm_valkind_t kind;  // which member of `of` it is
  // The value itself.
  union {
    int32_t i32;             // WASM_I32
    int64_t i64;             // WASM_I64
    float32_t f32;           // WASM_F32
    float64_t f64;           // WASM_F64
    struct wasm_ref_t* ref;  // every reference, and the box of nacre.h's v128
  } of;
} wasm_val_t;

// Deletes what the value owns, not the wasm_val_t itself.
WASM_API_EXTERN void wasm_val_delete(own wasm_val_t* v);
// A copy, whose reference is one more handle: the caller deletes it.
WASM_API_EXTERN void wasm_val_copy(own wasm_val_t* out, const wasm_val_t*);
WASM_DECLARE_VEC(val, )

// ---------------------------------------------------------------------------------- references

// Handles of objects: WASM_DECLARE_OWN, and
//   - wasm_name_copy gives another handle of the same object, owned by the caller;
//   - wasm_name_same tells whether two handles are of one object;
//   - wasm_name_get_host_info and the two setters are about a pointer of the host's.
//
// Every object carries a pointer of the host's, NULL at first, which all its handles share. The
// finalizer given with it is called once with that pointer: for a module or trap when its last
// handle is deleted, for everything else when the store is; not when the pointer is replaced.
#define WASM_DECLARE_REF_BASE(name)                                                            \
  WASM_DECLARE_OWN(name)                                                                       \
  WASM_API_EXTERN own wasm_##name##_t* wasm_##name##_copy(const wasm_##name##_t*);             \
  WASM_API_EXTERN bool wasm_##name##_same(const wasm_##name##_t*, const wasm_##name##_t*);     \
  WASM_API_EXTERN void* wasm_##name##_get_host_info(const wasm_##name##_t*);                   \
  WASM_API_EXTERN void wasm_##name##_set_host_info(wasm_##name##_t*, void*);                   \
  WASM_API_EXTERN void wasm_##name##_set_host_info_with_finalizer(wasm_##name##_t*, void*,     \
                                                                  void (*)(void*));

// WASM_DECLARE_REF_BASE, and casts: wasm_name_as_ref to a reference, wasm_ref_as_name from one. Casts
// share the handle and its ownership; they give NULL for an object of another kind.
#define WASM_DECLARE_REF(name)                                                                 \
  WASM_DECLARE_REF_BASE(name)                                                                  \
  WASM_API_EXTERN wasm_ref_t* wasm_##name##_as_ref(wasm_##name##_t*);                          \
  WASM_API_EXTERN wasm_##name##_t* wasm_ref_as_##name(wasm_ref_t*);                            \
  WASM_API_EXTERN const wasm_ref_t* wasm_##name##_as_ref_const(const wasm_##name##_t*);        \
  WASM_API_EXTERN const wasm_##name##_t* wasm_ref_as_##name##_const(const wasm_ref_t*);

// WASM_DECLARE_REF of an object that can be carried from one store to another of the same engine, and
// between threads: wasm_name_share makes a handle of no store, which any thread may use and its owner
// deletes; wasm_name_obtain makes a handle in a store, NULL for a store of another engine.
#define WASM_DECLARE_SHARABLE_REF(name)                                                        \
  WASM_DECLARE_REF(name)                                                                       \
  WASM_DECLARE_OWN(shared_##name)                                                              \
  WASM_API_EXTERN own wasm_shared_##name##_t* wasm_##name##_share(const wasm_##name##_t*);     \
  WASM_API_EXTERN own wasm_##name##_t* wasm_##name##_obtain(wasm_store_t*,                     \
                                                            const wasm_shared_##name##_t*);

// A reference to any object; NULL is the null reference.
WASM_DECLARE_REF_BASE(ref)

// ---------------------------------------------------------------------------- frames and traps

// One frame of a trap: a function that was running. It keeps its module alive.
WASM_DECLARE_OWN(frame)
WASM_DECLARE_VEC(frame, *)
// A copy, owned by the caller.
WASM_API_EXTERN own wasm_frame_t* wasm_frame_copy(const wasm_frame_t*);
// The instance it ran in; lives as long as the frame. NULL for host functions, and for code that ran before its instance
// was complete.
WASM_API_EXTERN struct wasm_instance_t* wasm_frame_instance(const wasm_frame_t*);
// Which function of its module; imports count first.
WASM_API_EXTERN uint32_t wasm_frame_func_index(const wasm_frame_t*);
// Bytes from the start of the function's body to the instruction; 0 when not known.
WASM_API_EXTERN size_t wasm_frame_func_offset(const wasm_frame_t*);
// Bytes from the start of the module's binary to the instruction; 0 when not known.
WASM_API_EXTERN size_t wasm_frame_module_offset(const wasm_frame_t*);

// Text for people. Ends with a zero, which its size counts.
typedef wasm_name_t wasm_message_t;

// Why running code stopped, or why a call could not be made.
WASM_DECLARE_REF(trap)
// A trap for a host function to return, with this message; a zero at its end does not count.
WASM_API_EXTERN own wasm_trap_t* wasm_trap_new(wasm_store_t* store, const wasm_message_t*);
// What happened, in one line; the caller deletes it.
WASM_API_EXTERN void wasm_trap_message(const wasm_trap_t*, own wasm_message_t* out);
// The innermost frame, owned by the caller; NULL when there is none.
WASM_API_EXTERN own wasm_frame_t* wasm_trap_origin(const wasm_trap_t*);
// All frames, innermost first; only the innermost ones when there are very many.
WASM_API_EXTERN void wasm_trap_trace(const wasm_trap_t*, own wasm_frame_vec_t* out);

// ------------------------------------------------------------------------------ foreign objects

// An object of the host's, for guests to hold as externref. It lives as long as guests or handles
// refer to it, at most as long as the store; a collection finds out and calls its finalizer, in the
// middle of guest code perhaps, where the store refuses calls and growth.
WASM_DECLARE_REF(foreign)
// A new one. NULL when the store's heap is full.
WASM_API_EXTERN own wasm_foreign_t* wasm_foreign_new(wasm_store_t*);

// ------------------------------------------------------------------------------------- modules

// Decoded, validated and compiled WebAssembly, ready to be instantiated.
WASM_DECLARE_SHARABLE_REF(module)
// Compiles a binary; the bytes are copied. NULL when they are no valid module, or beyond a limit:
// nacre_store_last_error tells.
WASM_API_EXTERN own wasm_module_t* wasm_module_new(wasm_store_t*, const wasm_byte_vec_t* binary);
// Whether a binary is a valid module; makes no code. nacre_store_last_error tells what is wrong.
WASM_API_EXTERN bool wasm_module_validate(wasm_store_t*, const wasm_byte_vec_t* binary);
// What it imports, in the order of the binary; the caller deletes the vector.
WASM_API_EXTERN void wasm_module_imports(const wasm_module_t*, own wasm_importtype_vec_t* out);
// What it exports, in the order of the binary; the caller deletes the vector.
WASM_API_EXTERN void wasm_module_exports(const wasm_module_t*, own wasm_exporttype_vec_t* out);
// Bytes from which deserialize makes the module again, as safely as new does from a binary.
WASM_API_EXTERN void wasm_module_serialize(const wasm_module_t*, own wasm_byte_vec_t* out);
// As wasm_module_new, from what wasm_module_serialize gave.
WASM_API_EXTERN own wasm_module_t* wasm_module_deserialize(wasm_store_t*, const wasm_byte_vec_t*);

// ----------------------------------------------------------------------------------- functions

// A function, the guest's or the host's.
WASM_DECLARE_REF(func)

// A host function. It reads `args`, which it does not own, and sets every element of `results`,
// whose ownership passes to the caller. Returns NULL, or a trap of its own.
typedef own wasm_trap_t* (*wasm_func_callback_t)(const wasm_val_vec_t* args,
                                                 own wasm_val_vec_t* results);
// A host function that is given the pointer it was made with.
typedef own wasm_trap_t* (*wasm_func_callback_with_env_t)(void* env, const wasm_val_vec_t* args,
                                                          wasm_val_vec_t* results);

// A host function of this type, called on the thread that uses the store. NULL for a type that no living
// module defines.
WASM_API_EXTERN own wasm_func_t* wasm_func_new(wasm_store_t*, const wasm_functype_t*,
                                               wasm_func_callback_t);
// The same with a pointer. `finalizer`, which may be NULL, is called with `env` when the store is
// deleted.
WASM_API_EXTERN own wasm_func_t* wasm_func_new_with_env(wasm_store_t*, const wasm_functype_t* type,
                                                        wasm_func_callback_with_env_t, void* env,
                                                        void (*finalizer)(void*));
// Its type, owned by the caller.
WASM_API_EXTERN own wasm_functype_t* wasm_func_type(const wasm_func_t*);
// How many parameters it has; 0 when the store is gone.
WASM_API_EXTERN size_t wasm_func_param_arity(const wasm_func_t*);
// How many results it has; 0 when the store is gone.
WASM_API_EXTERN size_t wasm_func_result_arity(const wasm_func_t*);
// Calls it. `args` must have the function's parameters, `results` room for its results, whose old contents
// are overwritten. Returns NULL, or why the call failed: then the results are untouched.
WASM_API_EXTERN own wasm_trap_t* wasm_func_call(const wasm_func_t*, const wasm_val_vec_t* args,
                                                wasm_val_vec_t* results);

// ------------------------------------------------------------------------------------- globals

// A global variable.
WASM_DECLARE_REF(global)
// A new global with this value, which stays the caller's. NULL when the value is not of the type.
WASM_API_EXTERN own wasm_global_t* wasm_global_new(wasm_store_t*, const wasm_globaltype_t*,
                                                   const wasm_val_t*);
// Its type, owned by the caller.
WASM_API_EXTERN own wasm_globaltype_t* wasm_global_type(const wasm_global_t*);
// Its value, owned by the caller.
WASM_API_EXTERN void wasm_global_get(const wasm_global_t*, own wasm_val_t* out);
// Sets it; the value stays the caller's. Does nothing when the global is immutable or the value of another type.
WASM_API_EXTERN void wasm_global_set(wasm_global_t*, const wasm_val_t*);

// -------------------------------------------------------------------------------------- tables

// A table of references.
WASM_DECLARE_REF(table)
// A size or index, in entries.
typedef uint32_t wasm_table_size_t;
// A new table filled with `init`, NULL being null, which stays the caller's. NULL beyond a limit, or for
// a reference of another type.
WASM_API_EXTERN own wasm_table_t* wasm_table_new(wasm_store_t*, const wasm_tabletype_t*,
                                                 wasm_ref_t* init);
// Its type, with the size at the moment as its minimum; owned by the caller.
WASM_API_EXTERN own wasm_tabletype_t* wasm_table_type(const wasm_table_t*);
// The entry at `index`, owned by the caller. NULL for null and outside the table.
WASM_API_EXTERN own wasm_ref_t* wasm_table_get(const wasm_table_t*, wasm_table_size_t index);
// Sets an entry; the reference stays the caller's. False, and nothing changed, outside the table or for a reference of another type.
WASM_API_EXTERN bool wasm_table_set(wasm_table_t*, wasm_table_size_t index, wasm_ref_t*);
// The size in entries; beyond 32 bits, 0xffffffff: see nacre_table_size.
WASM_API_EXTERN wasm_table_size_t wasm_table_size(const wasm_table_t*);
// Grows by `delta` entries of `init`, which stays the caller's. False, and nothing changed, beyond a
// limit or for a reference of another type.
WASM_API_EXTERN bool wasm_table_grow(wasm_table_t*, wasm_table_size_t delta, wasm_ref_t* init);

// ------------------------------------------------------------------------------------ memories

// A linear memory.
WASM_DECLARE_REF(memory)
// A size in pages of MEMORY_PAGE_SIZE bytes.
typedef uint32_t wasm_memory_pages_t;
// Bytes of a page.
static const size_t MEMORY_PAGE_SIZE = 0x10000;
// A new memory of zeros. NULL beyond a limit or for a type that makes no sense.
WASM_API_EXTERN own wasm_memory_t* wasm_memory_new(wasm_store_t*, const wasm_memorytype_t*);
// Its type, with the size at the moment as its minimum; owned by the caller.
WASM_API_EXTERN own wasm_memorytype_t* wasm_memory_type(const wasm_memory_t*);
// The first of wasm_memory_data_size bytes. May move whenever the memory grows.
WASM_API_EXTERN byte_t* wasm_memory_data(wasm_memory_t*);
// The size in bytes.
WASM_API_EXTERN size_t wasm_memory_data_size(const wasm_memory_t*);
// The size in pages of MEMORY_PAGE_SIZE bytes, rounded down.
WASM_API_EXTERN wasm_memory_pages_t wasm_memory_size(const wasm_memory_t*);
// Grows by `delta` pages of MEMORY_PAGE_SIZE bytes. False, and nothing changed, beyond a limit.
WASM_API_EXTERN bool wasm_memory_grow(wasm_memory_t*, wasm_memory_pages_t delta);

// ----------------------------------------------------------------------------------- externals

// Any of the four, and nacre.h's tags: what can be imported and exported.
WASM_DECLARE_REF(extern)
WASM_DECLARE_VEC(extern, *)
// Which of them it is.
WASM_API_EXTERN wasm_externkind_t wasm_extern_kind(const wasm_extern_t*);
// Its type, with the sizes of the moment; owned by the caller.
WASM_API_EXTERN own wasm_externtype_t* wasm_extern_type(const wasm_extern_t*);

// The same handle as an external: shares the handle and its ownership:
WASM_API_EXTERN wasm_extern_t* wasm_func_as_extern(wasm_func_t*);
WASM_API_EXTERN wasm_extern_t* wasm_global_as_extern(wasm_global_t*);
WASM_API_EXTERN wasm_extern_t* wasm_table_as_extern(wasm_table_t*);
WASM_API_EXTERN wasm_extern_t* wasm_memory_as_extern(wasm_memory_t*);

// The same handle as what it is; NULL when it is of another kind:
WASM_API_EXTERN wasm_func_t* wasm_extern_as_func(wasm_extern_t*);
WASM_API_EXTERN wasm_global_t* wasm_extern_as_global(wasm_extern_t*);
WASM_API_EXTERN wasm_table_t* wasm_extern_as_table(wasm_extern_t*);
WASM_API_EXTERN wasm_memory_t* wasm_extern_as_memory(wasm_extern_t*);

// As wasm_func_as_extern and its like:
WASM_API_EXTERN const wasm_extern_t* wasm_func_as_extern_const(const wasm_func_t*);
WASM_API_EXTERN const wasm_extern_t* wasm_global_as_extern_const(const wasm_global_t*);
WASM_API_EXTERN const wasm_extern_t* wasm_table_as_extern_const(const wasm_table_t*);
WASM_API_EXTERN const wasm_extern_t* wasm_memory_as_extern_const(const wasm_memory_t*);

// As wasm_extern_as_func and its like:
WASM_API_EXTERN const wasm_func_t* wasm_extern_as_func_const(const wasm_extern_t*);
WASM_API_EXTERN const wasm_global_t* wasm_extern_as_global_const(const wasm_extern_t*);
WASM_API_EXTERN const wasm_table_t* wasm_extern_as_table_const(const wasm_extern_t*);
WASM_API_EXTERN const wasm_memory_t* wasm_extern_as_memory_const(const wasm_extern_t*);

// ----------------------------------------------------------------------------------- instances

// A module brought to life in a store.
WASM_DECLARE_REF(instance)
// Instantiates a module and runs its start function. `imports` in the order of wasm_module_imports. When it fails the result is NULL and `*trap`, if
// given, says why: a trap of the start function, or an import that is missing or does not fit.
WASM_API_EXTERN own wasm_instance_t* wasm_instance_new(wasm_store_t*, const wasm_module_t*,
                                                       const wasm_extern_vec_t* imports,
                                                       own wasm_trap_t** trap);
// All exports, in the order of wasm_module_exports; the caller deletes the vector.
WASM_API_EXTERN void wasm_instance_exports(const wasm_instance_t*, own wasm_extern_vec_t* out);

// --------------------------------------------------------------------------------- conveniences

// Initialises a vector of nothing.
#define WASM_EMPTY_VEC {0, NULL}
// Initialises a vector of an array's elements, which it borrows: it must not be deleted.
#define WASM_ARRAY_VEC(array) {sizeof(array) / sizeof(*(array)), array}

// Types of values, owned by the caller:
static inline own wasm_valtype_t* wasm_valtype_new_i32(void) { return wasm_valtype_new(WASM_I32); }
static inline own wasm_valtype_t* wasm_valtype_new_i64(void) { return wasm_valtype_new(WASM_I64); }
static inline own wasm_valtype_t* wasm_valtype_new_f32(void) { return wasm_valtype_new(WASM_F32); }
static inline own wasm_valtype_t* wasm_valtype_new_f64(void) { return wasm_valtype_new(WASM_F64); }
static inline own wasm_valtype_t* wasm_valtype_new_externref(void) {
  return wasm_valtype_new(WASM_EXTERNREF);
}
static inline own wasm_valtype_t* wasm_valtype_new_funcref(void) {
  return wasm_valtype_new(WASM_FUNCREF);
}

#define WASM_FUNCTYPE_FROM(param_count, params, result_count, results)  \
  wasm_valtype_vec_t wasm_ps, wasm_rs;                                  \
  wasm_valtype_vec_new(&wasm_ps, param_count, params);                  \
  wasm_valtype_vec_new(&wasm_rs, result_count, results);                \
  return wasm_functype_new(&wasm_ps, &wasm_rs)

// wasm_functype_new_P_R makes the type of functions with P parameters and R results, owned by the
// caller. Takes over the types it is given:
static inline own wasm_functype_t* wasm_functype_new_0_0(void) {
  WASM_FUNCTYPE_FROM(0, NULL, 0, NULL);
}
static inline own wasm_functype_t* wasm_functype_new_1_0(own wasm_valtype_t* p) {
  WASM_FUNCTYPE_FROM(1, &p, 0, NULL);
}
static inline own wasm_functype_t* wasm_functype_new_2_0(own wasm_valtype_t* p1,
                                                         own wasm_valtype_t* p2) {
  wasm_valtype_t* ps[2];
  ps[0] = p1, ps[1] = p2;
  WASM_FUNCTYPE_FROM(2, ps, 0, NULL);
}
static inline own wasm_functype_t* wasm_functype_new_3_0(own wasm_valtype_t* p1,
                                                         own wasm_valtype_t* p2,
                                                         own wasm_valtype_t* p3) {
  wasm_valtype_t* ps[3];
  ps[0] = p1, ps[1] = p2, ps[2] = p3;
  WASM_FUNCTYPE_FROM(3, ps, 0, NULL);
}
static inline own wasm_functype_t* wasm_functype_new_0_1(own wasm_valtype_t* r) {
  WASM_FUNCTYPE_FROM(0, NULL, 1, &r);
}
static inline own wasm_functype_t* wasm_functype_new_1_1(own wasm_valtype_t* p,
                                                         own wasm_valtype_t* r) {
  WASM_FUNCTYPE_FROM(1, &p, 1, &r);
}
static inline own wasm_functype_t* wasm_functype_new_2_1(own wasm_valtype_t* p1,
                                                         own wasm_valtype_t* p2,
                                                         own wasm_valtype_t* r) {
  wasm_valtype_t* ps[2];
  ps[0] = p1, ps[1] = p2;
  WASM_FUNCTYPE_FROM(2, ps, 1, &r);
}
static inline own wasm_functype_t* wasm_functype_new_3_1(own wasm_valtype_t* p1,
                                                         own wasm_valtype_t* p2,
                                                         own wasm_valtype_t* p3,
                                                         own wasm_valtype_t* r) {
  wasm_valtype_t* ps[3];
  ps[0] = p1, ps[1] = p2, ps[2] = p3;
  WASM_FUNCTYPE_FROM(3, ps, 1, &r);
}
static inline own wasm_functype_t* wasm_functype_new_0_2(own wasm_valtype_t* r1,
                                                         own wasm_valtype_t* r2) {
  wasm_valtype_t* rs[2];
  rs[0] = r1, rs[1] = r2;
  WASM_FUNCTYPE_FROM(0, NULL, 2, rs);
}
static inline own wasm_functype_t* wasm_functype_new_1_2(own wasm_valtype_t* p,
                                                         own wasm_valtype_t* r1,
                                                         own wasm_valtype_t* r2) {
  wasm_valtype_t* rs[2];
  rs[0] = r1, rs[1] = r2;
  WASM_FUNCTYPE_FROM(1, &p, 2, rs);
}
static inline own wasm_functype_t* wasm_functype_new_2_2(own wasm_valtype_t* p1,
                                                         own wasm_valtype_t* p2,
                                                         own wasm_valtype_t* r1,
                                                         own wasm_valtype_t* r2) {
  wasm_valtype_t *ps[2], *rs[2];
  ps[0] = p1, ps[1] = p2, rs[0] = r1, rs[1] = r2;
  WASM_FUNCTYPE_FROM(2, ps, 2, rs);
}
static inline own wasm_functype_t* wasm_functype_new_3_2(own wasm_valtype_t* p1,
                                                         own wasm_valtype_t* p2,
                                                         own wasm_valtype_t* p3,
                                                         own wasm_valtype_t* r1,
                                                         own wasm_valtype_t* r2) {
  wasm_valtype_t *ps[3], *rs[2];
  ps[0] = p1, ps[1] = p2, ps[2] = p3, rs[0] = r1, rs[1] = r2;
  WASM_FUNCTYPE_FROM(3, ps, 2, rs);
}

#undef WASM_FUNCTYPE_FROM

// A pointer of the host's as an i32 or i64, whichever has its size.
static inline void wasm_val_init_ptr(own wasm_val_t* out, void* p) {
#if UINTPTR_MAX == UINT32_MAX
  out->kind = WASM_I32;
  out->of.i32 = WASM_API_CAST(static, int32_t, WASM_API_CAST(reinterpret, intptr_t, p));
#else
  out->kind = WASM_I64;
  out->of.i64 = WASM_API_CAST(static, int64_t, WASM_API_CAST(reinterpret, intptr_t, p));
#endif
}
// The pointer that wasm_val_init_ptr made a value of.
static inline void* wasm_val_ptr(const wasm_val_t* val) {
#if UINTPTR_MAX == UINT32_MAX
  return WASM_API_CAST(reinterpret, void*, WASM_API_CAST(static, intptr_t, val->of.i32));
#else
  return WASM_API_CAST(reinterpret, void*, WASM_API_CAST(static, intptr_t, val->of.i64));
#endif
}

// Initialise a wasm_val_t; WASM_REF_VAL and WASM_INIT_VAL with an externref, given or null:
#define WASM_I32_VAL(i) {.kind = WASM_I32, .of = {.i32 = i}}
#define WASM_I64_VAL(i) {.kind = WASM_I64, .of = {.i64 = i}}
#define WASM_F32_VAL(z) {.kind = WASM_F32, .of = {.f32 = z}}
#define WASM_F64_VAL(z) {.kind = WASM_F64, .of = {.f64 = z}}
#define WASM_REF_VAL(r) {.kind = WASM_EXTERNREF, .of = {.ref = r}}
#define WASM_INIT_VAL {.kind = WASM_EXTERNREF, .of = {.ref = NULL}}

#undef own

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // WASM_H
