/** The builds that this engine can run: all three where relaxed SIMD validates, else two. */
import { bestBuild } from '../../bindings/core/load.ts'
import type { Build } from '../../bindings/core.ts'

const all: readonly Build[] = ['scalar', 'simd', 'relaxed']

export const builds = all.slice(0, all.indexOf(bestBuild()) + 1)
