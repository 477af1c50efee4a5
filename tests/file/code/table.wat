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
;;= func[0] select: 92 bytes at 0x0, frame 8, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x8
;;=     10  mov ebx,eax
;;=     12  cmp ebx,0x5
;;=     15  jae 55
;;=     1b  lea r11,[rip+0xa] # 2c
;;=     22  movsxd rax,DWORD PTR [r11+rbx*4]
;;=     26  add r11,rax
;;=     29  jmp r11
;;=     2c  to 40
;;=     30  to 47
;;=     34  to 4e
;;=     38  to 55
;;=     3c  to 40
;;=     40  mov eax,0xa
;;=     45  leave
;;=     46  ret
;;=     47  mov eax,0x14
;;=     4c  leave
;;=     4d  ret
;;=     4e  mov eax,0x1e
;;=     53  leave
;;=     54  ret
;;=     55  mov eax,0x28
;;=     5a  leave
;;=     5b  ret
