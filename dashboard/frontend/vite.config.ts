import { defineConfig } from 'vite'

import { queries } from './codegen.ts'

// One entry a page; Django reads the manifest to find what each of them needs.
export default defineConfig({
  base: './',
  publicDir: false,
  plugins: [queries()],
  build: {
    outDir: '../static/dashboard',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    sourcemap: false,
    chunkSizeWarningLimit: 8000,
    rollupOptions: {
      input: {
        dashboard: 'src/dashboard/main.tsx',
        graphiql: 'src/graphiql/main.tsx',
        text: 'src/text/main.ts',
      },
      // Packages mark files for servers that render React; there is none here.
      onLog: (level, log, handler) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handler(level, log)
      },
    },
  },
  worker: { format: 'es' },
})
