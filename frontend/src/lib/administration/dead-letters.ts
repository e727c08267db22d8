/** Requests of administrators about events that a service could not process. */
import { api, outcomeOf, pageOf, type Outcome, type Page, type Schemas } from '$lib/api';

export type DeadLetter = Schemas['notification_DeadLetterRead'];
export type OpenedDeadLetter = Schemas['notification_OpenedDeadLetterRead'];

/** The services that consume events, by the name of what they are for. */
export type Consumer = 'notifications' | 'orders';
export const CONSUMERS: Consumer[] = ['notifications', 'orders'];

export async function listDeadLetters(
  consumer: Consumer,
  signal: AbortSignal | null,
): Promise<Outcome<Page<DeadLetter>>> {
  const options = { params: { query: { limit: 100 } }, signal };
  const outcome = await outcomeOf<DeadLetter[]>(
    consumer === 'orders'
      ? api.GET('/api/v1/orders/dead-letters', options)
      : api.GET('/api/v1/notifications/dead-letters', options),
  );
  return pageOf(outcome.ok ? { ...outcome, value: withoutCopies(outcome.value) } : outcome);
}

/** The same message may be in the queue twice: a replay of its id takes both. */
function withoutCopies(letters: DeadLetter[]): DeadLetter[] {
  const ids = letters.map(({ id }) => id);
  return letters.filter(({ id }, i) => ids.indexOf(id) === i);
}

export async function openDeadLetter(
  consumer: Consumer,
  id: string,
): Promise<Outcome<OpenedDeadLetter>> {
  const options = { params: { path: { letter_id: id } } };
  return outcomeOf<OpenedDeadLetter>(
    consumer === 'orders'
      ? api.GET('/api/v1/orders/dead-letters/{letter_id}', options)
      : api.GET('/api/v1/notifications/dead-letters/{letter_id}', options),
  );
}

/** Puts a dead letter back into its queue. */
export async function replayDeadLetter(
  consumer: Consumer,
  id: string,
): Promise<Outcome<unknown>> {
  const options = { params: { path: { letter_id: id } } };
  return outcomeOf<unknown>(
    consumer === 'orders'
      ? api.POST('/api/v1/orders/dead-letters/{letter_id}/replay', options)
      : api.POST('/api/v1/notifications/dead-letters/{letter_id}/replay', options),
  );
}

/** Puts all dead letters back into their queue. */
export async function replayDeadLetters(consumer: Consumer): Promise<Outcome<unknown>> {
  return outcomeOf<unknown>(
    consumer === 'orders'
      ? api.POST('/api/v1/orders/dead-letters/replay')
      : api.POST('/api/v1/notifications/dead-letters/replay'),
  );
}
