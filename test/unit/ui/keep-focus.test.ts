// @vitest-environment happy-dom
import {beforeAll, beforeEach, expect, test} from 'vitest';
import {keepFocus} from '../../../src/ui/keep-focus.ts';

beforeAll(() => {
	// The document of the tests has no layout: all that is not hidden is seen.
	Element.prototype.checkVisibility = function () {
		return this.closest('[hidden]') === null;
	};
	keepFocus();
});
beforeEach(() => {
	document.body.innerHTML = `
		<header><button id="menu"></button></header>
		<section id="card">
			<p><button id="a"></button><button id="b"></button><button id="c"></button></p>
			<p><button id="d"></button></p>
		</section>
		<ul id="list"><li><button id="x" tabindex="0"></button></li><li><button id="y" tabindex="-1"></button></li></ul>
		<footer><button id="end"></button></footer>`;
});

const the = (id: string) => document.getElementById(id) as HTMLButtonElement;
/** Where the focus is once what happened has been seen. */
const focused = async () => {
	await new Promise(resolve => setTimeout(resolve));
	return document.activeElement?.id || document.activeElement?.localName;
};

test.each([
	['the next in the row', 'b', 'c', () => the('b').remove()],
	['the last of the row, where it was the last', 'c', 'b', () => the('c').remove()],
	['the next of one that is disabled', 'a', 'b', () => (the('a').disabled = true)],
	[
		'the next of one that is hidden',
		'a',
		'b',
		() => {
			the('a').hidden = true;
			// As the browser does when it draws the page.
			the('a').blur();
		},
	],
	['what follows a card that is gone as a whole', 'd', 'x', () => the('card').remove()],
	['the item that is left of a list with one stop', 'x', 'y', () => the('x').parentElement!.remove()],
	['what is left of the page, at its end', 'end', 'x', () => the('end').parentElement!.remove()],
	[
		'the one beside it, where the rest of its row is disabled',
		'a',
		'd',
		() => {
			for (const id of ['b', 'c']) the(id).disabled = true;
			the('a').remove();
		},
	],
])('the focus goes to %s', async (_, from, to, change) => {
	the(from).focus();
	change();
	expect(await focused()).toBe(to);
});

test('a page that focuses something itself has its way', async () => {
	the('a').focus();
	the('a').remove();
	the('end').focus();
	expect(await focused()).toBe('end');
});

test('a control that is left by a press on nothing does not get the focus back', async () => {
	the('a').focus();
	the('a').blur();
	the('d').remove();
	expect(await focused()).toBe('body');
});

test('a change elsewhere leaves the focus where it is', async () => {
	the('a').focus();
	the('card').append(document.createElement('button'));
	the('end').remove();
	expect(await focused()).toBe('a');
});
