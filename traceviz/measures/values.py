"""One number a trace, and why it is missing where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from traceviz.schema import REASONS


@dataclass(frozen=True, slots=True)
class Values:
    """The numbers of a metric for a batch.

    Attributes
    ----------
    number
        float64, one a trace; NaN where it is missing.
    reason
        int8, the position of the reason in `schema.REASONS`; -1 where the number is there.

    Examples
    --------
    >>> share = Values.of([1.0, 0.0]).without([False, True], "no_words")
    >>> share.number.tolist(), share.reasons()
    ([1.0, nan], [None, 'no_words'])
    """

    number: NDArray[np.float64]
    reason: NDArray[np.int8]

    @classmethod
    def of(cls, numbers: ArrayLike) -> Values:
        """Take numbers, of which none is missing for a reason yet."""
        number = np.array(numbers, dtype=np.float64)
        return cls(number, np.full(len(number), -1, dtype=np.int8))

    @classmethod
    def ratio(cls, part: ArrayLike, whole: ArrayLike, missing: str, *, scale: float = 1.0) -> Values:
        """Divide; where the whole is zero the ratio is missing for the reason named."""
        part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
        number = np.divide(scale * part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
        return cls.of(number).without(whole <= 0, missing)

    @classmethod
    def entropy(cls, counts: NDArray[Any], missing: str) -> Values:
        """Give the entropy of each row of counts, in bits; a row of zeros has none, for the reason named."""
        n = counts.sum(axis=1, keepdims=True)
        share = np.divide(counts, n, out=np.zeros(counts.shape), where=n > 0)
        bits = -np.sum(share * np.log2(share, out=np.zeros_like(share), where=share > 0), axis=1)
        return cls.of(np.maximum(bits, 0.0)).without(n[:, 0] == 0, missing)

    def without(self, where: ArrayLike, reason: str) -> Values:
        """Make the numbers missing where a condition holds; a reason that is there already stays."""
        fresh = np.asarray(where, dtype=bool) & (self.reason < 0)
        number, why = self.number.copy(), self.reason.copy()
        number[fresh] = np.nan
        why[fresh] = REASONS.index(reason)
        return Values(number, why)

    def otherwise(self, values: Values) -> Values:
        """Keep what is missing here, and take everything else from other values."""
        here = self.reason >= 0
        return Values(np.where(here, np.nan, values.number), np.where(here, self.reason, values.reason))

    def reasons(self) -> list[str | None]:
        """Give the reasons by name."""
        return [None if code < 0 else REASONS[code] for code in self.reason.tolist()]
