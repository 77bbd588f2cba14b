import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { openApi } from "../../functions/api/document.ts";
import { BUS_EVENTS } from "../../shared/artifacts/bus-events.ts";
import { json, jsonObject } from "../../shared/plan/json.ts";
import { projectFolder } from "../project-files.ts";
import type { Promised } from "./breaking.ts";

/** The promises of the released version, as `npm run record-api` wrote them. */
export const RELEASED = "docs/released-api.json";

const promised = z.strictObject({ openapi: jsonObject, events: jsonObject });

/** Promised by the sources as they stand. No endpoint is called: the document needs none of their means. */
export const promisedNow = (): Promised => ({
  openapi: openApi(Object.create(null)),
  events: Object.fromEntries(
    Object.entries(BUS_EVENTS).map(([name, schema]) => [
      name,
      json.parse(z.toJSONSchema(schema, { unrepresentable: "any" })),
    ]),
  ),
});

export const promisedBefore = async (): Promise<Promised> =>
  promised.parse(JSON.parse(await readFile(join(projectFolder, RELEASED), "utf8")));
