;;! validate --level 1.0 {}
;;! validate --level 2.0 {}
(module (func (export "f") (param v128)))
;;= level-simd.wat:3:35: error: v128 needs the feature 'simd', which is switched off
;;=   (module (func (export "f") (param v128)))
;;=                                     ^
;;= exit 1
;;= level-simd.wat: valid
