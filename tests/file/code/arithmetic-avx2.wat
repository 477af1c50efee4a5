;;! compile --emit=asm --cpu=avx2 {}
;;? x86-64
;;? objdump
;; What newer processors do shorter: shifts, counts, three operands.
(module
  (func $shift (param i64 i64) (result i64)
    (i64.shl (local.get 0) (local.get 1)))
  (func $count (param i32) (result i32)
    (i32.add (i32.clz (local.get 0)) (i32.popcnt (local.get 0))))
  (func $and-not (param i32 i32) (result i32)
    (i32.and (local.get 0) (i32.xor (local.get 1) (i32.const -1))))
  (func $lanes (param v128 v128) (result v128)
    (i32x4.add (local.get 0) (i32x4.mul (local.get 0) (local.get 1)))))
;;= func[0] shift: 45 bytes at 0x0, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop WORD PTR [rax+rax*1+0x0]
;;=      d  nop WORD PTR [rax+rax*1+0x0]
;;=     16  xchg ax,ax
;;=  direct:
;;=     18  push rbp
;;=     19  mov rbp,rsp
;;=     1c  sub rsp,0x10
;;=     20  mov rbx,rax
;;=     23  mov rsi,rdx
;;=     26  shlx rax,rbx,rsi
;;=     2b  leave
;;=     2c  ret
;;= func[1] count: 46 bytes at 0x30, frame 8, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop WORD PTR [rax+rax*1+0x0]
;;=      d  nop WORD PTR [rax+rax*1+0x0]
;;=     16  xchg ax,ax
;;=  direct:
;;=     18  push rbp
;;=     19  mov rbp,rsp
;;=     1c  sub rsp,0x8
;;=     20  mov ebx,eax
;;=     22  lzcnt eax,ebx
;;=     26  popcnt ecx,ebx
;;=     2a  add eax,ecx
;;=     2c  leave
;;=     2d  ret
;;= func[2] and-not: 49 bytes at 0x60, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop WORD PTR [rax+rax*1+0x0]
;;=      d  nop WORD PTR [rax+rax*1+0x0]
;;=     16  xchg ax,ax
;;=  direct:
;;=     18  push rbp
;;=     19  mov rbp,rsp
;;=     1c  sub rsp,0x10
;;=     20  mov ebx,eax
;;=     22  mov esi,edx
;;=     24  mov eax,esi
;;=     26  xor eax,0xffffffff
;;=     29  mov ecx,ebx
;;=     2b  and ecx,eax
;;=     2d  mov eax,ecx
;;=     2f  leave
;;=     30  ret
;;= func[3] lanes: 55 bytes at 0xa0, frame 32, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop WORD PTR [rax+rax*1+0x0]
;;=      d  nop WORD PTR [rax+rax*1+0x0]
;;=     16  xchg ax,ax
;;=  direct:
;;=     18  push rbp
;;=     19  mov rbp,rsp
;;=     1c  sub rsp,0x20
;;=     20  vmovaps xmm14,xmm0
;;=     24  vmovaps xmm13,xmm1
;;=     28  vpmulld xmm0,xmm14,xmm13
;;=     2d  vpaddd xmm1,xmm14,xmm0
;;=     31  vmovaps xmm0,xmm1
;;=     35  leave
;;=     36  ret
