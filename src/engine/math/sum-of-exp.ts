/*
 * e^x is that of fdlibm's e_exp.c, whose notice says:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
 */

/** ln 2 in two parts. */
const LN2_HI = 6.931_471_803_691_238e-1;
const LN2_LO = 1.908_214_929_270_587_7e-10;
const P1 = 1.666_666_666_666_660_2e-1;
const P2 = -2.777_777_777_701_559_3e-3;
const P3 = 6.613_756_321_437_934e-5;
const P4 = -1.653_390_220_546_525_2e-6;
const P5 = 4.138_136_797_057_238_5e-8;
/** From here on, downward, k is not 0: -ln 2 / 2, as far as the first 32 bits of a float64 tell. */
const FIRST = -0.346_573_591_232_299_8;
/** From here on, downward, e^x counts for nothing beside the largest, e^0. */
const FAR = -707;
/** 2^-k */
const POWERS = Float64Array.from({length: 1024}, (_, k) => 2 ** -k);

/**
 * sum(e^(logit - max)) in float64, from the first class on. Browsers' own `Math.exp` differ in the last bit; this is the same in all
 * of them, and in the kernels (kernels/assembly/sums.ts).
 * @param max the largest logit.
 */
export function sumOfExp(logits: Float32Array, max: number): number {
	let sum = 0;
	for (let i = 0; i < logits.length; i++) {
		const x = logits[i] - max;
		if (x <= FAR) continue;
		// x = -k ln 2 + r, |r| <= ln 2 / 2
		const k = x > FIRST ? 0 : Math.floor(0.5 - Math.LOG2E * x);
		const hi = x + k * LN2_HI;
		const lo = k * LN2_LO;
		const r = hi + lo;
		const t = r * r;
		const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
		sum += (1 + (lo + (r * c) / (2 - c) + hi)) * POWERS[k];
	}
	return sum;
}
