;;! validate --disable memory64 {}
(module (memory i64 1))
;;= disable-memory64.wat:2:17: error: a 64-bit address type needs the feature 'memory64', which is switched off
;;=   (module (memory i64 1))
;;=                   ^
;;= exit 1
