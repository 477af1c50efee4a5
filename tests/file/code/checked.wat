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
;;= func[0] get: 52 bytes at 0x4, frame 8, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x8
;;=      c  mov ebx,eax
;;=      e  lea r11,[rbx+0x10]
;;=     12  cmp r11,QWORD PTR [r15+0x8]
;;=     16  ja 29
;;=     1c  mov rax,QWORD PTR [r15]
;;=     1f  mov rcx,QWORD PTR [rax+rbx*1+0x8]
;;=     24  mov rax,rcx
;;=     27  leave
;;=     28  ret
;;=     29  mov QWORD PTR [r15+0x98],rbx
;;=     30  call QWORD PTR [r15+0x58]                ; @0x2a i64.load offset=8: out of bounds memory access
;;= func[1] put: 50 bytes at 0x3c, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x10
;;=      c  mov ebx,eax
;;=      e  mov esi,edx
;;=     10  lea r11,[rbx+0x1]
;;=     14  cmp r11,QWORD PTR [r15+0x8]
;;=     18  ja 27
;;=     1e  mov rax,QWORD PTR [r15]
;;=     21  mov BYTE PTR [rax+rbx*1],sil
;;=     25  leave
;;=     26  ret
;;=     27  mov QWORD PTR [r15+0x98],rbx
;;=     2e  call QWORD PTR [r15+0x58]                ; @0x34 i32.store8: out of bounds memory access
;;= func[2] spin: 10 bytes at 0x70, frame 0, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  jmp 8
;;= func[2] spin: 111 bytes at 0x78, frame 8
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  push r15
;;=      a  cmp rsp,QWORD PTR [r15+0x48]
;;=      e  jb 6b
;;=     10  mov r11,QWORD PTR [r15+0x90]
;;=     17  cmp QWORD PTR [r11],0x0
;;=     1b  jle 63
;;=     21  sub QWORD PTR [r11],0x1
;;=     25  nop DWORD PTR [rax]
;;=     28  mov r11,QWORD PTR [r15+0x90]
;;=     2f  cmp QWORD PTR [r11],0x0
;;=     33  jle 63
;;=     39  sub QWORD PTR [r11],0x1
;;=     3d  cmp rsp,QWORD PTR [r15+0x48]
;;=     41  jb 49
;;=     47  jmp 28
;;=     49  mov rdi,r15
;;=     4c  lea rsi,[rbp-0x10]
;;=     50  mov eax,0x21
;;=     55  call QWORD PTR [r15+0x60]                ; @0x3a loop
;;=     59  test eax,eax
;;=     5b  jne 67
;;=     61  jmp 47
;;=     63  call QWORD PTR [r15+0x58]                ; @0x3a loop: out of fuel
;;=     67  call QWORD PTR [r15+0x58]                ; @0x3a loop: trap
;;=     6b  call QWORD PTR [r15+0x58]                ; call stack exhausted
