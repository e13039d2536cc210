"""What the headers of other systems' exports mean: synonyms of our columns, and words that speak of pay.

Sources of the names: the standard reports of Workday, BambooHR, ADP Workforce Now, Personio and SAP
SuccessFactors (people), of Salesforce and HubSpot (deals) and of Gainsight (accounts), read in 2026.
"""

from __future__ import annotations

from typing import Final

SYNONYMS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "roster": {
        "employee_id": ("worker id", "employee number", "employee no", "personnel number", "staff id",
                        "person id", "personalnummer", "matricule"),
        "employee_name": ("name", "full name", "worker", "worker name", "legal name", "preferred name",
                          "display name", "employee full name", "legal full name", "payroll name",
                          "name vorname", "mitarbeitername", "nom complet", "nombre completo"),
        "first_name": ("given name", "legal first name", "legal name first name", "preferred first name",
                       "forename", "vorname", "prénom", "nombre"),
        "last_name": ("surname", "family name", "legal last name", "legal name last name",
                      "preferred last name", "nachname", "nom de famille", "apellido", "apellidos"),
        "email": ("email address", "e mail", "email work", "email primary work", "work email",
                  "primary work email", "company email",
                  "business email", "business email information email address", "e mail adresse",
                  "correo electrónico"),
        "cost_center": ("cost centre", "cost center code", "cost centre code", "cost center id",
                        "cost center name", "home cost number", "home department code", "kostenstelle",
                        "centre de coûts", "centro de costo"),
        "pay_group": ("paygroup", "payroll group", "pay group name", "abrechnungskreis"),
        "payroll_id": ("payroll number", "payroll no", "file number", "payroll file number",
                       "adp file number", "payroll employee id", "lohnnummer", "numéro de paie"),
        "plan_id": ("plan", "comp plan", "incentive plan", "commission plan", "bonus plan",
                    "compensation plan"),
        "base_salary": ("salary", "annual salary", "annual base salary", "base pay", "annualized salary",
                        "annual base pay", "fix salary", "jahresgehalt", "gehalt", "salaire annuel",
                        "salario"),
        "hire_date": ("start date", "date of hire", "original hire date", "employment start date",
                      "joining date", "start", "eintrittsdatum", "date d'entrée", "fecha de alta"),
        "leave_date": ("termination date", "term date", "separation date", "last day", "last day worked",
                       "last day of work", "last working day", "last paid day", "end date", "exit date",
                       "employment end date", "contract end date", "date of leaving", "resignation date",
                       "departure date", "austrittsdatum", "austritt", "date de sortie", "fecha de baja"),
        "fte": ("fte percent", "fte pct", "full time equivalent", "work percentage", "work percent",
                "percent full time", "working time", "working time percentage", "capacity utilization level",
                "employment percentage", "beschäftigungsgrad", "taux d'activité", "jornada"),
        "role": ("job title", "business title", "title", "position", "job", "funktion", "poste", "puesto"),
        "level": ("job level", "grade", "job grade", "band"),
        "location": ("work location", "office", "site", "city", "standort", "lieu"),
        "team": ("team name", "squad", "pod"),
        "division": ("business unit",),
        "manager_id": ("manager", "reports to", "supervisor", "supervisor id", "vorgesetzter"),
        "currency": ("currency code", "pay currency", "salary currency", "local currency", "währung",
                     "devise", "moneda"),
        "target_ratio": ("target bonus", "bonus target", "bonus percent", "target percent",
                         "target percentage", "target bonus percent", "variable percent", "target variable"),
        "target_amount": ("target incentive", "target bonus amount", "variable target", "annual target",
                          "target variable amount"),
        "ote": ("on target earnings", "total target cash", "target total cash"),
        "base_share": ("pay mix", "base variable split"),
    },
    "changes": {
        "from": ("change date",),
        "base_salary": ("new salary", "salary", "annual salary", "new base salary", "annual base salary",
                        "annual base pay", "base pay", "new annual base pay"),
        "fte": ("fte percent", "work percentage", "full time equivalent"),
        "plan_id": ("new plan", "plan"),
        "team": ("new team",),
        "division": ("new division",),
        "manager_id": ("new manager",),
        "cost_center": ("new cost center", "cost centre", "kostenstelle"),
        "pay_group": ("new pay group", "paygroup", "payroll group"),
    },
    "targets": {
        "from": ("effective date", "start date", "valid from"),
        "goal": ("target", "quota"),
        "weight": ("weighting",),
        "threshold": ("minimum",),
        "maximum": ("stretch", "excellence"),
    },
    "results": {
        "actual": ("result", "achieved", "value"),
        "goal": ("target", "quota", "plan value"),
        "measure": ("metric", "kpi"),
        "id": ("employee id", "team id"),
    },
    "goals": {
        "goal": ("objective", "mbo"),
        "weight": ("weighting",),
        "score": ("achievement", "attainment", "percent achieved", "result"),
    },
    "deals": {
        "deal_id": ("opportunity id", "record id", "deal", "opportunity"),
        "date": ("close date", "closed date", "signing date", "signature date", "booking date"),
        "amount": ("deal amount", "deal value", "acv", "arr", "tcv"),
        "kind": ("deal type", "opportunity type", "type"),
        "account_id": ("account", "customer id", "company id"),
        "employee_id": ("owner id", "deal owner", "opportunity owner", "owner"),
        "effective_date": ("contract start date", "subscription start date", "start date"),
        "notice_date": ("notice given",),
        "invoice_date": ("invoiced on", "billing date"),
        "margin": ("gross margin", "margin percent", "gm"),
        "product": ("product name", "product family"),
        "term": ("term months", "contract term", "contract length"),
        "customer_start": ("customer since", "customer start date", "first purchase date"),
    },
    "payments": {
        "deal_id": ("opportunity id", "record id", "deal", "opportunity"),
        "date": ("payment date", "paid on", "received on", "date received", "collection date"),
        "amount": ("amount paid", "amount received", "payment", "payment amount", "collected amount"),
    },
    "credits": {
        "share": ("split", "split percent", "split percentage", "credit percent", "credit"),
        "role": ("credit role", "split type"),
    },
    "events": {"count": ("quantity", "number", "units")},
    "modifiers": {"factor": ("modifier", "multiplier")},
    "adjustments": {"amount": ("adjustment", "value"), "kind": ("type", "adjustment type")},
    "rates": {
        "from_currency": ("from", "source currency", "base currency", "from code"),
        "to_currency": ("to", "target currency", "quote currency", "to code"),
        "rate": ("exchange rate", "fx rate", "conversion rate"),
        "date": ("rate date", "valid from", "start date", "effective date"),
    },
    "answers": {
        "date": ("response date", "survey date", "answered on", "date of response", "submitted at"),
        "measure": ("metric", "survey", "survey type"),
        "score": ("rating", "response", "answer", "nps score", "csat score", "survey score"),
        "account_id": ("account", "customer id", "customer", "company id"),
        "answer_id": ("response id", "survey response id"),
    },
    "accounts": {
        "start": ("opening arr", "starting arr", "begin arr", "start arr"),
        "end": ("closing arr", "ending arr", "end arr"),
        "new": ("new logo", "is new"),
        "risk_class": ("risk", "risk level"),
        "goal": (
            "renewal goal", "retention goal", "retention target", "renewal target", "target retention",
            "goal retention", "grr goal", "grr target", "nrr goal", "nrr target",
        ),
    },
}  # fmt: skip
"""Table → column → what others call it."""

