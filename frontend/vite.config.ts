import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

const gateway = process.env.GATEWAY_URL ?? 'http://localhost:9000';

export default defineConfig({
  plugins: [
    // A test build has a project with the pseudo-locales: `scripts/pseudo-locales.js`.
    paraglideVitePlugin({
      project: process.env.TEXTS_PROJECT ?? './project.inlang',
      outdir: './src/lib/paraglide',
    }),
    sveltekit(),
    svelteTesting(),
  ],
  // All of these know `light-dark()`, which the tokens use.
  build: { target: ['chrome123', 'firefox121', 'safari17.5'] },
  server: { proxy: { '/api': gateway } },
  test: {
    environment: 'jsdom',
    globals: true,
    include: ['src/**/*.test.ts', 'scripts/*.test.js'],
    setupFiles: ['src/test-setup.ts'],
  },
});
