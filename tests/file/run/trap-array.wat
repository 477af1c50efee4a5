;;! run --invoke get {} 3
;;! run --invoke get {} 2
;;! run --invoke new {} -1
;;! run --invoke copy {}
(module
  (type $a (array (mut i32)))
  (type $b (array i8))
  (data $d "abcd")
  (global $g (ref $a) (array.new_fixed $a 3 (i32.const 7) (i32.const 8) (i32.const 9)))
  (func $get (export "get") (param i32) (result i32) (array.get $a (global.get $g) (local.get 0)))
  (func $new (export "new") (param i32) (result i32) (array.len (array.new_default $a (local.get 0))))
  (func $data (export "data") (drop (array.new_data $b $d (i32.const 2) (i32.const 3))))
  (func $copy (export "copy")
    (array.copy $a $a (global.get $g) (i32.const 1) (global.get $g) (i32.const 0) (i32.const 3))))
;;= nacre: trap: out of bounds array access: index 3, array length 3
;;=     0: get @ 0x5a
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= 9
;;= nacre: trap: out of memory
;;=     0: new @ 0x62
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: out of bounds array access: index 1, array length 3
;;=     0: copy @ 0x80
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
