import type {Page} from 'playwright-core';

/** What a person can reach on a page: everything to press or fill in, by its name. */
export interface Reached {
	name: string;
	/** Why it cannot be seen in full or pressed, once it is scrolled to; null where it can. */
	fault: string | null;
}

/** Every control of the page, each scrolled to and looked at. */
export const reach = (page: Page): Promise<Reached[]> =>
	page.evaluate(() => {
		const controls = [
			...document.querySelectorAll<HTMLElement>('button, a[href], input, select, textarea, summary, [role=tab]'),
		].filter(control => control.checkVisibility({visibilityProperty: true}));
		return controls.map(control => {
			const label = control instanceof HTMLInputElement ? control.labels?.[0] : null;
			const name = (
				control.getAttribute('aria-label') ??
				label?.textContent ??
				(control.textContent || control.title || control.localName)
			).trim();
			control.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'});
			const {left, right, top, bottom, width, height} = (label ?? control).getBoundingClientRect();
			if (width < 2 || height < 2) return {name, fault: `is ${width} by ${height} pixels`};
			if (left < -1 || right > innerWidth + 1)
				return {name, fault: `is from ${left} to ${right} of ${innerWidth} pixels`};
			const hit = document.elementFromPoint((left + right) / 2, (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2);
			const isIt = hit !== null && (control.contains(hit) || (label ?? control).contains(hit) || hit.contains(control));
			return {name, fault: isIt ? null : `is covered or clipped by ${hit?.localName}.${hit?.className}`};
		});
	});

/** Texts that are cut off: what overflows an element that hides it, but for those that show an ellipsis on purpose. */
export const clipped = (page: Page, except: string): Promise<string[]> =>
	page.evaluate(
		except =>
			[...document.querySelectorAll<HTMLElement>('body *')]
				.filter(node => node.checkVisibility() && node.textContent !== '' && !node.closest(`svg, .spoken, ${except}`))
				.filter(node => {
					const style = getComputedStyle(node);
					const hides = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
					return (
						(hides(style.overflowX) && node.scrollWidth > node.clientWidth + 1) ||
						(hides(style.overflowY) && node.scrollHeight > node.clientHeight + 1)
					);
				})
				.map(node => `${node.localName}.${node.className}: ${node.textContent.slice(0, 60)}`),
		except,
	);
