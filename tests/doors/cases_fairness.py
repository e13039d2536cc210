"""Calls about spread, plan health and pay gaps, worked out by hand."""

from typing import Any

from case import DIV0, NOT_FOUND, NUM, VALUE, Fails

HEAD = ["employee_id", "plan_id", "component_target", "attainment", "amount"]
LINES = [
    HEAD,
    ["E1", "A", 100, 0.8, 0],
    ["E2", "A", 100, 1.0, 100],
    ["E3", "A", 100, 1.1, 120],
    ["E4", "A", 100, 1.2, 150],
    ["E5", "A", 100, 1.05, 90],
    ["E5", "A", None, None, 40],
]
HEALTH = [["plan_id", "measure", "value", "norm", "verdict"]]
# 4 of 5 paid something, 3 of 5 the target, 1 of 5 one and a half times of it. Ranks of performance
# 1, 2, 4, 5, 3 and of paid / target 1, 3, 4, 5, 2: Σd² = 2, so 1 − 6·2 / (5·24) = 0.9.
# Amounts 0, 100, 120, 130, 150: Σ(2i − 6)x = −2·100 + 2·130 + 4·150 = 660 over 5 · 500.
ALL = [
    *HEALTH,
    ["all plans", "people", 5, None, None],
    ["all plans", "target", 500, None, None],
    ["all plans", "paid", 500, None, None],
    ["all plans", "paid_to_target", 0.92, None, None],
    ["all plans", "share_at_threshold", 0.8, "about 90%", "low"],
    ["all plans", "share_at_target", 0.6, "60% to 70%", "ok"],
    ["all plans", "share_at_excellence", 0.2, "about 10%", "high"],
    ["all plans", "rank_correlation", 0.9, "0.7 or more", "ok"],
    ["all plans", "gini", 0.264, None, None],
]
FEW = [*HEALTH, ["all plans", "people", 1, None, None],
       ["all plans", "suppressed", None, "5 people or more", None]]  # fmt: skip

TENURE = [["tenure"], *([n] for n in range(1, 11)), *([n] for n in range(1, 11))]
GROUP = [["M"]] * 10 + [["F"]] * 10
# Pay is 100 + 10 a year of tenure, and 7 more for M; ±1 in turn, which both groups share.
PAY = [[100 + 10 * n + bonus + (-1) ** n] for bonus in (7, 0) for n in range(1, 11)]
OTHER = [*TENURE[:1], *([n + 2] for n in range(1, 11)), *TENURE[11:]]

TABLE: dict[str, list[tuple[tuple[Any, ...], Any]]] = {
    "CSM_GINI": [
        (([1, 1, 1],), 0),
        (([0, 0, 0, 10],), 0.75),
        (([1, 2, 3, 4],), 0.25),
        (([[4, 3, 2, 1]],), 0.25),
        ((5,), 0),
        (([0, 0],), Fails(NUM, "no amount is above 0")),
        (([1, -1],), Fails(VALUE, "values row 2")),
        ((None,), Fails(VALUE, "values")),
        (([1, "x"],), Fails(VALUE, "values row 2")),
        (([1, DIV0],), Fails(VALUE, "values row 2")),
        (([True, 1],), Fails(VALUE, "values row 1")),
    ],
    "CSM_PLANHEALTH": [
        ((LINES,), ALL),
        ((LINES, 1.2), [*ALL[:7], ["all plans", "share_at_excellence", 0.4, "about 10%", "high"], *ALL[8:]]),
        ((LINES, 1.5, 2500), [*ALL, ["all plans", "payout_per_retained", 0.2, None, None]]),
        ((LINES[:2],), FEW),
        (([[*HEAD, "note"], ["00123", "A", 100, 1, 100, "x"]],), FEW),
        ((LINES, 0), Fails(VALUE, "excellence")),
        ((LINES, 1.5, -1), Fails(VALUE, "retained")),
        ((LINES, "much"), Fails(VALUE, "excellence")),
        (([["employee_id", "amount"], ["E1", 5]],), Fails(VALUE, "plan_id")),
        (([HEAD, ["E1", "A", 100, 1, "x"]],), Fails(VALUE, "payouts amount")),
        ((None,), Fails(VALUE, "payouts")),
    ],
    "CSM_PAYGAP": [
        # Both groups have the same tenures, so that nothing of the 7 is explained. The errors are those of
        # tests/analysis/test_paygap.py to 12 digits.
        (
            (PAY, GROUP, TENURE),
            [
                ["part", "amount", "standard_error", "share"],
                ["mean of M (10 people)", 162, None, None],
                ["mean of F (10 people)", 155, None, None],
                ["difference", 7, 13.6310202775, 1],
                ["endowments", 0, 13.6221250017, 0],
                ["coefficients", 7, 0.492365963917, 1],
                ["interaction", 0, 0, 0],
                ["explained", 0, 13.6221250017, 0],
                ["unexplained", 7, 0.492365963917, 1],
                ["explained by tenure", 0, None, 0],
            ],
        ),
        ((PAY, [["M"]] * 9 + [["F"]] * 11, TENURE), Fails(NOT_FOUND, "M has 9")),
        ((PAY, [["M"]] * 20, TENURE), Fails(VALUE, "1 groups")),
        ((PAY[:19], GROUP, TENURE), Fails(VALUE, "group")),
        ((PAY, GROUP, [["tenure"], *[[1]] * 20]), Fails(VALUE, "covariates")),
        ((PAY, GROUP, TENURE[:-1]), Fails(VALUE, "tenure")),
        ((PAY, [*GROUP[:-1], [None]], TENURE), Fails(VALUE, "group")),
        (([*PAY[:-1], ["x"]], GROUP, TENURE), Fails(VALUE, "pay row 20")),
        ((PAY, GROUP, [[None], *TENURE[1:]]), Fails(VALUE, "covariates column 1")),
    ],
}
