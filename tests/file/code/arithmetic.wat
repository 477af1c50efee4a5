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
;;= func[0] lea: 26 bytes at 0x0, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x10
;;=     10  mov ebx,eax
;;=     12  mov esi,edx
;;=     14  lea eax,[rbx+rsi*4+0x64]
;;=     18  leave
;;=     19  ret
;;= func[1] divide: 58 bytes at 0x20, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x10
;;=     10  mov ebx,eax
;;=     12  mov esi,edx
;;=     14  mov eax,ebx
;;=     16  test esi,esi
;;=     18  je 32
;;=     1e  cmp esi,0xffffffff
;;=     21  jne 2d
;;=     23  neg eax
;;=     25  jo 36
;;=     2b  jmp 30
;;=     2d  cdq
;;=     2e  idiv esi
;;=     30  leave
;;=     31  ret
;;=     32  call QWORD PTR [r15+0x58]                ; @0x41 i32.div_s: integer divide by zero
;;=     36  call QWORD PTR [r15+0x58]                ; @0x41 i32.div_s: integer overflow
;;= func[2] load-op: 37 bytes at 0x60, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x10
;;=     10  mov rsi,rdx
;;=     13  mov ebx,eax
;;=     15  mov rax,QWORD PTR [r15]
;;=     18  mov rcx,rsi
;;=     1b  add rcx,QWORD PTR [rax+rbx*1+0x10]       ; @0x49 i64.load offset=16
;;=     20  mov rax,rcx
;;=     23  leave
;;=     24  ret
;;= func[3] max: 29 bytes at 0x90, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x10
;;=     10  mov ebx,eax
;;=     12  mov esi,edx
;;=     14  cmp ebx,esi
;;=     16  mov eax,ebx
;;=     18  cmovle eax,esi
;;=     1b  leave
;;=     1c  ret
;;= func[4] constant: 48 bytes at 0xb0, frame 8, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x8
;;=     10  movaps xmm14,xmm0
;;=     14  movaps xmm0,xmm14
;;=     18  mulsd xmm0,QWORD PTR [rip+0x8] # 28
;;=     20  leave
;;=     21  ret
;;=     22  cc cc cc cc cc cc 00 00 00 00 00 00 04 40
