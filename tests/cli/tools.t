validate, inspect, wat2wasm, wasm2wat, wast, version, completion.

  $ nacre version --short
  $ echo '(module (func (result i32) (i64.const 1)))' > bad.wat
  $ nacre validate bad.wat
  $ printf '(module\n  (func (export "f")\n    (i32.addd)))\n' > typo.wat
  $ nacre validate typo.wat
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
  $ nacre wat2wasm m.wat -o m.wasm
  $ nacre inspect m.wasm
  $ nacre wasm2wat m.wasm
  $ nacre validate --level 1.0 m.wasm
  $ nacre validate --disable gc m.wasm
  $ cat > t.wast <<'W'
  > (module (func (export "f") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0))))
  > (assert_return (invoke "f" (i32.const 1)) (i32.const 1))
  > (assert_trap (invoke "f" (i32.const 0)) "integer divide by zero")
  > (assert_return (invoke "f" (i32.const 1)) (i32.const 2))
  > W
  $ nacre wast -v t.wast
  $ nacre completion bash | head -1
  $ nacre frobnicate
