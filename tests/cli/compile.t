compile: machine code, what it weighs, and what it looks like; profiles of it.
Needs x86-64.

  $ cat > fib.wat <<'W'
  > (module $m
  >   (memory 1)
  >   (func $fib (export "fib") (param i32) (result i32)
  >     (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
  >       (then (local.get 0))
  >       (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
  >                      (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  >   (func (export "get") (param i32) (result i32) (i32.load offset=8 (local.get 0)))
  >   (func $unused))
  > W
  $ nacre compile --threads 1 fib.wat
  (re) fib.wat: \d+ bytes
  (re) functions +3
  (re) wasm code +\d+ bytes
  (re) machine code +\d+ bytes, \d+\.\d\d per byte of wasm code
  (re) side tables +\d+ bytes of sites
  (re) time +\d+\.\d{3} s of CPU, \d+\.\d{3} s on 1 thread
  (re) speed +\d+\.\d MB of wasm code a second of CPU
  (re) peak memory +\d+\.\d MiB

The code is the same whatever the number of threads, and without --emit too:
  $ nacre compile -o one.bin fib.wat > /dev/null
  $ nacre compile --emit=code --threads 2 -o two.bin fib.wat
  $ nacre compile -o - fib.wat > three.bin
  $ cmp one.bin two.bin && cmp one.bin three.bin && test -s one.bin
  $ nacre compile --emit=code --no-signals -o checked.bin fib.wat
  $ cmp -s one.bin checked.bin
  [1]
  $ nacre compile --emit=code fib.wat
  nacre compile: --emit: code needs -o FILE
  Run `nacre compile --help` for more information.
  [2]

A listing, by name, export or index:
  $ nacre compile --emit=asm fib.wat | grep '^func'
  (re) func\[0\] fib: \d+ bytes at 0x4, frame \d+
  (re) func\[1\]: \d+ bytes at 0x[0-9a-f]+, frame \d+, leaf
  (re) func\[2\] unused: \d+ bytes at 0x[0-9a-f]+, frame \d+, leaf
  $ for f in unused get 1; do nacre compile --emit=asm --func $f fib.wat | grep -o '^func[^:]*'; done
  func[2] unused
  func[1]
  func[1]
  $ nacre compile --emit=asm --func get fib.wat | grep -c '; @0x[0-9a-f]* i32.load offset=8$'
  1
  $ nacre compile --emit=asm --func fib fib.wat | grep -c '; @0x[0-9a-f]* call 0$'
  2
  $ nacre compile --emit=asm --func none fib.wat
  nacre compile: no function 'none' to list
  [1]

Without a disassembler there are bytes:
  $ mkdir empty && ln -s "$(command -v nacre)" "$(command -v bash)" empty && ln -s /bin/sh empty
  $ PATH=$PWD/empty nacre compile --emit=asm --func unused fib.wat > bytes
  note: neither objdump nor llvm-objdump could be run: bytes are shown
  $ grep -Ec '^ +[0-9a-f]+  ([0-9a-f]{2} ?)+$' bytes | sed 's/[1-9]/some/'
  some

Profiles: a map of addresses for perf, or a dump with the code and the offsets of instructions.
  $ nacre run --engine=baseline --profile=perf --invoke fib fib.wat 10 & wait; cut -d' ' -f3- /tmp/perf-$!.map; rm /tmp/perf-$!.map
  55
  nacre stubs
  nacre stubs
  m!fib
  m!func[1]
  m!unused
  $ nacre run --engine=baseline --profile=jitdump --invoke fib fib.wat 10
  55
  $ cat > read.py <<'P'
  > import glob, struct
  > d = open(glob.glob("jit-*.dump")[0], "rb").read()
  > magic, version, at, machine, _, pid = struct.unpack_from("<6I", d)
  > print(hex(magic), version, machine)
  > code, lines = {}, {}
  > while at < len(d):
  >     kind, size, _ = struct.unpack_from("<IIQ", d, at)
  >     if kind == 0:
  >         _, _, begin, _, n, _ = struct.unpack_from("<IIQQQQ", d, at + 16)
  >         name = d[at + 56:d.index(b"\0", at + 56)].decode()
  >         code[name] = begin, d[at + size - n:at + size]
  >     else:
  >         begin, n = struct.unpack_from("<QQ", d, at + 16)
  >         lines[begin] = n
  >     at += size
  > assert at == len(d)
  > del code["nacre stubs"]
  > first = min(b for b, _ in code.values())
  > whole = b"".join(c for _, c in sorted(code.values()))
  > print(open("one.bin", "rb").read().endswith(whole))
  > for name, (begin, c) in sorted(code.items()):
  >     print(name, lines.get(begin, 0))
  > P
  $ python3 read.py
  0x4a695444 1 62
  True
  m!fib 3
  m!func[1] 1
  m!unused 0
  $ nacre run --engine=interp --profile=perf --invoke fib fib.wat 10
  55
  $ nacre run --profile=gprof fib.wat
  nacre run: --profile: gprof not in {perf,jitdump}
  Run `nacre run --help` for more information.
  [2]

No progress line where standard error is no terminal:
  $ nacre compile --emit=code -o one.bin fib.wat 2> errors; test ! -s errors

On a terminal there is one, after half a second, and it is erased:
  $ cat > large.py <<'P'
  > # Functions of 50,000 times "local.get 0, local.get 0, i32.rem_s, local.set 0", 35 million bytes.
  > def leb(n):
  >     out = b""
  >     while n > 127: out, n = out + bytes([n & 127 | 128]), n >> 7
  >     return out + bytes([n])
  > def section(i, b): return bytes([i]) + leb(len(b)) + b
  > body = b"\0" + b"\x20\0\x20\0\x6f\x21\0" * 50000 + b"\x0b"
  > n = 100
  > open("large.wasm", "wb").write(b"\0asm\1\0\0\0" + section(1, b"\1\x60\1\x7f\0")
  >   + section(3, leb(n) + b"\0" * n) + section(5, b"\1\0\1") + section(10, leb(n) + (leb(len(body)) + body) * n))
  > P
  $ python3 large.py
  $ cat > terminal.py <<'P'
  > import os, pty, re, sys
  > pid, fd = pty.fork()
  > if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
  > out = b""
  > try:
  >     while data := os.read(fd, 4096): out += data
  > except OSError: pass
  > line = rb"\r\x1b\[K(checking large.wasm|compiling large.wasm: \d+%)"
  > print(bool(re.fullmatch(rb"(%b)+\r\x1b\[K" % line, out)) or out)
  > P
  $ python3 terminal.py nacre compile --threads 1 --emit=code -o /dev/null large.wasm
  True
  $ python3 terminal.py nacre compile --emit=code -o one.bin fib.wat
  b''

What would be ignored is refused, and the threads are those there was work for:
  $ echo '(module (func (export "add")))' > add.wat
  $ nacre compile --func add add.wat
  nacre compile: --func: needs --emit asm
  Run `nacre compile --help` for more information.
  [2]
  $ nacre compile --threads 99999 add.wat | grep -o 'on .*'
  on 1 thread
