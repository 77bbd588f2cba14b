import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reachabilityIn } from "../../../shared/conflicts/reachability.ts";

/** The plain way to say it: everything that can be walked to. */
const walkedTo = (from: number, edges: readonly (readonly [number, number])[]): Set<number> => {
  const seen = new Set([from]);
  for (const node of seen) for (const [before, after] of edges) if (before === node) seen.add(after);
  return seen;
};

describe("reachability", () => {
  it("reachability agrees with walking the graph, for every two nodes of any acyclic graph", () => {
    const graph = fc.integer({ min: 1, max: 14 }).chain((nodes) =>
      fc.record({
        nodes: fc.constant(nodes),
        edges: fc.array(
          fc
            .tuple(fc.nat(nodes - 1), fc.nat(nodes - 1))
            .filter(([one, other]) => one !== other)
            .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const),
          { maxLength: nodes === 1 ? 0 : 40 },
        ),
      }),
    );
    fc.assert(
      fc.property(graph, ({ nodes, edges }) => {
        const reaches = reachabilityIn(nodes, {
          before: edges.map(([before]) => before),
          after: edges.map(([, after]) => after),
        });
        for (let from = 0; from < nodes; from += 1) {
          const walked = walkedTo(from, edges);
          for (let to = 0; to < nodes; to += 1) expect(reaches(from, to)).toBe(walked.has(to));
        }
      }),
      { numRuns: 400 },
    );
  });
});
