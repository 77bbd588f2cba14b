import type { ComponentChildren } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

const MOVED = "console:moved";

/** Goes to a place of the console without loading the page anew, which would forget who signed in. */
export const go = (href: string, replace = false): void => {
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  dispatchEvent(new Event(MOVED));
};

const addressNow = (): string => location.pathname + location.search;

/** Path and query of the place that is shown. */
export const useAddress = (): string => {
  const [address, setAddress] = useState(addressNow());
  // Before the links can be clicked: an effect would run after the page is painted, and a click in between be lost.
  useLayoutEffect(() => {
    const moved = (): void => setAddress(addressNow());
    addEventListener(MOVED, moved);
    addEventListener("popstate", moved);
    return () => {
      removeEventListener(MOVED, moved);
      removeEventListener("popstate", moved);
    };
  }, []);
  return address;
};

type LinkProps = {
  readonly href: string;
  readonly class?: string;
  readonly current?: boolean;
  readonly id?: string;
  readonly children: ComponentChildren;
};

/** A link inside the console. With a key held, or another button, the browser does what it does with links. */
export const Link = ({ href, current = false, children, ...rest }: LinkProps) => (
  <a
    href={href}
    aria-current={current ? "page" : undefined}
    onClick={(event) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      go(href);
    }}
    {...rest}
  >
    {children}
  </a>
);
