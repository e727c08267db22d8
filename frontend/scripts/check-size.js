/**
 * Fails if a page loads more JavaScript than its budget; sizes are those of gzip.
 *
 * It reads the build's manifest and the routes that SvelteKit has generated: run it after
 * `npm run build`.
 */
import { readFileSync, statSync } from 'node:fs';

const FIRST_PAGE = 100_000;
const OTHER_PAGE = 50_000;

const GENERATED = '.svelte-kit/generated/client-optimized';
const manifest = JSON.parse(
  readFileSync('.svelte-kit/output/client/.vite/manifest.json', 'utf8'),
);

/** The files that these entries import, directly and through others. */
function filesOf(entries) {
  const found = new Set();
  const visit = (name) => {
    const chunk = manifest[name];
    if (found.has(chunk.file)) return;
    found.add(chunk.file);
    chunk.imports?.forEach(visit);
  };
  entries.forEach(visit);
  return found;
}

const sizeOf = (files) =>
  [...files].reduce((sum, file) => sum + statSync(`build/${file}.gz`).size, 0);

function routes() {
  const source = readFileSync(`${GENERATED}/app.js`, 'utf8');
  const lines = source.matchAll(/^\s*"(\/[^"]*)": \[(\d+)(?:,\[([\d,]*)\])?\]/gm);
  return [...lines].map(([, route, leaf, layouts]) => ({
    route,
    nodes: [leaf, ...(layouts ?? '').split(',').filter(Boolean)],
  }));
}

const nodeOf = (number) => `${GENERATED}/nodes/${number}.js`;
const shell = filesOf([
  Object.keys(manifest).find((name) => name.endsWith('client/entry.js')),
  `${GENERATED}/app.js`,
  nodeOf(0),
]);

const pages = routes();
if (!pages.some(({ route }) => route === '/'))
  throw new Error('the first page is not listed');
for (const { route, nodes } of pages) {
  const files = [...filesOf(nodes.map(nodeOf))].filter((file) => !shell.has(file));
  const size = sizeOf(files) + (route === '/' ? sizeOf(shell) : 0);
  const budget = route === '/' ? FIRST_PAGE : OTHER_PAGE;
  const isTooLarge = size > budget;
  const line = `${route.padEnd(24)} ${(size / 1000).toFixed(1).padStart(6)} kB of ${budget / 1000}`;
  console.log(isTooLarge ? `${line}  TOO LARGE` : line);
  if (isTooLarge) process.exitCode = 1;
}
