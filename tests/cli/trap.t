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
  note: no debug information: compile and link with -g to see files and lines
  [134]
  $ nacre run --invoke unreachable t.wat
  nacre: trap: unreachable
      0: demo: func[3] @ 0x8d
  note: no debug information: compile and link with -g to see files and lines
  [134]
  $ nacre run --invoke null t.wat
  nacre: trap: uninitialized element 1
      0: demo: func[4] @ 0x93
  note: no debug information: compile and link with -g to see files and lines
  [134]
  $ nacre run --invoke undefined t.wat
  nacre: trap: undefined element 7: table size 2
      0: demo: func[5] @ 0x9b
  note: no debug information: compile and link with -g to see files and lines
  [134]
  $ nacre run --invoke deep t.wat
  nacre: trap: call stack exhausted
      0: demo: down @ 0xa6
         ... 63 more times the same frame
  (re)        \.\.\. and [0-9]+ frames further out
  note: no debug information: compile and link with -g to see files and lines
  [134]
  $ nacre run --invoke throw t.wat
  nacre: exception: unhandled exception: (tag (param i32)) 1
      0: demo: func[8] @ 0xb4
  note: no debug information: compile and link with -g to see files and lines
  [134]

A module without a name section has indices and offsets:
  $ cat > plain.wat <<'W'
  > (module
  >   (memory 1)
  >   (func (param i32) (result i32) (i32.load offset=16 (local.get 0)))
  >   (func (param i32) (result i32) (call 0 (local.get 0)))
  >   (func (export "oob") (result i32) (call 1 (i32.const 65530))))
  > W
  $ nacre run --invoke oob plain.wat
  nacre: trap: out of bounds memory access: 4 bytes at 0x1000a, memory size 65536
      0: func[0] @ 0x2f
      1: func[1] @ 0x37
      2: func[2] @ 0x40
  note: no debug information: compile and link with -g to see files and lines
  note: functions without names: the module has no name section; link without -s, --strip-all
  [134]

Loops stop when time or fuel runs out:
  $ echo '(module (func (export "f") (loop (br 0))))' > loop.wat
  $ nacre run --timeout 50 --invoke f loop.wat
  nacre: trap: deadline exceeded
      0: func[0] @ 0x1e
  note: no debug information: compile and link with -g to see files and lines
  note: functions without names: the module has no name section; link without -s, --strip-all
  [134]
  $ nacre run --fuel 1000 --invoke f loop.wat
  nacre: trap: out of fuel
      0: func[0] @ 0x1e
  note: no debug information: compile and link with -g to see files and lines
  note: functions without names: the module has no name section; link without -s, --strip-all
  [134]
  $ nacre run --fuel 0 --invoke f loop.wat
  nacre: trap: out of fuel
      0: func[0] @ 0x1e
  note: no debug information: compile and link with -g to see files and lines
  note: functions without names: the module has no name section; link without -s, --strip-all
  [134]
  $ echo '(module (func (export "f") (result i32) (i32.const 1)))' > short.wat
  $ nacre run --fuel 1000 --timeout 60000 --invoke f short.wat
  1

The stack has the size it is given, and a deep recursion that fits in it runs:
  $ cat > deep.wat <<'W'
  > (module
  >   (func $f (export "f") (param i32) (result i32)
  >     (if (result i32) (local.get 0)
  >       (then (i32.add (i32.const 1) (call $f (i32.sub (local.get 0) (i32.const 1)))))
  >       (else (i32.const 0))))
  >   (func $ping (call $pong))
  >   (func $pong (call $ping) nop)
  >   (func $one (call $two) nop)
  >   (func $two (call $three) nop)
  >   (func $three (call $one) nop)
  >   (func (export "two") (call $ping))
  >   (func (export "three") (call $one)))
  > W
  $ nacre run --invoke f deep.wat 10000
  10000
  $ nacre run --max-stack 4K --invoke f deep.wat 10000
  nacre: trap: call stack exhausted
      0: f @ 0x43
         ... 63 more times the same frame
  (re)        \.\.\. and [0-9]+ frames further out
  note: no debug information: compile and link with -g to see files and lines
  [134]
  $ nacre run --max-stack 64M --invoke f deep.wat 500000
  500000
  $ nacre run --invoke two deep.wat
  nacre: trap: call stack exhausted
  (re)     0: p[io]ng @ 0x[0-9a-f]+
  (re)     1: p[io]ng @ 0x[0-9a-f]+
         ... 31 more times the same 2 frames
  (re)        \.\.\. and [0-9]+ frames further out
  note: no debug information: compile and link with -g to see files and lines
  [134]
  $ nacre run --invoke three deep.wat
  nacre: trap: call stack exhausted
  (re)     0: (one|two|three) @ 0x[0-9a-f]+
  (re)     1: (one|two|three) @ 0x[0-9a-f]+
  (re)     2: (one|two|three) @ 0x[0-9a-f]+
         ... 20 more times the same 3 frames
  (re)    63: (one|two|three) @ 0x[0-9a-f]+
  (re)        \.\.\. and [0-9]+ frames further out
  note: no debug information: compile and link with -g to see files and lines
  [134]
