// @ts-check
// Python in a worker, so that Excel stays responsive while people are paid.

/** What the page may ask, and the module that answers. @type {Record<string, string>} */
const HOMES = {
  answers: "csm_xl.office.calls",
  refresh: "csm_xl.office.refresh",
  check: "csm_xl.office.check",
  explain_cell: "csm_xl.office.explain",
  explain_line: "csm_xl.office.explain",
};
const here = new URL("./", import.meta.url);
/** Files of the folder that the page does not use. */
const UNUSED = /^(manifest\.xml|LICENSES\.txt|icon-\d+\.png)$/;

/** A file of the host. @param {string} name @param {RequestInit} [how] @returns {Promise<ArrayBuffer>} */
async function hosted(name, how) {
  /** @type {Response} */
  let found;
  try {
    found = await fetch(new URL(name, here), how);
  } catch {
    throw new Error(`${name} could not be loaded from ${here.host}. Check the network, then open the pane again.`);
  }
  if (!found.ok) throw new Error(`${here.host} has no file ${name} (${found.status}). Whoever hosts the add-in must copy the whole folder again.`);
  return found.arrayBuffer();
}

/** Refuse to calculate with files that are not those of one build. */
async function asBuilt() {
  const { files } = JSON.parse(new TextDecoder().decode(await hosted("hashes.json", { cache: "no-cache" })));
  const names = Object.keys(files).filter((name) => !UNUSED.test(name));
  const others = (await Promise.all(names.map(async (name) => {
    const found = new Uint8Array(await crypto.subtle.digest("SHA-256", await hosted(name)));
    return [...found].map((one) => one.toString(16).padStart(2, "0")).join("") === files[name].sha256 ? [] : [name];
  }))).flat();
  if (others.length) {
    throw new Error(`${here.host} serves other files than were built: ${others.join(", ")}. Whoever hosts the add-in must copy the whole folder again and run csm-xl addin verify.`);
  }
}

const started = (async () => {
  // Where a file is missing, Pyodide may fail without words, or wait forever; the comparison says which it is.
  const built = asBuilt();
  const loading = import("./pyodide/pyodide.mjs")
    .then(({ loadPyodide }) => loadPyodide({ indexURL: new URL("pyodide/", here).href }))
    .catch(async (fault) => {
      await built;
      throw fault;
    });
  const [python] = await Promise.all([loading, built]);
  const [house] = await Promise.all([hosted("csm_xl.zip"), python.loadPackage("numpy", { messageCallback() {} })]);
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
    const taken = given.map((one) => (typeof one == "object" ? python.toPy(one) : one));
    if (what != "answers") taken.push(tell);
    postMessage({ id, found: python.pyimport(HOMES[what])[what](...taken) });
  } catch (fault) {
    postMessage({ id, fault: inWords(fault) });
  }
}

/** The last line of a traceback says what happened. @param {any} fault */
const inWords = (fault) => {
  const said = String(fault instanceof Error ? fault.message : fault).trim();
  return said.startsWith("Traceback") ? `csm_xl stopped by a fault of its own: ${said.split("\n").at(-1)}` : said;
};

addEventListener("message", asked);
started.then(() => postMessage({ id: 0, found: "" }), (fault) => postMessage({ id: 0, fault: inWords(fault) }));
