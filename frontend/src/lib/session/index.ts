import { Session } from './session.svelte';

export type { User } from './gateway';
export { returnTarget, signInAddress } from './return-to';
export { type Session, type SessionStatus } from './session.svelte';

export const session = new Session();
