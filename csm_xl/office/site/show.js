// @ts-check
// What the pane shows: findings, who is paid what, the explanation of a line.

/** @typedef {{ severity: string, where: string, said: string }} Finding */
/** @typedef {[period: string, plan: string, component: string, amount: number, note: string | null]} Line */
/** @typedef {{ who: string, name: string, currency: string, shown: number | null, paid: number | null, lines: Line[] }} Person */
/** @typedef {{ period: string, people: Person[], totals: [string, number, number, number][] }} People */
/** @typedef {{ who: string, line: string[], paid: number, steps: [string, string, string, any, string][], findings?: Finding[] }} Explanation */

/** This many findings, and this many people, are shown at first. */
const MOST_FINDINGS = 20;
const MOST_PEOPLE = 25;
const CENT = 0.005;
const CELL = /(?:'(?:[^']|'')+'|[A-Za-z_][\w.]*)!\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?/;

/** @template {HTMLElement} T @param {string} id @returns {T} */
export const at = (id) => /** @type {T} */ (document.getElementById(id));

/** @param {string} tag @param {string} text @param {string} [kind] its class */
export function made(tag, text, kind) {
  const one = document.createElement(tag);
  one.textContent = text;
  if (kind) one.className = kind;
  return one;
}

/** @param {string} text @param {() => void} act */
function linked(text, act) {
  const one = made("button", text, "plain");
  one.addEventListener("click", act);
  return one;
}

/** @param {number | null} amount */
export const money = (amount) =>
  amount === null ? "–" : amount.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
/** A value of a step, with as many decimals as it has. @param {any} value */
const exact = (value) =>
  typeof value == "number" ? value.toLocaleString("en-US", { maximumFractionDigits: 9 }) : typeof value == "boolean" ? (value ? "yes" : "no") : String(value ?? "");

/** The sentences of an outcome. @param {string} name @param {string[]} said @param {"good" | "bad" | ""} kind */
export function showOutcome(name, said, kind) {
  at("outcome-name").textContent = name;
  at("said").replaceChildren(...said.map((one) => made("p", one)));
  at("outcome").className = kind;
  at("outcome").hidden = false;
}

/** @param {Finding[]} findings @param {(where: string) => void} go */
export function showFindings(findings, go) {
  const lines = findings.map(({ severity, where, said }) => {
    const line = made("li", "", severity);
    line.append(made("strong", severity === "error" ? "Error" : severity === "warning" ? "Warning" : "Note"), " ");
    if (CELL.exec(where)?.index === 0) {
      line.append(linked(where, () => go(where)), " ", ...withCells(said.startsWith(`${where}: `) ? said.slice(where.length + 2) : said, go));
    } else {
      line.append(...withCells(said, go));
    }
    return line;
  });
  const wrong = findings.filter(({ severity }) => severity !== "note").length;
  at("found-name").textContent = wrong ? `Findings (${wrong})` : "Notes";
  at("findings").replaceChildren(...lines.slice(0, MOST_FINDINGS));
  const all = at("all-findings");
  all.hidden = lines.length <= MOST_FINDINGS;
  all.textContent = `Show all ${lines.length}`;
  all.onclick = () => { at("findings").replaceChildren(...lines); all.hidden = true; };
  at("found").hidden = !findings.length;
}

/** A table's header. @param {[string, boolean][]} names each with whether numbers are under it */
function header(names) {
  const head = document.createElement("thead"), row = document.createElement("tr");
  row.append(...names.map(([name, number]) => { const one = made("th", name, number ? "number" : ""); one.setAttribute("scope", "col"); return one; }));
  head.append(row);
  return head;
}

/** @param {(Node | string)[]} cells @param {string} [kind] */
function row(cells, kind = "") {
  const one = document.createElement("tr");
  one.className = kind;
  one.append(...cells.map((cell) => { if (typeof cell != "string") return cell; return made("td", cell); }));
  return one;
}

/** A cell with a person. @param {string} who @param {string} name @param {() => void} [act] */
function person(who, name, act) {
  const cell = document.createElement("td");
  cell.append(act ? linked(name || who, act) : name || who);
  if (name) cell.append(made("small", who));
  return cell;
}

/** @param {any[][]} rows a header, then who is paid more or less */
export function showMovers(rows) {
  const [names = [], ...movers] = rows;
  const named = names.includes("employee_name");
  const body = document.createElement("tbody");
  body.append(...movers.map((one) => row([person(String(one[0]), named ? String(one[1] ?? "") : ""),
    ...one.slice(-2).map((amount) => made("td", money(amount), "number"))])));
  at("movers").replaceChildren(header([["Person", false], ["Before", true], ["Now", true]]), body);
  at("moved").hidden = !movers.length;
}

