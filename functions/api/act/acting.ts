import { none } from "../http/endpoint.ts";

/** The fields that every act of a person has. */
export const act = { ...none, group: "act", method: "POST" } as const;
