// @ts-check
/* global Excel, Office */
// The task pane: Refresh, Check and Explain, their progress, and what came of them.
import { calculated, differences, go, inWords, isNothing, nameOf, selectedRow, typedNow, workbookFile, write } from "./excel.js";
import { ask, ready } from "./python.js";
import { at, clear, showExplanation, showFindings, showMovers, showOutcome, showPeople } from "./show.js";

/** @typedef {import("./show.js").Finding} Finding */
/** @typedef {(step: string) => void} Tell */
/** @typedef {{ refused: boolean, writes: import("./excel.js").Writes, said: string[], findings: Finding[], movers: any[][],
 *              people: import("./show.js").People | null }} Refreshed */
/** @typedef {{ wrong: number, said: string[], findings: Finding[], people: import("./show.js").People | null }} Checked */

const NEEDED = [["ExcelApi", "1.13"], ["SharedRuntime", "1.1"], ["CustomFunctionsRuntime", "1.3"]];
const BUTTONS = ["refresh", "check", "explain"];

/** @param {string} text @param {boolean} [working] */
const state = (text, working = false) => { at("state").textContent = text; at("working").hidden = !working; };
/** @param {string} where */
const show = (where) => { go(where).catch((fault) => state(inWords(fault))); };

/** @param {Tell} tell @returns {Promise<string>} what to say at the end */
async function refresh(tell) {
  return Excel.run(async (context) => {
    tell("reading the workbook");
    const before = await typedNow(context);
    const name = await nameOf(context);
    const when = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    /** @type {Refreshed} */
    const found = JSON.parse(await ask("refresh", [await workbookFile(), name, when], tell));
    tell("checking that nobody changed anything meanwhile");
    const changed = differences(before, await typedNow(context));
    if (changed.length) {
      throw new Error(`Somebody changed ${changed.slice(0, 5).join(", ")} while people were paid. Nothing was written: refresh again.`);
    }
    if (!isNothing(found.writes)) {
      tell("writing");
      await write(context, found.writes);
    }
    clear();
    showOutcome(found.refused ? "Not paid" : "Refreshed", found.said, found.refused ? "bad" : "good");
    showFindings(found.findings, show);
    showMovers(found.movers);
    showPeople(found.people, ["Before", "Now"], "other", explained);
    return found.refused ? "Not paid: correct the errors below, then refresh again." : "Refreshed";
  });
}

/** @param {Tell} tell */
async function check(tell) {
  return Excel.run(async (context) => {
    tell("reading the workbook");
    const name = await nameOf(context);
    const file = await workbookFile();
    tell("Excel calculates every formula");
    await calculated(context);
    /** @type {Checked} */
    const found = JSON.parse(await ask("check", [file, await workbookFile(), name], tell));
    clear();
    showOutcome(found.wrong ? "Differences found" : "All values match", found.said, found.wrong ? "bad" : "good");
    showFindings(found.findings, show);
    showPeople(found.people, ["Workbook", "Engine"], "wrong", explained);
    return "Checked";
  });
}

/** @param {Tell} tell @param {string[]} [keys] of a payout line; none: the selected one */
async function explain(tell, keys) {
  return Excel.run(async (context) => {
    const name = await nameOf(context);
    /** @type {import("./show.js").Explanation} */
    const found = JSON.parse(keys ? await ask("explain_line", [await workbookFile(), name, JSON.stringify(keys)], tell)
      : await ask("explain_cell", [await workbookFile(), name, ...await selectedRow(context)], tell));
    if (found.findings) {
      at("explained").hidden = true;
      at("outcome").hidden = true;
      showFindings(found.findings, show);
      return "This line cannot be explained; the findings below say why.";
    }
    showExplanation(found, show);
    at("explained").scrollIntoView({ block: "nearest" });
    return "Explained";
  });
}

let busy = false;

/**
 * One thing at a time; what it does is shown, and what went wrong in words.
 * @param {string} name @param {(tell: Tell) => Promise<string>} work
 */
async function run(name, work) {
  if (busy) return;
  busy = true;
  for (const id of BUTTONS) at(id).setAttribute("aria-disabled", "true");
  const begun = Date.now();
  try {
    state(`${name} …`, true);
    const said = await work((step) => state(`${name}: ${step} …`, true));
    state(said.includes(" ") ? said : `${said} in ${((Date.now() - begun) / 1000).toFixed(1)} s.`);
  } catch (fault) {
    clear();
    showOutcome(`${name} failed`, [inWords(fault)], "bad");
    state(`${name} failed.`);
  } finally {
    busy = false;
    for (const id of BUTTONS) at(id).removeAttribute("aria-disabled");
  }
}

/** @param {string[]} keys */
const explained = (keys) => { run("Explain", (tell) => explain(tell, keys)); };
const refreshed = () => run("Refresh", refresh);

async function started() {
  const { host } = await Office.onReady();
  if (host !== Office.HostType.Excel) return state("Open this pane in Excel: Home, Pay pane.");
  const lacks = NEEDED.filter(([set, version]) => !Office.context.requirements.isSetSupported(set, version));
  if (lacks.length) {
    return state(`This Excel is too old for csm_xl: it lacks ${lacks.map((one) => one.join(" ")).join(", ")}. Update Excel, or use Excel for the web.`);
  }
  const { onFailure } = await import("./functions.js");
  onFailure((name, message) => {
    at("failure").textContent = `${name}: ${message}`;
    at("failed").hidden = false;
  });
  const begun = performance.now();
  try {
    await ready;
  } catch (fault) {
    return state(`csm_xl could not start: ${inWords(fault)}`);
  }
  state(`Ready after ${((performance.now() - begun) / 1000).toFixed(1)} s.`);
  at("refresh").addEventListener("click", refreshed);
  at("check").addEventListener("click", () => run("Check", check));
  at("explain").addEventListener("click", () => run("Explain", explain));
  Office.actions.associate("refresh", async (/** @type {Office.AddinCommands.Event} */ event) => {
    await refreshed();
    event.completed();
  });
  for (const id of BUTTONS) at(id).removeAttribute("aria-disabled");
}

if ("Office" in globalThis) {
  started();
} else {
  state("office.js could not be loaded from Microsoft. Check the network and that appsforoffice.microsoft.com is not blocked, then open the pane again.");
}
