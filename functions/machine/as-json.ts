import type { Json } from "../../shared/plan/json.ts";

/** Copies an input of a function, or its answer, as Lambda would hand it on: it is text in between. */
export const asJson = (value: unknown): Json => (value === undefined ? null : JSON.parse(JSON.stringify(value)));
