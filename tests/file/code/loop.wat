;;! compile --emit=asm --cpu=sse4.1 {}
;;? x86-64
;;? objdump
;; Locals in registers, one comparison a round.
(module
  (memory 1)
  (func $sum (param $p i32) (param $end i32) (result i32) (local $s i32)
    (loop $next
      (local.set $s (i32.add (local.get $s) (i32.load (local.get $p))))
      (br_if $next (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 4))) (local.get $end))))
    (local.get $s)))
;;= func[0] sum: 79 bytes at 0x0, frame 24, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop WORD PTR [rax+rax*1+0x0]
;;=      d  nop WORD PTR [rax+rax*1+0x0]
;;=     16  xchg ax,ax
;;=  direct:
;;=     18  push rbp
;;=     19  mov rbp,rsp
;;=     1c  sub rsp,0x18
;;=     20  mov DWORD PTR [rbp-0x8],eax
;;=     23  mov DWORD PTR [rbp-0x18],edx
;;=     26  xor ebx,ebx
;;=     28  mov DWORD PTR [rbp-0x10],ebx
;;=     2b  mov ebx,DWORD PTR [rbp-0x10]
;;=     2e  xchg ax,ax
;;=     30  mov eax,DWORD PTR [rbp-0x8]
;;=     33  mov rcx,QWORD PTR [r15]
;;=     36  add ebx,DWORD PTR [rcx+rax*1]            ; @0x27 i32.load
;;=     39  mov eax,DWORD PTR [rbp-0x8]
;;=     3c  add eax,0x4
;;=     3f  mov DWORD PTR [rbp-0x8],eax
;;=     42  cmp eax,DWORD PTR [rbp-0x18]
;;=     45  jb 30
;;=     47  mov DWORD PTR [rbp-0x10],ebx
;;=     4a  mov eax,DWORD PTR [rbp-0x10]
;;=     4d  leave
;;=     4e  ret
