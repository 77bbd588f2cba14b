import { playSeed } from "./schedule.ts";

const n = Number(process.argv[2] ?? 100),
  s = Number(process.argv[3] ?? 1),
  traced = process.argv[4] === "trace";
const t = performance.now();
const found = new Map<string, number[]>();
let turns = 0;
for (let i = 0; i < n; i++) {
  const played = await playSeed(s + i, { traced });
  turns += played.turns;
  if (traced) console.log(played.trace.join("\n"));
  if (played.failure) {
    const w = String(played.failure).split(":").slice(0, 2).join(":");
    if (traced) console.log(played.failure);
    const key = w.replace(/x\d|s\d|#\d+|\d+/g, "_");
    found.set(key, [...(found.get(key) ?? []), s + i]);
    if ((found.get(key)?.length ?? 0) === 1) console.log(s + i, String(played.failure));
  }
}
console.log(n, "schedules", turns / n, "turns each", ((performance.now() - t) / n).toFixed(2), "ms each");
for (const [k, v] of found) console.log(v.length, k, v.slice(0, 8).join(","));
