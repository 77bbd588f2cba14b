import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json.ts";
import { type Documents, listOf, narrowed, objectOf } from "./schemas.ts";

/** All that a release promises to programs: the OpenAPI document, and the schemas of the events of the bus by their names. */
export type Promised = { readonly openapi: JsonObject; readonly events: JsonObject };

/**
 * The changes that a program written for an earlier release would run into: a route, a right, a parameter or a field that is gone,
 * one that is asked for now, a narrower type of what is sent, another type of what is answered, a word that is no longer
 * answered. New routes, new fields of answers, new words and new optional fields of what is sent break nothing.
 * @returns `place: what is wrong`, in the order of the earlier document
 */
export const breakingChanges = (before: Promised, now: Promised): string[] => {
  const documents = { before: before.openapi, now: now.openapi };
  const routes = Object.entries(objectOf(before.openapi.paths)).flatMap(([path, methods]) =>
    Object.entries(objectOf(methods)).flatMap(([method, was]) => {
      const is = objectOf(objectOf(now.openapi.paths)[path])[method];
      const place = `${method.toUpperCase()} ${path}`;
      return is === undefined ? [`${place}: is gone`] : ofRoute(documents, objectOf(was), objectOf(is), place);
    }),
  );
  const events = Object.entries(before.events).flatMap(([name, was]) => {
    const is = now.events[name];
    return is === undefined ? [`event ${name}: is gone`] : narrowed(documents, was, is, "answered", `event ${name}`);
  });
  return [...routes, ...events];
};

const ofRoute = (documents: Documents, was: JsonObject, is: JsonObject, place: string): string[] => [
  ...ofRights(was, is, place),
  ...ofParameters(documents, was, is, place),
  ...ofBody(documents, was, is, place),
  ...ofAnswers(documents, was, is, place),
];

/** Any one of its scopes lets a caller in. */
const ofRights = (was: JsonObject, is: JsonObject, place: string): string[] => {
  const scopes = ({ security }: JsonObject): string[] => listOf(security).map((each) => JSON.stringify(each));
  const gone = scopes(was).filter((scope) => !scopes(is).includes(scope));
  const open = scopes(was).length === 0 && scopes(is).length > 0 ? ["a token is needed now"] : [];
  return [...gone.map((scope) => `the scope ${scope} no longer lets in`), ...open].map((what) => `${place}: ${what}`);
};

const ofParameters = (documents: Documents, was: JsonObject, is: JsonObject, place: string): string[] => {
  const byName = ({ parameters }: JsonObject) =>
    new Map(listOf(parameters).map((each) => [`${objectOf(each).in} ${objectOf(each).name}`, objectOf(each)]));
  const [before, now] = [byName(was), byName(is)];
  const lost = [...before].flatMap(([name, each]) => {
    const stands = now.get(name);
    if (stands === undefined) return [`${place} ${name}: is no longer taken`];
    return narrowed(documents, each.schema ?? {}, stands.schema ?? {}, "asked", `${place} ${name}`);
  });
  const demanded = [...now].filter(([name, { required }]) => required === true && before.get(name)?.required !== true);
  return [...lost, ...demanded.map(([name]) => `${place} ${name}: is required now`)];
};

const schemaIn = (content: Json | undefined): Json | undefined =>
  objectOf(Object.values(objectOf(objectOf(content).content))[0]).schema;

const ofBody = (documents: Documents, was: JsonObject, is: JsonObject, place: string): string[] => {
  const [before, now] = [schemaIn(was.requestBody), schemaIn(is.requestBody)];
  if (now === undefined) return [];
  if (before === undefined) return [`${place}: a body is required now`];
  return narrowed(documents, before, now, "asked", `${place} body`);
};

const ofAnswers = (documents: Documents, was: JsonObject, is: JsonObject, place: string): string[] =>
  Object.entries(objectOf(was.responses)).flatMap(([status, answer]) => {
    const stands = objectOf(is.responses)[status];
    if (stands === undefined) return [`${place} ${status}: is no longer answered`];
    const resolved = (document: JsonObject, given: Json): Json => {
      const { $ref } = objectOf(given);
      if (typeof $ref !== "string") return given;
      return objectOf(objectOf(document.components).responses)[$ref.slice("#/components/responses/".length)] ?? {};
    };
    const before = schemaIn(resolved(documents.before, answer));
    const now = schemaIn(resolved(documents.now, stands));
    if (!isJsonObject(before ?? null) || !isJsonObject(now ?? null)) return [];
    return narrowed(documents, before ?? {}, now ?? {}, "answered", `${place} ${status}`);
  });
