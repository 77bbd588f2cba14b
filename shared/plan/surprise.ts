/**
 * The family of all kinds of errors that the project has: surprises, where an expected refusal is a value (see
 * result.ts). Each has a name that bundling does not shorten, and, where it was made of another error, has that as
 * `cause`, so that a log can tell the whole chain. An assumption of the code itself that does not hold is no kind: it is
 * thrown as the language's own error.
 */
export abstract class Surprise extends Error {
  abstract override readonly name: string;
  /** Words for who asked, with what to do; nothing where it is only for those who run the system. */
  readonly for_callers?: string;
  /**
   * Words for the log, which a log writes whatever it was asked for: they quote nothing that a tool was given or answered, nor
   * the name of a record that is made of that.
   */
  readonly for_log?: string;
}