/**
 * @param {People | null} found @param {[string, string]} names of the two amounts
 * @param {"other" | "wrong"} kind of the second where it differs from the first
 * @param {(keys: string[]) => void} explain what shows how a line was calculated
 */
export function showPeople(found, [first, second], kind, explain) {
  at("people").hidden = !found?.people.length;
  if (!found) return;
  at("people-name").textContent = `People, ${found.period}`;
  at("totals").replaceChildren(...found.totals.map(([currency, count, shown, paid]) => made("p", Math.abs(paid - shown) < CENT
    ? `${count} people, ${money(paid)} ${currency}` : `${count} people: ${first.toLowerCase()} ${money(shown)}, ${second.toLowerCase()} ${money(paid)} ${currency}`)));
  const several = found.totals.length > 1;
  const people = [...found.people].sort((one, other) => Number(differs(other)) - Number(differs(one)) || one.who.localeCompare(other.who));
  const find = /** @type {HTMLInputElement} */ (at("find"));
  find.value = "";
  const list = (most = MOST_PEOPLE) => {
    const asked = find.value.trim().toLowerCase();
    const some = people.filter(({ who, name }) => `${name} ${who}`.toLowerCase().includes(asked));
    const body = document.createElement("tbody");
    for (const one of some.slice(0, most)) body.append(...ofPerson(one, several, kind, explain));
    at("paid").replaceChildren(header([["Person", false], [first, true], [second, true]]), body);
    at("more").textContent = some.length ? "" : "Nobody has that name or ID.";
    if (some.length > most) at("more").append(linked(`Show all ${some.length}`, () => list(some.length)));
  };
  find.oninput = () => list();
  list();
}

/** @param {Person} one */
const differs = ({ shown, paid }) => Math.abs((shown ?? 0) - (paid ?? 0)) >= CENT || (shown === null) !== (paid === null);

/** A person's row, and below it the lines once asked for.
 * @param {Person} one @param {boolean} several currencies @param {string} kind @param {(keys: string[]) => void} explain */
function ofPerson(one, several, kind, explain) {
  const lines = row([]);
  lines.hidden = true;
  const open = () => {
    if (!lines.hasChildNodes()) {
      const cell = document.createElement("td"), inner = document.createElement("table"), body = document.createElement("tbody");
      cell.colSpan = 3;
      inner.className = "lines";
      body.append(...one.lines.map(([period, plan, component, amount, note]) => {
        const name = document.createElement("td");
        name.append(linked(component, () => explain([period, one.who, plan, component])));
        if (note) name.append(made("small", note));
        return row([period, name, made("td", money(amount), "number")]);
      }));
      if (!one.lines.length) body.append(row(["The engine pays this person nothing."]));
      inner.append(body);
      cell.append(inner);
      lines.append(cell);
    }
    lines.hidden = !lines.hidden;
    button?.setAttribute("aria-expanded", String(!lines.hidden));
  };
  const who = person(one.who, one.name, open), button = who.querySelector("button");
  button?.setAttribute("aria-expanded", "false");
  const other = differs(one);
  const code = several ? ` ${one.currency}` : "";
  return [row([who, made("td", money(one.shown) + code, "number"), made("td", money(one.paid) + code, other ? `number ${kind}` : "number")]), lines];
}

/** Text in which every cell can be clicked. @param {string} text @param {(where: string) => void} go */
function withCells(text, go) {
  /** @type {(string | HTMLElement)[]} */
  const found = [];
  let rest = text;
  for (let cell = CELL.exec(rest); cell; cell = CELL.exec(rest)) {
    const [where] = cell;
    found.push(rest.slice(0, cell.index), linked(where, () => go(where)));
    rest = rest.slice(cell.index + where.length);
  }
  return [...found, rest];
}

/** @param {Explanation} found @param {(where: string) => void} go */
export function showExplanation({ who, line, paid, steps }, go) {
  const [period, , component] = line;
  at("line").replaceChildren(made("div", who), made("div", `${component}, ${period}`, "quiet"), made("div", money(paid), "amount"));
  at("steps").replaceChildren(...steps.map(([step, rule, numbers, value, source]) => {
    const one = document.createElement("li"), head = made("div", "", "head");
    head.append(made("span", step), made("span", exact(value), "number"));
    one.append(head, made("div", rule, "rule"));
    if (numbers) one.append(made("div", numbers, "numbers"));
    if (source) {
      const cells = made("div", "", "cells");
      cells.append(...withCells(source, go));
      one.append(cells);
    }
    return one;
  }));
  at("explained").hidden = false;
}

/** Show nothing of what was asked before. */
export function clear() {
  for (const id of ["outcome", "explained", "found", "moved", "people"]) at(id).hidden = true;
}
