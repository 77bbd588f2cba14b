import type { HttpBinding } from "./http-binding.ts";
import type { Placed } from "./request-rules.ts";

/** Every request that a binding may make, with what is known when it is made. */
export const requestsOf = ({ call, read, look_up, undo }: HttpBinding): Placed[] => [
  { at: "/binding/call", request: call, knows: ["$arg", "$key"] },
  ...(read === undefined ? [] : [{ at: "/binding/read", request: read, knows: ["$arg"] } as const]),
  ...(look_up === undefined
    ? []
    : [{ at: "/binding/look_up/request", request: look_up.request, knows: ["$arg", "$key"] } as const]),
  ...(undo === undefined
    ? []
    : [{ at: "/binding/undo", request: undo, knows: ["$arg", "$old", "$output", "$key"] } as const]),
  ...(undo?.only_when === undefined
    ? []
    : [
        {
          at: "/binding/undo/only_when/request",
          request: undo.only_when.request,
          knows: ["$arg", "$old", "$output"],
        } as const,
      ]),
];
