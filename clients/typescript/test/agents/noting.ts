import type { Run } from "../framework-suite.ts";

/** A model that proposes one note, then says what it was told of it. */
export const noting: Run["next"] = ([told]) =>
  told === undefined
    ? [{ id: "call_1", tool: "desk_note", arguments: { text: "Benedikt wants the blue one." } }]
    : `It was ${told.error ? "not noted" : "noted"}.`;
