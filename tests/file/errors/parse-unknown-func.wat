;;! validate {}
(module
  (func $main
    call $missing))
;;= parse-unknown-func.wat:4:10: error: unknown function $missing
;;=       call $missing))
;;=            ^
;;= exit 1
