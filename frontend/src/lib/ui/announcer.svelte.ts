/** What a screen reader says although the focus is elsewhere. */
class Announcer {
  text = $state('');

  /** Announces the text, also if it was the last one too. */
  say(text: string): void {
    // A region with the same text again has not changed, and is not read.
    this.text = this.text === text ? `${text}\u00a0` : text;
  }
}

export const announcer = new Announcer();
