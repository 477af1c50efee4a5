;;! compile --emit=asm --cpu=sse4.1 {}
;;? x86-64
;;? objdump
;; Immediates, addresses, folded loads, flags.
(module
  (memory 1)
  (func $lea (param i32 i32) (result i32)
    (i32.add (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2))) (i32.const 100)))
  (func $divide (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1)))
  (func $load-op (param i32 i64) (result i64)
    (i64.add (local.get 1) (i64.load offset=16 (local.get 0))))
  (func $max (param i32 i32) (result i32)
    (select (local.get 0) (local.get 1) (i32.gt_s (local.get 0) (local.get 1))))
  (func $constant (param f64) (result f64)
    (f64.mul (local.get 0) (f64.const 2.5))))
;;= func[0] lea: 42 bytes at 0x0, frame 16, leaf
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
;;=     24  lea eax,[rbx+rsi*4+0x64]
;;=     28  leave
;;=     29  ret
;;= func[1] divide: 74 bytes at 0x30, frame 16, leaf
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
;;=     24  mov eax,ebx
;;=     26  test esi,esi
;;=     28  je 42
;;=     2e  cmp esi,0xffffffff
;;=     31  jne 3d
;;=     33  neg eax
;;=     35  jo 46
;;=     3b  jmp 40
;;=     3d  cdq
;;=     3e  idiv esi
;;=     40  leave
;;=     41  ret
;;=     42  call QWORD PTR [r15+0x58]                ; @0x41 i32.div_s: integer divide by zero
;;=     46  call QWORD PTR [r15+0x58]                ; @0x41 i32.div_s: integer overflow
;;= func[2] load-op: 53 bytes at 0x80, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop WORD PTR [rax+rax*1+0x0]
;;=      d  nop WORD PTR [rax+rax*1+0x0]
;;=     16  xchg ax,ax
;;=  direct:
;;=     18  push rbp
;;=     19  mov rbp,rsp
;;=     1c  sub rsp,0x10
;;=     20  mov rsi,rdx
;;=     23  mov ebx,eax
;;=     25  mov rax,QWORD PTR [r15]
;;=     28  mov rcx,rsi
;;=     2b  add rcx,QWORD PTR [rax+rbx*1+0x10]       ; @0x49 i64.load offset=16
;;=     30  mov rax,rcx
;;=     33  leave
;;=     34  ret
;;= func[3] max: 45 bytes at 0xc0, frame 16, leaf
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
;;=     24  cmp ebx,esi
;;=     26  mov eax,ebx
;;=     28  cmovle eax,esi
;;=     2b  leave
;;=     2c  ret
;;= func[4] constant: 64 bytes at 0xf0, frame 8, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop WORD PTR [rax+rax*1+0x0]
;;=      d  nop WORD PTR [rax+rax*1+0x0]
;;=     16  xchg ax,ax
;;=  direct:
;;=     18  push rbp
;;=     19  mov rbp,rsp
;;=     1c  sub rsp,0x8
;;=     20  movaps xmm14,xmm0
;;=     24  movaps xmm0,xmm14
;;=     28  mulsd xmm0,QWORD PTR [rip+0x8] # 38
;;=     30  leave
;;=     31  ret
;;=     32  cc cc cc cc cc cc 00 00 00 00 00 00 04 40
