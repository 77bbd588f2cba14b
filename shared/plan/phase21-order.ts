export type OrderedAssignment = {
  /** Index among the assignments as written: agents in order, each with its tools in order. */
  written_at: number;
  /** The tool's name; from its second assignment on with a number: `form_fill`, `form_fill.2`. */
  source_step_id: string;
};

/** Ids for the assignments as written. A numbered id that is also a tool's name gets `_` appended until it is free. */
const idsOf = (tools: readonly string[]): string[] => {
  const taken = new Set(tools);
  const seen = new Map<string, number>();
  return tools.map((tool) => {
    const nth = (seen.get(tool) ?? 0) + 1;
    seen.set(tool, nth);
    if (nth === 1) return tool;
    let id = `${tool}.${nth}`;
    while (taken.has(id)) id = `${id}_`;
    taken.add(id);
    return id;
  });
};

/**
 * The steps of the short form in order: the n-th mention of a tool in `executionOrder` is its n-th assignment; what is
 * not mentioned comes after, as written. A mention without an assignment is skipped here and refused elsewhere.
 */
export const orderAssignments = (tools: readonly string[], executionOrder: readonly string[]): OrderedAssignment[] => {
  const ids = idsOf(tools);
  const places = new Map<string, number[]>();
  for (const [index, tool] of tools.entries()) {
    const indexes = places.get(tool);
    if (indexes === undefined) places.set(tool, [index]);
    else indexes.push(index);
  }
  const mentioned = new Map<string, number>();
  const first = executionOrder.flatMap((tool) => {
    const nth = mentioned.get(tool) ?? 0;
    mentioned.set(tool, nth + 1);
    return places.get(tool)?.[nth] ?? [];
  });
  const placed = new Set(first);
  const rest = [...tools.keys()].filter((index) => !placed.has(index));
  return [...first, ...rest].map((index) => ({ written_at: index, source_step_id: ids[index] ?? "" }));
};