EVERYWHERE: Final[dict[str, tuple[str, ...]]] = {
    "employee_id": SYNONYMS["roster"]["employee_id"],
    "deal_id": SYNONYMS["deals"]["deal_id"],
    "period": ("quarter", "month", "pay period", "fiscal period", "fiscal quarter", "reporting period"),
    "from": ("effective from", "effective date", "valid from", "start date"),
}
"""Column → what others call it in any table that has it."""
ELSEWHERE: Final = frozenset({"name", "country", "region", "email", "phone", "address", "birth", "gender"})
"""Words of headers that mean who or where somebody is; none of them is another column under a new name."""

FREE: Final = frozenset({"comment", "comments", "note", "notes", "source", "description"})
"""Headers of a person's own: nothing is reported about such a column, nor of one that begins with #."""

ABOUT_PEOPLE: Final = frozenset({
    "employee_name", "first_name", "last_name", "email", "cost_center", "pay_group", "payroll_id",
})  # fmt: skip
"""Columns that say who somebody is, by which nobody is paid: nothing in one stops a payment."""
_FIGURES_OF_LINES: Final = frozenset({
    "type", "eligible_days", "period_days", "proration", "eligible_salary", "target_incentive", "weight",
    "component_target", "goal", "actual", "attainment", "column_attainment", "curve_ratio", "payout_ratio",
    "combined_ratio", "gate_met", "target_to_date", "earned_to_date", "paid_before", "earned", "modifier",
    "kicker", "plan_cap_factor", "before_pool", "pool_factor", "unrounded", "note", "line_kind",
    "employee_name",
})  # fmt: skip
DETAILS: Final[dict[str, frozenset[str]]] = {
    "changes": ABOUT_PEOPLE | {"leave_reason"}, "paid": _FIGURES_OF_LINES,
}  # fmt: skip
"""Table → headers by which nobody is paid, and that the tables' reference names: who somebody is; and of
payout lines that are as paid, how they came about. Nothing is reported about such a column."""

