;;! validate {}
(module (func) (; (; closed ;) but not this
)
;;= parse-comment-open.wat:2:16: error: unclosed comment
;;=   (module (func) (; (; closed ;) but not this
;;=                  ^
;;= exit 1
