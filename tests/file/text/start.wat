;;! wasm2wat {}
;;! inspect --sections {}
(module
  (start $main)
  (func $main))
;;= (module
;;=   (type (;0;) (func))
;;=   (start $main)
;;=   (func $main (type 0)))
;;= sections:
;;=   0x00000008          4 bytes  type (1)
;;=   0x0000000e          2 bytes  function (1)
;;=   0x00000012          1 bytes  start
;;=   0x00000015          4 bytes  code (1)
;;=   0x0000001b         14 bytes  custom "name"
