"""Calendars and days as others published them, each typed the way its document says it."""

from decimal import Decimal

from published import records

from csm_xl.engine.run import run
from csm_xl.plan.tables import RawTable

RECORDS = records("published_calendars.jsonl")


def paid(period, **tables):
    """The amounts of tables, each a list of rows of text: a header, then the cells."""
    raws = [RawTable.of_rows([row.split(",") for row in rows], name) for name, rows in tables.items()]
    return [Decimal(str(line["amount"])) for line in run(raws, period).dicts()]


def test_a_week_pays_the_annual_amount_over_the_weeks_or_the_days_of_a_year():
    record = RECORDS["W52"]
    for share, divisor in (("1/52", record["expected"]["weeks"]), ("7/365", record["expected"]["days"])):
        (amount,) = paid(
            "2026-W02",
            plans=["plan_id,model,pay_period,target_basis", "P,base_bonus,week,amount"],
            components=["plan_id,component_id,type,weight,measure", "P,C,metric,100%,CSAT"],
            roster=["employee_id,plan_id,base_salary,hire_date,target_amount", "A,P,60000,2020-01-01,5200"],
            periods=["period,start,end,kind,share", f"2026-W02,2026-01-05,2026-01-11,week,{share}"],
            results=["period,scope,id,measure,actual,goal", "2026-W02,individual,A,CSAT,90%,90%"],
        )
        assert abs(float(amount) - record["inputs"]["annual"] / divisor) <= record["tolerance"]
