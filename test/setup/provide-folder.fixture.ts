/** Provides a folder: `FOLDER LOG MILLISECONDS`. Filling it takes that long and appends a line to the log. */

import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { provideFolder } from "../../setup/cache.js";

const [folder = "", log = "", milliseconds = ""] = process.argv.slice(2);

await provideFolder(folder, {
  what: "a folder",
  bytes: 1,
  progress: { step: () => {}, update: () => {}, note: () => {} },
  async fill(partial) {
    appendFileSync(log, `${process.pid}\n`);
    writeFileSync(join(partial, "first"), "one");
    await sleep(Number(milliseconds));
    writeFileSync(join(partial, "second"), "two");
    return { files: ["first", "second"], about: { made: "by the fixture" } };
  },
});
