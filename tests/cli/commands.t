The other commands: help, files, standard input and output, exit statuses.

  $ nacre --help
  nacre runs WebAssembly programs. A bare file means `run`.
  Usage: nacre [OPTIONS] FILE [ARGS...]
         nacre COMMAND ...
  
  Options:
    -h,--help                   Print this help message and exit
    --version                   Display program version information and exit
  
  Subcommands:
    run                         Run a WASI program, or one function of a module
    compile                     Compile a module to machine code and show it
    validate                    Check modules without running them
    inspect                     Show what a module is made of
    wat2wasm                    Turn the text format into the binary format
    wasm2wat                    Turn the binary format into the text format
    wast                        Run test scripts (.wast) of the specification
    version                     Print version, engine and features
    completion                  Print a shell's completion script
  
  $ nacre
  nacre: a FILE or a command is missing
  Run `nacre --help` for more information.
  [2]
  $ nacre run --help
  Run a WASI program, or one function of a module
  Usage: nacre run [OPTIONS] FILE [ARGS...]
  
  Options:
    -h,--help                   Print this help message and exit
    --engine TEXT:{auto,interpreter,baseline}
                                Engine: auto, interpreter or baseline
    --invoke NAME               Call this exported function with ARGS and print its results
    --dir DIR ...               Give the guest a directory: HOST[::GUEST][::ro|::rw]; repeatable
    --env VAR ...               Set a variable: NAME=VALUE, or NAME to pass it on; repeatable
    --inherit-env               Pass on this process's whole environment
    --argv0 NAME                The program's name as it sees it (default: FILE)
    --listen ADDR ...           Give the guest a listening socket: HOST:PORT; repeatable
    --trace TEXT:{wasi}         wasi: a line on standard error for each WASI call
    --stub-imports{trap} :{trap,zero}
                                Define missing imports: =trap (default) or =zero
    --coredump FILE             After a trap, write what memory held to this file
    --profile TEXT:{perf,jitdump}
                                Tell perf the code's names: perf (a map in /tmp) or jitdump (jit-PID.dump)
    --raw-terminal              Pass the guest's control sequences to the terminal
    --fuel N                    Stop after this much work
    --timeout MS                Stop after this many milliseconds, compiling included
    --max-memory SIZE           Bytes one linear memory may have (64M, 1G ...)
    --max-stack SIZE            Bytes of WebAssembly stack (default 8M)
    --max-threads N             Threads a program may start, at a time (default 64)
    --level TEXT:{1.0,2.0,3.0,all}=all
                                Specification level: 1.0, 2.0, 3.0 or all
    --disable FEATURE ...       Switch a feature off (simd, gc, threads ...); repeatable
  
  Everything after FILE belongs to the program.
  $ nacre validate --help
  Check modules without running them
  Usage: nacre validate [OPTIONS] file...
  
  Positionals:
    file TEXT ... REQUIRED      Modules, binary or text; - for standard input
  
  Options:
    -h,--help                   Print this help message and exit
    -q,--quiet                  Print errors only
    --level TEXT:{1.0,2.0,3.0,all}=all
                                Specification level: 1.0, 2.0, 3.0 or all
    --disable FEATURE ...       Switch a feature off (simd, gc, threads ...); repeatable
  
  $ nacre inspect --help
  Show what a module is made of
  Usage: nacre inspect [OPTIONS] file
  
  Positionals:
    file TEXT REQUIRED          Module, binary or text
  
  Options:
    -h,--help                   Print this help message and exit
    --sections                  Sections with offset and size
    --types                     Type definitions
    --imports                   Imports with types
    --exports                   Exports with types
    --features                  Features the module cannot do without
    --level TEXT:{1.0,2.0,3.0,all}=all
                                Specification level: 1.0, 2.0, 3.0 or all
    --disable FEATURE ...       Switch a feature off (simd, gc, threads ...); repeatable
  
  $ nacre wat2wasm --help
  Turn the text format into the binary format
  Usage: nacre wat2wasm [OPTIONS] file
  
  Positionals:
    file TEXT REQUIRED          Text module; - for standard input
  
  Options:
    -h,--help                   Print this help message and exit
    -o,--output TEXT            Output file; - for standard output (default: FILE.wasm)
    --level TEXT:{1.0,2.0,3.0,all}=all
                                Specification level: 1.0, 2.0, 3.0 or all
    --disable FEATURE ...       Switch a feature off (simd, gc, threads ...); repeatable
  
  $ nacre wasm2wat --help
  Turn the binary format into the text format
  Usage: nacre wasm2wat [OPTIONS] file
  
  Positionals:
    file TEXT REQUIRED          Module; - for standard input
  
  Options:
    -h,--help                   Print this help message and exit
    -o,--output TEXT            Output file (default: standard output)
    --no-names                  Ignore the name section; print indices
    --level TEXT:{1.0,2.0,3.0,all}=all
                                Specification level: 1.0, 2.0, 3.0 or all
    --disable FEATURE ...       Switch a feature off (simd, gc, threads ...); repeatable
  
  $ nacre wast --help
  Run test scripts (.wast) of the specification
  Usage: nacre wast [OPTIONS] file...
  
  Positionals:
    file TEXT ... REQUIRED      Scripts
  
  Options:
    -h,--help                   Print this help message and exit
    -v,--verbose                Counts by kind of assertion
    --gc-stress                 Collect garbage at every allocation
    --roundtrip                 Print and parse every module as text first
    --level TEXT:{1.0,2.0,3.0,all}=all
                                Specification level: 1.0, 2.0, 3.0 or all
    --disable FEATURE ...       Switch a feature off (simd, gc, threads ...); repeatable
  
  $ nacre version --help
  Print version, engine and features
  Usage: nacre version [OPTIONS]
  
  Options:
    -h,--help                   Print this help message and exit
    --short                     The number alone
  
  $ nacre completion --help
  Print a shell's completion script
  Usage: nacre completion [OPTIONS] shell
  
  Positionals:
    shell TEXT:{bash,zsh,fish} REQUIRED
                                bash, zsh or fish
  
  Options:
    -h,--help                   Print this help message and exit
  
  $ nacre --version
  nacre 0.1.0
  $ nacre version
  nacre 0.1.0
  (re) engine: .+
  features: mvp mutable-globals sign-extension saturating-float-to-int multi-value bulk-memory reference-types simd relaxed-simd tail-call extended-const function-references gc exceptions memory64 multi-memory threads legacy-exceptions wide-arithmetic custom-page-sizes

