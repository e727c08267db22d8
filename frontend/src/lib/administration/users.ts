/** Requests of administrators about accounts. */
import {
  api,
  outcomeOf,
  pageOf,
  type Outcome,
  type Page,
  type Schemas,
  type User,
} from '$lib/api';

export type UserChange = Schemas['user_UserUpdate'];

export const USERS_PER_PAGE = 20;

export async function listUsers(
  page: number,
  q: string,
  signal: AbortSignal | null,
): Promise<Outcome<Page<User>>> {
  const query = {
    skip: (page - 1) * USERS_PER_PAGE,
    limit: USERS_PER_PAGE,
    ...(q.trim() && { q: q.trim() }),
  };
  return pageOf(await outcomeOf(api.GET('/api/v1/users', { params: { query }, signal })));
}

/** Changes the role of an account, or whether it can sign in. */
export async function changeUser(id: number, change: UserChange): Promise<Outcome<User>> {
  const params = { path: { user_id: id } };
  return outcomeOf(api.PUT('/api/v1/users/{user_id}', { params, body: change }));
}
