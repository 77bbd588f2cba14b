import type { ContractReply } from "../../functions/api/schemas.ts";
import { pointerTo } from "../../shared/plan/json-pointer.ts";
import { isJsonObject, type Json } from "../../shared/plan/json-value.ts";
import type { ShownChange } from "../../shared/shown/values.ts";
import { under } from "../request/form-of.ts";

type Contract = ContractReply["contract"];

/** Fields that the registry gives: they differ between any two versions. */
const GIVEN = new Set(["version", "content_hash"]);

/** The fields in which two versions of a contract differ, each with what the one and the other say; undefined: nothing. */
export const contractChanges = (was: Contract, is: Contract): ShownChange[] =>
  between("", asJson(was), asJson(is))
    .filter(({ field }) => !GIVEN.has(field))
    .map((change) => ({ ...change, record: is.tool_name }));

const asJson = (contract: Contract): Json => JSON.parse(JSON.stringify(contract));

type Change = Omit<ShownChange, "record">;

const between = (at: string, was: Json | undefined, is: Json | undefined): Change[] => {
  if (was !== undefined && is !== undefined && isJsonObject(was) && isJsonObject(is)) {
    const names = new Set([...Object.keys(was), ...Object.keys(is)]);
    return [...names].flatMap((name) => between(pointerTo(at, name), under(was, name), under(is, name)));
  }
  const same = JSON.stringify(was) === JSON.stringify(is);
  return same ? [] : [{ field: at.slice(1), old: was, new: is }];
};
