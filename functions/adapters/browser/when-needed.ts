import type { KeptPages } from "./chromium-pages.ts";

/** Pages of a browser that is loaded and started when one is first opened: who opens none never pays for it. */
export const pagesWhenNeeded = (load: () => Promise<KeptPages>): KeptPages => {
  let loaded: Promise<KeptPages> | undefined;
  const pages = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    look: async (...asked) => (await pages()).look(...asked),
    lookToAct: async (...asked) => (await pages()).lookToAct(...asked),
    act: async (...asked) => (await pages()).act(...asked),
    recall: async (...asked) => (loaded === undefined ? undefined : (await loaded).recall(...asked)),
    closeAll: async () => {
      if (loaded !== undefined) await (await loaded).closeAll();
    },
    stop: async () => {
      if (loaded !== undefined) await (await loaded).stop();
    },
  };
};
