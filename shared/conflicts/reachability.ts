/** Edges as two columns of node numbers, every one from a lower to a higher number. */
export type Columns = { before: readonly number[]; after: readonly number[] };

/** Neighbours of all nodes in one array: those of `node` are `list[start[node]]` up to `list[start[node + 1]]`. */
const adjacency = (nodes: number, from: readonly number[], to: readonly number[]) => {
  const start = new Int32Array(nodes + 1);
  for (const node of from) start[node + 1] = (start[node + 1] ?? 0) + 1;
  for (let node = 0; node < nodes; node += 1) start[node + 1] = (start[node + 1] ?? 0) + (start[node] ?? 0);
  const list = new Int32Array(from.length);
  const next = start.slice();
  for (let edge = 0; edge < from.length; edge += 1) {
    const slot = next[from[edge] ?? 0] ?? 0;
    list[slot] = to[edge] ?? 0;
    next[from[edge] ?? 0] = slot + 1;
  }
  return { start, list };
};

/**
 * Answers whether one node of an acyclic graph can be reached from another.
 *
 * Two labels settle nearly every question at once. *Yes*: every node hangs in a tree under its last predecessor, and
 * its subtree is one interval of tree numbers. *No*: a depth-first finishing order numbers every node above all it
 * reaches, so the interval from the lowest number it reaches to its own encloses the intervals of all it reaches
 * (the labels of GRAIL: Yildirim, Chaoji, Zaki, VLDB 2010). A pair that both leave open is searched, within the same
 * bounds. Labels cost O(nodes + edges).
 */
export const reachabilityIn = (nodes: number, edges: Columns): ((from: number, to: number) => boolean) => {
  const { start, list } = adjacency(nodes, edges.before, edges.after);

  const parent = new Int32Array(nodes).fill(-1);
  for (let edge = 0; edge < edges.after.length; edge += 1) {
    const node = edges.after[edge] ?? 0;
    parent[node] = Math.max(parent[node] ?? -1, edges.before[edge] ?? -1);
  }
  const size = new Int32Array(nodes).fill(1);
  for (let node = nodes - 1; node >= 0; node -= 1) {
    const above = parent[node] ?? -1;
    if (above >= 0) size[above] = (size[above] ?? 0) + (size[node] ?? 0);
  }
  const treeNumber = new Int32Array(nodes);
  const free = new Int32Array(nodes);
  let roots = 0;
  for (let node = 0; node < nodes; node += 1) {
    const above = parent[node] ?? -1;
    const number = above < 0 ? roots : (free[above] ?? 0);
    if (above < 0) roots += size[node] ?? 0;
    else free[above] = number + (size[node] ?? 0);
    treeNumber[node] = number;
    free[node] = number + 1;
  }

  const finished = new Int32Array(nodes).fill(-1);
  const cursor = start.slice(0, nodes);
  const path: number[] = [];
  const entered = new Uint8Array(nodes);
  let finish = 0;
  for (let root = 0; root < nodes; root += 1) {
    if (entered[root] === 1) continue;
    entered[root] = 1;
    path.push(root);
    while (path.length > 0) {
      const node = path[path.length - 1] ?? 0;
      const slot = cursor[node] ?? 0;
      if (slot === start[node + 1]) {
        finished[node] = finish;
        finish += 1;
        path.pop();
        continue;
      }
      cursor[node] = slot + 1;
      const next = list[slot] ?? 0;
      if (entered[next] === 1) continue;
      entered[next] = 1;
      path.push(next);
    }
  }
  const lowest = finished.slice();
  for (let node = nodes - 1; node >= 0; node -= 1) {
    for (let slot = start[node] ?? 0; slot < (start[node + 1] ?? 0); slot += 1)
      lowest[node] = Math.min(lowest[node] ?? 0, lowest[list[slot] ?? 0] ?? 0);
  }

  const surely = (from: number, to: number): boolean => {
    const first = treeNumber[from] ?? 0;
    const number = treeNumber[to] ?? 0;
    return first <= number && number < first + (size[from] ?? 0);
  };
  const maybe = (from: number, to: number): boolean =>
    from < to && (lowest[from] ?? 0) <= (lowest[to] ?? 0) && (finished[to] ?? 0) <= (finished[from] ?? 0);

  const visited = new Int32Array(nodes);
  let question = 0;
  return (from, to) => {
    if (surely(from, to)) return true;
    if (!maybe(from, to)) return false;
    question += 1;
    const open = [from];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (let slot = start[node] ?? 0; slot < (start[node + 1] ?? 0); slot += 1) {
        const next = list[slot] ?? 0;
        if (surely(next, to)) return true;
        if (visited[next] === question || !maybe(next, to)) continue;
        visited[next] = question;
        open.push(next);
      }
    }
    return false;
  };
};
