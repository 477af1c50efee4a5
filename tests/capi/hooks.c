// SPDX-License-Identifier: Apache-2.0
//
// The growth callback and the embedder's own storage for memories.
#include "check.h"

static const char* const program =
    "(module (memory (export \"memory\") 1 9) (table (export \"table\") 2 funcref)"
    "  (func (export \"grow\") (param i32) (result i32) (memory.grow (local.get 0)))"
    "  (func (export \"grow_table\") (param i32) (result i32)"
    "    (table.grow (ref.null func) (local.get 0)))"
    "  (func (export \"load\") (param i32) (result i32) (i32.load (local.get 0))))";

typedef struct {
  uint64_t most;  // bytes or entries
  int finished;
} growth_state;

static bool may_grow(void* env, const nacre_growth_t* g) {
  const growth_state* s = (const growth_state*)env;
  printf("%s %s %llu -> %llu of %llu\n", g->kind == NACRE_GROWTH_MEMORY ? "memory" : "table",
         g->creation ? "made" : "grows", (unsigned long long)g->current,
         (unsigned long long)g->desired, (unsigned long long)g->maximum);
  return g->desired <= s->most;
}

static void growth_finished(void* env) { ++((growth_state*)env)->finished; }

typedef struct {
  int blocks, extended, finished;
} allocator_state;

static bool allocate(void* env, const nacre_memory_request_t* request,
                     nacre_memory_block_t* block) {
  ++((allocator_state*)env)->blocks;
  CHECK(!request->guarded && !request->shared && request->maximum >= request->bytes);
  block->reserved = request->reserve + 65536;
  block->usable = request->bytes;
  block->base = malloc((size_t)block->reserved);
  if (block->base) memset(block->base, 0xff, (size_t)block->reserved);  // nacre clears it
  block->user = env;
  return block->base != NULL;
}

static uint64_t extend(void* env, const nacre_memory_block_t* block, uint64_t bytes) {
  ++((allocator_state*)env)->extended;
  CHECK(bytes <= block->reserved && bytes > block->usable && block->user == env);
  return bytes;
}

static void release(void* env, const nacre_memory_block_t* block) {
  --((allocator_state*)env)->blocks;
  free(block->base);
}

static void allocator_finished(void* env) { ++((allocator_state*)env)->finished; }

static bool give_nothing(void* env, const nacre_memory_request_t* request,
                         nacre_memory_block_t* block) {
  (void)env, (void)request, (void)block;
  return true;
}

static void growth(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  growth_state state = {2 * 65536, 0}, other = {0, 0};
  nacre_store_set_growth_callback(store, may_grow, &state, growth_finished);
  wasm_instance_t* instance = instance_of(store, program, NULL, 0);
  wasm_func_t* grow = func_of(instance, "grow");
  wasm_func_t* grow_table = func_of(instance, "grow_table");
  wasm_memory_t* memory = nacre_instance_memory(instance, "memory");
  wasm_val_t one = i32_val(1);
  printf("%d ", (int)call_i32(grow, 1, &one));
  printf("%d\n", (int)call_i32(grow, 1, &one));
  printf("%d\n", (int)call_i32(grow_table, 1, &one));
  PRINT_ERROR(nacre_memory_grow(memory, 1, NULL));
  nacre_store_set_growth_callback(store, may_grow, &other, growth_finished);
  CHECK(state.finished == 1);
  wasm_limits_t limits = {1, 1};
  wasm_memorytype_t* type = wasm_memorytype_new(&limits);
  CHECK(!wasm_memory_new(store, type));
  printf("%s\n", nacre_error_message(nacre_store_last_error(store)));
  wasm_memorytype_delete(type);
  nacre_store_set_growth_callback(store, NULL, NULL, NULL);
  CHECK(other.finished == 1 && call_i32(grow, 1, &one) == 2);
  nacre_store_set_growth_callback(store, may_grow, &state, growth_finished);
  wasm_memory_delete(memory);
  wasm_func_delete(grow);
  wasm_func_delete(grow_table);
  wasm_instance_delete(instance);
  wasm_store_delete(store);
  CHECK(state.finished == 2);
  wasm_engine_delete(engine);
}

static void allocator(void) {
  allocator_state state = {0, 0, 0};
  nacre_memory_allocator_t a = {&state, allocate, extend, release, false, allocator_finished};
  wasm_config_t* config = wasm_config_new();
  nacre_config_set_memory_allocator(config, &a);
  wasm_engine_t* engine = wasm_engine_new_with_config(config);
  wasm_store_t* store = wasm_store_new(engine);
  wasm_engine_delete(engine);
  wasm_instance_t* instance = instance_of(store, program, NULL, 0);
  wasm_func_t* grow = func_of(instance, "grow");
  wasm_func_t* load = func_of(instance, "load");
  wasm_val_t one = i32_val(1), at = i32_val(65532);
  CHECK(state.blocks == 1 && call_i32(load, 1, &at) == 0);
  print_trap((at = i32_val(65533), call_trap(load, 1, &at)));
  CHECK(call_i32(grow, 1, &one) == 1 && state.extended == 1 && state.blocks == 1);
  CHECK(call_i32(grow, 1, &one) == 2 && state.extended == 1 && state.blocks == 1);
  CHECK(call_i32(load, 1, &at) == 0);
  wasm_func_delete(grow);
  wasm_func_delete(load);
  wasm_instance_delete(instance);
  wasm_store_delete(store);
  CHECK(state.blocks == 0 && state.finished == 1);

  // What it gives is checked.
  nacre_memory_allocator_t bad = {NULL, give_nothing, NULL, NULL, false, NULL};
  config = wasm_config_new();
  nacre_config_set_memory_allocator(config, &a);
  nacre_config_set_memory_allocator(config, &bad);
  CHECK(state.finished == 2);
  engine = wasm_engine_new_with_config(config);
  store = wasm_store_new(engine);
  wasm_limits_t limits = {1, 1};
  wasm_memorytype_t* type = wasm_memorytype_new(&limits);
  CHECK(!wasm_memory_new(store, type));
  printf("%s\n", nacre_error_message(nacre_store_last_error(store)));
  wasm_memorytype_delete(type);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
}

int main(void) {
  growth();
  allocator();
  return 0;
}
// clang-format off
/* output:
memory made 0 -> 65536 of 589824
table made 0 -> 2 of 10000000
memory grows 65536 -> 131072 of 589824
1 memory grows 131072 -> 196608 of 589824
-1
table grows 2 -> 3 of 10000000
2
memory grows 131072 -> 196608 of 589824
the memory may not grow: the embedder refused it
memory made 0 -> 65536 of 65536
the embedder refused a memory
out of bounds memory access: 4 bytes at 0xfffd, memory size 65536
the memory allocator gave no address
*/
