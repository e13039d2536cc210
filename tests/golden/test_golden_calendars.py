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


def test_the_last_quarter_has_40_percent_of_the_year():
    inputs, expected = RECORDS["Q40"]["inputs"], RECORDS["Q40"]["expected"]
    amounts = paid(
        "2022",
        plans=["plan_id,model,pay_period,target_basis,target_value,period_shares",
               "P,base_bonus,quarter,ratio,5%,20%;20%;20%;40%"],
        components=["plan_id,component_id,type,weight,measure", "P,C,metric,100%,CSAT"],
        roster=["employee_id,plan_id,base_salary,hire_date", f"A,P,{inputs['salary']},2020-01-01"],
        results=["period,scope,id,measure,actual,goal",
                 *(f"2022-Q{n},individual,A,CSAT,90%,90%" for n in (1, 2, 3, 4))],
    )  # fmt: skip
    assert [float(one) for one in amounts] == [expected["first_quarter"]] * 3 + [1200]
    assert float(sum(amounts)) == expected["annual"]


def test_half_for_the_year_and_an_eighth_each_quarter():
    # A filing of 2002: a target of 10,000, quarters of 100, 90, 110 and 120%, a year of 105%.
    reached = [("2002-Q1", "100%"), ("2002-Q2", "90%"), ("2002-Q3", "110%"), ("2002-Q4", "120%")]
    tables = {
        "plans": ["plan_id,model,pay_period,target_basis", "P,base_bonus,quarter,amount"],
        "components": ["plan_id,component_id,type,weight,measure,pay_cycle", "P,quarterly,metric,50%,profit,",
                       "P,annual,metric,50%,profit,year"],
        "roster": ["employee_id,plan_id,base_salary,hire_date,target_amount", "A,P,60000,2000-01-01,10000"],
        "results": ["period,scope,id,measure,actual,goal",
                    *(f"{name},individual,A,profit,{actual},100%" for name, actual in reached),
                    "2002,individual,A,profit,105%,100%"],
    }  # fmt: skip
    each = [paid(f"2002-Q{n}", **tables) for n in (1, 2, 3)]
    assert each == [[1250], [1125], [1375]]
    assert sorted(paid("2002-Q4", **tables)) == [1500, 5250]
    assert sum(paid("2002", **tables)) == 10500


def test_60_percent_by_the_quarter_and_40_after_the_years_end():
    inputs, expected = RECORDS["QY"]["inputs"], RECORDS["QY"]["expected"]
    amounts = paid(
        "2004",
        plans=["plan_id,model,pay_period,target_basis", "P,base_bonus,quarter,amount"],
        components=["plan_id,component_id,type,weight,measure,pay_cycle",
                    f"P,business,metric,{inputs['quarterly']},revenue,",
                    f"P,objectives,metric,{inputs['annual']},score,year"],
        roster=["employee_id,plan_id,base_salary,hire_date,target_amount", "A,P,60000,2000-01-01,1000"],
        results=["period,scope,id,measure,actual,goal",
                 *(f"2004-Q{n},individual,A,revenue,9,9" for n in (1, 2, 3, 4)),
                 "2004,individual,A,score,3,3"],
    )  # fmt: skip
    wanted = [expected["annual"], *[expected["each_quarter"]] * 4]
    assert sorted(float(one) / 1000 for one in amounts) == sorted(wanted)


def test_a_ramp_whose_first_month_is_the_one_after_a_late_hire():
    inputs, expected = RECORDS["H15"]["inputs"], RECORDS["H15"]["expected"]
    tables = {
        "plans": ["plan_id,model,pay_period,target_basis,ramp_start",
                  "P,base_quota,month,amount,next_month_after_15"],
        "components": ["plan_id,component_id,type,weight,measure,ramp_id", "P,quota,metric,100%,sales,R"],
        "ramps": ["ramp_id,month,share", *(f"R,{n},{share}" for n, share in enumerate(inputs["shares"], 1))],
        "roster": ["employee_id,plan_id,base_salary,hire_date,target_amount",
                   f"A,P,60000,{inputs['hired']},12000"],
        "results": ["period,scope,id,measure,actual,goal", "2021-06,individual,A,sales,25000,100000"],
    }  # fmt: skip
    # A quarter of the quota is the whole of June's: the month's target of 1,000 is paid in full.
    assert paid("2021-06", **tables) == [1000 * Decimal("0.25") / Decimal(str(expected["june"]))]


def days_of(hired, period, kind, target, **plan):
    """What one person, hired on a day, is paid of an annual target."""
    columns = ",".join(["plan_id", "model", "pay_period", "target_basis", *plan])
    return paid(
        period,
        plans=[columns, ",".join(["P", "base_bonus", kind, "amount", *plan.values()])],
        components=["plan_id,component_id,type,weight,measure", "P,C,metric,100%,CSAT"],
        roster=["employee_id,plan_id,base_salary,hire_date,target_amount",
                f"A,P,60000,{hired},{target}"],
        results=["period,scope,id,measure,actual,goal", f"{period},individual,A,CSAT,90%,90%"],
    )  # fmt: skip


def test_214_of_365_days_in_a_leap_year_too():
    expected = RECORDS["D365"]["expected"]
    for year in (2019, 2024):
        (amount,) = days_of(f"{year}-06-01", str(year), "year", 75000, proration="days_365")
        assert round(float(amount) / 75000, 4) == expected["share"]
        assert amount == round(Decimal(75000) * expected["days"] / 365, 2)


def test_fifteen_of_twenty_two_working_days():
    record = RECORDS["WD22"]
    plan = {"proration": "workdays", "valuation": "period_end"}
    (amount,) = days_of("2026-06-10", "2026-06", "month", 12 * record["inputs"]["month"], **plan)
    assert float(amount) == record["expected"]["paid"]
