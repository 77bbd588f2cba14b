import { hostHeaderValidationResponse, originValidationResponse } from "@modelcontextprotocol/server";
import type { Deps } from "../../deps.ts";

/**
 * Keeps pages of elsewhere out, whose browser may hold a token or reach this machine: the host must be one that this API
 * is reached under, where those are known, and the page one of its own or one that is allowed.
 * @returns the refusal
 */
export const keptOut = (request: Request, { hosts, origins = [] }: NonNullable<Deps["policy"]["door"]>) => {
  const { hostname } = new URL(request.url);
  const pages = [...(hosts ?? [hostname]), ...origins.map((origin) => new URL(origin).hostname)];
  const host = hosts === undefined ? undefined : hostHeaderValidationResponse(request, [...hosts]);
  return host ?? originValidationResponse(request, pages);
};
