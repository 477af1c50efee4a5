;;! run --invoke f {}
;;! run --invoke null {}
(module
  (type $s (struct (field i32)))
  (type $t (array i8))
  (func $f (export "f") (drop (ref.cast (ref $t) (struct.new_default $s))))
  (func $null (export "null") (drop (ref.cast (ref $t) (ref.null none)))))
;;= nacre: trap: cast failure
;;=     0: f @ 0x30
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: cast failure
;;=     0: null @ 0x39
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
