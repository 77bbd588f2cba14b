import { useEffect, useState } from "preact/hooks";

/** In one go so many are put on the page: what is in view comes first, and nobody waits for what is not. */
const AT_ONCE = 40;

/** Acts of a person meanwhile go first. */
const PAUSE_MS = 30;

/** How many of `count` are put on the page by now: some at once, more in turns between which the page answers. */
export const useGrowing = (count: number): number => {
  const [limit, setLimit] = useState(AT_ONCE);
  useEffect(() => {
    if (limit >= count) return undefined;
    const timer = setTimeout(() => setLimit(limit + AT_ONCE), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [limit, count]);
  return limit;
};
