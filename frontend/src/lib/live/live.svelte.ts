import type { Notification } from '$lib/api';
import { Channel } from '$lib/browser/channel';
import { inTurn } from '$lib/browser/turns';
import { session } from '$lib/session';

import { follow, type StreamEvent } from './follow';

const NAME = 'pannier.notifications';
const STREAM = '/api/v1/notifications/stream';
const REMEMBERED = 200;

/** Sent to the other tabs: where the stream stands, and what arrived. */
interface Arrival {
  lastId: string | undefined;
  notification?: Notification;
}

type Message = Arrival | 'all-read';

/** `isNew` is false if the notification has only changed. */
type Listener = (notification: Notification, isNew: boolean) => void;

/**
 * The user's notifications as they arrive.
 *
 * One tab holds the stream, because the number of streams of a user is limited. It shares
 * what arrives with the others, and the next one takes over when it closes.
 */
export class Live {
  unread = $state(0);

  #channel: Channel<Message> | undefined;
  #lastId: string | undefined;
  #listeners = new Set<Listener>();
  #seen = new Set<number>();

  /** Follows the stream until the returned function is called. */
  start(): () => void {
    const controller = new AbortController();
    const channel = new Channel<Message>(NAME);
    channel.onMessage((message) => {
      if (message === 'all-read') this.unread = 0;
      else this.#take(message);
    });
    this.#channel = channel;
    const share = (arrival: Arrival) => {
      channel.post(arrival);
      this.#take(arrival);
    };
    void this.#followAlone(share, controller.signal);
    return () => {
      controller.abort();
      channel.close();
      this.#channel = undefined;
      this.unread = 0;
      this.#lastId = undefined;
      this.#seen.clear();
    };
  }

  /** Calls the listener with each notification that is new or has changed. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Also in the other tabs: this one may have opened after what they count. */
  markRead(): void {
    this.unread = 0;
    this.#channel?.post('all-read');
  }

  async #followAlone(
    share: (arrival: Arrival) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const take = ({ id, data }: StreamEvent) =>
      share({
        lastId: id,
        ...(data !== undefined && { notification: JSON.parse(data) as Notification }),
      });
    const run = () =>
      follow(
        ask,
        () => this.#lastId,
        take,
        signal,
        () => session.isOver,
      );
    try {
      await inTurn(NAME, run, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #take({ lastId, notification }: Arrival): void {
    this.#lastId = lastId ?? this.#lastId;
    if (!notification) return;
    const isNew = !this.#seen.has(notification.id);
    if (isNew) {
      this.unread += 1;
      this.#remember(notification.id);
    }
    for (const listener of this.#listeners) listener(notification, isNew);
  }

  #remember(id: number): void {
    this.#seen.add(id);
    const [oldest] = this.#seen;
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
  }
}

/** A browser's own client for streams can send no token. */
function ask(lastId: string | undefined, signal: AbortSignal): Promise<Response> {
  const headers = new Headers({ Accept: 'text/event-stream' });
  if (lastId !== undefined) headers.set('Last-Event-ID', lastId);
  const url = new URL(STREAM, location.origin);
  const request = new Request(url, { headers, signal, cache: 'no-store' });
  return session.fetch(request, { isStream: true });
}

export const live = new Live();
