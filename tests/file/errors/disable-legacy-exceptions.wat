;;! validate --level 3.0 {}
;;! validate {}
(module (func try nop catch_all end))
;;= disable-legacy-exceptions.wat:3:15: error: try needs the feature 'legacy-exceptions', which is switched off
;;=   (module (func try nop catch_all end))
;;=                 ^
;;= exit 1
;;= disable-legacy-exceptions.wat: valid
