import type { Token } from './access-token';

export type TabMessage =
  | { type: 'renewed'; token: Token }
  | { type: 'signed-in'; token: Token }
  | { type: 'signed-out' };

/** Informs the other tabs of this browser about their common session. */
export class Tabs {
  #channel = new BroadcastChannel('pannier.session');

  onMessage(react: (message: TabMessage) => void): void {
    this.#channel.onmessage = (event: MessageEvent<TabMessage>) => react(event.data);
  }

  post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }

  close(): void {
    this.#channel.close();
  }
}
