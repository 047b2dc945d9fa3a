import {perLanguage, t} from '../client/browser/i18n.ts';

/** Numbers as people read them. A figure is shortened, never into one that is not true: no `0 %` for a small chance. */

const NBSP = '\u00a0';
const MINUS = '\u2212';

const fixed = perLanguage(language =>
	Array.from(
		{length: 21},
		(_, digits) => new Intl.NumberFormat(language, {minimumFractionDigits: digits, maximumFractionDigits: digits}),
	),
);
const figures = perLanguage(language =>
	[1, 2, 3].map(
		digits => new Intl.NumberFormat(language, {minimumSignificantDigits: digits, maximumSignificantDigits: digits}),
	),
);

/** A number with a fixed number of decimals, thousands separated, and a true minus sign (no `-0.00`). */
export function decimal(value: number, digits = 2): string {
	if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : value > 0 ? '∞' : `${MINUS}∞`;
	const text = fixed()[digits].format(Math.abs(value));
	return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** A number with a plus sign where it has no minus sign: `+0.87`. */
export const signed = (value: number, digits = 2) =>
	value < 0 ? decimal(value, digits) : `+${decimal(value, digits)}`;

/** A whole number, thousands separated: `50,257`. */
export const count = (value: number) => decimal(value, 0);

/** Below this a number is easier to read as a power of ten. */
const TINY = 0.0001;
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A number that is not 0 and less than 1 in size: `2.1 × 10⁻⁸`. @param digits decimals of what stands before the power. */
function powerOfTen(value: number, digits: number): string {
	const [figures, exponent] = value.toExponential(digits).split('e-');
	const power = [...exponent].map(digit => SUPERSCRIPTS[Number(digit)]).join('');
	return `${decimal(Number(figures), digits)}${NBSP}×${NBSP}10⁻${power}`;
}

/** A measured number with three significant digits: `51,500`, `45.7`, `2.00`, `0.0312`, `4.12 × 10⁻²²`. */
export function significant(value: number): string {
	if (!Number.isFinite(value) || value === 0) return decimal(value, 0);
	if (Math.abs(value) < TINY) return powerOfTen(value, 2);
	const rounded = Number(value.toPrecision(3));
	return decimal(rounded, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded)))));
}

/**
 * A probability in percent with three significant digits, or fewer: `11.4 %`. What is above 0 but tiny is `<0.01 %`, what
 * is below 1 but would round up to it `>99.9 %`.
 */
export function percent(probability: number, digits: 1 | 2 | 3 = 3): string {
	return Number.isFinite(probability) ? `${hundredths(probability, digits)}${NBSP}%` : '–';
}

/** A change of a probability in percentage points, with its sign: from 1 % to 21 % is `+20.0`, not "20 % more". */
export function percentagePoints(change: number): string {
	const size = hundredths(Math.abs(change), 3);
	if (change === 0) return size;
	return `${change < 0 ? MINUS : '+'}${size}`;
}

/** The figure of `percent`. */
function hundredths(probability: number, digits: 1 | 2 | 3): string {
	const value = probability * 100;
	if (value <= 0) return '0';
	if (value < 0.01) return `<${decimal(0.01)}`;
	if (probability === 1) return '100';
	if (Number(value.toPrecision(digits)) >= 100) return `>${decimal(digits === 3 ? 99.9 : 99, digits === 3 ? 1 : 0)}`;
	return figures()[digits - 1].format(value);
}

/** As `percent`, but a tiny probability is written as a number: `2.1 × 10⁻⁸`. */
export const exactProbability = (probability: number): string =>
	probability > 0 && probability < TINY ? powerOfTen(probability, 1) : percent(probability);

/** A share as a number from 0 to 1: `0.87`. Only a share of everything is `1.00`, and only one of nothing is `0.00`. */
export function share(value: number): string {
	if (value > 0 && value < 0.01) return `<${decimal(0.01)}`;
	return value < 1 && value > 0.99 ? `>${decimal(0.99)}` : decimal(value);
}

/** `7.31 bits`. */
export const bits = (value: number, digits = 2) => t('common_bits', {bits: decimal(value, digits)});

/** `−2.31 nats`. */
export const nats = (value: number, digits = 2) => t('common_nats', {nats: decimal(value, digits)});

const ordinals = perLanguage(language => new Intl.PluralRules(language, {type: 'ordinal'}));

/** `1st`, `22nd`, `40,013th`. A language without such endings has `common_ordinal_other` alone. */
export function ordinal(rank: number): string {
	const form = ordinals().select(rank);
	const ending = form === 'one' || form === 'two' || form === 'few' ? form : 'other';
	return t(`common_ordinal_${ending}`, {rank: count(rank)});
}

/** A number that has little room: `1.2K`. */
const compactNumbers = perLanguage(language => new Intl.NumberFormat(language, {notation: 'compact'}));
export const compact = (value: number) => compactNumbers().format(value);

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** A size in bytes, decimal units: `12.4 MB`. */
export function bytes(value: number): string {
	let unit = 0;
	let size = value;
	while (size >= 999.5 && unit < UNITS.length - 1) {
		size /= 1000;
		unit++;
	}
	const digits = unit === 0 || size >= 99.95 ? 0 : 1;
	return `${decimal(size, digits)}${NBSP}${UNITS[unit]}`;
}

/** How long something still takes, rounded up: `40 s`, `3 min`. */
export function duration(seconds: number): string {
	if (seconds < 90) return t('common_seconds', {seconds: count(Math.ceil(seconds))});
	if (seconds < 90 * 60) return t('common_minutes', {seconds: count(Math.ceil(seconds / 60))});
	return t('common_hours', {seconds: count(Math.ceil(seconds / 3600))});
}
