/**
 * SubBytes (FIPS 197, 5.1.1) on 64 bytes at once, without its constant 0x63: Boyar, Peralta and Çalık’s circuit.
 * Constant time: no branch, no table. State: eight 64-bit planes, plane b holds bit b of every byte.
 * Written by scripts/kernels/sbox.mjs: edit that, then run scripts/generate-kernels.mjs.
 */
export function subBytes(state: usize): void {
  const U0 = load<u64>(state, 56)
  const U1 = load<u64>(state, 48)
  const U2 = load<u64>(state, 40)
  const U3 = load<u64>(state, 32)
  const U4 = load<u64>(state, 24)
  const U5 = load<u64>(state, 16)
  const U6 = load<u64>(state, 8)
  const U7 = load<u64>(state, 0)
  // top linear layer: from the polynomial basis into the tower field GF(((2^2)^2)^2)
  const y14 = U3 ^ U5
  const y13 = U0 ^ U6
  const y9 = U0 ^ U3
  const y8 = U0 ^ U5
  const t0 = U1 ^ U2
  const y1 = t0 ^ U7
  const y4 = y1 ^ U3
  const y12 = y13 ^ y14
  const y2 = y1 ^ U0
  const y5 = y1 ^ U6
  const y3 = y5 ^ y8
  const t1 = U4 ^ y12
  const y15 = t1 ^ U5
  const y20 = t1 ^ U1
  const y6 = y15 ^ U7
  const y10 = y15 ^ t0
  const y11 = y20 ^ y9
  const y7 = U7 ^ y11
  const y17 = y10 ^ y11
  const y19 = y10 ^ y8
  const y16 = t0 ^ y11
  const y21 = y13 ^ y16
  const y18 = U0 ^ y16
  // the norm: what has to be inverted in GF(2^4)
  const t2 = y12 & y15
  const t3 = y3 & y6
  const t4 = t3 ^ t2
  const t5 = y4 & U7
  const t6 = t5 ^ t2
  const t7 = y13 & y16
  const t8 = y5 & y1
  const t9 = t8 ^ t7
  const t10 = y2 & y7
  const t11 = t10 ^ t7
  const t12 = y9 & y11
  const t13 = y14 & y17
  const t14 = t13 ^ t12
  const t15 = y8 & y10
  const t16 = t15 ^ t12
  const t17 = t4 ^ y20
  const t18 = t6 ^ t16
  const t19 = t9 ^ t14
  const t20 = t11 ^ t16
  const t21 = t17 ^ t14
  const t22 = t18 ^ y19
  const t23 = t19 ^ y21
  const t24 = t20 ^ y18
  // inversion in GF(2^4)
  const t25 = t21 ^ t22
  const t26 = t21 & t23
  const t27 = t24 ^ t26
  const t28 = t25 & t27
  const t29 = t28 ^ t22
  const t30 = t23 ^ t24
  const t31 = t22 ^ t26
  const t32 = t31 & t30
  const t33 = t32 ^ t24
  const t34 = t23 ^ t33
  const t35 = t27 ^ t33
  const t36 = t24 & t35
  const t37 = t36 ^ t34
  const t38 = t27 ^ t36
  const t39 = t29 & t38
  const t40 = t25 ^ t39
  const t41 = t40 ^ t37
  const t42 = t29 ^ t33
  const t43 = t29 ^ t40
  const t44 = t33 ^ t37
  const t45 = t42 ^ t41
  // the inverse in GF(2^8): products with the inverted norm
  const z0 = t44 & y15
  const z1 = t37 & y6
  const z2 = t33 & U7
  const z3 = t43 & y16
  const z4 = t40 & y1
  const z5 = t29 & y7
  const z6 = t42 & y11
  const z7 = t45 & y17
  const z8 = t41 & y10
  const z9 = t44 & y12
  const z10 = t37 & y3
  const z11 = t33 & y4
  const z12 = t43 & y13
  const z13 = t40 & y5
  const z14 = t29 & y2
  const z15 = t42 & y9
  const z16 = t45 & y14
  const z17 = t41 & y8
  // bottom linear layer: back into the polynomial basis, and the affine map but for its constant
  const tc1 = z15 ^ z16
  const tc2 = z10 ^ tc1
  const tc3 = z9 ^ tc2
  const tc4 = z0 ^ z2
  const tc5 = z1 ^ z0
  const tc6 = z3 ^ z4
  const tc7 = z12 ^ tc4
  const tc8 = z7 ^ tc6
  const tc9 = z8 ^ tc7
  const tc10 = tc8 ^ tc9
  const tc11 = tc6 ^ tc5
  const tc12 = z3 ^ z5
  const tc13 = z13 ^ tc1
  const tc14 = tc4 ^ tc12
  const S3 = tc3 ^ tc11
  const tc16 = z6 ^ tc8
  const tc17 = z14 ^ tc10
  const tc18 = tc13 ^ tc14
  const S7 = z12 ^ tc18
  const tc20 = z15 ^ tc16
  const tc21 = tc2 ^ z11
  const S0 = tc3 ^ tc16
  const S6 = tc10 ^ tc18
  const S4 = tc14 ^ S3
  const S1 = S3 ^ tc16
  const tc26 = tc17 ^ tc20
  const S2 = tc26 ^ z17
  const S5 = tc21 ^ tc17
  store<u64>(state, S0, 56)
  store<u64>(state, S1, 48)
  store<u64>(state, S2, 40)
  store<u64>(state, S3, 32)
  store<u64>(state, S4, 24)
  store<u64>(state, S5, 16)
  store<u64>(state, S6, 8)
  store<u64>(state, S7, 0)
}
