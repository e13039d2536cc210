// @ts-check
// The page's side of Python: questions go to the worker, answers come back as promises.

/** @typedef {{ done: (found: any) => void, failed: (fault: Error) => void, tell: (step: string) => void }} Waiting */

const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
/** @type {Map<number, Waiting>} */
const waiting = new Map();
let last = 0;

/** Resolves once Python is there. @type {Promise<void>} */
export const ready = new Promise((done, failed) => waiting.set(0, { done, failed, tell() {} }));

worker.addEventListener("message", ({ data: { id, found, fault, step } }) => {
  const one = waiting.get(id);
  if (!one) return;
  if (step !== undefined) return one.tell(step);
  waiting.delete(id);
  if (fault === undefined) one.done(found);
  else one.failed(new Error(fault));
});
worker.addEventListener("error", (event) => {
  const fault = new Error(event.message || "the worker of the add-in could not be loaded");
  for (const one of waiting.values()) one.failed(fault);
  waiting.clear();
});

/**
 * Ask Python.
 * @param {string} what the function that is asked, see worker.js
 * @param {any[]} given what it takes
 * @param {(step: string) => void} tell called with each step of long work
 * @returns {Promise<any>}
 */
export function ask(what, given, tell = () => {}) {
  const id = ++last;
  return new Promise((done, failed) => {
    waiting.set(id, { done, failed, tell });
    worker.postMessage({ id, what, given });
  });
}
