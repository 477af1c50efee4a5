Directories: HOST[::GUEST][::ro].

A program that makes the file `new` in the first directory it is given, and exits with the error:
  $ cat > make.wat <<'W'
  > (module
  >   (import "wasi_snapshot_preview1" "path_open"
  >     (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  >   (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $name (param i32 i32 i32) (result i32)))
  >   (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
  >   (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  >   (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  >   (memory (export "memory") 1)
  >   (data (i32.const 100) "new")
  >   (func $line (param $fd i32)
  >     (i32.store (i32.const 16) (i32.const 4096))
  >     (i32.store (i32.const 20) (i32.add (i32.load (i32.const 4)) (i32.const 1)))
  >     (i32.store8 offset=4096 (i32.load (i32.const 4)) (i32.const 10))
  >     (drop (call $write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 24))))
  >   (func (export "_start")
  >     (local $fd i32) (local $error i32)
  >     (local.set $fd (i32.const 3))
  >     (block $done (loop $next  ;; the names of all directories
  >       (br_if $done (call $prestat (local.get $fd) (i32.const 0)))
  >       (br_if $done (call $name (local.get $fd) (i32.const 4096) (i32.load (i32.const 4))))
  >       (call $line (i32.const 1))
  >       (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
  >       (br $next)))
  >     (local.set $error (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 3)
  >       (i32.const 1) (i64.const 0x40) (i64.const 0) (i32.const 0) (i32.const 32)))
  >     (if (local.get $error) (then (call $exit (local.get $error))))
  >     (i32.store (i32.const 4) (i32.const 3))
  >     (memory.copy (i32.const 4096) (i32.const 100) (i32.const 3))
  >     (call $line (i32.load (i32.const 32)))))
  > W

None is given unless asked for; error 8 is badf:
  $ nacre make.wat
  [8]

The guest's name is the host's unless another is given:
  $ mkdir a b
  $ nacre run --dir a make.wat
  a
  $ cat a/new
  new
  $ nacre run --dir b::/data --dir=a::/other make.wat
  /data
  /other
  $ ls b
  new
  $ nacre run --dir .::/ make.wat
  /

Read-only: error 69 is rofs, and nothing was made:
  $ mkdir c
  $ nacre run --dir c::ro make.wat
  c
  [69]
  $ nacre run --dir c::/data::ro make.wat
  /data
  [69]
  $ ls c
  $ nacre run --dir c::/data::rw make.wat
  /data
  $ ls c
  new

What is not a directory:
  $ nacre run --dir absent make.wat
  nacre: make.wat: cannot open directory absent: No such file or directory
  [1]
  $ nacre run --dir make.wat make.wat
  nacre: make.wat: cannot open directory make.wat: Not a directory
  [1]
  $ nacre run --dir ::/x make.wat
  nacre run: --dir expects HOST[::GUEST][::ro|::rw], found '::/x'
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --dir a::b::c make.wat
  nacre run: --dir expects HOST[::GUEST][::ro|::rw], found 'a::b::c'
  Run `nacre run --help` for more information.
  [2]
  $ nacre run --dir a:: make.wat
  nacre run: --dir expects HOST[::GUEST][::ro|::rw], found 'a::'
  Run `nacre run --help` for more information.
  [2]
