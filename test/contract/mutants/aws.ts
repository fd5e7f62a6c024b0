import { frozenTime, type Mutant } from "./mutant.ts";

export const awsMutants: readonly Mutant[] = [frozenTime];
