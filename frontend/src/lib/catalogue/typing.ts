/** Runs the last of several calls when the user pauses. */
export function afterPause<A extends unknown[]>(run: (...given: A) => void, pauseMs = 250) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    call(...given: A) {
      clearTimeout(timer);
      timer = setTimeout(() => run(...given), pauseMs);
    },
    /** Forgets a call that has not run. */
    cancel() {
      clearTimeout(timer);
    },
  };
}
