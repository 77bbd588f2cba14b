import type { Sketch } from "./executions.ts";

/**
 * The executions that random schedules are made of: small plans that meet at few things, so that they get in each
 * other's way.
 */
export const SKETCHES: readonly Sketch[] = [
  {
    name: "look, then change",
    plans: [
      [
        { id: "s1", tool: "look", thing: "a" },
        { id: "s2", tool: "put_asked_about", thing: "a", after: ["s1"] },
      ],
    ],
  },
  {
    name: "change, then something irreversible that depends on it",
    plans: [
      [
        { id: "s1", tool: "put_with_key", thing: "a" },
        { id: "s2", tool: "make", thing: "b", after: ["s1"] },
      ],
    ],
  },
  {
    name: "three that have nothing to do with each other",
    plans: [
      [
        { id: "s1", tool: "put_asked_about", thing: "a" },
        { id: "s2", tool: "put_opaque", thing: "b" },
        { id: "s3", tool: "send", thing: "c" },
      ],
    ],
  },
  {
    name: "a result that feeds an argument",
    plans: [
      [
        { id: "s1", tool: "put_opaque", thing: "a" },
        { id: "s2", tool: "put_with_key", thing: "b", from: "s1" },
        { id: "s3", tool: "put_asked_about", thing: "c", from: "s1" },
      ],
    ],
  },
  {
    name: "one thing, two agents",
    plans: [
      [{ id: "s1", tool: "put_with_key", thing: "a", value: "one" }],
      [{ id: "s1", tool: "put_asked_about", thing: "a", value: "two", agent: "agent_2" }],
    ],
  },
  {
    name: "the same mail twice",
    plans: [
      [{ id: "s1", tool: "send", thing: "a", value: "mail" }],
      [
        { id: "s1", tool: "send", thing: "a", value: "mail", agent: "agent_2" },
        { id: "s2", tool: "put_with_key", thing: "b", after: ["s1"], agent: "agent_2" },
      ],
    ],
  },
  {
    name: "a chain that is undone backwards",
    plans: [
      [
        { id: "s1", tool: "put_with_key", thing: "a" },
        { id: "s2", tool: "put_with_key", thing: "b", after: ["s1"] },
        { id: "s3", tool: "put_opaque", thing: "c", after: ["s2"] },
        { id: "s4", tool: "put_asked_about", thing: "d", after: ["s3"] },
      ],
    ],
  },
  {
    name: "more than one may do at once",
    plans: [
      [
        { id: "s1", tool: "make", thing: "a" },
        { id: "s2", tool: "make", thing: "b" },
        { id: "s3", tool: "put_asked_about", thing: "c" },
        { id: "s4", tool: "put_asked_about", thing: "d" },
      ],
    ],
  },
  {
    name: "mails up to the limit of their service",
    plans: [
      [
        { id: "s1", tool: "send", thing: "a" },
        { id: "s2", tool: "send", thing: "b" },
        { id: "s3", tool: "send", thing: "c" },
      ],
    ],
  },
  {
    name: "one that may not go LIVE, and what follows it",
    plans: [
      [
        { id: "s1", tool: "put_asked_about", thing: "a", confidence: 0.7 },
        { id: "s2", tool: "put_with_key", thing: "b", after: ["s1"] },
        { id: "s3", tool: "look", thing: "c" },
      ],
    ],
  },
  {
    name: "little time, and much that takes some",
    deadline_seconds: 90,
    plans: [
      [
        { id: "s1", tool: "put_asked_about", thing: "a" },
        { id: "s2", tool: "put_with_key", thing: "b", after: ["s1"] },
        { id: "s3", tool: "put_opaque", thing: "c" },
      ],
      [{ id: "s1", tool: "put_with_key", thing: "a", agent: "agent_2" }],
    ],
  },
  {
    name: "what another tool undoes, and a key that is soon forgotten",
    plans: [
      [
        { id: "s1", tool: "put_cleared", thing: "a" },
        { id: "s2", tool: "put_cleared", thing: "b" },
        { id: "s3", tool: "put_soon_forgotten", thing: "c", after: ["s1", "s2"] },
        { id: "s4", tool: "put_opaque", thing: "d", after: ["s3"] },
      ],
    ],
  },
];
