import type { JsonObject } from "../../../shared/plan/json.ts";
import { person } from "./people.ts";
import { COLLECTIONS } from "./world.ts";

export type Seed = { readonly collection: string; readonly id: string; readonly value: JsonObject };

/** The page that page tools mean when the plan names none. */
export const START_PAGE = "https://app.example.com/signup";

/** The field and the button on it that page tools mean when the plan names none. */
export const START_FIELD = "#email";
export const START_BUTTON = "#next";

/** An element's record: page and selector, which is unique on its page. No URL contains the space between them. */
export const elementId = (url: string, selector: string): string => `${url} ${selector}`;

const STAGES = ["lead", "qualified", "proposal", "customer"] as const;

/** Contacts c1, c2, ... of the CRM. */
export const ghlContacts = (count: number): Seed[] =>
  numbers(count).map((n) => ({
    collection: COLLECTIONS.ghlContacts,
    id: `c${n}`,
    value: { contact_id: `c${n}`, ...person(n), stage: STAGES[n % STAGES.length] ?? "lead", tags: ["newsletter"] },
  }));

/** Candidates m1, m2, ...: other people than the CRM's, apart from the first three, whom both know. */
export const mployerContacts = (count: number): Seed[] =>
  numbers(count).map((n) => ({
    collection: COLLECTIONS.mployerContacts,
    id: `m${n}`,
    value: { contact_id: `m${n}`, ...person(n <= 3 ? n : n + 1_000), status: n % 2 === 0 ? "active" : "paused" },
  }));

type Element = { selector: string; kind: "field" | "button" | "action"; label: string };

const PAGES: readonly { url: string; title: string; text: string; elements: readonly Element[] }[] = [
  {
    url: START_PAGE,
    title: "Create your account",
    text: "Create your account. We send one confirmation mail; the trial ends by itself after 30 days.",
    elements: [
      { selector: "#name", kind: "field", label: "Full name" },
      { selector: "#email", kind: "field", label: "Work email" },
      { selector: "#company", kind: "field", label: "Company" },
      { selector: "#phone", kind: "field", label: "Phone" },
      { selector: "#next", kind: "button", label: "Next" },
      { selector: "#submit", kind: "button", label: "Create account" },
    ],
  },
  {
    url: "https://app.example.com/billing",
    title: "Billing",
    text: "Team plan, 12 seats. The next invoice over 348.00 USD is due on the first of the month.",
    elements: [
      { selector: "#seats", kind: "field", label: "Seats" },
      { selector: "#coupon", kind: "field", label: "Coupon" },
      { selector: "#save", kind: "button", label: "Save changes" },
      { selector: "#pay", kind: "action", label: "Pay now" },
      { selector: "#cancel-plan", kind: "action", label: "Cancel plan" },
    ],
  },
];

export const pages = (): Seed[] =>
  PAGES.flatMap(({ url, title, text, elements }) => [
    { collection: COLLECTIONS.pages, id: url, value: { url, title, text } },
    ...elements.map(({ selector, kind, label }) => ({
      collection: COLLECTIONS.elements,
      id: elementId(url, selector),
      value: { url, selector, kind, label, ...(kind === "field" ? { value: "" } : { clicks: 0 }) },
    })),
  ]);

const MEMORY = [
  "Benedikt Lindner prefers mail to phone calls and answers before nine in the morning.",
  "The onboarding mail goes out only after the contract is countersigned.",
  "Bluebird Logistics asked for invoices in euros, net 30.",
  "Signup form: the company field must match the legal name.",
  "Harbour Fitness paused their campaign until September.",
] as const;

export const memory = (): Seed[] =>
  MEMORY.map((text, index) => ({
    collection: COLLECTIONS.memory,
    id: `mem${index + 1}`,
    value: { memory_id: `mem${index + 1}`, text },
  }));

const GOALS = [
  { title: "Bring 20 qualified leads into the CRM this month", status: "active", progress: 0.55 },
  { title: "Answer every inbound mail within one working day", status: "active", progress: 0.9 },
  { title: "Clean up duplicate contacts", status: "done", progress: 1 },
] as const;

export const goals = (): Seed[] =>
  GOALS.map((goal, index) => ({
    collection: COLLECTIONS.goals,
    id: `g${index + 1}`,
    value: { goal_id: `g${index + 1}`, ...goal },
  }));

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
