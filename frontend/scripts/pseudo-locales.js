/**
 * Writes the texts of the test builds: English, German and two that no person speaks.
 *
 * `en-XA` doubles each text, so that what is cut or hard-coded is seen. `ar-XB` runs from
 * right to left. Both keep the placeholders, and are never part of the real build.
 */
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const TARGET = '.svelte-kit/pseudo';
const PLACEHOLDER = /(\{[^}]*\})/;
const ACCENTED = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', y: 'ý', n: 'ñ', c: 'ç' };

// Arabic has all of these besides `one`, English has the last only.
const PLURALS = ['zero', 'two', 'few', 'many', 'other'];

const mapText = (text, map) =>
  text
    .split(PLACEHOLDER)
    .map((part) => (PLACEHOLDER.test(part) ? part : map(part)))
    .join('');
const withoutPlaceholders = (text) =>
  text
    .split(PLACEHOLDER)
    .filter((part) => !PLACEHOLDER.test(part))
    .join('')
    .trim();
const accent = (text) => text.replace(/[aeiouync]/g, (letter) => ACCENTED[letter]);

const PSEUDO = {
  'en-XA': (text) =>
    `[${mapText(text, accent)} ${mapText(withoutPlaceholders(text), accent)}]`,
  // An Arabic letter at both ends makes the line run from right to left.
  'ar-XB': (text) => `ع ${text} ع`,
};

function translated(value, map) {
  if (typeof value === 'string') return map(value);
  return value.map((variant) => ({
    ...variant,
    match: Object.fromEntries(
      Object.entries(variant.match).flatMap(([key, text]) =>
        PLURALS.map((plural) => [key.replaceAll('=other', `=${plural}`), map(text)]),
      ),
    ),
  }));
}

rmSync(TARGET, { recursive: true, force: true });
cpSync('messages', join(TARGET, 'messages'), { recursive: true });
for (const area of readdirSync('messages')) {
  const english = JSON.parse(readFileSync(join('messages', area, 'en.json'), 'utf8'));
  for (const [locale, map] of Object.entries(PSEUDO)) {
    const texts = Object.entries(english)
      .filter(([key]) => key !== '$schema')
      .map(([key, value]) => [key, translated(value, map)]);
    const file = join(TARGET, 'messages', area, `${locale}.json`);
    writeFileSync(file, JSON.stringify(Object.fromEntries(texts), null, 2));
  }
}

const settings = JSON.parse(readFileSync('project.inlang/settings.json', 'utf8'));
mkdirSync(join(TARGET, 'project.inlang'));
writeFileSync(
  join(TARGET, 'project.inlang', 'settings.json'),
  JSON.stringify({
    ...settings,
    locales: [...settings.locales, ...Object.keys(PSEUDO)],
    modules: settings.modules.map((module) => join('../..', module)),
  }),
);
cpSync(
  'project.inlang/paraglide.config.js',
  join(TARGET, 'project.inlang/paraglide.config.js'),
);
