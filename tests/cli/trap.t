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
  nacre: trap: out of bounds memory access: 4 bytes at 0x1000a, memory size 65536
      0: demo: load @ 0x77
      1: demo: middle @ 0x7f
      2: demo: func[2] @ 0x88
  [134]
  $ nacre run --invoke unreachable t.wat
  nacre: trap: unreachable
      0: demo: func[3] @ 0x8d
  [134]
  $ nacre run --invoke null t.wat
  nacre: trap: uninitialized element 1
      0: demo: func[4] @ 0x93
  [134]
  $ nacre run --invoke undefined t.wat
  nacre: trap: undefined element 7: table size 2
      0: demo: func[5] @ 0x9b
  [134]
  $ nacre run --invoke deep t.wat
  nacre: trap: call stack exhausted
      0: demo: down @ 0xa6
         ... 63 more times the same frame
  [134]
  $ nacre run --invoke throw t.wat
  nacre: exception: unhandled exception: (tag (param i32)) 1
      0: demo: func[8] @ 0xb4
  [134]

Without a name section there are indices and offsets:
  $ nacre wat2wasm t.wat -o t.wasm
  $ nacre wasm2wat --no-names t.wasm -o plain.wat
  $ nacre run --invoke oob plain.wat
  nacre: trap: out of bounds memory access: 4 bytes at 0x1000a, memory size 65536
      0: demo: load @ 0x77
      1: demo: middle @ 0x7f
      2: demo: func[2] @ 0x88
  [134]

Loops stop when time or fuel runs out:
  $ echo '(module (func (export "f") (loop (br 0))))' > loop.wat
  $ nacre run --timeout 50 --invoke f loop.wat
  nacre: trap: deadline exceeded
      0: func[0] @ 0x1e
  [134]
  $ nacre run --fuel 1000 --invoke f loop.wat
  nacre: trap: out of fuel
      0: func[0] @ 0x1e
  [134]