DAYS: Final = (
    "termination", "terminated", "separation", "separated", "leave", "leaver", "loa", "fmla", "absence",
    "absent", "unpaid", "end", "ended", "ends", "exit", "resignation", "resigned", "departure", "departed",
    "last day", "last date", "last working", "last worked", "last paid", "rehire", "rehired", "return",
    "returned", "day back", "sabbatical", "parental", "maternity", "paternity", "furlough", "furloughed",
    "suspension", "probation", "deceased", "death", "effective",
    "fired", "dismissed", "offboarded", "offboarding", "until", "till", "dol", "austritt", "austrittsdatum",
    "ende",
    "vertragsende", "kündigung", "elternzeit", "gültig", "wirksam", "sortie", "départ", "depart", "cessation",
    "baja", "fin", "fecha fin",
    "notice", "lwp", "lwop", "countersigned",
    "lwd", "date left", "left on", "leaving", "exited", "relieving", "relieved", "attrition", "dismissal",
    "deactivation", "deactivated", "off payroll", "last employed", "secondment", "seconded", "transfer",
    "transferred", "eff", "effdt", "backdated", "expires", "expiry", "expiration",
    "plan start", "plan entry", "retirement date",
)  # fmt: skip
HOURS: Final = (
    "fte", "work percentage", "work percent", "working time", "part time", "full time", "time type", "hours",
    "days worked", "working days", "work days", "days per week", "workload", "capacity",
    "worker type", "employee type", "employment type", "employment class", "employee class",
    "worker category", "contingent", "contractor", "temporary", "temp", "schedule",
    "hrs", "kurzarbeit", "arbeitszeitfaktor",
    "ft pt", "pt ft", "full part", "emp type", "ee type", "contract type", "fixed term",
    "assignment category", "days a week", "days wk", "work time", "worked days", "days in period",
    "teilzeit", "vollzeit", "pensum", "arbeitszeit", "stunden", "wochenstunden", "beschäftigungsgrad",
    "temps partiel", "taux d activité", "jornada", "per diem",
)  # fmt: skip
STATE: Final = (
    "status", "stage", "active", "inactive", "suspended", "cancelled", "canceled", "cancellation", "cancel",
    "won", "lost", "loss", "closed", "open", "pending", "pipeline", "forecast", "probability", "likelihood",
    "expected", "draft", "preliminary", "provisional", "estimate", "estimated", "test", "duplicate",
    "dup", "dupe", "skip", "omit", "omitted", "storno", "storniert", "annulé", "anulado",
    "sandbox", "pip", "archived", "expired", "superseded", "replaced", "scenario", "version", "revision",
    "restated", "restatement", "revised", "corrected", "correction", "adjusted", "adjustment", "reversed",
    "reversal", "refund", "refunded", "void", "voided", "deleted", "rejected", "approved", "approval",
    "final", "verified", "confirmed", "valid", "invalid", "signed", "booked", "invoiced", "paid", "payment",
    "collected", "churn", "churned", "disputed", "hold", "excluded", "exclude", "include", "included",
    "eligible", "ineligible", "eligibility", "qualifying", "commissionable", "creditable", "payable",
    "participant", "participation", "participates", "statut", "estado",
    "opt out", "opted out", "opt in", "opted in", "in plan", "on plan", "previous plan", "prior plan",
    "old plan", "new plan", "old team", "new team", "previous team",
    "counts", "counted", "uncounted", "locked", "calibrated", "calibration",
    "cumulative", "ytd",
    "elig", "incl", "excl", "ignore", "ignored", "remove", "removed", "dnp", "do not pay", "don t pay",
    "non comm", "comm", "dummy", "trial", "poc", "pilot", "outcome", "phase", "disposition", "prob", "win",
    "confidence", "withdrawn", "dropped", "deferred", "killed", "dead", "frozen", "merged", "replaces",
    "supersedes", "amends", "amendment", "addendum", "write off", "written off", "writeoff", "bad debt",
    "chargeback", "clawed", "claw", "overdue", "past due", "in scope", "out of scope", "prelim", "est",
    "fcst", "recalc", "recalculated", "adj", "is current", "interim", "acting",
    "disqualified", "nullified", "rescinded", "rescission", "revoked", "revocation", "retracted",
    "po received", "purchase order received", "dispute", "fraud", "amended", "overridden",
)  # fmt: skip
MONEY: Final = (
    "amount", "currency", "salary", "salaries", "wage", "wages", "pay", "compensation", "remuneration",
    "earnings", "rate", "rates", "frequency", "basis", "annualized", "annualization", "hourly", "monthly",
    "incentive", "variable", "bonus", "commission", "commissions", "allowance", "stipend", "payout", "ote",
    "merit", "increase", "raise", "ttc", "ttcc", "max score",
    "quota", "target", "targets", "goal", "goals", "stretch", "threshold", "minimum",
    "maximum", "cap",
    "weight", "weighting", "factor", "multiplier", "modifier", "accelerator", "percent", "percentage", "pct",
    "discount", "split", "splits", "credit", "credited", "share", "overlay", "secondary", "prorate",
    "prorated", "pro rata", "prorata", "pro rated", "ccy", "valuta",
    "proration", "override", "clawback", "draw", "guarantee", "guaranteed", "holdback", "retro",
    "retroactive", "unit", "uom", "exchange", "fx", "converted", "conversion",
    "währung", "devise", "moneda", "gehalt", "monatsgehalt", "lohn", "stundenlohn", "brutto", "salaire",
    "prime", "salario", "sueldo", "base", "new base", "comp",
    "kicker", "uplift", "escalator", "spiff", "ramp", "ramping", "ramped", "prorating", "pro rating",
    "contribution", "portion", "attribution", "attributed", "allocation", "allocated",
    "max", "min", "floor", "gross", "net", "one time", "onetime", "non recurring", "nonrecurring",
    "amt", "wt", "wgt", "curr", "sal", "ctc", "dr", "cr", "debit", "deduct", "deduction", "deductions",
    "sign", "direction", "plus minus", "out of", "per month", "shared with",
    "co owner", "second owner", "2nd owner", "co csm", "second csm", "2nd csm", "csm 2", "owner 2",
    "acv", "arr", "tcv", "mrr", "deal value", "contract value", "order value", "einheit",
    "currently employed", "still employed", "out since", "out until", "moved to",
)  # fmt: skip
PAY_WORDS: Final = (*DAYS, *HOURS, *STATE, *MONEY)
"""Words of a header that speak of what changes pay: whole words, in this order where they are several.

Of who is paid and how long; for how much of full time; in what state a record is; and of money."""

