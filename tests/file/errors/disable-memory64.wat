;;! validate --disable memory64 {}
(module (memory i64 1))
;;= disable-memory64.wat:2:17: error: unexpected token i64
;;=   (module (memory i64 1))
;;=                   ^
;;= exit 1
