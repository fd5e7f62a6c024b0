import { frozenTime, type Mutant } from "./mutant.ts";

export const gcpMutants: readonly Mutant[] = [frozenTime];
