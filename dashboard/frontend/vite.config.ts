import { defineConfig } from 'vite'

// One entry a page; Django reads the manifest to find what each of them needs.
export default defineConfig({
  base: './',
  publicDir: false,
  build: {
    outDir: '../static/dashboard',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    sourcemap: false,
    chunkSizeWarningLimit: 8000,
    rollupOptions: {
      input: { graphiql: 'src/graphiql/main.tsx' },
      // Packages mark files for servers that render React; there is none here.
      onLog: (level, log, handler) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handler(level, log)
      },
    },
  },
  worker: { format: 'es' },
})
