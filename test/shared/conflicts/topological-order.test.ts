import { describe, expect, it } from "vitest";
import { nodesOnCircles, topologicalOrder } from "../../../shared/conflicts/topological-order.ts";

const pair = (before: number, after: number) => ({ before, after });

describe("a topological order", () => {
  it("a topological order follows the priorities as far as the edges allow", () => {
    expect(topologicalOrder(4, [pair(3, 0)], [0, 1, 2, 3]).order).toEqual([1, 2, 3, 0]);
    expect(topologicalOrder(4, [], [3, 2, 1, 0]).order).toEqual([3, 2, 1, 0]);
  });

  it("a topological order gives back the nodes on a circle and behind one", () => {
    const pairs = [pair(0, 1), pair(1, 2), pair(2, 1), pair(2, 3)];
    expect(topologicalOrder(4, pairs, [0, 1, 2, 3])).toEqual({ order: [0], stuck: [1, 2, 3] });
    expect(nodesOnCircles(4, pairs)).toEqual([1, 2]);
    expect(nodesOnCircles(4, [pair(0, 1)])).toEqual([]);
  });
});
