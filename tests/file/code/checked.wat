;;! compile --emit=asm --cpu=sse4.1 --no-signals {}
;;! compile --emit=asm --cpu=sse4.1 --interruptible --fuel --func spin {}
;;? x86-64
;;? objdump
;; Memory accesses with bounds checks; loops that notice interrupts and use fuel.
(module
  (memory 1)
  (func $get (param i32) (result i64) (i64.load offset=8 (local.get 0)))
  (func $put (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func $spin (loop $l (br $l))))
;;= func[0] get: 56 bytes at 0x0, frame 8, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x8
;;=     10  mov ebx,eax
;;=     12  lea r11,[rbx+0x10]
;;=     16  cmp r11,QWORD PTR [r15+0x8]
;;=     1a  ja 2d
;;=     20  mov rax,QWORD PTR [r15]
;;=     23  mov rcx,QWORD PTR [rax+rbx*1+0x8]
;;=     28  mov rax,rcx
;;=     2b  leave
;;=     2c  ret
;;=     2d  mov QWORD PTR [r15+0x98],rbx
;;=     34  call QWORD PTR [r15+0x58]                ; @0x2a i64.load offset=8: out of bounds memory access
;;= func[1] put: 54 bytes at 0x40, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x10
;;=     10  mov ebx,eax
;;=     12  mov esi,edx
;;=     14  lea r11,[rbx+0x1]
;;=     18  cmp r11,QWORD PTR [r15+0x8]
;;=     1c  ja 2b
;;=     22  mov rax,QWORD PTR [r15]
;;=     25  mov BYTE PTR [rax+rbx*1],sil
;;=     29  leave
;;=     2a  ret
;;=     2b  mov QWORD PTR [r15+0x98],rbx
;;=     32  call QWORD PTR [r15+0x58]                ; @0x34 i32.store8: out of bounds memory access
;;= func[2] spin: 18 bytes at 0x80, frame 0, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+rax*1+0x0]
;;=  direct:
;;=      c  push rbp
;;=      d  mov rbp,rsp
;;=     10  jmp 10
;;= func[2] spin: 119 bytes at 0x80, frame 8
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  push r15
;;=      e  cmp rsp,QWORD PTR [r15+0x48]
;;=     12  jb 73
;;=     18  mov r11,QWORD PTR [r15+0x90]
;;=     1f  cmp QWORD PTR [r11],0x0
;;=     23  jle 6b
;;=     29  sub QWORD PTR [r11],0x1
;;=     2d  nop DWORD PTR [rax]
;;=     30  mov r11,QWORD PTR [r15+0x90]
;;=     37  cmp QWORD PTR [r11],0x0
;;=     3b  jle 6b
;;=     41  sub QWORD PTR [r11],0x1
;;=     45  cmp rsp,QWORD PTR [r15+0x48]
;;=     49  jb 51
;;=     4f  jmp 30
;;=     51  mov rdi,r15
;;=     54  lea rsi,[rbp-0x10]
;;=     58  mov eax,0x21
;;=     5d  call QWORD PTR [r15+0x60]                ; @0x3a loop
;;=     61  test eax,eax
;;=     63  jne 6f
;;=     69  jmp 4f
;;=     6b  call QWORD PTR [r15+0x58]                ; @0x3a loop: out of fuel
;;=     6f  call QWORD PTR [r15+0x58]                ; @0x3a loop: trap
;;=     73  call QWORD PTR [r15+0x58]                ; call stack exhausted
