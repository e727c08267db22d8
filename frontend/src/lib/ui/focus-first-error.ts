import { tick } from 'svelte';

/** Moves the focus to the first field of the form that has an error. */
export async function focusFirstError(form: HTMLFormElement): Promise<void> {
  await tick();
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
