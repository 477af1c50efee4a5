Trap reports: what happened with its operands, and the frames.

  $ cat > t.wat <<'W'
  > (module $demo
  >   (memory 1)
  >   (table 2 funcref)
  >   (tag $oops (param i32))
  >   (func $load (param $p i32) (result i32) (i32.load offset=16 (local.get $p)))
  >   (func $middle (param i32) (result i32) (call $load (local.get 0)))
  >   (func (export "oob") (result i32) (call $middle (i32.const 65530)))
  >   (func (export "unreachable") unreachable)
  >   (func (export "null") (call_indirect (i32.const 1)))
  >   (func (export "undefined") (call_indirect (i32.const 7)))
  >   (func $down (param i32) (call $down (i32.add (local.get 0) (i32.const 1))))
  >   (func (export "deep") (call $down (i32.const 0)))
  >   (func (export "throw") (throw $oops (i32.const 1))))
  > W
  $ nacre run --invoke oob t.wat
  $ nacre run --invoke unreachable t.wat
  $ nacre run --invoke null t.wat
  $ nacre run --invoke undefined t.wat
  $ nacre run --invoke deep t.wat
  $ nacre run --invoke throw t.wat

Without a name section there are indices and offsets:
  $ nacre wat2wasm t.wat -o t.wasm
  $ nacre wasm2wat --no-names t.wasm -o plain.wat
  $ nacre run --invoke oob plain.wat

Loops stop when time or fuel runs out:
  $ echo '(module (func (export "f") (loop (br 0))))' > loop.wat
  $ nacre run --timeout 50 --invoke f loop.wat
  $ nacre run --fuel 1000 --invoke f loop.wat
