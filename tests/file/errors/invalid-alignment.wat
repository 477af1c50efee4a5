;;! validate {}
(module (memory 1) (func (drop (i32.load16_u align=4 (i32.const 0)))))
;;= nacre: invalid-alignment.wat: alignment must not be larger than natural, in i32.load16_u (in func[0]) (at offset 0x1e)
;;= exit 1
