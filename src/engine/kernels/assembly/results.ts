/** What becomes of the numbers of a product. Its words: products.ts. */
import {activated} from './functions.ts';
import {ADD, LINEAR, MULTIPLY} from './layout.ts';
import {word} from './state.ts';

/** Four results of a row from column n on: bias, activation, and where they go. */
export function pass(op: usize, to: usize, row: usize, n: usize, result: v128): void {
	let y = result;
	if (word(op, 3) !== 0) y = f32x4.add(y, v128.load(word(op, 3) + (n << 2)));
	if (word(op, 9) !== LINEAR) y = activated(word(op, 9), y);
	const at = to + row * word(op, 7) + (n << 2);
	const how = word(op, 8);
	if (how === ADD) y = f32x4.add(v128.load(at), y);
	else if (how === MULTIPLY) y = f32x4.mul(v128.load(at), y);
	v128.store(at, y);
}
