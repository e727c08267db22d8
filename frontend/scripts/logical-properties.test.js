import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// They would not follow a language that runs from right to left.
const PHYSICAL =
  /(?<![\w-])(left|right|float|(margin|padding|border)-(left|right)[\w-]*|border-(top|bottom)-(left|right)-radius)\s*:|text-align:\s*(left|right)|(margin|padding|inset):(?:\s+[^\s;]+){4}\s*;/;
// Four values are fine if the second and the fourth are the same.
const FOUR = /(margin|padding|inset):\s+\S+\s+(\S+)\s+\S+\s+\2\s*;/;

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(svelte|css)$/.test(name),
);

const stylesOf = (name) => {
  const text = readFileSync(join('src', name), 'utf8');
  return name.endsWith('.css') ? text : (/<style>([^]*)<\/style>/.exec(text)?.[1] ?? '');
};

describe('styles', () => {
  it('use logical properties only', () => {
    const found = files.flatMap((name) =>
      stylesOf(name)
        .split('\n')
        .filter((line) => PHYSICAL.test(line) && !FOUR.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });
});
