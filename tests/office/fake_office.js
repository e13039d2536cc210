// A stand-in for Office.js and the Excel behind it. It holds a workbook in memory and is stricter than Excel:
// nothing can be read before it was loaded and synced, shapes must fit, protected sheets and requests of more
// than 5 MB are refused, and a sync can be made to fail or to bring a co-author's change.
(() => {
  const MOST = 5_000_000;
  const ErrorCode = { invalidValue: "#VALUE!", notAvailable: "#N/A", invalidNumber: "#NUM!", divisionByZero: "#DIV/0!", invalidReference: "#REF!" };
  class CellError extends Error {
    constructor(code, message) { super(message); this.code = code; }
  }
  /** An error of Office.js. */
  class OfficeError extends Error {
    constructor(code, message = "") { super(`${code}: ${message}`); this.code = code; }
  }
  const functions = {};
  const actions = {};
  window.CustomFunctions = { Error: CellError, ErrorCode, associate(id, run) { functions[id] = run; } };

  const letters = (n) => { let s = ""; for (; n >= 0; n = Math.floor(n / 26) - 1) s = String.fromCharCode(65 + (n % 26)) + s; return s; };
  const number = (s) => [...s].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;
  const quoted = (sheet) => (/^[A-Za-z_][\w.]*$/.test(sheet) ? sheet : `'${sheet.replace(/'/g, "''")}'`);

  /** What a test sees and steers. */
  /** A workbook that was just opened. */
  const fresh = () => ({
    sheets: {}, tables: [], names: {}, arrays: [], renamed: [], properties: {}, file: "", name: "", calculation: "Automatic", writes: [], syncs: 0,
    sent: 0, closed: 0, counted: 0, selected: null, selection: null, failAtWrite: 0, onSync: null, editing: false,
    calculated: null, pending: 0,
  });
  const excel = window.excel = {
    ...fresh(), functions, actions, lacks: window.excelLacks ?? [],
    load(book) { Object.assign(excel, fresh(), book); },
    cell(sheet, row, column) { return excel.sheets[sheet].cells[`${row},${column}`]; },
    /** A formula's call, as desktop Excel makes it: an empty cell is 0 there; blanks: what one is on the web. */
    async call(name, args, { addresses = [], blank = "" } = {}) {
      const cells = (one) => (Array.isArray(one) ? one.map(cells)
        : one !== null && typeof one == "object" ? new CellError(one.error, "") : one === "" ? blank : one);
      try { return { value: await functions[name](...args.map(cells), { functionName: name, parameterAddresses: addresses }) }; }
      catch (fault) { return fault instanceof CellError ? { error: fault.code, message: fault.message } : { broken: String(fault.stack) }; }
    },
    all: (calls) => Promise.all(calls.map(([name, args]) => excel.call(name, args))),
    range(address) {
      const [, a, b, c1, r1, c2 = c1, r2 = r1] = /^(?:'([^']+)'|([^!']+))!([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?$/.exec(address);
      return Array.from({ length: r2 - r1 + 1 }, (_, i) => Array.from({ length: number(c2) - number(c1) + 1 },
        (_, j) => excel.cell(a ?? b, +r1 - 1 + i, number(c1) + j)?.v ?? ""));
    },
  };

  class Loaded {
    #asked = new Set();
    #got = {};
    constructor(context) { this.context = context; }
    load(what) {
      for (const one of (Array.isArray(what) ? what : String(what).split(","))) this.#asked.add(one.trim());
      this.context.loading.push(this);
      return this;
    }
    got(name) {
      if (!(name in this.#got)) throw new Error(`PropertyNotLoaded: the property '${name}' is not available. Load it, then call sync.`);
      return this.#got[name];
    }
    $synced() {
      for (const one of this.#asked) {
        const [first, ...rest] = one.split("/");
        if (first == "items") {
          this.#got.items ??= this.items_();
          for (const item of this.#got.items) if (rest.length) item.$take(rest.join("/"));
        } else if (rest.length) this[first].$take(rest.join("/"));
        else this.$take(first);
      }
      this.#asked.clear();
    }
    $take(name) { this.#got[name] = this.value_(name); }
  }
  const readable = (type, ...names) => {
    for (const name of names) {
      const old = Object.getOwnPropertyDescriptor(type.prototype, name);
      Object.defineProperty(type.prototype, name, { get() { return this.got(name); }, set: old?.set, configurable: true });
    }
  };

  class Format extends Loaded {
    constructor(range) { super(range.context); this.range = range; }
    value_() { return excel.sheets[this.range.sheet].widths?.[this.range.column] ?? 64; }
    set columnWidth(width) {
      this.context.later(`width ${width}`, () => { this.range.unlocked(); (excel.sheets[this.range.sheet].widths ??= {})[this.range.column] = width; });
    }
  }
  readable(Format, "columnWidth");

  class Range extends Loaded {
    constructor(context, sheet, row, column, height, width) {
      super(context);
      Object.assign(this, { sheet, row, column, height, width });
      this.format = new Format(this);
      this.worksheet = new SheetOf(context, this);
    }
    grid(read) {
      return Array.from({ length: this.height }, (_, i) => Array.from({ length: this.width }, (_, j) => read(excel.cell(this.sheet, this.row + i, this.column + j))));
    }
    value_(name) {
      const kinds = { string: "String", number: "Double", boolean: "Boolean" };
      if (name == "values") return this.grid((cell) => cell?.v ?? "");
      if (name == "formulas") return this.grid((cell) => cell?.f ?? cell?.v ?? "");
      if (name == "valueTypes") return this.grid((cell) => (cell?.v === undefined || cell.v === "" ? "Empty" : kinds[typeof cell.v]));
      if (name == "columnHidden") return !!excel.sheets[this.sheet].hidden?.includes(this.column);
      if (name == "rowIndex") return this.row;
      if (name == "columnIndex") return this.column;
      if (name == "address") {
        const end = this.height * this.width > 1 ? `:${letters(this.column + this.width - 1)}${this.row + this.height}` : "";
        return `${quoted(this.sheet)}!${letters(this.column)}${this.row + 1}${end}`;
      }
      throw new Error(`no such property of a range: ${name}`);
    }
    /** Array formulas of which this range is a part, or which it covers as a whole. */
    arrays() {
      return (excel.arrays ?? []).filter((one) => one.sheet == this.sheet && one.row < this.row + this.height
        && this.row < one.row + one.height && one.column < this.column + this.width && this.column < one.column + one.width);
    }
    covers(one) {
      return this.row <= one.row && this.column <= one.column && one.row + one.height <= this.row + this.height
        && one.column + one.width <= this.column + this.width;
    }
    unlocked() { if (excel.sheets[this.sheet].locked) throw new OfficeError("AccessDenied", "this operation is not permitted"); }
    put(rows) {
      if (rows.length != this.height || rows.some((row) => row.length != this.width)) {
        throw new Error(`InvalidArgument: ${rows.length}×${rows[0]?.length} values for ${this.height}×${this.width} cells`);
      }
      this.context.later(JSON.stringify(rows), () => {
        this.unlocked();
        for (const one of this.arrays()) {
          const first = one.dynamic && this.row <= one.row && this.column <= one.column;  // what it spills goes with it
          if (!first && !this.covers(one)) throw new OfficeError("InvalidOperation", "part of an array formula cannot be changed");
          excel.arrays.splice(excel.arrays.indexOf(one), 1);
        }
        if (excel.failAtWrite && (excel.counted = (excel.counted ?? 0) + 1) >= excel.failAtWrite) throw new OfficeError("GeneralException", "made to fail");
        rows.forEach((row, i) => row.forEach((value, j) => {
          if (value === null) return; // leaves a cell as it is
          const { cells } = excel.sheets[this.sheet], key = `${this.row + i},${this.column + j}`;
          excel.writes.push([this.sheet, `${letters(this.column + j)}${this.row + i + 1}`, value]);
          if (typeof value == "string" && value.startsWith("=")) cells[key] = { f: value, v: cells[key]?.f === value ? cells[key].v : 0 };
          else if (value === "") delete cells[key];
          else cells[key] = { v: typeof value == "string" ? value.replace(/^'/, "") : value };
          // As typed: a text that looks like a number becomes one, unless an apostrophe stands before it.
          if (typeof value == "string" && !/^['=]/.test(value) && value.trim() && !isNaN(Number(value))) cells[key] = { v: Number(value) };
        }));
      });
    }
    set values(rows) { this.put(rows); }
    set formulas(rows) { this.put(rows); }
    set columnHidden(hide) {
      this.context.later("hidden", () => {
        this.unlocked();
        const one = excel.sheets[this.sheet], rest = (one.hidden ?? []).filter((at) => at != this.column);
        one.hidden = hide ? [...rest, this.column] : rest;
      });
    }
    clear(what) {
      if (what != "Contents") throw new Error("the fake clears contents alone");
      this.put(Array.from({ length: this.height }, () => Array(this.width).fill("")));
    }
    select() { excel.selection = [this.sheet, this.row]; excel.selected = `${this.sheet}!${letters(this.column)}${this.row + 1}`; }
  }
  readable(Range, "values", "formulas", "valueTypes", "address", "rowIndex", "columnIndex", "columnHidden");

  class SheetOf extends Loaded {
    constructor(context, range) { super(context); this.range = range; }
    value_() { return this.range.sheet; }
  }
  readable(SheetOf, "name");

  class Protection extends Loaded {
    constructor(context, sheet) { super(context); this.sheet = sheet; }
    value_(name) { return name == "protected" ? !!excel.sheets[this.sheet].locked : { allowAutoFilter: true, allowSort: true }; }
    unprotect(password) {
      this.context.later("unprotect", () => {
        const one = excel.sheets[this.sheet];
        if (one.password && one.password !== password) throw new OfficeError("AccessDenied", "wrong password");
        one.locked = false;
      });
    }
    protect(options) {
      if (!options?.allowAutoFilter) throw new Error("the options of the protection are lost");
      this.context.later("protect", () => {
        if (excel.sheets[this.sheet].locked) throw new OfficeError("InvalidOperation", "the sheet is protected already");
        excel.sheets[this.sheet].locked = true;
      });
    }
  }
  readable(Protection, "protected", "options");

  class Sheet extends Loaded {
    constructor(context, name) {
      super(context);
      if (!(name in excel.sheets)) throw new OfficeError("ItemNotFound", name);
      this.$name = name;
      this.protection = new Protection(context, name);
      this.pageLayout = { setPrintArea: (areas) => context.later(areas, () => { excel.sheets[name].printed = areas; }) };
    }
    value_() { return this.$name; }
    getRangeByIndexes(row, column, height, width) {
      if (height < 1 || width < 1) throw new Error("InvalidArgument: a range without cells");
      return new Range(this.context, this.$name, row, column, height, width);
    }
    getRange(cells) {
      const [, c1, r1, c2 = c1, r2 = r1] = /^\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?$/.exec(cells);
      return this.getRangeByIndexes(+r1 - 1, number(c1), r2 - r1 + 1, number(c2) - number(c1) + 1);
    }
    activate() {}
  }
  readable(Sheet, "name");

  class Table extends Loaded {
    constructor(context, table) { super(context); this.table = table; }
    value_() { return this.table.name; }
    getRange() { const { sheet, row, column, height, width } = this.table; return new Range(this.context, sheet, row, column, height, width); }
    resize(range) {
      const { table } = this;
      this.context.later("resize", () => {
        range.unlocked();
        if (range.sheet != table.sheet || range.row != table.row || range.height < 2) throw new Error("InvalidArgument: the header of a table stays where it is");
        Object.assign(table, { column: range.column, height: range.height, width: range.width });
      });
    }
  }
  readable(Table, "name");

  class Name extends Loaded {
    constructor(context, name) { super(context); this.$name = name; }
    value_(what) { return what == "name" ? this.$name : excel.names[this.$name]; }
    set formula(said) { this.context.later(said, () => { excel.names[this.$name] = said; excel.renamed.push(this.$name); }); }
    getRange() {
      const [, a, b, column, row] = /^=?(?:'([^']+)'|([^'!]+))!\$?([A-Z]+)\$?(\d+)$/.exec(excel.names[this.$name]);
      return new Range(this.context, a ?? b, +row - 1, number(column), 1, 1);
    }
  }
  readable(Name, "name", "formula");

  class Many extends Loaded {
    constructor(context, all, one) { super(context); this.items_ = all; this.getItem = one; }
  }
  readable(Many, "items");

  class Book extends Loaded {
    constructor(context) {
      super(context);
      this.worksheets = new Many(context, () => Object.keys(excel.sheets).map((name) => new Sheet(context, name)), (name) => new Sheet(context, name));
      this.tables = new Many(context, () => excel.tables.map((one) => new Table(context, one)), (name) => {
        const found = excel.tables.find((one) => one.name == name);
        if (!found) throw new Error(`ItemNotFound: ${name}`);
        return new Table(context, found);
      });
      this.names = new Many(context, () => Object.keys(excel.names).map((name) => new Name(context, name)), (name) => new Name(context, name));
      this.properties = { custom: { add: (key, value) => context.later(value, () => { excel.properties[key] = value; }) } };
    }
    value_() { return excel.name; }
    getSelectedRange() {
      if (!excel.selection) throw new OfficeError("InvalidSelection", "several ranges are selected");
      return new Range(this.context, ...excel.selection, 0, 1, 1);
    }
  }
  readable(Book, "name");

  class Application extends Loaded {
    value_(name) { return name == "calculationMode" ? excel.calculation : excel.pending-- > 0 ? "Calculating" : "Done"; }
    /** What Excel calculates is what the test has laid down: another file. */
    calculate(type) {
      if (type != "Full") throw new Error("the fake calculates all or nothing");
      this.context.later("calculate", () => { excel.file = excel.calculated ?? excel.file; excel.pending = 3; });
    }
    set calculationMode(mode) { this.context.later(mode, () => { excel.calculation = mode; }); }
  }
  readable(Application, "calculationMode", "calculationState");

  class Context {
    constructor() {
      Object.assign(this, { loading: [], queue: [] });
      this.workbook = new Book(this);
      this.application = new Application(this);
    }
    later(sent, act) { this.queue.push([sent, act]); }
    async sync() {
      excel.syncs++;
      const queue = this.queue.splice(0);
      const size = queue.reduce((sum, [sent]) => sum + String(sent).length, 0);
      excel.sent = Math.max(excel.sent, size);
      if (size > MOST) throw new OfficeError("RequestPayloadSizeLimitExceeded");
      await null;
      excel.onSync?.(excel.syncs);
      if (excel.editing) throw new OfficeError("InvalidOperationInCellEditMode");
      for (const [, act] of queue) act();
      for (const one of this.loading.splice(0)) one.$synced();
    }
  }
  window.Excel = {
    async run(act) { const context = new Context(); const found = await act(context); await context.sync(); return found; },
    CalculationMode: { manual: "Manual", automatic: "Automatic" },
    CalculationType: { full: "Full" },
    CalculationState: { done: "Done" },
    ClearApplyTo: { contents: "Contents" },
    RangeValueType: { empty: "Empty" },
  };
  window.Office = {
    HostType: { Excel: "Excel" },
    onReady: async () => ({ host: window.excelHost ?? "Excel" }),
    actions: { associate: (name, act) => { actions[name] = act; } },
    FileType: { Compressed: "compressed" },
    AsyncResultStatus: { Succeeded: "succeeded" },
    context: {
      requirements: { isSetSupported: (set) => !excel.lacks.includes(set) },
      document: {
        getFileAsync(_type, { sliceSize }, done) {
          const whole = Uint8Array.from(atob(excel.file), (one) => one.charCodeAt(0));
          const file = {
            size: whole.length, sliceCount: Math.ceil(whole.length / sliceSize),
            getSliceAsync: (at, got) => got({ status: "succeeded", value: { index: at, data: [...whole.slice(at * sliceSize, (at + 1) * sliceSize)] } }),
            closeAsync() { excel.closed = (excel.closed ?? 0) + 1; },
          };
          done(excel.file ? { status: "succeeded", value: file } : { status: "failed", error: { message: "no file" } });
        },
      },
    },
  };
})();
