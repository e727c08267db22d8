/** Sends messages to the other tabs of this browser; alone if it cannot. */
export class Channel<Message> {
  #channel: BroadcastChannel | undefined;

  constructor(name: string) {
    try {
      this.#channel = new BroadcastChannel(name);
    } catch {
      // Missing, or blocked together with the storage: each tab is on its own.
    }
  }

  onMessage(react: (message: Message) => void): void {
    if (!this.#channel) return;
    this.#channel.onmessage = (event: MessageEvent<Message>) => react(event.data);
  }

  post(message: Message): void {
    this.#channel?.postMessage(message);
  }

  close(): void {
    this.#channel?.close();
  }
}
