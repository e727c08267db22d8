/**
 * Puts a new build in the place of the last one; `BUILD_FOLDER` names another place, where
 * the new build is already.
 *
 * The gateway serves `build/` meanwhile, and would keep a file that is half written.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';

const NEXT = '.svelte-kit/next-build';
const REPLACED = '.svelte-kit/replaced-build';

if (process.env.BUILD_FOLDER === undefined) {
  rmSync(REPLACED, { recursive: true, force: true });
  if (existsSync('build')) renameSync('build', REPLACED);
  renameSync(NEXT, 'build');
  rmSync(REPLACED, { recursive: true, force: true });
}
