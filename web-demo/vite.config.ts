/** Builds the console into web-demo/dist: files with hashed names, the enclave's worker as one script. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  build: {
    target: 'es2022',
    // Inlined files would need data: in the page's content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // One file, whose name the server knows: its policy then needs no source of scripts at all.
  worker: { format: 'iife', rolldownOptions: { output: { entryFileNames: 'assets/enclave-[hash].js' } } },
})