SPANS: Final = frozenset({
    "from", "to", "start", "begin", "off", "von", "bis", "through", "left", "term", "months", "duration",
})  # fmt: skip
"""Words that alone are a whole header of days; among others they say little, as in "Reports to"."""

OF_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "roster": ("retired", "sti", "cola"),
    "results": ("actual", "attainment", "achievement", "achieved", "relief", "reduction"),
    "goals": ("score", "achieved", "achievement", "attainment", "rating", "waived", "applicable",
              "done", "agreed"),
    "credits": ("type",),
    "events": ("count", "quantity", "qty", "units", "points", "value"),
    "changes": ("lump",), "reviews": ("lump", "budget"),
    "targets": ("period", "quarter", "month", "year"),
    "arrangements": ("period", "quarter", "balance", "annual", "per", "forgiven", "waived", "repaid",
                     "recoverable"),
    "deals": ("windfall", "house"), "accounts": ("regrettable", "downsell"),
    "payments": ("tax", "vat", "fee", "fees"), "answers": ("scale",),
    "rates": ("inverse", "inverted", "per", "scale", "quoted", "units", "average"),
    "grants": ("vesting", "cliff", "forfeited", "exercised", "accelerated", "performance"),
    "modifiers": ("plan", "component", "team", "region", "role", "level", "location", "department",
                  "applies", "factor"),
    "gates": ("period", "quarter", "month", "year", "operator", "comparison", "comparator", "condition"),
    "holidays": ("country", "region", "location", "site", "office", "state", "half", "observed", "optional"),
}  # fmt: skip
"""Table → words that suggest pay only in its headers: a second figure next to the one that pays, such as
"Latest actual"; who a factor applies to; the period of a target or a draw; the unit of a rate or score; when
and how a gate compares; and where and when a holiday applies."""

HARMLESS: Final = (
    "end user", "end customer", "front end", "back end", "marital status", "veteran status",
    "citizenship status", "immigration status", "visa status", "approved by", "leave reason",
    "pay group", "pay grade", "pay level", "compensation grade", "workers compensation", "business unit",
    "org unit", "organizational unit", "organisation unit", "organization unit", "cost unit",
    "open text", "test score", "credit rating", "market cap", "response rate", "adoption rate", "usage rate",
    "secondary email", "secondary phone", "target market", "target audience", "notice period",
    "workers comp", "comp grade", "comp level", "base location", "base office", "base city", "base country",
    "adjusted service date", "adj service date", "sign in", "net promoter", "max headcount",
    "customer base", "installed base", "knowledge base", "user base",
)  # fmt: skip
"""Headers in which such a word speaks of something else."""

INFORMATIVE: Final = frozenset({"manager_id", "account_id", "approved_by"}) | ABOUT_PEOPLE
"""Columns by which nobody's pay is computed where they are left out; plus those of free text."""
