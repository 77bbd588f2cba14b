/**
 * The family of all errors that the project throws itself: surprises, where an expected refusal is a value (see
 * result.ts). Each has a name that bundling does not shorten, and, where it was made of another error, has that as
 * `cause`, so that a log can tell the whole chain.
 */
export abstract class Surprise extends Error {
  abstract override readonly name: string;
  /** Words for who asked, with what to do; nothing where it is only for those who run the system. */
  readonly for_callers?: string;
}
