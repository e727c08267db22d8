/** The outcome of a request: a value or a problem, never an exception. */
import { problemOf, problemWithoutResponse, type Problem } from './problem';

export interface Success<T> {
  ok: true;
  value: T;
  status: number;
  headers: Headers;
}

export interface Failure {
  ok: false;
  problem: Problem;
}

export type Outcome<T> = Success<T> | Failure;

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Awaits a call of the client. An abort by the page itself is thrown on. */
export async function outcomeOf<T>(call: Promise<Answer<T>>): Promise<Outcome<T>> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    return { ok: false, problem: problemWithoutResponse(error) };
  }
  const { data, error, response } = answer;
  if (!response.ok) return { ok: false, problem: problemOf(response, error) };
  return { ok: true, value: data as T, status: response.status, headers: response.headers };
}
