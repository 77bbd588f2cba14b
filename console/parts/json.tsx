import type { ComponentChildren } from "preact";
import { pointerTo } from "../../shared/plan/json-pointer.ts";
import { isJsonObject, type Json } from "../../shared/plan/json-value.ts";
import { Text, Value } from "./text.tsx";

type TreeProps = {
  readonly value: Json;
  /** JSON Pointer of the value. */
  readonly at?: string;
  /** Said beside the value at a place: where it came from. */
  readonly beside?: (at: string) => ComponentChildren;
};

/** A value in full, field by field: nothing of it is cut or folded away. */
export const Tree = ({ value, at = "", beside = () => null }: TreeProps) => {
  const fields = fieldsOf(value);
  if (fields === undefined) {
    return (
      <>
        <Value value={value} />
        {beside(at)}
      </>
    );
  }
  return (
    <>
      {beside(at)}
      <dl class="tree">
        {fields.map(([name, each]) => (
          <div key={name}>
            <dt>
              <Text text={name} />
            </dt>
            <dd>
              <Tree value={each} at={pointerTo(at, name)} beside={beside} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
};

/** Undefined: shown as one value. Short lists of plain values are. */
const fieldsOf = (value: Json): [string, Json][] | undefined => {
  if (Array.isArray(value)) {
    const plain = value.every((each) => each === null || typeof each !== "object");
    return plain && JSON.stringify(value).length < 100 ? undefined : value.map((each, place) => [String(place), each]);
  }
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value);
  return entries.length === 0 ? undefined : entries;
};
