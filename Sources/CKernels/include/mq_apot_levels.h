// The level sets of additive powers-of-two quantization (Li et al., ICLR 2020, equation 5).
#ifndef MQ_APOT_LEVELS_H
#define MQ_APOT_LEVELS_H

enum { mq_apot_most_bits = 8 };

// The 2^bits magnitudes, ascending from 0, in units of the smallest power of two; bits is 1...8 and
// clamped to that.
//
// With n = bits / 2 terms of two bits: each level is a sum of one of {0, three powers} for every term
// j in 0..<n. Even bits: the powers 2^-(n i + j + 1), i = 0, 1, 2. Odd bits: those for i = 0, 1, then
// 2^-(2 n + 2 + j), and a term {0, 2^-(2 n + 1)} of one bit.
const short *mq_apot_levels(int bits);

#endif
