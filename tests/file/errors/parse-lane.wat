;;! validate {}
(module (func (param v128) (drop (i8x16.extract_lane_s 256 (local.get 0)))))
;;= parse-lane.wat:2:56: error: i8 constant out of range
;;=   (module (func (param v128) (drop (i8x16.extract_lane_s 256 (local.get 0)))))
;;=                                                          ^
;;= exit 1
