import { flushSync } from 'svelte';

import { announcer } from './announcer.svelte';

describe('announcer', () => {
  it('changes its text when the same words are said again', () => {
    announcer.say('The order is confirmed.');
    const first = announcer.text;
    announcer.say('The order is confirmed.');
    expect(announcer.text).not.toBe(first);
  });

  it('can be called by an effect', () => {
    const stop = $effect.root(() => {
      $effect(() => announcer.say('The order is confirmed.'));
    });
    expect(() => flushSync()).not.toThrow();
    stop();
  });
});
