;;! validate --level 2.0 {}
;;! validate --level 3.0 {}
(module (func $f (return_call $f)))
;;= level-tail-call.wat:3:19: error: return_call needs the feature 'tail-call', which is switched off
;;=   (module (func $f (return_call $f)))
;;=                     ^
;;= exit 1
;;= level-tail-call.wat: valid
