import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    // A test build has its own folder, so that it never replaces the real one.
    adapter: adapter({
      pages: process.env.BUILD_FOLDER ?? 'build',
      fallback: 'index.html',
      precompress: true,
    }),
    // The gateway sends the policy as a header; a second one in the page would intersect.
    output: { bundleStrategy: 'split' },
  },
  compilerOptions: { runes: true },
};
