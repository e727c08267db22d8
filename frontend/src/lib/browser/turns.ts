/**
 * Runs the work when no other tab of this browser does the same; at once if tabs cannot
 * be coordinated.
 *
 * Browsers have no locks for a page that came by plain HTTP from another machine, and
 * refuse them where storage is blocked.
 */
export async function inTurn<T>(
  name: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const locks: LockManager | undefined = navigator.locks;
  if (!locks) return work();
  let isRefused = true;
  const run = () => {
    isRefused = false;
    return work();
  };
  try {
    return await locks.request(name, signal ? { signal } : {}, run);
  } catch (error) {
    if (isRefused && !signal?.aborted) return work();
    throw error;
  }
}
