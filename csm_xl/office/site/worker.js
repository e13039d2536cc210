// @ts-check
// Python in a worker, so that Excel stays responsive while people are paid.
import { loadPyodide } from "./pyodide/pyodide.mjs";

/** What the page may ask, and the module that answers. @type {Record<string, string>} */
const HOMES = { answers: "csm_xl.office.calls", refresh: "csm_xl.office.refresh" };
const here = new URL("./", import.meta.url);

const started = (async () => {
  const python = await loadPyodide({ indexURL: new URL("pyodide/", here).href });
  const [house] = await Promise.all([
    fetch(new URL("csm_xl.zip", here)).then((found) => found.arrayBuffer()),
    python.loadPackage("numpy", { messageCallback() {} }),
  ]);
  python.unpackArchive(house, "zip", { extractDir: "/csm_xl_house" });
  python.runPython("import sys; sys.path.insert(0, '/csm_xl_house')");
  python.pyimport(HOMES.answers);
  return python;
})();

/**
 * One question of the page.
 * @param {MessageEvent<{id: number, what: string, given: any[]}>} event
 */
async function asked({ data: { id, what, given } }) {
  try {
    const python = await started;
    const tell = (/** @type {string} */ step) => postMessage({ id, step });
    const taken = given.map((one) => (typeof one == "string" ? one : python.toPy(one)));
    if (what != "answers") taken.push(tell);
    postMessage({ id, found: python.pyimport(HOMES[what])[what](...taken) });
  } catch (fault) {
    postMessage({ id, fault: String(fault instanceof Error ? fault.message : fault) });
  }
}

addEventListener("message", asked);
started.then(() => postMessage({ id: 0, found: "" }), (fault) => postMessage({ id: 0, fault: String(fault) }));
