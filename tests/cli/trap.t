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
  $ nacre run --timeout 300 --invoke f loop.wat
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

So does compiling, on which the whole time may be spent: here 140 MB of code that divides, in functions of 200 KB.
  $ cat > large.py <<'P'
  > def leb(n):
  >     out = b""
  >     while n > 127: out, n = out + bytes([n & 127 | 128]), n >> 7
  >     return out + bytes([n])
  > def section(i, b): return bytes([i]) + leb(len(b)) + b
  > body = b"\0" + b"\x20\0\x20\0\x6f\x21\0" * 28000 + b"\x0b"
  > code = leb(len(body)) + body
  > with open("large.wasm", "wb") as f:
  >     f.write(b"\0asm\1\0\0\0" + section(1, b"\1\x60\1\x7f\0") + section(3, leb(700) + b"\0" * 700)
  >             + section(7, b"\1\1f\0\0") + section(10, leb(700) + code * 700))
  > P
  $ python3 large.py
  $ nacre run --timeout 100 --invoke f large.wasm 1
  nacre: large.wasm: stopped while compiling: not ready to run after 100 ms (--timeout)
  [134]
  $ nacre run --timeout 0 --invoke f large.wasm 1
  nacre: large.wasm: stopped while compiling: not ready to run after 0 ms (--timeout)
  [134]

Not long after the time, though the module would take many times as long:
  $ cat > within.py <<'P'
  > import subprocess, time
  > def seconds(*more):
  >     begin = time.monotonic()
  >     subprocess.run(["nacre", "run", *more, "--invoke", "f", "large.wasm", "1"], stderr=subprocess.DEVNULL)
  >     return time.monotonic() - begin
  > stopped, whole = min(seconds("--timeout", "100") for _ in range(3)), seconds("--timeout", "60000")
  > print("in time" if stopped < 0.3 or stopped < 0.4 * whole else f"{stopped:.2f} s of {whole:.2f}")
  > P
  $ python3 within.py
  in time
  $ rm large.wasm

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
