/**
 * The most that a request may weigh. An HTTP API takes 10 MB, but the function behind it takes 6 MB (6,291,456 bytes)
 * of event, in which the body is a JSON text once more: every quote of it costs two bytes. Plans as they are written
 * grow by 10 to 40 %, so 4 MiB is what gets through. The same limit holds on one machine: what works there works
 * deployed.
 */
export const MAX_BODY_BYTES = 4_194_304;

/** Contracts, agents, single decisions and everything else small: an item of the store holds 400 KB. */
export const MAX_SMALL_BODY_BYTES = 262_144;

/** The same 6 MB for the answer, in which the body is base64: 5.6 MB of it, whatever the body holds. */
export const MAX_ANSWER_BYTES = 4_194_304;

export const MAX_STEPS_PER_SUBMISSION = 10_000;

/** Of one submission together, as JSON: an item of the store holds 400 KB, and everything else of a record beside them. */
export const MAX_PLAN_ID_BYTES = 262_144;
