What `nacre run` makes of its command line: where options end, and each option's forms.

A program that prints its arguments and then its environment, one a line:
  $ cat > echo.wat <<'W'
  > (module
  >   (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  >   (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
  >   (import "wasi_snapshot_preview1" "environ_get" (func $env_get (param i32 i32) (result i32)))
  >   (import "wasi_snapshot_preview1" "environ_sizes_get" (func $env_sizes (param i32 i32) (result i32)))
  >   (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  >   (memory (export "memory") 1)
  >   (func $print (param $size i32)  ;; the strings at 4096; their zeros become line feeds
  >     (local $i i32)
  >     (block $done (loop $next
  >       (br_if $done (i32.ge_u (local.get $i) (local.get $size)))
  >       (if (i32.eqz (i32.load8_u offset=4096 (local.get $i)))
  >         (then (i32.store8 offset=4096 (local.get $i) (i32.const 10))))
  >       (local.set $i (i32.add (local.get $i) (i32.const 1)))
  >       (br $next)))
  >     (i32.store (i32.const 16) (i32.const 4096))
  >     (i32.store (i32.const 20) (local.get $size))
  >     (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24))))
  >   (func (export "_start")
  >     (drop (call $args_sizes (i32.const 0) (i32.const 4)))
  >     (drop (call $args_get (i32.const 64) (i32.const 4096)))
  >     (call $print (i32.load (i32.const 4)))
  >     (drop (call $env_sizes (i32.const 0) (i32.const 4)))
  >     (drop (call $env_get (i32.const 64) (i32.const 4096)))
  >     (call $print (i32.load (i32.const 4)))))
  > W

Everything after the file belongs to the program, even what looks like an option:
  $ nacre echo.wat a "b c" ""
  echo.wat
  a
  b c
  
  $ nacre run echo.wat --help -x --env A=1 -- run
  echo.wat
  --help
  -x
  --env
  A=1
  --
  run
  $ nacre echo.wat --version
  echo.wat
  --version

`--` before the file ends the options; a later one is the program's:
  $ nacre run -- echo.wat -x
  echo.wat
  -x
  $ nacre run --env A=1 -- echo.wat -- y
  echo.wat
  --
  y
  A=1
  $ nacre -- echo.wat
  echo.wat
  $ cp echo.wat ./--env.wat
  $ nacre run -- --env.wat
  ./--env.wat
  $ nacre run --
  nacre run: a WebAssembly file is missing
  Run `nacre run --help` for more information.
  [2]

The program's name:
  $ nacre run --argv0 prog echo.wat x
  prog
  x
  $ nacre run --argv0 -- echo.wat
  --
  $ nacre run --argv0 "" echo.wat
  

The environment is empty unless given. There is one value a name, the last that is given:
  $ NACRE_SEEN=1 nacre echo.wat
  echo.wat
  $ nacre run --env A=1 --env=B=x=y --env C= echo.wat
  echo.wat
  A=1
  B=x=y
  C=
  $ NACRE_SEEN="it is" nacre run --env NACRE_SEEN echo.wat
  echo.wat
  NACRE_SEEN=it is
  $ env -i PATH="$PATH" X=1 nacre run --inherit-env --env Y=2 echo.wat | grep -v ^PATH
  echo.wat
  X=1
  Y=2
  $ nacre run --env A=1 --env B=2 --env A=3 --env AB=4 echo.wat
  echo.wat
  A=3
  B=2
  AB=4
  $ A=outside nacre run --env A --env A=given echo.wat
  echo.wat
  A=given
  $ env -i PATH="$PATH" A=outside nacre run --env A=given --inherit-env echo.wat | grep -v ^PATH
  echo.wat
  A=given
  $ nacre run --env =1 echo.wat
  nacre run: --env expects NAME=VALUE or NAME, found '=1'
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --env
  nacre run: --env: 1 required VAR missing
  Run `nacre run --help` for more information.
  [2]

Values an option does not take:
  $ nacre run --fuel x echo.wat
  nacre run: Could not convert: --fuel = x
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --fuel -1 echo.wat
  nacre run: --fuel: expected a number of at least 0
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --timeout 1s echo.wat
  nacre run: Could not convert: --timeout = 1s
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --max-memory 12Q echo.wat
  nacre run: --max-memory: expected a size such as 4096, 64M or 1G
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --max-stack -1 echo.wat
  nacre run: --max-stack: expected a size such as 4096, 64M or 1G
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --max-memory 99999999999G echo.wat
  nacre run: --max-memory: expected a size such as 4096, 64M or 1G
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --engine jit echo.wat
  nacre run: --engine: jit not in {auto,interpreter,baseline}
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --level 4.0 echo.wat
  nacre run: --level: 4.0 not in {1.0,2.0,3.0,all}
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --disable nothing echo.wat
  nacre run: --disable: unknown feature: nothing
  Run `nacre run --help` for more information.
  [2]

A limit on memories: what starts larger is refused, what would grow larger is not grown:
  $ cat > mem.wat <<'W'
  > (module (memory 2)
  >   (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
  > W
  $ nacre run --max-memory 128K --invoke grow mem.wat 0
  2
  $ nacre run --max-memory 128K --invoke grow mem.wat 1
  -1
  $ nacre run --max-memory 0x30000 --invoke grow mem.wat 1
  2
  $ nacre run --max-memory 64k --invoke grow mem.wat 0
  nacre: mem.wat: memory size exceeds the store's limit
  [1]

A stack that the system has no thread for, asked for by name:
  $ nacre run --engine baseline --max-stack 8388608G echo.wat
  nacre: echo.wat: the system gives no thread with a stack of 9007199254740992 bytes (--max-stack)
  [1]

A number that does not fit its parameter:
  $ echo '(module (func (export "f") (param i32)) (func (export "g") (param i64)) (func (export "h") (param f32)))' > args.wat
  $ nacre run --invoke f args.wat 4294967296
  nacre run: argument 1: 4294967296 is out of range for i32
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --invoke f args.wat -2147483649
  nacre run: argument 1: -2147483649 is out of range for i32
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --invoke g args.wat 18446744073709551616
  nacre run: argument 1: 18446744073709551616 is out of range for i64
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --invoke h args.wat 1e39
  nacre run: argument 1: 1e39 is out of range for f32
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --invoke h args.wat 1x
  nacre run: argument 1: expected f32, found '1x'
  Run `nacre run --help` for more information.
  [2]
