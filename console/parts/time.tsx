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

/** Time left of so many seconds that were left at `since`; null: there is no end. */
export const Left = ({ seconds, since }: { readonly seconds: number | null; readonly since: number }) => {
  const now = useNow(1);
  if (seconds === null) return <span class="left">never expires</span>;
  const left = Math.max(0, seconds - (now - since) / 1_000);
  return <span class={left < 3_600 ? "left soon" : "left"}>{left === 0 ? "over" : `${inWords(left)} left`}</span>;
};
