/** A binary heap of node numbers, the one with the lowest priority number first. */
const heapBy = (priority: ArrayLike<number>) => {
  const heap: number[] = [];
  const at = (slot: number): number => heap[slot] ?? -1;
  const weight = (slot: number): number => priority[at(slot)] ?? Number.POSITIVE_INFINITY;
  const swap = (one: number, other: number): void => {
    const kept = at(one);
    heap[one] = at(other);
    heap[other] = kept;
  };
  const push = (node: number): void => {
    let slot = heap.push(node) - 1;
    for (let parent = (slot - 1) >> 1; slot > 0 && weight(slot) < weight(parent); parent = (slot - 1) >> 1) {
      swap(slot, parent);
      slot = parent;
    }
  };
  const pop = (): number | undefined => {
    const last = heap.length - 1;
    if (last < 0) return undefined;
    swap(0, last);
    const first = heap.pop();
    for (let slot = 0; ; ) {
      const left = 2 * slot + 1;
      const least = weight(left + 1) < weight(left) ? left + 1 : left;
      if (least >= heap.length || weight(slot) <= weight(least)) return first;
      swap(slot, least);
      slot = least;
    }
  };
  return { push, pop };
};

export type Pair = { before: number; after: number };

/**
 * Kahn's algorithm with a heap: of the nodes whose predecessors are all out, the one with the lowest `priority` is
 * next, so the order stays as close to the priorities as the edges allow. O((nodes + edges) log nodes).
 * Nodes on a circle, and those behind one, are in no order; they come back as `stuck`, by priority.
 */
export const topologicalOrder = (
  nodes: number,
  pairs: readonly Pair[],
  priority: ArrayLike<number>,
): { order: number[]; stuck: number[] } => {
  const after: number[][] = Array.from({ length: nodes }, () => []);
  const open = new Int32Array(nodes);
  for (const pair of pairs) {
    after[pair.before]?.push(pair.after);
    open[pair.after] = (open[pair.after] ?? 0) + 1;
  }
  const ready = heapBy(priority);
  for (let node = 0; node < nodes; node += 1) if (open[node] === 0) ready.push(node);
  const order: number[] = [];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    order.push(node);
    for (const next of after[node] ?? []) {
      const left = (open[next] ?? 0) - 1;
      open[next] = left;
      if (left === 0) ready.push(next);
    }
  }
  const stuck: number[] = [];
  for (let node = 0; node < nodes; node += 1) if ((open[node] ?? 0) > 0) stuck.push(node);
  return { order, stuck: stuck.sort((a, b) => (priority[a] ?? 0) - (priority[b] ?? 0)) };
};

/** The nodes that stand on a circle, or on a way from one circle to another. Empty when there is none. */
export const nodesOnCircles = (nodes: number, pairs: readonly Pair[]): number[] => {
  const priority = Array.from({ length: nodes }, (_, node) => node);
  const behind = new Set(topologicalOrder(nodes, pairs, priority).stuck);
  const turned = pairs.map(({ before, after }) => ({ before: after, after: before }));
  return topologicalOrder(nodes, turned, priority).stuck.filter((node) => behind.has(node));
};
