/** An element, as much of it as is looked at here. The functions of this file run in the page. */
export type ShownNode = {
  readonly tagName: string;
  readonly isConnected: boolean;
  readonly value?: unknown;
  readonly innerText?: string;
  readonly textContent: string | null;
  checkVisibility(options: { readonly visibilityProperty: true }): boolean;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): { readonly width: number; readonly height: number };
  getRootNode(): unknown;
  matches(selector: string): boolean;
  querySelectorAll(selector: string): ArrayLike<ShownNode>;
};

/** Under which name the page keeps what stood, and where the elements were found by a selector, that one. */
export type Keeping = { readonly name: string; readonly selector: string | null };

type Mutation = { readonly addedNodes: ArrayLike<ShownNode & { readonly nodeType: number }> };
type Observer = { observe(root: unknown, options: object): void; disconnect(): void };
type PageWindow = {
  readonly document: unknown;
  readonly MutationObserver: new (work: (mutations: readonly Mutation[]) => void) => Observer;
};
/** Tells whether one of the elements that are shown by now was not there all the time as it is. */
type Standing = { readonly came: (shown: readonly ShownNode[]) => boolean; readonly forget: () => void };

/**
 * From now on the page watches the elements that stand there, as a person does: whether one goes, is hidden or says
 * something else, be it for a moment. One that is drawn again as it was, in one go, has stood there all the time.
 * @returns how many stand there
 */
export const watchStanding = (nodes: readonly ShownNode[], { name, selector }: Keeping): number => {
  type Mark = {
    node: ShownNode;
    changed: boolean;
    readonly said: string;
    readonly seen: boolean;
    readonly fits: boolean;
  };
  const page = globalThis as unknown as PageWindow & { [name: string]: Standing | undefined };
  page[name]?.forget();
  delete page[name];
  if (nodes.length === 0) return 0;

  const said = (node: ShownNode): string => {
    const held = typeof node.value === "string" ? node.value : "";
    return [held, node.innerText ?? node.textContent, node.getAttribute("aria-label")].join("\n").trim();
  };
  const isSeen = (node: ShownNode): boolean => {
    const { width, height } = node.getBoundingClientRect();
    return width > 0 && height > 0 && node.checkVisibility({ visibilityProperty: true });
  };
  const isMeant = (node: ShownNode): boolean => {
    try {
      return selector !== null && node.matches(selector);
    } catch {
      // A selector of the library's own.
      return false;
    }
  };
  const marks = nodes.map((node): Mark => {
    return { node, changed: false, said: said(node), seen: isSeen(node), fits: isMeant(node) };
  });
  const isHeir = ({ node, said: words }: Mark, other: ShownNode): boolean =>
    other.tagName === node.tagName && said(other) === words && !marks.some((mark) => mark.node === other);
  const check = (added: readonly ShownNode[]): void => {
    for (const mark of marks) {
      if (mark.changed) continue;
      const { node, seen, fits } = mark;
      if (node.isConnected) {
        mark.changed = said(node) !== mark.said || (seen && !isSeen(node)) || (fits && !isMeant(node));
        continue;
      }
      const heir = added
        .flatMap((each) => [each, ...Array.from(each.querySelectorAll("*"))])
        .find((other) => other.isConnected && isHeir(mark, other));
      if (heir === undefined) mark.changed = true;
      else mark.node = heir;
    }
  };
  const observer = new page.MutationObserver((mutations) =>
    check(mutations.flatMap(({ addedNodes }) => Array.from(addedNodes).filter(({ nodeType }) => nodeType === 1))),
  );
  for (const root of new Set([page.document, ...nodes.map((node) => node.getRootNode())])) {
    observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
  }
  const came = (shown: readonly ShownNode[]): boolean => {
    check([]);
    return shown.some((node) => {
      const mark = marks.find((each) => each.node === node);
      // One that was emptied has not said anything yet.
      return mark === undefined || (mark.changed && (said(node) !== "" || mark.said === ""));
    });
  };
  const kept: Standing = { came, forget: () => observer.disconnect() };
  Object.defineProperty(page, name, { value: kept, configurable: true });
  return nodes.length;
};

/** Whether one of the elements came since: any of them where the page keeps nothing, as another page does. */
export const cameSince = (shown: readonly ShownNode[], name: string): boolean => {
  const page = globalThis as unknown as { readonly [name: string]: Standing | undefined };
  const kept = page[name];
  const came = shown.length > 0 && (kept?.came(shown) ?? true);
  if (came) kept?.forget();
  return came;
};
