// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, expect, test, vi} from 'vitest';
import {TokenStrip} from '../../../../src/features/strategies/token-strip.tsx';
import {installI18n} from '../../../helpers/fake-i18n.ts';
import {tokens} from './fixtures.ts';

beforeAll(installI18n);
afterEach(() => render(null, document.body));

test.each([
	[null, true],
	[0, false],
] as const)(
	'with the panel of token %s open, a token that is pointed at shows its card: %s',
	async (current, shows) => {
		vi.useFakeTimers();
		await act(() =>
			render(
				<TokenStrip label="text" tokens={tokens(1, 2)} current={current} sampled={false} onOpen={() => {}} />,
				document.body,
			),
		);
		await act(() => {
			const token = document.querySelector('[data-tip="1"]')!;
			token.dispatchEvent(new PointerEvent('pointerover', {bubbles: true, pointerType: 'mouse'}));
			vi.advanceTimersByTime(1000);
		});
		expect(document.querySelector('[role=tooltip]') !== null).toBe(shows);
	},
);
