export * from './client';
export { outcomeOf, type Failure, type Outcome, type Success } from './outcome';
export { pageOf, type Page } from './page';
export {
  hasUnknownOutcome,
  type Problem,
  type ProblemKind,
  type RejectedItem,
} from './problem';
export { Resource } from './resource.svelte';
