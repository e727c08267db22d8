/** The dialog that asks for the password again; all requests that need it wait for one. */
export class PasswordDialog {
  isOpen = $state(false);
  #answer: ((signedIn: boolean) => void) | undefined;
  #waiting: Promise<boolean> | undefined;

  /** Opens the dialog, and returns whether the user has signed in. */
  ask(): Promise<boolean> {
    this.isOpen = true;
    this.#waiting ??= new Promise((resolve) => (this.#answer = resolve));
    return this.#waiting;
  }

  close(signedIn: boolean): void {
    this.isOpen = false;
    this.#answer?.(signedIn);
    this.#waiting = this.#answer = undefined;
  }
}
