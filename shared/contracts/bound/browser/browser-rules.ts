import { pointerTo } from "../../../plan/json-pointer.ts";
import { quoted } from "../../../plan/suggestion.ts";
import type { Violation } from "../../../plan/violation.ts";
import { isAllowedHost, isLoopbackHost, readHost } from "../../binding/allowed-hosts.ts";
import type { Reach } from "../../binding/binding.ts";
import { type BrowserBinding, isActing } from "../../binding/browser/browser-binding.ts";
import { readAddress, referencesOf } from "../../binding/http/address.ts";
import { mayBeMissing } from "../../binding/known-arguments.ts";
import { type ToolContractInput, writes } from "../../tool-contract.ts";
import { type PlacedTemplate, referenceFault, referenceFaults, templateFaults } from "../declared-requests.ts";
import { type Found, lookUpFaults, named, when } from "../faults.ts";
import { addressesOf, elementsOf, visitsOf } from "./browser-parts.ts";

type Rule = (contract: ToolContractInput, binding: BrowserBinding) => Found;

const KNOWS = ["$arg", "$key"] as const;

const templatesOf = (binding: BrowserBinding): PlacedTemplate[] => [
  ...elementsOf(binding).flatMap(({ at, element }) =>
    (["name", "label", "selector"] as const).flatMap((part) => {
      const template = element[part];
      return template === undefined ? [] : [{ at: `${at}/${part}`, template, knows: KNOWS }];
    }),
  ),
  ...visitsOf(binding).flatMap(({ at, actions }) =>
    actions.flatMap((action, index) =>
      "fill" in action ? [{ at: `${at}/${index}/value`, template: action.value, knows: KNOWS }] : [],
    ),
  ),
  ...visitsOf(binding).flatMap(({ at, actions }) =>
    actions.flatMap((action, index) =>
      "screenshot" in action ? [{ at: `${at}/${index}/screenshot`, template: action.screenshot, knows: KNOWS }] : [],
    ),
  ),
  ...(["happened_when", "did_not_happen_when"] as const).flatMap((part) => {
    const template = binding.look_up?.[part]?.equals;
    return template === undefined ? [] : [{ at: `/binding/look_up/${part}/equals`, template, knows: KNOWS }];
  }),
];

