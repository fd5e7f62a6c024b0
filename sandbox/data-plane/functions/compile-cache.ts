/** The variable that names Node.js's folder of compiled modules. https://nodejs.org/api/module.html#module-compile-cache */
const NAME = "NODE_COMPILE_CACHE";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the part of an environment that makes a new process or thread use the sandbox's folder of compiled modules, if it has one.
 * An execution environment starts in half the time with it.
 */
export function compileCache(env: Variables): Readonly<Record<string, string>> {
  const folder = env[NAME];
  return folder === undefined ? {} : { [NAME]: folder };
}

/** Restores the function's own variable in the environment of its thread, which used the sandbox's folder to start. */
export function hideCompileCache(variables: Variables): void {
  const own = variables[NAME];
  if (own === undefined) delete process.env[NAME];
  else process.env[NAME] = own;
}
