/** The same suites in Node and in a real Chromium; `*.node.test.ts` and `*.browser.test.ts` run on one side only. */
import { existsSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { browserArguments, findBrowser } from './scripts/find-browser.mjs'

/** Milliseconds that a slow, busy machine may take. */
const patience = { testTimeout: 60_000, hookTimeout: 180_000 }

/** The repository, and the official vectors where they lie beside it. */
const served = ['./', '../shared/']
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .filter((folder) => existsSync(folder))
  .map((folder) => realpathSync(folder))

const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        test: {
          name: 'node',
          ...patience,
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.browser.test.ts'],
          server: { deps: { external: [/\/dist\//] } },
        },
      },
      {
        worker: { format: 'es' },
        server: { headers: isolated, fs: { allow: served } },
        optimizeDeps: { include: ['comlink', 'idb', 'hash-wasm'] },
        test: {
          name: 'browser',
          ...patience,
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.node.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: findBrowser(), args: browserArguments } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
