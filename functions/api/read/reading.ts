import { none } from "../http/endpoint.ts";

/** The fields that every route has which only looks. */
export const read = { ...none, group: "read", method: "GET", scopes: ["read"] } as const;
