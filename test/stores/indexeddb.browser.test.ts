import { IndexedDbStore } from '../../bindings/stores/indexeddb.ts'
import { conformance } from './conformance.ts'

let stores = 0
const run = crypto.randomUUID()
const name = () => `${run}-${stores}`

conformance('indexeddb:', {
  open() {
    stores++
    return IndexedDbStore.open(name())
  },
  reopen: () => IndexedDbStore.open(name()),
})
