import { describe, expect, it } from "vitest";
import { z } from "zod";
import { breakingChanges, type Promised } from "../../../checks/compatibility/breaking.ts";
import { promisedBefore, promisedNow } from "../../../checks/compatibility/promised.ts";
import clientPackage from "../../../clients/typescript/package.json" with { type: "json" };
import { API_VERSION } from "../../../functions/api/version.ts";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";

const version = z.looseObject({ info: z.looseObject({ version: z.string() }) });

/** Where nothing may break: 1.4.0 and 1.5.0 are of one line, as are 0.1.0 and 0.1.9; 0.2.0 is of another. */
const lineOf = (text: string): string => {
  const [major = "", minor = ""] = text.split(".");
  return major === "0" ? `0.${minor}` : major;
};

describe("the document of this version", () => {
  it("the API's document breaks nothing that the released one of its line promised", async () => {
    const [before, now] = [await promisedBefore(), promisedNow()];
    const released = version.parse(before.openapi).info.version;
    // One of another line would promise nothing of this one: it is written where a line begins.
    expect(lineOf(released), "a new line begins with npm run record-api (CONTRIBUTING.md)").toBe(lineOf(API_VERSION));
    const remedy =
      "change it back, or give package.json and clients/typescript/package.json a new version (CONTRIBUTING.md)";
    expect(breakingChanges(before, now), remedy).toEqual([]);
  });

  it("the API's document has the version of the package and of the client", () => {
    expect(version.parse(promisedNow().openapi).info.version).toBe(API_VERSION);
    expect(clientPackage.version).toBe(API_VERSION);
  });
});

const STATUS = { type: "string", enum: ["RUNNING", "ENDED"] };
const asked = (schema: JsonObject, more: JsonObject = {}): Promised => promise({ body: schema }, more);
const answered = (schema: JsonObject): Promised => promise({ answer: schema });

const promise = (schemas: { body?: Json; answer?: Json }, more: JsonObject = {}): Promised => ({
  openapi: {
    paths: {
      "/calls": {
        post: {
          security: [{ bearer: ["agent"] }, { bearer: ["read"] }],
          parameters: [{ name: "wait", in: "query", required: false, schema: { type: "string" } }],
          requestBody: { content: { "application/json": { schema: schemas.body ?? {} } } },
          responses: { "200": { content: { "application/json": { schema: schemas.answer ?? {} } } } },
          ...more,
        },
      },
    },
  },
  events: {},
});

const object = (properties: JsonObject, required = Object.keys(properties)): JsonObject => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const text = { type: "string" };

describe("a change that breaks programs", () => {
  const cases: readonly (readonly [string, Promised, Promised, string])[] = [
    ["a route is gone", asked(text), { openapi: { paths: {} }, events: {} }, "POST /calls: is gone"],
    [
      "a scope no longer lets in",
      asked(text),
      asked(text, { security: [{ bearer: ["read"] }] }),
      'POST /calls: the scope {"bearer":["agent"]} no longer lets in',
    ],
    ["a parameter is gone", asked(text), asked(text, { parameters: [] }), "POST /calls query wait: is no longer taken"],
    [
      "an answer's field is gone",
      answered(object({ a: text, b: text })),
      answered(object({ a: text })),
      "POST /calls 200/b: is no longer answered",
    ],
    [
      "an answer's field may be absent",
      answered(object({ a: text })),
      answered(object({ a: text }, [])),
      "POST /calls 200/a: may be absent now",
    ],
    [
      "an answer's word is gone",
      answered(object({ s: STATUS })),
      answered(object({ s: { ...STATUS, enum: ["ENDED"] } })),
      'POST /calls 200/s: "RUNNING" is no longer answered',
    ],
    [
      "an answer's field has another type",
      answered(object({ a: text })),
      answered(object({ a: { type: "number" } })),
      "POST /calls 200/a: string is no longer answered; POST /calls 200/a: may be number now",
    ],
    [
      "an answer may be null",
      answered(object({ a: text })),
      answered(object({ a: { anyOf: [text, { type: "null" }] } })),
      "POST /calls 200/a: may be null now",
    ],
    [
      "a kind of answer is gone",
      answered({ oneOf: [object({ outcome: { const: "done" } }), object({ outcome: { const: "waiting" } })] }),
      answered({ oneOf: [object({ outcome: { const: "done" } })] }),
      'POST /calls 200: outcome "waiting" is no longer answered',
    ],
    [
      "a field is required that was not",
      asked(object({ a: text }, [])),
      asked(object({ a: text })),
      "POST /calls body/a: is required now",
    ],
    [
      "a new field is required",
      asked(object({ a: text })),
      asked(object({ a: text, b: text })),
      "POST /calls body/b: is required now",
    ],
    [
      "a field is no longer taken",
      asked(object({ a: text, b: text }, [])),
      asked(object({ a: text }, [])),
      "POST /calls body/b: is no longer taken",
    ],
    [
      "a type is narrower",
      asked(object({ a: { type: "number" } })),
      asked(object({ a: { type: "integer" } })),
      "POST /calls body/a: whole numbers only is narrower",
    ],
    [
      "a limit is narrower",
      asked(object({ a: { type: "string", maxLength: 9 } })),
      asked(object({ a: { type: "string", maxLength: 8 } })),
      "POST /calls body/a: maxLength is narrower",
    ],
    [
      "null is no longer taken",
      asked(object({ a: { anyOf: [text, { type: "null" }] } })),
      asked(object({ a: text })),
      "POST /calls body/a: null is no longer taken",
    ],
    [
      "a word is no longer taken",
      asked(object({ s: STATUS })),
      asked(object({ s: { const: "ENDED" } })),
      'POST /calls body/s: "RUNNING" is no longer taken',
    ],
  ];
  it.each(cases)(
    "the comparison of documents tells of a change that breaks programs: %s",
    (_what, before, now, told) => {
      expect(breakingChanges(before, now).join("; ")).toBe(told);
      expect(breakingChanges(before, before)).toEqual([]);
    },
  );
});

describe("a change that breaks nothing", () => {
  const cases: readonly (readonly [string, Promised, Promised])[] = [
    ["a new route", { openapi: { paths: {} }, events: {} }, asked(text)],
    ["a new field of an answer", answered(object({ a: text })), answered(object({ a: text, b: text }))],
    [
      "a new word of an answer",
      answered(object({ s: STATUS })),
      answered(object({ s: { ...STATUS, enum: ["RUNNING", "ENDED", "HELD"] } })),
    ],
    [
      "an answer that is never null any more",
      answered(object({ a: { anyOf: [text, { type: "null" }] } })),
      answered(object({ a: text })),
    ],
    ["a new optional field", asked(object({ a: text })), asked(object({ a: text, b: text }, ["a"]))],
    [
      "a wider type",
      asked(object({ a: { type: "integer" } })),
      asked(object({ a: { anyOf: [{ type: "number" }, { type: "null" }] } })),
    ],
    [
      "a wider limit",
      asked(object({ a: { type: "string", maxLength: 8 } })),
      asked(object({ a: { type: "string", maxLength: 9 } })),
    ],
  ];
  it.each(cases)(
    "the comparison of documents says nothing of a change that breaks nothing: %s",
    (_what, before, now) => {
      expect(breakingChanges(before, now)).toEqual([]);
    },
  );
});