Completion scripts load:
  $ nacre completion bash | bash -n
  $ nacre completion bash > c.bash; source c.bash; COMP_WORDS=(nacre val); COMP_CWORD=1; _nacre; echo "${COMPREPLY[@]}"
  validate
  $ source c.bash; COMP_WORDS=(nacre inspect --se); COMP_CWORD=2; _nacre; echo "${COMPREPLY[@]}"
  --sections
  $ source c.bash; complete -p nacre
  complete -o filenames -F _nacre nacre
  $ nacre completion zsh | head -1
  #compdef nacre
  $ nacre completion fish | grep -e 'use_subcommand -a' -e 'from validate'
  complete -c nacre -n __fish_use_subcommand -a run -d 'Run a WASI program, or one function of a module'
  complete -c nacre -n __fish_use_subcommand -a compile -d 'Compile a module to machine code and show it'
  complete -c nacre -n __fish_use_subcommand -a validate -d 'Check modules without running them'
  complete -c nacre -n '__fish_seen_subcommand_from validate' -s h -l help -d 'Print this help message and exit'
  complete -c nacre -n '__fish_seen_subcommand_from validate' -s q -l quiet -d 'Print errors only'
  complete -c nacre -n '__fish_seen_subcommand_from validate' -l level -x -a '1.0 2.0 3.0 all' -d 'Specification level: 1.0, 2.0, 3.0 or all'
  complete -c nacre -n '__fish_seen_subcommand_from validate' -l disable -r -d 'Switch a feature off (simd, gc, threads ...); repeatable'
  complete -c nacre -n __fish_use_subcommand -a inspect -d 'Show what a module is made of'
  complete -c nacre -n __fish_use_subcommand -a wat2wasm -d 'Turn the text format into the binary format'
  complete -c nacre -n __fish_use_subcommand -a wasm2wat -d 'Turn the binary format into the text format'
  complete -c nacre -n __fish_use_subcommand -a wast -d 'Run test scripts (.wast) of the specification'
  complete -c nacre -n __fish_use_subcommand -a version -d 'Print version, engine and features'
  complete -c nacre -n __fish_use_subcommand -a completion -d 'Print a shell\'s completion script'
  $ nacre completion tcsh
  nacre completion: shell: tcsh not in {bash,zsh,fish}
  Run `nacre completion --help` for more information.
  [2]

