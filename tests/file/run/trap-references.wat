;;! run --invoke null-func {}
;;! run --invoke null-struct {}
;;! run --invoke null-array {}
;;! run --invoke null-i31 {}
;;! run --invoke non-null {}
;;! run --invoke null-exn {}
(module
  (type $f (func))
  (type $s (struct (field i32)))
  (type $a (array i8))
  (func $null-func (export "null-func") (call_ref $f (ref.null $f)))
  (func $null-struct (export "null-struct") (drop (struct.get $s 0 (ref.null $s))))
  (func $null-array (export "null-array") (drop (array.len (ref.null array))))
  (func $null-i31 (export "null-i31") (drop (i31.get_u (ref.null i31))))
  (func $non-null (export "non-null") (drop (ref.as_non_null (ref.null any))))
  (func $null-exn (export "null-exn") (throw_ref (ref.null exn))))
;;= nacre: trap: null function reference
;;=     0: null-func @ 0x70
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: null structure reference
;;=     0: null-struct @ 0x77
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: null array reference
;;=     0: null-array @ 0x81
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: null i31 reference
;;=     0: null-i31 @ 0x89
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: null reference
;;=     0: non-null @ 0x91
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: null exception reference
;;=     0: null-exn @ 0x98
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
