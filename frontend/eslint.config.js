import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

import svelteConfig from './svelte.config.js';

export default ts.config(
  {
    ignores: [
      'build/',
      'build-pseudo/',
      '.svelte-kit/',
      'src/lib/paraglide/',
      'src/lib/api/generated.ts',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { extraFileExtensions: ['.svelte'], parser: ts.parser, svelteConfig },
    },
  },
  {
    files: ['**/*.svelte'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "SvelteAttribute[key.name='disabled']",
          message: 'A disabled element loses the focus: use aria-disabled.',
        },
        {
          selector: "SvelteShorthandAttribute[key.name='disabled']",
          message: 'A disabled element loses the focus: use aria-disabled.',
        },
      ],
    },
  },
  {
    rules: {
      // TypeScript finds unknown names itself.
      'no-undef': 'off',
      // There is no base path: the gateway serves the shop at the root.
      'svelte/no-navigation-without-resolve': 'off',
      // State is replaced as a whole: `$state.raw`.
      'svelte/prefer-svelte-reactivity': 'off',
      'max-lines': ['error', { max: 200, skipBlankLines: false }],
      eqeqeq: 'error',
    },
  },
);
