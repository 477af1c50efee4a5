Exit statuses, arguments, environment and directories.

A program's own status, output and arguments:
  $ cat > exit.wat <<'W'
  > (module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  >   (memory (export "memory") 1)
  >   (func (export "_start") (call $exit (i32.const 7))))
  > W
  $ nacre exit.wat
  [7]

One function, with typed arguments and results:
  $ cat > f.wat <<'W'
  > (module
  >   (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  >   (func (export "pair") (param f32 i64) (result i64 f32) (local.get 1) (local.get 0))
  >   (func (export "neg") (param f64) (result f64) (f64.neg (local.get 0)))
  >   (func (export "vec") (param v128) (result v128) (i32x4.neg (local.get 0)))
  >   (func (export "null") (param externref) (result i32) (ref.is_null (local.get 0)))
  >   (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1))))
  > W
  $ nacre run --invoke add f.wat 40 2
  42
  $ nacre run --invoke add f.wat 0xffffffff -1
  -2
  $ nacre run --invoke pair f.wat 0x1.8p1 -9223372036854775808
  -9223372036854775808
  3
  $ nacre run --invoke neg f.wat nan:0x123
  -nan:0x123
  $ nacre run --invoke vec f.wat i32x4:1,-2,3,4
  i32x4:0xffffffff,0x00000002,0xfffffffd,0xfffffffc
  $ nacre run --invoke null f.wat null
  1
  $ nacre run --invoke add f.wat 1
  nacre run: add takes 2 arguments (func (param i32 i32) (result i32)), 1 given
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --invoke add f.wat 1 x
  nacre run: argument 2: expected i32, found 'x'
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --invoke none f.wat
  nacre: f.wat: no function named 'none' is exported; exported functions: add, pair, neg, vec, null, div
  [1]
  $ nacre run --invoke div f.wat 1 0
  nacre: trap: integer divide by zero
      0: func[5] @ 0x85
  note: no debug information: compile and link with -g to see files and lines
  note: functions without names: the module has no name section; link without -s, --strip-all
  [134]

A module that is no command:
  $ nacre f.wat
  nacre: f.wat: not a WASI command: no function '_start' is exported. Use --invoke NAME to call one of: add, pair, neg, vec, null, div
  [1]

Missing imports are all listed:
  $ echo '(module (import "env" "f" (func (param i32) (result f64))) (import "env" "m" (memory 1 2)) (import "x" "g" (global (mut i64))))' > imports.wat
  $ nacre run --invoke f imports.wat
  nacre: imports.wat: unknown import "env"."f" (func (param i32) (result f64)), "env"."m" (memory 1 2), "x"."g" (global (mut i64))
  [1]

Wrong usage:
  $ nacre run
  nacre run: a WebAssembly file is missing
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --nonsense f.wat
  nacre run: unknown option --nonsense
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --dir : f.wat
  nacre: f.wat: cannot open directory :: No such file or directory
  [1]
  $ nacre run absent.wasm
  nacre: absent.wasm: No such file or directory
  [1]

A component is named as such:
  $ printf '\0asm\r\0\1\0' > component.wasm
  $ nacre component.wasm
  nacre: component.wasm: this is a WebAssembly component, not a core module; components are not supported yet (at offset 0x4)
  [1]

Not WebAssembly at all:
  $ printf '\177ELF\0\0' > elf
  $ nacre elf
  nacre: elf: magic header not detected: this is neither a WebAssembly binary nor text (at offset 0x0)
  [1]

Standard input as the module:
  $ echo '(module (func (export "f") (result i32) (i32.const 5)))' | nacre run --invoke f -
  5

A file that can be read only once, as text and as a binary; an engine by its short name.
  $ echo '(module (func (export "f") (result i32) (i32.const 4)))' > f.wat
  $ nacre wat2wasm f.wat -o f.wasm
  $ nacre run --invoke f <(cat f.wat)
  4
  $ nacre run --engine=interp --invoke f <(cat f.wasm)
  4
  $ nacre run --engine=quick --invoke f f.wasm
  nacre run: --engine: quick not in {auto,interpreter,baseline}
  Run `nacre run --help` for more information.
  [2]
