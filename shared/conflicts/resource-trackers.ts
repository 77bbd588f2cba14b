import { resourceKeysOverlap } from "../contracts/resources.ts";
import type { WorkingStep } from "./working-schedule.ts";

/**
 * Beside this many users, a read of a key that is not known yet counts as a write where anybody writes: those before it
 * are then followed by it alone, and many such reads beside many writes cost edges in their sum, not their product.
 */
const MANY_USERS = 32;

/** One key, or one pattern of keys that are not known yet, and who touched it last. */
type ResourceTracker = {
  readonly key: string;
  readonly unresolved: boolean;
  /** Somebody writes it, or what it may come to name. */
  written: boolean;
  writer: WorkingStep | null;
  /** Since the last write. */
  readers: WorkingStep[];
  /** Other patterns that may come to name the same resource. */
  readonly patterns: ResourceTracker[];
  /** Of a pattern: known keys it may come to name, touched since it was last written. */
  readonly open: Set<ResourceTracker>;
};

const turnOf = (step: WorkingStep | null): number => step?.turn ?? -1;

const latestWriter = (trackers: readonly ResourceTracker[]): WorkingStep | null =>
  trackers.reduce<WorkingStep | null>(
    (latest, { writer }) => (turnOf(writer) > turnOf(latest) ? writer : latest),
    null,
  );

/** Those whom a write of a known key must follow: readers since the last write, else the last writer. */
const lastUsers = (tracker: ResourceTracker): WorkingStep[] => {
  if (tracker.patterns.length === 0 && tracker.readers.length > 0) return tracker.readers;
  const touching = tracker.patterns.length === 0 ? [tracker] : [tracker, ...tracker.patterns];
  const writer = latestWriter(touching);
  const readers = touching.flatMap((touched) => touched.readers.filter(({ turn }) => turn > turnOf(writer)));
  if (readers.length > 0) return readers;
  return writer === null ? [] : [writer];
};

const lastWriters = (tracker: ResourceTracker): WorkingStep[] => {
  const writer = tracker.patterns.length === 0 ? tracker.writer : latestWriter([tracker, ...tracker.patterns]);
  return writer === null ? [] : [writer];
};

/** The same for a pattern: whoever used it, or what it may come to name, since it was last written. */
const lastUsersOfPattern = (pattern: ResourceTracker, reading: boolean): WorkingStep[] => {
  const touching = [pattern, ...pattern.patterns, ...pattern.open];
  const since = touching.flatMap(({ writer, readers }) => {
    const users = reading || readers.length === 0 ? (writer === null ? [] : [writer]) : readers;
    return users.filter(({ turn }) => turn > turnOf(pattern.writer));
  });
  if (since.length > 0) return [...new Set(since)];
  return pattern.writer === null ? [] : [pattern.writer];
};

const note = (tracker: ResourceTracker, step: WorkingStep, writing: boolean): void => {
  if (writing) {
    tracker.writer = step;
    tracker.readers = [];
  } else if (tracker.readers.at(-1) !== step) tracker.readers.push(step);
  if (!tracker.unresolved) for (const pattern of tracker.patterns) pattern.open.add(tracker);
};

/** Whom `step` must follow on one key, if no path orders them yet; notes that `step` has touched it. */
const touch = (tracker: ResourceTracker, step: WorkingStep, access: "read" | "write"): WorkingStep[] => {
  if (!tracker.unresolved) {
    const users = access === "write" ? lastUsers(tracker) : lastWriters(tracker);
    note(tracker, step, access === "write");
    return users;
  }
  const crowded = tracker.open.size >= MANY_USERS || tracker.readers.length >= MANY_USERS;
  const writing = access === "write" || (crowded && tracker.written);
  const users = lastUsersOfPattern(tracker, !writing);
  note(tracker, step, writing);
  if (writing) tracker.open.clear();
  return users;
};

const firstSegment = (key: string): string => key.slice(0, key.includes(":") ? key.indexOf(":") : key.length);

/** Tells patterns and keys of each other. Keys are compared only with patterns that begin alike. */
const introduce = (trackers: readonly ResourceTracker[]): void => {
  const patterns = trackers.filter(({ unresolved }) => unresolved);
  if (patterns.length === 0) return;
  const byStart = Map.groupBy(trackers, ({ key }) => firstSegment(key));
  for (const pattern of patterns) {
    const start = firstSegment(pattern.key);
    for (const tracker of start.includes("*") ? trackers : (byStart.get(start) ?? []))
      if (tracker !== pattern && resourceKeysOverlap(pattern, tracker)) {
        tracker.patterns.push(pattern);
        pattern.written ||= tracker.written;
      }
  }
};

const trackersOf = (order: readonly WorkingStep[]): Map<string, ResourceTracker> => {
  const trackers = new Map<string, ResourceTracker>();
  for (const { resources } of order) {
    for (const { key, unresolved, access } of resources) {
      const tracker = trackers.get(key);
      const written = access === "write";
      if (tracker !== undefined) tracker.written ||= written;
      else trackers.set(key, { key, unresolved, written, writer: null, readers: [], patterns: [], open: new Set() });
    }
  }
  introduce([...trackers.values()]);
  return trackers;
};

/** Two steps that touch `keys`, one of them writing: `after` comes later. */
export type SharedUse = { before: WorkingStep; after: WorkingStep; keys: string[] };

/**
 * Neighbours in the use of each resource, in the order given: a write and what was read or written since the write
 * before it, a read and the write before it. Ordering these orders every two steps that touch one resource with a
 * write, so there are at most about as many as there are uses.
 */
export const neighboursInUse = (order: readonly WorkingStep[]): SharedUse[] => {
  const trackers = trackersOf(order);
  const found: SharedUse[] = [];
  for (const after of order) {
    if (after.resources.length === 0) continue;
    let own: Map<WorkingStep, SharedUse> | undefined;
    for (const { key, access } of after.resources) {
      const tracker = trackers.get(key);
      // A resource that nobody writes is nobody's conflict.
      if (tracker === undefined || !(tracker.written || tracker.patterns.length > 0)) continue;
      for (const before of touch(tracker, after, access)) {
        if (before === after) continue;
        own ??= new Map();
        const use = own.get(before);
        if (use === undefined) own.set(before, { before, after, keys: [key] });
        else if (!use.keys.includes(key)) use.keys.push(key);
      }
    }
    if (own !== undefined) for (const use of own.values()) found.push(use);
  }
  return found;
};
