;;! validate --disable custom-page-sizes {}
;;! validate --level 3.0 {}
(module (memory 1 (pagesize 1)))
;;= disable-custom-page-sizes.wat:3:19: error: unexpected token (
;;=   (module (memory 1 (pagesize 1)))
;;=                     ^
;;= exit 1
;;= disable-custom-page-sizes.wat:3:19: error: unexpected token (
;;=   (module (memory 1 (pagesize 1)))
;;=                     ^
;;= exit 1
