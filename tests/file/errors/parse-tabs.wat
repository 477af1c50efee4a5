;;! validate {}
(module
	(func	(param i32)	(unknown)))
;;= parse-tabs.wat:3:21: error: unknown operator unknown
;;=    (func (param i32) (unknown)))
;;=                       ^
;;= exit 1
