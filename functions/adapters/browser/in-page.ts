import type { Json, JsonObject } from "../../../shared/plan/json.ts";

/** As much of an element in a browser as is looked at. The functions of this file run in the page. */
export type PageNode = {
  readonly tagName: string;
  readonly id: string;
  readonly type?: string;
  readonly value?: string;
  readonly checked?: boolean;
  readonly isContentEditable?: boolean;
  readonly innerText?: string;
  readonly labels?: ArrayLike<PageNode> | null;
  readonly childNodes: ArrayLike<{ readonly nodeName: string; readonly textContent: string | null }>;
  readonly ownerDocument: { querySelectorAll(selector: string): ArrayLike<PageNode> };
  readonly parentElement: PageNode | null;
  readonly children: ArrayLike<PageNode>;
  getAttribute(name: string): string | null;
  closest(selector: string): PageNode | null;
};

export type NodeFacts = { readonly place: string; readonly value: Json };

/** The value of a field as a person sees it, and the part of the page around it. */
export const nodeFacts = (node: PageNode): NodeFacts => {
  const around = node.closest("dialog,[role=dialog],form,fieldset,main,nav,header,footer,aside,section");
  const label = around?.getAttribute("aria-label") ?? around?.getAttribute("name") ?? around?.id ?? "";
  const kind = around?.getAttribute("role") ?? around?.tagName.toLowerCase() ?? "";
  const place = around === null ? "" : label === "" ? kind : `${kind} "${label}"`;
  const tag = node.tagName.toLowerCase();
  if (node.type === "password") return { place, value: "(hidden)" };
  if (node.type === "checkbox" || node.type === "radio") return { place, value: node.checked === true };
  if (tag === "input" || tag === "textarea" || tag === "select") return { place, value: node.value ?? "" };
  return { place, value: node.isContentEditable === true ? (node.innerText ?? "") : null };
};

/** Everything that can be acted on, each under the selector that finds it again. */
export const actionable = (nodes: readonly PageNode[]): JsonObject[] => {
  const selectorOf = (node: PageNode): string => {
    const alone = (selector: string): boolean => node.ownerDocument.querySelectorAll(selector).length === 1;
    const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
    if (/^[A-Za-z][\w-]*$/.test(node.id) && alone(`#${node.id}`)) return `#${node.id}`;
    const tag = node.tagName.toLowerCase();
    const name = node.getAttribute("name");
    if (name !== null && alone(`${tag}[name=${quoted(name)}]`)) return `${tag}[name=${quoted(name)}]`;
    const parent = node.parentElement;
    if (parent === null) return tag;
    const place = Array.from(parent.children).indexOf(node) + 1;
    return `${selectorOf(parent)} > ${tag}:nth-child(${place})`;
  };
  // A select inside of its label is not part of what it is called.
  const ownText = ({ childNodes }: PageNode): string =>
    Array.from(childNodes, ({ nodeName, textContent }) =>
      nodeName === "SELECT" || nodeName === "TEXTAREA" ? "" : textContent,
    ).join("");
  const text = (given: string | null | undefined): string => (given ?? "").replaceAll(/\s+/g, " ").trim().slice(0, 200);
  return nodes
    .filter((node) => node.type !== "hidden")
    .slice(0, 200)
    .map((node) => {
      const tag = node.tagName.toLowerCase();
      const isButton = tag === "button" || node.type === "submit" || node.type === "button";
      const kind = tag === "a" ? "link" : isButton ? "button" : "field";
      const labels = Array.from(node.labels ?? [], ownText).join(" ");
      const named = node.getAttribute("aria-label") ?? (kind === "field" ? labels : (node.innerText ?? node.value));
      const label = text(named) || text(node.getAttribute("placeholder")) || text(node.getAttribute("name"));
      if (kind !== "field") return { selector: selectorOf(node), kind, label };
      const ticked = node.type === "checkbox" || node.type === "radio";
      const held = ticked ? node.checked === true : (node.value ?? "");
      const value = node.type === "password" ? "(hidden)" : held;
      return { selector: selectorOf(node), kind, label, value };
    });
};
