;;! validate --level 3.0 {}
;;! validate {}
(module (memory 1 1 shared) (func (drop (i32.atomic.load (i32.const 0)))))
;;= level-threads.wat:3:21: error: shared needs the feature 'threads', which is switched off
;;=   (module (memory 1 1 shared) (func (drop (i32.atomic.load (i32.const 0)))))
;;=                       ^
;;= exit 1
;;= level-threads.wat: valid
