"""Philox4x32-10 (Salmon et al., SC 2011), vectorized, with the stream layout of the Swift runtime.

The n-th word of a stream is word n % 4 of the block with counter (n // 4, lane) under a key made of
seed and purpose. `uniform` gives (word >> 8) * 2^-24, exact in float32.
"""
import numpy as np

INITIALIZATION, SYNTHETIC_DATA = 1, 5
MASK = np.uint64(0xFFFFFFFF)


def words(seed, purpose, lane, count):
    mixed = (seed + purpose * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    k0, k1 = np.uint64(mixed & 0xFFFFFFFF), np.uint64(mixed >> 32)
    block = np.arange((count + 3) // 4, dtype=np.uint64)
    c = [block & MASK, block >> np.uint64(32),
         np.full_like(block, lane & 0xFFFFFFFF), np.full_like(block, lane >> 32)]
    for _ in range(10):
        p0, p1 = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(p1 >> np.uint64(32)) ^ c[1] ^ k0, p1 & MASK, (p0 >> np.uint64(32)) ^ c[3] ^ k1, p0 & MASK]
        k0, k1 = (k0 + np.uint64(0x9E3779B9)) & MASK, (k1 + np.uint64(0xBB67AE85)) & MASK
    return np.stack(c, axis=1).reshape(-1)[:count]


def uniform(seed, purpose, lane, shape, low, high):
    """float32 in [low, high): every operation is rounded to float32, as in Swift."""
    low, high = np.float32(low), np.float32(high)
    u = (words(seed, purpose, lane, int(np.prod(shape))) >> np.uint64(8)).astype(np.float32) * np.float32(2.0 ** -24)
    return (low + (high - low) * u).astype(np.float32).reshape(shape)


assert [hex(w) for w in words(-INITIALIZATION * 0x9E3779B97F4A7C15, INITIALIZATION, 0, 2)] == ["0x6627e8d5", "0xe169c58d"]
