import { useEffect } from "preact/hooks";

/** Parts of a page that a screen reader names. */
const PART = "section, dialog, main";

/**
 * An act may take away what keys went to: a button that is done with, a row, a page. They go to the nearest part around
 * it then, which a screen reader names, and the Tab key goes on from there instead of from the page's beginning.
 */
export const useKeptFocus = (): void =>
  useEffect(() => {
    let around: readonly HTMLElement[] = [];
    const came = ({ target }: FocusEvent): void => {
      const found: HTMLElement[] = [];
      for (let each = target instanceof HTMLElement ? target : null; each !== null; each = each.parentElement)
        found.push(each);
      around = found;
    };
    /** A click beside everything leaves it on purpose; of an element that is taken away the browser may tell before it is gone. */
    const left = ({ target }: FocusEvent): void => {
      setTimeout(() => {
        if (around[0] === target && around[0]?.isConnected === true) around = [];
      });
    };
    const observer = new MutationObserver(() => {
      if (around.length === 0 || around[0]?.isConnected === true || document.activeElement !== document.body) return;
      const part = around.find((each) => each.isConnected && each.matches(PART));
      around = [];
      if (part === undefined) return;
      part.tabIndex = -1;
      part.focus({ preventScroll: true });
    });
    document.addEventListener("focusin", came);
    document.addEventListener("focusout", left);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", came);
      document.removeEventListener("focusout", left);
      observer.disconnect();
    };
  }, []);
