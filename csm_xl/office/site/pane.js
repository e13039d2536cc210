// @ts-check
/* global Excel, Office */
// The task pane: refresh, progress, what was found, who is paid more or less.
import { differences, nameOf, typedNow, workbookFile, write } from "./excel.js";
import { ask, ready } from "./python.js";
import "./functions.js";

/** @typedef {{ severity: string, where: string, said: string }} Finding */
/** @typedef {{ refused: boolean, writes: import("./excel.js").Writes, said: string[], findings: Finding[], movers: any[][] }} Outcome */

const NEEDED = [["ExcelApi", "1.13"], ["SharedRuntime", "1.1"], ["CustomFunctionsRuntime", "1.3"]];

/** @template {HTMLElement} T @param {string} id @returns {T} */
const at = (id) => /** @type {T} */ (document.getElementById(id));
/** @param {string} text */
const state = (text) => { at("state").textContent = text; };

/** @param {string} tag @param {string} text */
function made(tag, text) {
  const one = document.createElement(tag);
  one.textContent = text;
  return one;
}

/** Show a cell that a finding names. @param {string} where such as Roster!C7 */
async function go(where) {
  const [, quoted, plain, cells] = /^(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)/.exec(where) ?? [];
  if (!cells) return;
  await Excel.run(async (context) => {
    const sheet = context.workbook.worksheets.getItem(quoted?.replace(/''/g, "'") ?? plain);
    sheet.activate();
    sheet.getRange(cells).select();
    await context.sync();
  });
}

/** @param {Finding[]} findings */
function showFindings(findings) {
  at("findings").replaceChildren(...findings.map(({ severity, where, said }) => {
    const line = document.createElement("li");
    line.className = severity;
    line.append(made("strong", severity === "error" ? "Error" : severity === "warning" ? "Warning" : "Note"), " ");
    if (/![$A-Z]+\$?\d/.test(where)) {
      const cell = made("button", where);
      cell.addEventListener("click", () => go(where).catch((fault) => state(String(fault))));
      line.append(cell, " ", said.startsWith(`${where}: `) ? said.slice(where.length + 2) : said);
    } else {
      line.append(said);
    }
    return line;
  }));
  at("found").hidden = !findings.length;
}

/** @param {any[][]} rows a header, then who is paid more or less */
function showMovers(rows) {
  const [header = [], ...movers] = rows;
  const body = movers.map((row) => {
    const line = document.createElement("tr");
    line.append(...row.map((cell) => {
      const one = made("td", typeof cell == "number" ? cell.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 }) : String(cell ?? ""));
      if (typeof cell == "number") one.className = "number";
      return one;
    }));
    return line;
  });
  const head = document.createElement("tr");
  /** @type {Record<string, string>} */
  const words = { employee_id: "Employee id", employee_name: "Name", before: "Before", after: "Now" };
  head.append(...header.map((name) => { const one = made("th", words[name] ?? name); one.setAttribute("scope", "col"); return one; }));
  at("movers").replaceChildren(head, ...body);
  at("moved").hidden = !movers.length;
}

/** @param {Outcome} outcome */
function show({ refused, said, findings, movers }) {
  at("said").replaceChildren(...said.map((one) => made("p", one)));
  at("outcome").className = refused ? "refused" : "";
  at("outcome").hidden = false;
  showFindings(findings);
  showMovers(movers);
}

/** @param {(step: string) => void} tell @returns {Promise<Outcome>} */
async function refreshed(tell) {
  return Excel.run(async (context) => {
    tell("reading the workbook");
    const before = await typedNow(context);
    const name = await nameOf(context);
    const when = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    const outcome = JSON.parse(await ask("refresh", [await workbookFile(), name, when], tell));
    tell("checking that nobody changed anything meanwhile");
    const changed = differences(before, await typedNow(context));
    if (changed.length) {
      throw new Error(`Somebody changed ${changed.slice(0, 5).join(", ")} while people were paid. Nothing was written: refresh again.`);
    }
    tell("writing");
    await write(context, outcome.writes);
    return outcome;
  });
}

let busy = false;

/** Refresh, from the pane or the ribbon. */
async function refresh() {
  if (busy) return;
  busy = true;
  const button = at("refresh");
  button.setAttribute("aria-disabled", "true");
  const begun = Date.now();
  try {
    const outcome = await refreshed((step) => state(`Refresh: ${step} …`));
    show(outcome);
    state(outcome.refused ? "Not paid: correct the errors below, then refresh again." : `Refreshed in ${((Date.now() - begun) / 1000).toFixed(1)} s.`);
  } catch (fault) {
    show({ refused: true, writes: /** @type {any} */ (null), said: [fault instanceof Error ? fault.message : String(fault)], findings: [], movers: [] });
    state("Refresh failed.");
  } finally {
    busy = false;
    button.removeAttribute("aria-disabled");
  }
}

Office.onReady(async () => {
  const lacks = NEEDED.filter(([set, version]) => !Office.context.requirements.isSetSupported(set, version));
  if (lacks.length) {
    state(`This Excel is too old for csm_xl: it lacks ${lacks.map((one) => one.join(" ")).join(", ")}. Update Excel, or use Excel for the web.`);
    return;
  }
  at("refresh").addEventListener("click", refresh);
  Office.actions.associate("refresh", async (/** @type {Office.AddinCommands.Event} */ event) => {
    await refresh();
    event.completed();
  });
  const begun = performance.now();
  try {
    await ready;
    state(`Ready after ${((performance.now() - begun) / 1000).toFixed(1)} s.`);
    at("refresh").removeAttribute("aria-disabled");
  } catch (fault) {
    state(`Python could not be started: ${fault instanceof Error ? fault.message : fault}. Check the network, then open the pane again.`);
  }
});
