import type { Reference } from "../reference.ts";
import { readTemplate } from "../template.ts";
import { readAddress, referencesOf } from "./address.ts";
import type { HttpRequest } from "./http-binding.ts";

/** Every place in a request's address and body. */
export const referencesInRequest = (request: Pick<HttpRequest, "url" | "body">): Reference[] => {
  const address = readAddress(request.url);
  return [
    ...(address.ok ? referencesOf(address.value).map(({ reference }) => reference) : []),
    ...readTemplate(request.body ?? null, "").places.map(({ reference }) => reference),
  ];
};
