;;! validate {}
(module (tag (param i32) (result i32)))
;;= nacre: invalid-tag.wat: non-empty tag result type: tag 0
;;= exit 1
