import type { CallReply } from "../api.ts";

/**
 * A call whose end has not come here: how it was last known, or the key under which it was sent where no answer to that
 * came at all.
 */
export type OpenCall = { readonly known: CallReply } | { readonly key: string };

type Kept = { readonly open: OpenCall; readonly since: number };

/** As Buddy keeps an end that nobody was told. A call that is proposed later than that is another, to the same effect. */
const KEPT_MS = 24 * 3_600_000;

/** Ten times as many as may wait of one agent at once. */
const MOST = 10_000;

/**
 * The calls of one list of tools whose end has not come here, each by what makes two calls the same. The answer that tells
 * an end may be lost on its way, and Buddy takes it for told: the same call is answered for that one where it says which
 * it goes on with, and would be a new one else.
 */
export class OpenCalls {
  private readonly kept = new Map<string, Kept>();
  private readonly wasToldEnd: (call_id: string) => boolean;

  /** @param wasToldEnd whether the program was told the end of a call otherwise, as by a tool that asks by its id */
  constructor(wasToldEnd: (call_id: string) => boolean = () => false) {
    this.wasToldEnd = wasToldEnd;
  }

  get(same: string): OpenCall | undefined {
    const kept = this.kept.get(same);
    if (kept === undefined || !("known" in kept.open)) return kept?.open;
    const { open, since } = kept;
    const isOver = Date.now() - since >= KEPT_MS || this.wasToldEnd(open.known.call_id);
    return isOver ? undefined : open;
  }

  /** From now on; those that were left longest are dropped where there are too many. */
  keep(same: string, open: OpenCall): void {
    this.kept.delete(same);
    this.kept.set(same, { open, since: Date.now() });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MOST) break;
      this.kept.delete(oldest);
    }
  }

  /** `asked`: what was kept when its end was asked for. Another who was told since that it waits is still to be told that. */
  ended(same: string, asked: OpenCall | undefined): void {
    if (this.kept.get(same)?.open === asked) this.kept.delete(same);
  }
}
