import { useEffect, useState } from "preact/hooks";
import { inWords } from "../../shared/shown/words.ts";

const here = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const utc = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** A moment in the reader's zone, with UTC beside it: records and colleagues speak of that. */
export const Moment = ({ at }: { readonly at: string }) => {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>{at}</span>;
  return (
    <time dateTime={at} title={at}>
      {here.format(date)} <span class="utc">{utc.format(date)} UTC</span>
    </time>
  );
};

/** Milliseconds now, anew every so many seconds. */
export const useNow = (seconds: number): number => {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), seconds * 1_000);
    return () => clearInterval(timer);
  }, [seconds]);
  return now;
};

const SOON_SECONDS = 3_600;

/** Time left of so many seconds that were left at `since`; null: there is no end. */
export const Left = ({ seconds, since }: { readonly seconds: number | null; readonly since: number }) => {
  const [hurries, setHurries] = useState(false);
  const now = useNow(hurries ? 1 : 20);
  const left = Math.max(0, (seconds ?? Number.POSITIVE_INFINITY) - (Math.max(now, since) - since) / 1_000);
  // Hours are told in minutes: hundreds of them need not be looked at every second.
  const isSoon = left < SOON_SECONDS;
  useEffect(() => setHurries(isSoon), [isSoon]);
  if (seconds === null) return <span class="left">never expires</span>;
  return <span class={isSoon ? "left soon" : "left"}>{left === 0 ? "over" : `${inWords(left)} left`}</span>;
};
