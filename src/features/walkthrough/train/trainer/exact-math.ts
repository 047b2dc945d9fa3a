/**
 * Functions that browsers may round differently, made of additions, multiplications and divisions alone, which IEEE 754
 * rounds everywhere in the same way: so a model that is trained from the same seed has the same bits on every machine.
 * Errors are below 1e-14, relative.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LOG2_E = Math.LOG2E;

/** 2^n for n of -1022 to 1023, at n + 1022. */
const POWERS = new Float64Array(2046);
POWERS[1022] = 1;
for (let n = 1; n <= 1023; n++) POWERS[1022 + n] = POWERS[1021 + n] * 2;
for (let n = 1; n <= 1022; n++) POWERS[1022 - n] = POWERS[1023 - n] / 2;

/** e^x; 0 below -700. */
export function exp(x: number): number {
	if (!(x > -700)) return x <= -700 ? 0 : x;
	if (x > 700) return Infinity;
	const n = Math.floor(x * LOG2_E + 0.5);
	// |r| <= ln(2) / 2, where the series ends below 1e-16.
	const r = x - n * LN2_HIGH - n * LN2_LOW;
	let sum = 1;
	for (let k = 13; k > 0; k--) sum = 1 + (sum * r) / k;
	return sum * POWERS[n + 1022];
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** Natural logarithm of a normal, positive number. */
export function log(x: number): number {
	double[0] = x;
	let exponent = (words[HIGH] >>> 20) - 1023;
	words[HIGH] = (words[HIGH] & 0xf_ffff) | (1023 << 20);
	let m = double[0];
	if (m > Math.SQRT2) {
		m /= 2;
		exponent++;
	}
	// ln m = 2 artanh(s), |s| < 0.172.
	const s = (m - 1) / (m + 1);
	const square = s * s;
	let sum = 0;
	for (let k = 21; k > 0; k -= 2) sum = 1 / k + square * sum;
	return exponent * LN2_HIGH + (2 * s * sum + exponent * LN2_LOW);
}

/** Hyperbolic tangent. */
export function tanh(x: number): number {
	if (x > 20) return 1;
	if (x < -20) return -1;
	return 1 - 2 / (exp(2 * x) + 1);
}