validate takes several files and goes on after a failure:
  $ echo '(module (func (export "f") (result i32) (i32.const 1)))' > good.wat
  $ echo '(module (func (result i32) (i64.const 1)))' > bad.wat
  $ nacre validate good.wat bad.wat good.wat
  good.wat: valid
  nacre: bad.wat: type mismatch: instruction requires [i32] but stack has [i64], in end (in func[0]) (at offset 0x1a)
  good.wat: valid
  [1]
  $ nacre validate -q good.wat
  $ nacre validate --quiet good.wat bad.wat
  nacre: bad.wat: type mismatch: instruction requires [i32] but stack has [i64], in end (in func[0]) (at offset 0x1a)
  [1]
  $ nacre validate - < good.wat
  -: valid
  $ nacre validate absent.wat
  nacre: absent.wat: No such file or directory
  [1]
  $ nacre validate .
  nacre: .: Is a directory
  [1]
  $ nacre validate -- good.wat
  good.wat: valid
  $ : > empty.wasm; nacre validate empty.wasm
  nacre: empty.wasm: the file is empty
  [1]
  $ nacre validate
  nacre validate: file is required
  Run `nacre validate --help` for more information.
  [2]

Between the formats, through files and pipes:
  $ nacre wat2wasm good.wat && od -An -tx1 good.wasm | head -1
   00 61 73 6d 01 00 00 00 01 05 01 60 00 01 7f 03
  $ nacre wat2wasm good.wat -o - | cmp - good.wasm
  $ nacre wat2wasm - < good.wat | cmp - good.wasm
  $ nacre wat2wasm - -o piped.wasm < good.wat && cmp piped.wasm good.wasm
  $ cp good.wat other.txt; nacre wat2wasm other.txt && ls other.txt*
  other.txt
  other.txt.wasm
  $ mkdir x.wat.d; cp good.wat x.wat.d/plain; nacre wat2wasm x.wat.d/plain && ls x.wat.d
  plain
  plain.wasm
  $ nacre wasm2wat good.wasm
  (module
    (type (;0;) (func (result i32)))
    (export "f" (func 0))
    (func (;0;) (type 0) (result i32)
      i32.const 1))
  $ nacre wasm2wat - < good.wasm | nacre wat2wasm - | cmp - good.wasm
  $ nacre wasm2wat good.wasm -o out.wat && nacre validate out.wat
  out.wat: valid
  $ nacre wat2wasm good.wat -o absent/out.wasm
  nacre: absent/out.wasm: No such file or directory
  [1]
  $ nacre wat2wasm bad.wat -o bad.wasm && nacre validate bad.wasm
  nacre: bad.wasm: type mismatch: instruction requires [i32] but stack has [i64], in end (in func[0]) (at offset 0x1a)
  [1]
  $ nacre wasm2wat good.wat -o absent/out.wat
  nacre: absent/out.wat: No such file or directory
  [1]
  $ nacre wat2wasm good.wat bad.wat
  nacre wat2wasm: file: At Most 1 required but received 2
  Run `nacre wat2wasm --help` for more information.
  [2]

Text that ends too early is an error where it ends:
  $ printf '(module\n  (func\n' > short.wat; nacre validate short.wat
  short.wat:3:1: error: unexpected token: end of input
    
    ^
  [1]
  $ printf '(module (@note "x"' | nacre validate -
  -:1:15: error: unclosed annotation
    (module (@note "x"
                  ^
  [1]
  $ printf '(module)\n)' | nacre validate -
  -:2:1: error: unexpected token )
    )
    ^
  [1]

More than the implementation supports:
  $ printf '\0asm\1\0\0\0\1\4\1\x60\0\0\3\2\1\0\12\x8\1\6\1\xd1\x86\3\x7f\x0b' > locals.wasm
  $ nacre validate locals.wasm
  nacre: locals.wasm: too many locals: at most 50000 are supported (in func[0]) (at offset 0x16)
  [1]

