validate, inspect, wat2wasm, wasm2wat, wast, version, completion.

  $ nacre version --short
  0.1.0
  $ echo '(module (func (result i32) (i64.const 1)))' > bad.wat
  $ nacre validate bad.wat
  nacre: bad.wat: type mismatch: instruction requires [i32] but stack has [i64], in end (in func[0]) (at offset 0x1a)
  [1]
  $ printf '(module\n  (func (export "f")\n    (i32.addd)))\n' > typo.wat
  $ nacre validate typo.wat
  typo.wat:3:6: error: unknown operator i32.addd
        (i32.addd)))
         ^
  [1]
  $ cat > m.wat <<'W'
  > (module $m
  >   (type $p (struct (field $x (mut i32))))
  >   (import "env" "log" (func $log (param i32)))
  >   (memory (export "memory") 1 2)
  >   (global $g (export "g") (mut i64) (i64.const 3))
  >   (func $twice (export "twice") (param $n i32) (result i32)
  >     (i32.shl (local.get $n) (i32.const 1))))
  > W
  $ nacre validate m.wat
  m.wat: valid
  $ nacre wat2wasm m.wat -o m.wasm
  $ nacre inspect m.wasm
  m.wasm: 144 bytes, 2 functions
  name: "m"
  sections:
    0x00000008         14 bytes  type (3)
    0x00000018         11 bytes  import (1)
    0x00000025          2 bytes  function (1)
    0x00000029          4 bytes  memory (1)
    0x0000002f          6 bytes  global (1)
    0x00000037         22 bytes  export (3)
    0x0000004f          9 bytes  code (1)
    0x0000005a         52 bytes  custom "name"
  types:
    (type $p (struct (field $x (mut i32))))
    (type (;1;) (func (param i32)))
    (type (;2;) (func (param i32) (result i32)))
  imports:
    "env" "log" (func (param i32))
  exports:
    "memory" (memory 1 2)
    "g" (global (mut i64))
    "twice" (func (param i32) (result i32))
  features needed:
    mvp
    mutable-globals
    gc
  $ nacre wasm2wat m.wasm
  (module (@name "m")
    (type $p (struct (field $x (mut i32))))
    (type (;1;) (func (param i32)))
    (type (;2;) (func (param i32) (result i32)))
    (import "env" "log" (func $log (type 1) (param i32)))
    (memory (;0;) 1 2)
    (global $g (mut i64) (i64.const 3))
    (export "memory" (memory 0))
    (export "g" (global $g))
    (export "twice" (func $twice))
    (func $twice (type 2) (param $n i32) (result i32)
      local.get $n
      i32.const 1
      i32.shl))
  $ nacre validate --level 1.0 m.wasm
  nacre: m.wasm: a structure type needs the feature 'gc', which is switched off (at offset 0xb)
  [1]
  $ nacre validate --disable gc m.wasm
  nacre: m.wasm: a structure type needs the feature 'gc', which is switched off (at offset 0xb)
  [1]
  $ cat > t.wast <<'W'
  > (module (func (export "f") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0))))
  > (assert_return (invoke "f" (i32.const 1)) (i32.const 1))
  > (assert_trap (invoke "f" (i32.const 0)) "integer divide by zero")
  > (assert_return (invoke "f" (i32.const 1)) (i32.const 2))
  > W
  $ nacre wast -v t.wast
  t.wast:4: assert_return: f gave (i32 1), expected (i32.const 2)
    assert_return            1 of 2
    assert_trap              1 of 1
    module                   1 of 1
  3 passed, 1 failed
  [1]
  $ nacre completion bash | head -1
  _nacre() {
  $ nacre frobnicate
  nacre: frobnicate: No such file or directory
  [1]
