import type { Deps } from "../../deps.ts";
import type { Endpoint, RawRequest } from "../http/endpoint.ts";
import { mcpEndpoint } from "./described.ts";

export const mcpEndpoints = (deps: Deps): Endpoint[] => [mcpEndpoint(whenAsked(deps))];

/** The library is loaded when somebody speaks the protocol: who serves others, too, starts without it. */
const whenAsked = (deps: Deps): ((request: RawRequest) => Promise<Response>) => {
  let loaded: Promise<(request: RawRequest) => Promise<Response>> | undefined;
  return async (request) => {
    loaded ??= import("./serve.ts").then(({ serveMcp }) => serveMcp(deps));
    return (await loaded)(request);
  };
};
