import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

// Stands in for vite: it notes what is served while it works.
const VITE = `#!/bin/sh
cat build/index.html >seen
mkdir -p "$BUILD_FOLDER" && echo new >"$BUILD_FOLDER/index.html"
exit "\${STATUS:-0}"
`;

describe('npm run build', () => {
  let folder = '';
  const read = (path) => readFileSync(join(folder, path), 'utf8').trim();

  function build(settings = {}) {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    const PATH = [folder, dirname(process.execPath), process.env.PATH].join(delimiter);
    return spawnSync('sh', ['-c', scripts.build], {
      cwd: folder,
      env: { PATH, ...settings },
    }).status;
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'storefront-'));
    cpSync('scripts', join(folder, 'scripts'), { recursive: true });
    cpSync('package.json', join(folder, 'package.json'));
    writeFileSync(join(folder, 'vite'), VITE, { mode: 0o755 });
    mkdirSync(join(folder, 'build'));
    writeFileSync(join(folder, 'build', 'index.html'), 'last');
    writeFileSync(join(folder, 'build', 'of-the-last'), '');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('replaces the last build when the new one is complete', () => {
    expect(build()).toBe(0);
    expect(read('seen')).toBe('last');
    expect(read('build/index.html')).toBe('new');
    expect(existsSync(join(folder, 'build', 'of-the-last'))).toBe(false);
  });

  it('leaves the last build if it fails', () => {
    expect(build({ STATUS: '1' })).toBe(1);
    expect(read('build/index.html')).toBe('last');
  });

  it('leaves the last build if another folder is named', () => {
    expect(build({ BUILD_FOLDER: 'elsewhere' })).toBe(0);
    expect(read('elsewhere/index.html')).toBe('new');
    expect(read('build/index.html')).toBe('last');
  });
});
