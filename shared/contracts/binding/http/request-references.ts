import type { Reference } from "../reference.ts";
import { readTemplate } from "../template.ts";
import { readAddress, referencesOf } from "./address.ts";
import type { HttpRequest } from "./http-binding.ts";
import { payloadOf } from "./payload.ts";

/** Every place in a body of JSON. */
export const referencesInBody = ({ body }: Pick<HttpRequest, "body">): Reference[] =>
  readTemplate(body ?? null, "").places.map(({ reference }) => reference);

/** Every place in a request's address and in what it carries. */
export const referencesInRequest = (request: Pick<HttpRequest, "url" | "body" | "form">): Reference[] => {
  const address = readAddress(request.url);
  return [
    ...(address.ok ? referencesOf(address.value).map(({ reference }) => reference) : []),
    ...readTemplate(payloadOf(request)?.template ?? null, "").places.map(({ reference }) => reference),
  ];
};
