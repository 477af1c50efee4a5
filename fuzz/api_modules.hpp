// SPDX-License-Identifier: Apache-2.0
//
// The modules the API fuzzers play with. Between them they import and export every kind of thing,
// hold references of every hierarchy, trap and throw in every way, and call the host from
// everywhere, the start function included. No guest runs long by itself: counted loops, bounded by
// what `spin` masks.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <vector>

#include "text/parse.hpp"

namespace nacre::fuzz {

// clang-format off
inline constexpr std::string_view module_texts[] = {
R"((module $plain
  (memory (export "memory") 1 4)
  (table (export "table") 4 20 funcref)
  (global (export "counter") (mut i32) (i32.const 1))
  (global (export "fixed") i64 (i64.const 7))
  (global (export "vector") (mut v128) (v128.const i64x2 1 2))
  (elem (i32.const 0) $add $spin)
  (data (i32.const 8) "data")
  (func $add (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func $spin (export "spin") (param i32) (result i32) (local i32)
    (local.set 0 (i32.and (local.get 0) (i32.const 1023)))
    (loop (local.set 1 (i32.add (local.get 1) (local.get 0)))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if 0 (i32.gt_s (local.get 0) (i32.const 0))))
    (local.get 1))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "grow_table") (param i32 funcref) (result i32)
    (table.grow (local.get 1) (local.get 0)))
  (func (export "call") (param i32 i32 i32) (result i32)
    (call_indirect (param i32 i32) (result i32) (local.get 0) (local.get 1) (local.get 2)))
  (func (export "set") (param i32 funcref) (table.set (local.get 0) (local.get 1)))
  (func (export "get") (param i32) (result funcref) (table.get (local.get 0)))
  (func (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func $deep (export "deep") (param i32) (result i32)
    (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func (export "unreachable") unreachable)
  (func (export "many") (param i32 i64 f32 f64 v128) (result v128 f64 f32 i64 i32)
    (local.get 4) (local.get 3) (local.get 2) (local.get 1) (local.get 0))
))",
R"((module $objects
  (rec (type $pair (struct (field (mut i32)) (field (mut i8)) (field (mut anyref))
                           (field (mut (ref null $pair))) (field i64) (field (mut externref)))))
  (type $bytes (array (mut i16)))
  (type $refs (array (mut anyref)))
  (type $funcs (array (mut funcref)))
  (type $vectors (array (mut v128)))
  (type $f (func (param i32) (result i32)))
  (table (export "objects") 5 50 anyref)
  (table (export "hosts") 5 50 externref)
  (global (export "object") (mut anyref) (ref.null any))
  (global (export "pair") (mut (ref null $pair)) (ref.null $pair))
  (global (export "host") (mut externref) (ref.null extern))
  (global (export "func") (mut funcref) (ref.null func))
  (elem declare func $id)
  (func $id (type $f) (local.get 0))
  (func (export "new_pair") (param i32 anyref externref) (result (ref $pair))
    (struct.new $pair (local.get 0) (local.get 0) (local.get 1) (ref.null $pair)
      (i64.extend_i32_s (local.get 0)) (local.get 2)))
  (func (export "new_bytes") (param i32) (result anyref)
    (array.new $bytes (local.get 0) (i32.and (local.get 0) (i32.const 63))))
  (func (export "new_refs") (param anyref i32) (result (ref $refs))
    (array.new $refs (local.get 0) (i32.and (local.get 1) (i32.const 31))))
  (func (export "new_funcs") (param i32) (result (ref $funcs))
    (array.new $funcs (ref.func $id) (i32.and (local.get 0) (i32.const 31))))
  (func (export "new_vectors") (param i32) (result (ref $vectors))
    (array.new $vectors (v128.const i64x2 3 4) (i32.and (local.get 0) (i32.const 31))))
  (func (export "link") (param (ref null $pair) (ref null $pair))
    (struct.set $pair 3 (local.get 0) (local.get 1)))
  (func (export "cast") (param anyref) (result (ref null $pair))
    (ref.cast (ref null $pair) (local.get 0)))
  (func (export "extern") (param anyref) (result externref) (extern.convert_any (local.get 0)))
  (func (export "any") (param externref) (result anyref) (any.convert_extern (local.get 0)))
  (func (export "i31") (param i32) (result i31ref) (ref.i31 (local.get 0)))
  (func (export "pass") (param anyref externref funcref exnref)
    (result exnref funcref externref anyref)
    (local.get 3) (local.get 2) (local.get 1) (local.get 0))
  (func (export "call_ref") (param i32 (ref null $f)) (result i32)
    (call_ref $f (local.get 0) (local.get 1)))
  (func (export "id") (result (ref $f)) (ref.func $id))
  (func (export "garbage") (param i32) (result i32)
    (local.set 0 (i32.and (local.get 0) (i32.const 1023)))
    (loop (drop (array.new_default $refs (i32.const 40)))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if 0 (i32.gt_s (local.get 0) (i32.const 0))))
    (local.get 0))
  (func (export "hold") (param i32 anyref)
    (table.set 0 (i32.rem_u (local.get 0) (i32.const 6)) (local.get 1)))
))",
R"((module $throws
  (import "env" "call" (func $host (param i32) (result i32)))
  (tag $t (export "tag") (param i32 externref))
  (tag $empty (export "empty"))
  (func (export "throw") (param i32 externref)
    (if (local.get 0) (then (throw $t (local.get 0) (local.get 1))))
    (throw $empty))
  (func (export "catch") (param i32) (result i32)
    (block $h (result i32 externref exnref)
      (block $all (result exnref)
        (try_table (catch_ref $t $h) (catch_all_ref $all)
          (drop (call $host (local.get 0))))
        (return (i32.const -1)))
      (drop) (return (i32.const -2)))
    (drop) (drop))
  (func (export "rethrow") (param exnref) (throw_ref (local.get 0)))
  (func (export "legacy") (param i32) (result i32)
    (try (result i32)
      (do (call $host (local.get 0)))
      (catch $t (drop))
      (catch_all (rethrow 0))))
))",
R"((module $calls
  (import "env" "call" (func $host (param i32) (result i32)))
  (import "env" "ref" (func $ref (param externref funcref) (result anyref)))
  (import "env" "raw" (func $raw (param i64 anyref v128) (result f64 externref)))
  (memory (export "memory") 1 3)
  (table (export "table") 3 9 funcref)
  (elem (i32.const 0) $host $twice)
  (func $twice (export "twice") (param i32) (result i32)
    (call $host (call $host (local.get 0))))
  (func (export "keep") (param externref funcref) (result anyref) (local anyref)
    (local.set 2 (call $ref (local.get 0) (local.get 1)))
    (drop (call $ref (local.get 0) (ref.null func)))
    (local.get 2))
  (func (export "raw") (param i64 anyref) (result externref)
    (call $raw (local.get 0) (local.get 1) (v128.const i64x2 0 0))
    (return))
  (func (export "after") (param i32) (result i32)
    (drop (call $host (local.get 0)))
    (i32.store (i32.const 65532) (local.get 0))
    (drop (memory.grow (i32.const 1)))
    (i32.add (memory.size) (table.size)))
  (func (export "tail") (param i32) (result i32) (return_call $host (local.get 0)))
  (func (export "indirect") (param i32 i32) (result i32)
    (call_indirect (param i32) (result i32) (local.get 0) (local.get 1)))
  (func (export "loop") (param i32) (result i32)
    (loop $l
      (drop (call $host (local.get 0)))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $l (i32.and (local.get 0) (i32.const 3))))
    (local.get 0))
  (export "host" (func $host)) (export "ref" (func $ref))
))",
R"((module $starts
  (import "env" "call" (func $host (param i32) (result i32)))
  (memory 1)
  (data (i32.const 0) "\01\02\03")
  (func $start (i32.store8 (i32.const 3) (call $host (i32.load8_u (i32.const 1)))))
  (start $start)
  (func (export "read") (result i32) (i32.load (i32.const 0)))
))",
R"((module $imports
  (import "env" "memory" (memory 1))
  (import "env" "table" (table 1 funcref))
  (import "env" "counter" (global $g (mut i32)))
  (import "env" "tag" (tag $t (param i32 externref)))
  (data (i32.const 65530) "past?")
  (elem (i32.const 0) func $bump)
  (func $bump (export "bump") (result i32)
    (global.set $g (i32.add (global.get $g) (i32.const 1)))
    (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
  (func (export "throw") (throw $t (global.get $g) (ref.null extern)))
  (func (export "grow") (result i32) (drop (table.grow (ref.func $bump) (i32.const 1)))
    (memory.grow (i32.const 1)))
  (export "memory" (memory 0)) (export "table" (table 0)) (export "counter" (global $g))
))",
R"((module $shared
  (memory (export "memory") 1 3 shared)
  (memory $wide (export "wide") i64 1 3)
  (func (export "add") (param i32) (result i32)
    (i32.atomic.rmw.add (i32.and (local.get 0) (i32.const 0x1fffc)) (i32.const 1)))
  (func (export "notify") (param i32) (result i32)
    (memory.atomic.notify (local.get 0) (i32.const 3)))
  (func (export "wait") (param i32) (result i32)
    (memory.atomic.wait32 (local.get 0) (i32.const 0) (i64.const 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow 0 (local.get 0)))
  (func (export "load_wide") (param i64) (result i64) (i64.load $wide (local.get 0)))
  (func (export "copy") (param i64 i32 i32)
    (memory.copy $wide 0 (local.get 0) (local.get 1) (local.get 2)))
))",
R"((module $attached
  (import "env" "memory" (memory 1 3 shared))
  (func (export "bump") (result i32) (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
))",
R"((module $empty))",
};
// clang-format on
inline constexpr uint32_t num_modules = static_cast<uint32_t>(std::size(module_texts));

// The modules as binaries.
inline const std::vector<std::vector<uint8_t>>& module_binaries() {
  static const auto* const binaries = [] {
    auto* all = new std::vector<std::vector<uint8_t>>;
    for (const std::string_view text : module_texts) {
      auto bytes = text::wat_to_wasm(text);
      if (!bytes) std::abort();
      all->push_back(std::move(*bytes));
    }
    return all;
  }();
  return *binaries;
}

}  // namespace nacre::fuzz
