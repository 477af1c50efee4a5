;;! validate {}
(module (func (param v128) (drop (i32x4.extract_lane 4 (local.get 0)))))
;;= nacre: invalid-lane.wat: invalid lane index, in i32x4.extract_lane (in func[0]) (at offset 0x1a)
;;= exit 1
