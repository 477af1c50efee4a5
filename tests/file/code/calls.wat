;;! compile --emit=asm --cpu=sse4.1 {}
;;? x86-64
;;? objdump
;; Direct, imported, indirect and tail calls, and what a frame is.
(module
  (import "host" "f" (func $host (param i32) (result i32)))
  (type $unary (func (param i32) (result i32)))
  (table 10 funcref)
  (func $fib (param i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                     (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func $imported (param i32) (result i32) (call $host (local.get 0)))
  (func $indirect (param i32) (result i32) (call_indirect (type $unary) (i32.const 7) (local.get 0)))
  (func $tail (param i32) (result i32) (return_call $fib (local.get 0))))
;;= func[1] fib: 99 bytes at 0x0, frame 24
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+rax*1+0x0]
;;=  direct:
;;=      c  push rbp
;;=      d  mov rbp,rsp
;;=     10  push r15
;;=     12  sub rsp,0x10
;;=     16  cmp rsp,QWORD PTR [r15+0x48]
;;=     1a  jb 5f
;;=     20  mov ebx,eax
;;=     22  cmp ebx,0x2
;;=     25  jge 32
;;=     2b  mov eax,ebx
;;=     2d  jmp 5d
;;=     32  mov DWORD PTR [rbp-0x10],ebx
;;=     35  lea eax,[rbx-0x1]
;;=     38  call c                                   ; @0x3d call 1
;;=     3d  mov r15,QWORD PTR [rbp-0x8]
;;=     41  mov DWORD PTR [rbp-0x18],eax
;;=     44  mov ebx,DWORD PTR [rbp-0x10]
;;=     47  lea eax,[rbx-0x2]
;;=     4a  call c                                   ; @0x44 call 1
;;=     4f  mov r15,QWORD PTR [rbp-0x8]
;;=     53  mov ecx,DWORD PTR [rbp-0x18]
;;=     56  add ecx,eax
;;=     58  mov eax,ecx
;;=     5a  mov ebx,DWORD PTR [rbp-0x10]
;;=     5d  leave
;;=     5e  ret
;;=     5f  call QWORD PTR [r15+0x58]                ; call stack exhausted
;;= func[2] imported: 60 bytes at 0x70, frame 16
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+rax*1+0x0]
;;=  direct:
;;=      c  push rbp
;;=      d  mov rbp,rsp
;;=     10  push r15
;;=     12  sub rsp,0x8
;;=     16  cmp rsp,QWORD PTR [r15+0x48]
;;=     1a  jb 38
;;=     20  mov ebx,eax
;;=     22  mov DWORD PTR [rbp-0x10],ebx
;;=     25  mov eax,ebx
;;=     27  mov r10,QWORD PTR [r15+0x38]
;;=     2b  mov r10,QWORD PTR [r10]
;;=     2e  call QWORD PTR [r10+0x38]                ; @0x4d call 0
;;=     32  mov r15,QWORD PTR [rbp-0x8]
;;=     36  leave
;;=     37  ret
;;=     38  call QWORD PTR [r15+0x58]                ; call stack exhausted
;;= func[3] indirect: 135 bytes at 0xb0, frame 16
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+rax*1+0x0]
;;=  direct:
;;=      c  push rbp
;;=      d  mov rbp,rsp
;;=     10  push r15
;;=     12  sub rsp,0x8
;;=     16  cmp rsp,QWORD PTR [r15+0x48]
;;=     1a  jb 83
;;=     20  mov ebx,eax
;;=     22  mov DWORD PTR [rbp-0x10],ebx
;;=     25  mov r10,QWORD PTR [r15+0x20]
;;=     29  mov r10,QWORD PTR [r10]
;;=     2c  mov r11,QWORD PTR [r10+0x20]
;;=     30  lea r11,[r11+rbx*8]
;;=     34  cmp r11,QWORD PTR [r10+0x28]
;;=     38  jae 69
;;=     3e  mov r10,QWORD PTR [r11]
;;=     41  test r10,r10
;;=     44  je 74
;;=     4a  mov rax,QWORD PTR [r15+0x40]
;;=     4e  mov rax,QWORD PTR [rax]
;;=     51  cmp rax,QWORD PTR [r10]
;;=     54  jne 7f
;;=     5a  mov eax,0x7
;;=     5f  call QWORD PTR [r10+0x38]                ; @0x56 call_indirect (type 0)
;;=     63  mov r15,QWORD PTR [rbp-0x8]
;;=     67  leave
;;=     68  ret
;;=     69  mov QWORD PTR [r15+0x98],rbx
;;=     70  call QWORD PTR [r15+0x58]                ; @0x56 call_indirect (type 0): undefined element
;;=     74  mov QWORD PTR [r15+0x98],rbx
;;=     7b  call QWORD PTR [r15+0x58]                ; @0x56 call_indirect (type 0): uninitialized element
;;=     7f  call QWORD PTR [r15+0x58]                ; @0x56 call_indirect (type 0): indirect call type mismatch
;;=     83  call QWORD PTR [r15+0x58]                ; call stack exhausted
;;= func[4] tail: 56 bytes at 0x140, frame 16
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+rax*1+0x0]
;;=  direct:
;;=      c  push rbp
;;=      d  mov rbp,rsp
;;=     10  push r15
;;=     12  sub rsp,0x8
;;=     16  cmp rsp,QWORD PTR [r15+0x48]
;;=     1a  jb 34
;;=     20  mov ebx,eax
;;=     22  mov eax,ebx
;;=     24  mov r13,QWORD PTR [rbp+0x0]
;;=     28  lea rsp,[rbp+0x8]
;;=     2c  mov rbp,r13
;;=     2f  jmp func[1] fib
;;=     34  call QWORD PTR [r15+0x58]                ; call stack exhausted
