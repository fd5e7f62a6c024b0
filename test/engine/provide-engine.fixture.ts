/** Provides the engine in the environment of this process. */

import { provideEngine } from "../../engine/engine.js";
import { cacheFolder } from "../../setup/cache.js";
import { progressOn } from "../../setup/progress.js";

await provideEngine({ env: process.env, cache: cacheFolder(), progress: progressOn(process.stderr) });
