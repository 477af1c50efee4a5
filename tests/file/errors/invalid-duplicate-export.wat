;;! validate {}
(module (func $f) (export "a" (func $f)) (export "b" (func $f)) (export "a" (func $f)))
;;= nacre: invalid-duplicate-export.wat: duplicate export name "a" (at offset 0x1e)
;;= exit 1
