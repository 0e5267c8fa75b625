import { MemoryStore } from '../../bindings/stores/memory.ts'
import { conformance } from './conformance.ts'

conformance('memory:', { open: async () => new MemoryStore() })
