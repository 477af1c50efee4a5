;;! wasm2wat {}
;;! wast --roundtrip {}
;;! inspect --sections {}
;; Placement is where the section stands; unknown annotations are white space.
(module
  (@custom "first" (before first) "1")
  (@custom "types" (after type) "2" "3")
  (@custom "code" (before code) "\00\ff")
  (@custom "late")
  (@custom "last" (after last) "bytes")
  (@unknown (annotation "with" (anything)) $in "it" 1.5e3 ,;[]{} )
  (type (func))
  (func (type 0) (@inside "ignored") nop))
;;= (module
;;=   (@custom "first" (before first) "1")
;;=   (type (;0;) (func))
;;=   (@custom "types" (after type) "23")
;;=   (@custom "code" (after func) "\00\ff")
;;=   (func (;0;) (type 0)
;;=     nop)
;;=   (@custom "late" (after code) "")
;;=   (@custom "last" (after code) "bytes"))
;;= 1 passed, 0 failed
;;= sections:
;;=   0x00000008          7 bytes  custom "first"
;;=   0x00000011          4 bytes  type (1)
;;=   0x00000017          8 bytes  custom "types"
;;=   0x00000021          2 bytes  function (1)
;;=   0x00000025          7 bytes  custom "code"
;;=   0x0000002e          5 bytes  code (1)
;;=   0x00000035          5 bytes  custom "late"
;;=   0x0000003c         10 bytes  custom "last"
