/** What becomes of the numbers of a product. */
import {activated} from './functions.ts';
import {ADD, LINEAR, MULTIPLY} from './layout.ts';

/**
 * Four results of a row: bias, activation, and where they go. Inlined, with what an instruction says read once for all of them: it
 * is done for every tile and row.
 * @param bias of these four, or 0.
 */
// @ts-ignore: decorator
@inline export function pass(at: usize, bias: usize, how: usize, activation: usize, result: v128): void {
	let y = result;
	if (bias !== 0) y = f32x4.add(y, v128.load(bias));
	if (activation !== LINEAR) y = activated(activation, y);
	if (how === ADD) y = f32x4.add(v128.load(at), y);
	else if (how === MULTIPLY) y = f32x4.mul(v128.load(at), y);
	v128.store(at, y);
}
