"""Cents shared by largest remainder on floats, as `csm_xl.pay.rounding.share_out` does on exact numbers."""

from __future__ import annotations

import numpy as np

from csm_xl.pay.rounding import Array, round_money


def shared_floats(values: Array, errors: Array, unit: float, doubt: Array) -> Array:
    """Largest remainder on floats; rows with a remainder near another's, or near a whole unit, are in
    doubt."""
    per_unit = 1.0 / unit
    scaled = values * per_unit
    slack = errors * per_unit + 1e-9 * per_unit
    floors = np.floor(scaled + 0.5e-9 * per_unit)
    remainders = scaled - floors
    total = round_money(values.sum(axis=-1), unit, errors.sum(axis=-1), doubt)
    spare = np.rint(total * per_unit - floors.sum(axis=-1)).astype(np.int64)
    order = np.argsort(-remainders, axis=-1, kind="stable")
    ranked = np.take_along_axis(remainders, order, axis=-1)
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(order.shape[-1]), order.shape), axis=-1)
    most = slack.max(axis=-1)
    doubt |= spare < 0  # parts a hair below a whole unit, which are not that unit yet
    doubt |= ((remainders <= slack) | (remainders >= 1 - slack)).any(axis=-1) & (spare > 0)
    gaps = ranked[..., :-1] - ranked[..., 1:]
    at = np.clip(spare - 1, 0, max(gaps.shape[-1] - 1, 0))[..., None]
    if gaps.shape[-1]:
        split = (spare > 0) & (spare < order.shape[-1])
        doubt |= split & (np.take_along_axis(gaps, at, axis=-1)[..., 0] <= 2 * most)
    units = floors + (rank < spare[..., None])
    return np.asarray(units / per_unit if per_unit >= 1 else units * unit)
