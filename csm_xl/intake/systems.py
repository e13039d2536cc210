"""What the usual systems call our columns, each line with where that is written. Read in November 2026.

What several systems share, such as "Hire Date", is in `csm_xl.plan.header_words`; here is what they add.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from csm_xl.plan.names import header_name
from csm_xl.plan.schema import TableSchema
from csm_xl.plan.unknown_columns import header_words, meant_column


@dataclass(frozen=True)
class System:
    """A system, where its names are written, and what it calls our columns: table → column → headers."""

    name: str
    written: str
    names: Mapping[str, Mapping[str, tuple[str, ...]]]


SYSTEMS: Final = (
    System("Salesforce", "Salesforce Field Reference Guide, Opportunity and OpportunityHistory", {
        "deals": {"deal_id": ("opportunity id", "id"), "date": ("close date", "closedate"),
                  "kind": ("opportunity type",), "account_id": ("account id", "accountid"),
                  "currency": ("opportunity currency", "amount currency", "currency iso code",
                               "currencyisocode"),
                  "employee_id": ("owner id", "ownerid")},
    }),
    System("HubSpot", "HubSpot developer documentation, deal properties (hs_object_id, closedate, …)", {
        "deals": {"deal_id": ("hs object id", "record id", "dealid"), "date": ("closedate", "close date"),
                  "employee_id": ("hubspot owner id", "hubspotownerid"), "kind": ("dealtype", "deal type")},
        "accounts": {"employee_id": ("company owner", "hubspot owner id", "hubspotownerid")},
    }),
    System("Workday", "fields of custom reports that connectors ask for (Employee_ID, Start_Date, …)", {
        "roster": {"employee_id": ("employee id", "worker id"), "hire_date": ("start date", "hire date"),
                   "leave_date": ("termination date",), "manager_id": ("manager id", "manager employee id"),
                   "team": ("team name", "supervisory organization"), "role": ("business title",),
                   "base_salary": ("total base pay annualized amount", "total base pay annualized")},
    }),
    System("BambooHR", "BambooHR API documentation, field names (employeeNumber, hireDate, jobTitle, …)", {
        "roster": {"employee_id": ("employee number", "employee #", "employeenumber"),
                   "hire_date": ("hiredate",), "leave_date": ("terminationdate",), "role": ("jobtitle",),
                   "manager_id": ("supervisor eid", "supervisoreid")},
    }),
    System("UKG Pro", "UKG Pro connector documentation, employee and job history fields", {
        "roster": {"employee_id": ("employee number",), "base_salary": ("annual salary",),
                   "hire_date": ("last hire date",), "leave_date": ("date of termination",),
                   "location": ("primary work location",), "manager_id": ("supervisor id",)},
    }),
    System("ADP Workforce Now", "Oracle HCM integration guide for ADP WFN; connector schema (worker_id)", {
        "roster": {"employee_id": ("worker id", "associate id", "file number"),
                   "leave_date": ("termination date",)},
        "changes": {"from": ("change effective on",)},
    }),
    System("Rippling", "Rippling connector documentation, worker fields (employee_number, start_date, …)", {
        "roster": {"employee_id": ("employee number",), "hire_date": ("start date",),
                   "leave_date": ("termination date", "end date"), "role": ("title",),
                   "location": ("work location",)},
    }),
    System("SAP SuccessFactors", "Okta documentation, attributes of SuccessFactors that it reads", {
        "roster": {"employee_id": ("person id external",), "leave_date": ("last date worked",)},
    }),
    System("Personio", "Personio help center, overview of all attributes, in English and German", {
        "roster": {"hire_date": ("anstelldatum",),
                   "leave_date": ("end of employment", "ende des arbeitsverhältnisses")},
    }),
    System("French HR systems", "labels of French payroll exports (Matricule, Nom, Prénom, …)", {
        "roster": {"last_name": ("nom",), "team": ("équipe",), "location": ("établissement",),
                   "base_salary": ("salaire annuel brut", "salaire brut annuel")},
    }),
    System("Microsoft Dynamics 365", "Microsoft Learn, Opportunity table reference", {
        "deals": {"deal_id": ("opportunityid", "opportunity number"),
                  "date": ("actualclosedate", "actual close date"),
                  "amount": ("actualvalue", "actual revenue"), "employee_id": ("ownerid",)},
    }),
    System("Zendesk", "Zendesk developer documentation, Satisfaction Ratings", {
        "answers": {"employee_id": ("assignee id",), "answer_id": ("id",), "date": ("created at",)},
    }),
    System("Unified.to", "Unified.to documentation, Deal data model (closed_at)", {
        "deals": {"date": ("closed at",)},
    }),
    System("Qualtrics", "Qualtrics support, Understanding Your Dataset", {
        "answers": {"date": ("recorded date",)},
    }),
    System("NetSuite", "NetSuite SuiteScript Records Browser, Customer Payment", {
        "payments": {"amount": ("applied",)},
    }),
    System("Revenue tables of a warehouse", "quarterly ARR models of dbt projects (beginning_arr, …)", {
        "accounts": {"start": ("beginning arr",),
                     "customer_start": ("customer since", "customer start date", "first purchase date")},
    }),
    System("HubSpot in German and French", "HubSpot knowledge base, knowledge.hubspot.com/de and /fr: the"
           " standard properties of deals, and their defaults; owners: Mitarbeitereigenschaft erstellen", {
        "deals": {"date": ("abschlussdatum", "date de fermeture", "date de clôture"),
                  "amount": ("betrag", "montant"),
                  "employee_id": ("für deal zuständiger mitarbeiter", "propriétaire de la transaction")},
        "accounts": {"employee_id": ("für unternehmen zuständiger mitarbeiter",
                                     "propriétaire de l'entreprise")},
    }),
    System("Metric tables of a warehouse", "Snowflake documentation, DATA_QUALITY_MONITORING_RESULTS"
           " (METRIC_NAME); long tables of metrics, one row a metric and value", {
        "results": {"measure": ("metric name",), "actual": ("metric value",), "scope": ("level",)},
    }),
    System("Gainsight", "Gainsight support, Standard Objects: Company", {
        "accounts": {"account_id": ("company id", "gsid"), "customer_start": ("original contract date",)},
    }),
    System("ChurnZero", "ChurnZero connector schema: external_id of an account", {
        "accounts": {"account_id": ("account external id", "external id", "account id")},
    }),
)  # fmt: skip
"""The systems whose names are known. What none of them documents is found by spelling, and asked about."""


_FEWEST: Final = 3
"""Fewer headers that begin with one word show no view."""
_ASKED: Final = frozenset({"contractenddate", "vertragsende"})
"""What means a column in one system and not in another: a contract of Personio ends, and may be extended."""


@cache
def _names(table: str) -> dict[str, tuple[str, ...]]:
    """What systems call the columns of a table, in one word → those columns."""
    found: dict[str, tuple[str, ...]] = {}
    for system in SYSTEMS:
        for column, headers in system.names.get(table, {}).items():
            for header in headers:
                word = "".join(header_words(header))
                found[word] = tuple(dict.fromkeys((*found.get(word, ()), column)))
    return found


def known_column(schema: TableSchema, header: str) -> str:
    """The column that a header is known to mean: by its own name, or by what a system calls it; else blank.

    >>> from csm_xl.plan.schema import schemas
    >>> deals = schemas({})["deals"]
    >>> [known_column(deals, text) for text in ("Close Date", "hubspot_owner_id", "Amount", "Clsoe Date")]
    ['date', 'employee_id', 'amount', '']
    """
    name = header_name(header)
    if name in schema.names:
        return name
    word = "".join(header_words(header))
    if word in _ASKED:
        return ""
    called = _names(schema.name).get(word, ())
    if len(called) == 1 and called[0] in schema.names:
        return called[0]
    meant = meant_column(schema, header, by_spelling=False)
    return meant.name if meant is not None else ""


def known_columns(schema: TableSchema, headers: Iterable[str]) -> dict[str, str]:
    """The headers of an export that are known to mean a column → that column, as `known_column` says.

    Where all of them begin with one word, such as the name of a Looker view, it counts without that word too.

    >>> from csm_xl.plan.schema import schemas
    >>> looker = ("Opportunity ID", "Opportunity Close Date", "Opportunity Segment")
    >>> known_columns(schemas({})["deals"], looker)
    {'Opportunity ID': 'deal_id', 'Opportunity Close Date': 'date'}
    """
    said = [header for header in headers if header]
    parted = {header: header.partition(" ") for header in said}
    views = {first.casefold() for first, _, _ in parted.values()}
    one_view = len(said) >= _FEWEST and len(views) == 1
    found = {}
    for header, (_, _, bare) in parted.items():
        name = known_column(schema, header) or (known_column(schema, bare) if one_view and bare else "")
        if name:
            found[header] = name
    return found


def near_column(schema: TableSchema, header: str) -> str:
    """The column that a header may mean by its spelling; else blank. It is a guess, and has to be asked."""
    meant = meant_column(schema, header)
    return meant.name if meant is not None else ""
