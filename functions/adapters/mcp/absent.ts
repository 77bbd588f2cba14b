import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { jsonFaults } from "../../../shared/plan/json-faults.ts";

/** Some programs write what is not there as null. The same without such fields; items of lists stay. */
const withoutNullFields = <Value>(given: Value): Value => {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)) as Value;
};

/** The same at every depth. One that is nested so deep that nothing may walk it is given back as it is. */
export const withoutNulls = (given: unknown): unknown => (jsonFaults(given).walkable ? inAllDepths(given) : given);

const inAllDepths = (given: unknown): unknown => {
  if (Array.isArray(given)) return given.map(inAllDepths);
  if (typeof given !== "object" || given === null) return given;
  return Object.fromEntries(
    Object.entries(withoutNullFields(given)).map(([name, value]) => [name, inAllDepths(value)]),
  );
};

/**
 * A tool whose fields that are null are not there. Schemas stay as they are: null is a value in them.
 */
export const toolWithoutNulls = (tool: object): object => {
  const { annotations, ...rest }: { readonly annotations?: unknown } = withoutNullFields(tool);
  return annotations === undefined ? rest : { ...rest, annotations: withoutNullFields(annotations) };
};

/** Parts of answers that are the protocol's own through and through, unlike what a tool says. */
const OF_THE_PROTOCOL = ["capabilities", "serverInfo", "contents", "messages"];

/** The library refuses an answer for a null in the place of what need not be there. */
export const takeNullsAsAbsent = (message: JSONRPCMessage): void => {
  if (!("result" in message)) return;
  message.result = Object.fromEntries(
    Object.entries(withoutNullFields(message.result)).map(([name, value]) => [
      name,
      OF_THE_PROTOCOL.includes(name) ? withoutNulls(value) : value,
    ]),
  );
};
