/** The dialog that asks for the password again; all requests that need it wait for one. */
export class PasswordDialog {
  isOpen = $state(false);
  /** The session is over, and the user has not signed in again. */
  isNeeded = $state(false);
  /** The user does not want to sign in now. */
  isDeclined = false;
  /** How often the user has signed in after they did not want to. */
  laterSignIns = $state(0);
  #answer: (() => void) | undefined;
  #waiting: Promise<void> | undefined;

  /** Opens the dialog, and waits until it is closed. */
  ask(): Promise<void> {
    this.isOpen = this.isNeeded = true;
    this.#waiting ??= new Promise((resolve) => (this.#answer = resolve));
    return this.#waiting;
  }

  close(signedIn: boolean): void {
    if (signedIn && this.isDeclined) this.laterSignIns += 1;
    this.isDeclined = this.isNeeded = this.isNeeded && !signedIn;
    this.isOpen = false;
    this.#answer?.();
    this.#waiting = this.#answer = undefined;
  }

  /** Forgets the session that was over: there is none. */
  reset(): void {
    this.close(true);
  }
}
