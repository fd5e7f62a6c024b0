import { UnsupportedArtefact } from "../../interpreter.ts";

/** A stage, as far as documents refer to its variables. */
export interface StageScope {
  readonly stageVariables: Readonly<Record<string, string>>;
}

/**
 * Returns the value of a stage variable.
 * @throws UnsupportedArtefact when the stage has no such variable
 */
export function stageVariable(name: string, place: string, { stageVariables }: StageScope): string {
  const value = Object.hasOwn(stageVariables, name) ? stageVariables[name] : undefined;
  if (value === undefined) throw new UnsupportedArtefact(place, `the stage has no variable ${name}`);
  return value;
}

/**
 * Replaces every `${stageVariables.X}`.
 * @throws UnsupportedArtefact when the stage has no such variable
 */
export function withStageVariables(uri: string, place: string, scope: StageScope): string {
  return uri.replace(/\$\{stageVariables\.([^}]*)\}/g, (_whole, name: string) => stageVariable(name, place, scope));
}
