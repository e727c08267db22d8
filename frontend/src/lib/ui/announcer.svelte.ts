import { untrack } from 'svelte';

/** Lets a screen reader say a text although the focus is elsewhere. */
class Announcer {
  text = $state('');
  /** Words of a service, in English, that follow the text. */
  quote = $state('');

  /** Announces the text, also if it was the last one too. An effect may call this. */
  say(text: string, quote = ''): void {
    // An effect that read the state which it writes would run without end.
    const before = untrack(() => this.text);
    // A region with the same text again has not changed, and is not read.
    this.text = before === text ? `${text}\u00a0` : text;
    this.quote = quote;
  }

  clear(): void {
    this.text = this.quote = '';
  }
}

export const announcer = new Announcer();