inspect, part by part:
  $ cat > m.wat <<'W'
  > (module $m
  >   (type $list (struct (field (ref null $list))))
  >   (type (array (mut i8)))
  >   (import "env" "list" (global $g (mut (ref null $list))))
  >   (import "env" "bytes" (func (param (ref 1)) (result v128)))
  >   (memory (export "memory") i64 1 2)
  >   (func (export "f") (result (ref null $list)) (global.get $g))
  >   (start 2) (func))
  > W
  $ nacre inspect --imports m.wat
  imports:
    "env" "list" (global (mut (ref null $list)))
    "env" "bytes" (func (param (ref 1)) (result v128))
  $ nacre inspect --exports --types m.wat
  types:
    (type $list (struct (field (ref null $list))))
    (type (;1;) (array (mut i8)))
    (type (;2;) (func (param (ref 1)) (result v128)))
    (type (;3;) (func (result (ref null $list))))
    (type (;4;) (func))
  exports:
    "memory" (memory i64 1 2)
    "f" (func (result (ref null $list)))
  $ nacre inspect --sections m.wat
  sections:
    0x00000008         23 bytes  type (5)
    0x00000021         26 bytes  import (2)
    0x0000003d          3 bytes  function (2)
    0x00000042          4 bytes  memory (1)
    0x00000048         14 bytes  export (2)
    0x00000058          1 bytes  start
    0x0000005b          9 bytes  code (2)
    0x00000066         24 bytes  custom "name"
  $ nacre inspect --features m.wat
  features needed:
    mvp
    mutable-globals
    simd
    gc
    memory64
  $ nacre inspect - < good.wat
  -: 34 bytes, 1 function
  sections:
    0x00000008          5 bytes  type (1)
    0x0000000f          2 bytes  function (1)
    0x00000013          5 bytes  export (1)
    0x0000001a          6 bytes  code (1)
  types:
    (type (;0;) (func (result i32)))
  imports:
  exports:
    "f" (func (result i32))
  features needed:
    mvp
  $ nacre inspect bad.wat
  nacre: bad.wat: type mismatch: instruction requires [i32] but stack has [i64], in end (in func[0]) (at offset 0x1a)
  [1]

Exit statuses: 0, 1 (does not load), 2 (wrong usage), 134 (trap), or the program's own:
  $ nacre run --invoke f good.wat
  1
  $ nacre validate bad.wat -q
  nacre: bad.wat: type mismatch: instruction requires [i32] but stack has [i64], in end (in func[0]) (at offset 0x1a)
  [1]
  $ nacre validate --nonsense bad.wat
  nacre validate: The following argument was not expected: --nonsense
  Run `nacre validate --help` for more information.
  [2]
  $ echo '(module (func (export "_start") unreachable))' | nacre -
  nacre: trap: unreachable
      0: func[0] @ 0x23
  note: no debug information: compile and link with -g to see files and lines
  note: functions without names: the module has no name section; link without -s, --strip-all
  [134]
  $ echo '(module (import "wasi_snapshot_preview1" "proc_exit" (func $e (param i32))) (func (export "_start") (call $e (i32.const 200))))' | nacre -
  [200]

Output that cannot be written is a failure of every command:
  $ echo '(module (func (export "f") (result i32) (i32.const 1)))' > out.wat
  $ echo '(module (func $f) (func (export "trap") (result i32) (unreachable)))' > out-trap.wat
  $ echo '(assert_invalid (module (func (result i32))) "type mismatch")' > out.wast
  $ for c in "inspect out.wat" "run --invoke f out.wat" "validate out.wat" version --version --help "run --help" "completion bash" man "wast out.wast" "wasm2wat out.wat" "wat2wasm -o - out.wat"; do
  >   nacre $c > /dev/full 2> /dev/null; echo "$c: $?"
  > done
  inspect out.wat: 1
  run --invoke f out.wat: 1
  validate out.wat: 1
  version: 1
  --version: 1
  --help: 1
  run --help: 1
  completion bash: 1
  man: 1
  wast out.wast: 1
  wasm2wat out.wat: 1
  wat2wasm -o - out.wat: 1
  $ nacre inspect out.wat > /dev/full
  nacre: standard output cannot be written: No space left on device
  [1]
  $ nacre run --invoke trap out-trap.wat > /dev/full 2> /dev/null
  [134]
  $ nacre validate -q out.wat > /dev/full

A script without anything to run:
  $ : > none.wast; nacre wast none.wast
  nacre: none.wast: there is nothing to run
  [1]
