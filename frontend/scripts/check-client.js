/** Fails if the client's types differ from what the gateway's OpenAPI document gives. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COMMITTED = 'src/lib/api/generated.ts';

const folder = mkdtempSync(join(tmpdir(), 'client-'));
try {
  const fresh = join(folder, 'generated.ts');
  const env = { ...process.env, CLIENT: fresh };
  execFileSync('npm', ['run', '-s', 'client'], { stdio: 'pipe', env });
  if (readFileSync(fresh, 'utf8') !== readFileSync(COMMITTED, 'utf8')) {
    console.error(`error: ${COMMITTED} is outdated: run \`make contracts\``);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
