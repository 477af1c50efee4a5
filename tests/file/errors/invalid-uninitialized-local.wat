;;! validate {}
(module
  (func (local (ref func)) (drop (local.get 0))))
;;= nacre: invalid-uninitialized-local.wat: uninitialized local, in local.get (in func[0]) (at offset 0x1a)
;;= exit 1
