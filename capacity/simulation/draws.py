"""Random numbers without a sequence: each is a hash of what it is for.

A customer's arrival, patience and handle-time quantile depend on the seed, the replication, the queue and the
customer's number alone, so that two rosters meet the same customers, whoever serves them and in whatever order.
"""

from __future__ import annotations

import math

import numpy as np

from capacity.simulation.heap import part

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 2.0**-53

# What a number is drawn for; arrivals, people and customers each have keys of their own.
GAPS, WORK, PATIENCE, BALK, RESOLVED, RETURN, DELAY, TIER = 1, 2, 3, 4, 5, 6, 7, 8
CUSTOMERS, AWAY, ABSENCE = 1 << 20, 2 << 20, 3 << 20


@part
def derive(key: np.uint64, number: int) -> np.uint64:
    """Return the key of a numbered part of a key: one step of SplitMix64.

    References
    ----------
    Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators, OOPSLA.
    """
    x = key + (np.uint64(number) + np.uint64(1)) * GOLDEN
    x = (x ^ (x >> _S30)) * _FIRST
    x = (x ^ (x >> _S27)) * _SECOND
    return x ^ (x >> _S31)


@part
def uniform(key: np.uint64, number: int) -> float:
    """Return a number strictly between 0 and 1."""
    return float((np.float64(derive(key, number) >> _S11) + 0.5) * _UNIT)


@part
def exponential(key: np.uint64, number: int) -> float:
    """Return an exponential number of mean 1."""
    return -math.log(uniform(key, number))


@part
def normal_quantile(p: float) -> float:
    """Return the standard normal quantile, to about 7 digits.

    References
    ----------
    Wichura (1988), Algorithm AS 241, Applied Statistics 37, routine PPND7.
    """
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = ((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179
        return q * top / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0)
    r = math.sqrt(-math.log(min(p, 1.0 - p)))
    if r <= 5.0:
        r -= 1.6
        top = ((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777
        size = top / ((0.12021132975 * r + 0.73700164250) * r + 1.0)
    else:
        r -= 5.0
        top = ((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150
        size = top / ((0.012258202635 * r + 0.24197894225) * r + 1.0)
    return -size if q < 0.0 else size
