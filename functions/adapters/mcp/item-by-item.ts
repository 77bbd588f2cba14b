import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { z } from "zod";
import { jsonFaults } from "../../../shared/plan/json-faults.ts";
import { takeNullsAsAbsent, withoutNulls } from "./absent.ts";
import { carryResult } from "./call-result.ts";

/** An item of a list as its server said it; null where it is nested so deep that nothing may walk it. */
export type Said = { readonly item: unknown; readonly name: string };

const SAID = "buddy/said";

const items = z.array(z.unknown()).exactOptional();
const listResult = z.looseObject({ tools: items, prompts: items, resources: items, resourceTemplates: items });

/**
 * The library takes a list whole or not at all, so that one item which is not as the protocol says would take all
 * others with it. It is given pages of one item, which carries what the server said: what is wrong with which is for
 * its reader to say. Following pages, and keeping a list for as long as it holds, stay the library's. A tool's result
 * is carried past it likewise.
 */
export const itemByItem = (transport: Transport): Transport => {
  // The library asks a handler that is there when it connects before its own.
  transport.onmessage = (message) => {
    takeNullsAsAbsent(message);
    carry(message);
    carryResult(message);
  };
  return transport;
};

const carry = (message: JSONRPCMessage): void => {
  if (!("result" in message)) return;
  const listed = listResult.safeParse(message.result);
  if (!listed.success) return;
  const { tools, prompts, resources, resourceTemplates } = listed.data;
  Object.assign(message.result, {
    ...(tools === undefined ? {} : { tools: [...tools.map(standIn), { ...standIn(null, "page"), ...saying(tools) }] }),
    ...(prompts === undefined ? {} : { prompts: [{ name: "page", ...saying(prompts.map(withoutNulls)) }] }),
    ...(resources === undefined
      ? {}
      : { resources: [{ name: "page", uri: "said:page", ...saying(resources.map(withoutNulls)) }] }),
    ...(resourceTemplates === undefined
      ? {}
      : {
          resourceTemplates: [
            { name: "page", uriTemplate: "said:page", ...saying(resourceTemplates.map(withoutNulls)) },
          ],
        }),
  });
};

const walkable = (item: unknown): boolean => jsonFaults(item).walkable;

const named = z.looseObject({ name: z.string().min(1) });

const saying = (said: readonly unknown[]) => ({
  _meta: {
    [SAID]: said.map((item, place): Said => {
      const known = named.safeParse(item);
      return { item: walkable(item) ? item : null, name: known.success ? known.data.name : `number ${place + 1}` };
    }),
  },
});

const withSchema = z.looseObject({ inputSchema: z.looseObject({}) });

/** The library leaves out tools whose schemas name headers that it may not send: it is shown the schema alone. */
const standIn = (tool: unknown, place: number | "page") => {
  const seen = walkable(tool) ? withSchema.safeParse(tool) : undefined;
  const { $schema: _dialect, required: _names, properties, ...rest } = seen?.success ? seen.data.inputSchema : {};
  const object = z.looseObject({}).safeParse(properties);
  return {
    name: String(place),
    inputSchema: { ...rest, type: "object", ...(object.success ? { properties: object.data } : {}) },
  };
};

type Listed = { readonly name: string; readonly _meta?: { readonly [key: string]: unknown } | undefined };

const saidBy = ({ _meta }: Listed): readonly Said[] | undefined => _meta?.[SAID] as readonly Said[] | undefined;

/** The words of the server on each item of a list. */
export const asSaid = (listed: readonly Listed[]): Said[] => listed.flatMap((page) => saidBy(page) ?? []);

/** The same of tools; `taken`: the library has not left it out. */
export const toolsAsSaid = (listed: readonly Listed[]): (Said & { readonly taken: boolean })[] => {
  const places = new Set<string>();
  return listed.flatMap((each) => {
    const page = saidBy(each);
    if (page === undefined) {
      places.add(each.name);
      return [];
    }
    const said = page.map((tool, place) => ({ ...tool, taken: places.has(String(place)) }));
    places.clear();
    return said;
  });
};
