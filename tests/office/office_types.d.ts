// What the page loads that has no types of its own.
declare module "*/names.js" { export const NAMES: string[]; }
declare module "*/pyodide.mjs" { export function loadPyodide(options: { indexURL: string }): Promise<any>; }
