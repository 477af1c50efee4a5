;;! compile --emit=asm --cpu=sse4.1 {}
;;? x86-64
;;? objdump
;; A jump table among the code.
(module
  (func $select (param i32) (result i32)
    (block $d (block $c (block $b (block $a
      (br_table $a $b $c $d $a $d (local.get 0)))
      (return (i32.const 10)))
      (return (i32.const 20)))
      (return (i32.const 30)))
    (i32.const 40)))
;;= func[0] select: 88 bytes at 0x4, frame 8, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x8
;;=      c  mov ebx,eax
;;=      e  cmp ebx,0x5
;;=     11  jae 51
;;=     17  lea r11,[rip+0xa] # 28
;;=     1e  movsxd rax,DWORD PTR [r11+rbx*4]
;;=     22  add r11,rax
;;=     25  jmp r11
;;=     28  to 3c
;;=     2c  to 43
;;=     30  to 4a
;;=     34  to 51
;;=     38  to 3c
;;=     3c  mov eax,0xa
;;=     41  leave
;;=     42  ret
;;=     43  mov eax,0x14
;;=     48  leave
;;=     49  ret
;;=     4a  mov eax,0x1e
;;=     4f  leave
;;=     50  ret
;;=     51  mov eax,0x28
;;=     56  leave
;;=     57  ret
