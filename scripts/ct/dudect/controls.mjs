/** Code that is known to leak, in WebAssembly like the core, and code that cannot: what the test must see, and must not. */
import binaryen from 'binaryen'

/** Memory: 0 the secret, 64 what it is compared with, 4096 a table of 4 KiB, 65536 what pushes it out of the cache. */
const TEXT = `(module
  (memory (export "memory") 6 6)
  (func (export "compare") (result i32) (local $i i32)
    (loop $next
      (if (i32.ne (i32.load8_u (local.get $i)) (i32.load8_u offset=64 (local.get $i))) (then (return (i32.const 0))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 64))))
    (i32.const 1))
  (func (export "divide") (result i64) (local $i i32) (local $x i64)
    (local.set $x (i64.const -1))
    (loop $next
      (local.set $x (i64.xor (i64.div_u (i64.const -1) (i64.or (i64.load (i32.const 0)) (i64.const 1))) (i64.and (local.get $x) (i64.const 1))))
      (i64.store (i32.const 0) (i64.add (i64.load (i32.const 0)) (i64.and (local.get $x) (i64.const 0))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 64))))
    (local.get $x))
  (func (export "evict") (result i32) (local $i i32) (local $x i32)
    (loop $next
      (local.set $x (i32.add (local.get $x) (i32.load offset=65536 (local.get $i))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 64))) (i32.const 262144))))
    (local.get $x))
  (func (export "lookup") (result i32) (local $i i32) (local $x i32)
    (loop $next
      (local.set $x (i32.load offset=4096 (i32.and (i32.add (i32.shl (i32.load8_u (local.get $i)) (i32.const 4)) (local.get $x)) (i32.const 4080))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 64))))
    (local.get $x)))`

export function controlsBinary() {
  const module = binaryen.parseText(TEXT)
  const bytes = module.emitBinary()
  module.dispose()
  return bytes
}
