;;! validate --level 1.0 {}
;;! validate --disable reference-types {}
(module (func (param externref)))
;;= disable-reference-types.wat:3:22: error: externref needs the feature 'reference-types', which is switched off
;;=   (module (func (param externref)))
;;=                        ^
;;= exit 1
;;= disable-reference-types.wat:3:22: error: externref needs the feature 'reference-types', which is switched off
;;=   (module (func (param externref)))
;;=                        ^
;;= exit 1