/** Every rule about a browser binding by its name, which is the `rule` of its violations. */
const BROWSER_RULES = {
  binding_hosts: (_contract, { hosts }) =>
    hosts.flatMap((host, index) => {
      const read = readHost(host);
      return read.ok ? [] : [{ path: `/binding/hosts/${index}`, message: `host ${quoted(host)} ${read.refusal}` }];
    }),

  binding_url: (_contract, binding) =>
    addressesOf(binding).flatMap(({ at, url }) => {
      if (typeof url !== "string") return [];
      const address = readAddress(url);
      return address.ok ? [] : [{ path: at, message: `address ${quoted(url)} ${address.refusal}` }];
    }),

  binding_host: (_contract, binding) =>
    addressesOf(binding).flatMap(({ at, url }) => {
      const address = typeof url === "string" ? readAddress(url) : undefined;
      if (address === undefined || !address.ok || binding.hosts.includes(address.value.host)) return [];
      const hosts = binding.hosts.join(", ");
      return [
        {
          path: at,
          message: `reaches ${quoted(address.value.host)}, which is not among the binding's hosts (${hosts})`,
        },
      ];
    }),

  binding_https: (_contract, binding) =>
    addressesOf(binding).flatMap(({ at, url }) => {
      const address = typeof url === "string" ? readAddress(url) : undefined;
      if (address === undefined || !address.ok || address.value.secure || isLoopbackHost(address.value.host)) return [];
      return [{ path: at, message: "must begin with https://; http:// is for this machine itself (localhost) only" }];
    }),

  binding_element: (_contract, binding) =>
    elementsOf(binding).flatMap(({ at, element }) => [
      ...when(
        [element.role, element.label, element.selector].filter((part) => part !== undefined).length !== 1,
        at,
        "is found in one way: by role (with the name that people read), by label, or by selector",
      ),
      ...when(element.name !== undefined && element.role === undefined, `${at}/name`, "goes with a role"),
      ...(["name", "label", "selector"] as const).flatMap((part) =>
        when(
          element[part] === "" || ["number", "boolean"].includes(typeof element[part]) || element[part] === null,
          `${at}/${part}`,
          'must be text, or a place that holds text, such as {"$arg": "/selector"}',
        ),
      ),
    ]),

  binding_template: (_contract, binding) => templatesOf(binding).flatMap(templateFaults),

  binding_reference: (contract, binding) => [
    ...templatesOf(binding).flatMap((placed) => referenceFaults(contract, placed)),
    ...addressesOf(binding).flatMap(({ at, url, knows }) => {
      if (typeof url !== "string") {
        const fault = referenceFault(contract, knows, { source: "$arg", pointer: url.$arg });
        return fault === undefined ? [] : [{ path: at, message: fault }];
      }
      const address = readAddress(url);
      if (!address.ok) return [];
      return referencesOf(address.value).flatMap(({ reference, needed }) => {
        const fault = referenceFault(contract, knows, reference);
        if (fault !== undefined) return [{ path: at, message: fault }];
        if (!needed || reference.source !== "$arg" || !mayBeMissing(contract.input_schema, reference.pointer))
          return [];
        return [
          {
            path: at,
            message: `its path needs argument ${quoted(reference.pointer)}: make it required in input_schema`,
          },
        ];
      });
    }),
  ],

  binding_actions: (contract, { actions, look_up }) => [
    ...when(
      writes(contract) && !actions.some(isActing),
      "/binding/actions",
      "do nothing to the page: a tool that acts fills or clicks something; one that only reads is LOW",
    ),
    ...(writes(contract) ? [] : actions).flatMap((action, index) =>
      when(isActing(action), `/binding/actions/${index}`, "acts on the page, and the tool only reads"),
    ),
    ...(look_up?.actions ?? []).flatMap((action, index) =>
      when(isActing(action), `/binding/look_up/actions/${index}`, "acts on the page: a look-up only reads"),
    ),
    ...[
      { at: "/binding/actions", named: actions },
      { at: "/binding/look_up/actions", named: look_up?.actions ?? [] },
    ].flatMap(({ at, named }) => {
      const names = named.map((action) => ("as" in action ? action.as : undefined));
      return names.flatMap((name, index) =>
        when(name !== undefined && names.indexOf(name) < index, pointerTo(at, index), `brings ${name} a second time`),
      );
    }),
  ],

  binding_undo: ({ compensation }, { actions, done_when }) =>
    compensation !== "adapter"
      ? []
      : [
          ...actions.flatMap((action, index) =>
            when(
              "click" in action,
              `/binding/actions/${index}`,
              'cannot be undone on the page: name the tool that undoes it in compensation, or set it to "none"',
            ),
          ),
          ...when(
            done_when !== undefined,
            "/binding/done_when",
            "is for what the page does afterwards, which putting values back does not undo",
          ),
        ],

  binding_resolution: (contract, { look_up, actions }) => {
    const fills = actions.every((action) => !("click" in action));
    return [
      ...when(
        contract.outcome_resolution === "IDEMPOTENT_KEY" && writes(contract),
        "/outcome_resolution",
        "a page knows no idempotency key: QUERYABLE with a look_up, or OPAQUE",
      ),
      ...lookUpFaults(contract, look_up !== undefined, fills),
    ];
  },

  binding_of_a_read: (contract, { look_up, done_when }) =>
    writes(contract)
      ? []
      : Object.entries({ look_up, done_when }).flatMap(([name, part]) =>
          when(part !== undefined, `/binding/${name}`, "a tool that only reads has its actions and nothing else"),
        ),
} as const satisfies Record<string, Rule>;

/** Hosts that a contract names and the deployment does not let its tools reach; and whether it has browsers at all. */
const reachFaults = ({ hosts }: BrowserBinding, { allowed_hosts, browser }: Reach): Found => [
  ...when(
    browser === false,
    "/binding/kind",
    "pages are opened by Buddy on one machine only: a deployment has no browser; bind the tool to a worker that has one",
  ),
  ...hosts.flatMap((host, index) =>
    when(
      !isAllowedHost(host, allowed_hosts),
      pointerTo("/binding/hosts", index),
      `this deployment's tools may not reach ${quoted(host)}: an operator allows it (allowed_hosts; on one machine buddy start --allow-host ${host})`,
    ),
  ),
];

/** Everything that keeps a `browser` binding from ever being right. `reach`: as of `bindingViolations`. */
export const browserFaults = (contract: ToolContractInput, binding: BrowserBinding, reach?: Reach): Violation[] => {
  return [
    ...Object.entries(BROWSER_RULES).flatMap(([rule, of]) => named(rule, of(contract, binding))),
    ...(reach === undefined ? [] : named("binding_allowed_hosts", reachFaults(binding, reach))),
  ];
};
