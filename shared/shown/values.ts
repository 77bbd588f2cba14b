import type { Json } from "../plan/json.ts";

/** A value in one line; text in quotes, so that "5" and 5 differ. A field that is not there is `–`. */
export const compact = (value: Json): string => (value === null ? "–" : JSON.stringify(value));
